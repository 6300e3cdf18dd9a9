// A program that does what its first argument says, so that tests can see what `skerry run` passes in and out.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static int arguments(int argc, char **argv) {
  for (int i = 2; i < argc; i++) {
    printf("[%s]\n", argv[i]);
  }
  return 0;
}

static int environment(void) {
  for (char **entry = environ; *entry != NULL; entry++) {
    puts(*entry);
  }
  return 0;
}

static int copy(void) {
  char block[4096];
  size_t length;
  while ((length = fread(block, 1, sizeof block, stdin)) > 0) {
    if (fwrite(block, 1, length, stdout) != length) {
      return 1;
    }
  }
  return 0;
}

// Answers each line at once, as a program at the other end of two pipes must.
static int answer(void) {
  char line[256];
  while (fgets(line, sizeof line, stdin) != NULL) {
    printf("got %s", line);
    fflush(stdout);
  }
  return 0;
}

static int show(const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL) {
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    return 1;
  }
  char block[4096];
  size_t length;
  while ((length = fread(block, 1, sizeof block, file)) > 0) {
    fwrite(block, 1, length, stdout);
  }
  fclose(file);
  return 0;
}

__attribute__((noinline)) static int out_of_bounds(volatile int *address) {
  return *address;
}

// A compiler may take malloc for endless unless the blocks are seen to be used.
static char *volatile last;

static int eat(void) {
  size_t megabytes = 0;
  while ((last = malloc(1 << 20)) != NULL) {
    megabytes++;
  }
  printf("%zu\n", megabytes);
  return 0;
}

int main(int argc, char **argv) {
  const char *mode = argc > 1 ? argv[1] : "";
  if (strcmp(mode, "args") == 0) return arguments(argc, argv);
  if (strcmp(mode, "env") == 0) return environment();
  if (strcmp(mode, "copy") == 0) return copy();
  if (strcmp(mode, "answer") == 0) return answer();
  if (strcmp(mode, "show") == 0) return show(argv[2]);
  if (strcmp(mode, "exit") == 0) exit(atoi(argv[2]));
  if (strcmp(mode, "eat") == 0) return eat();
  if (strcmp(mode, "trap") == 0) {
    printf("before");
    fflush(stdout);
    return out_of_bounds((int *)0x7ffffff0);
  }
  if (strcmp(mode, "yes") == 0) {
    while (puts("y") >= 0) {
    }
    return 1;
  }
  if (strcmp(mode, "loop") == 0 || strcmp(mode, "spin") == 0) {
    fputs(strcmp(mode, "spin") == 0 ? "spinning\n" : "", stdout);
    fflush(stdout);
    for (volatile unsigned i = 0;; i++) {
    }
  }
  if (strcmp(mode, "both") == 0) {
    puts("to stdout");
    fputs("to stderr\n", stderr);
    return 0;
  }
  fprintf(stderr, "unknown mode %s\n", mode);
  return 2;
}
