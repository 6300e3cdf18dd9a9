/* Prints its arguments and environment, tries the clocks, and exits with its first argument. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv) {
  for (int i = 0; i < argc; i++) {
    printf("argument %d: %s\n", i, argv[i]);
  }
  for (char **variable = environ; variable != NULL && *variable != NULL; variable++) {
    printf("variable: %s\n", *variable);
  }
  struct timespec before, after;
  struct timespec pause = {0, 2 * 1000 * 1000};
  clock_gettime(CLOCK_MONOTONIC, &before);
  nanosleep(&pause, NULL);
  clock_gettime(CLOCK_MONOTONIC, &after);
  long long elapsed = (after.tv_sec - before.tv_sec) * 1000000000LL + (after.tv_nsec - before.tv_nsec);
  printf("slept: %s\n", elapsed >= pause.tv_nsec ? "yes" : "no");
  printf("year: %s\n", time(NULL) > 1600000000 ? "plausible" : "wrong");
  unsigned char random[64] = {0};
  int zeros = 0;
  getentropy(random, sizeof random);
  for (size_t i = 0; i < sizeof random; i++) {
    zeros += random[i] == 0;
  }
  printf("random: %s\n", zeros < 16 ? "yes" : "no");
  printf("terminal: %s\n", isatty(STDOUT_FILENO) ? "yes" : "no");
  printf("no line end");
  exit(argc > 1 ? atoi(argv[1]) : 0);
}
