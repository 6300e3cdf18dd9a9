// Reads the lines of a file, sorts them by orders that it looks up by name, and writes each order to a file.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 20000
#define LONGEST 64

typedef int order(const void *, const void *);

static char lines[MOST][LONGEST];
static char *sorted[MOST];

static const char *at(const void *place) { return *(char *const *)place; }
static int by_text(const void *a, const void *b) { return strcmp(at(a), at(b)); }
static int by_length(const void *a, const void *b) {
  int difference = (int)strlen(at(a)) - (int)strlen(at(b));
  return difference != 0 ? difference : by_text(a, b);
}
static int backwards(const void *a, const void *b) { return by_text(b, a); }

static const struct { const char *name; order *compare; } orders[] = {
  {"text", by_text}, {"length", by_length}, {"backwards", backwards},
};

static unsigned checksum(int count) {
  unsigned sum = 1;
  for (int i = 0; i < count; i++) {
    for (const char *c = sorted[i]; *c != 0; c++) sum = sum * 31 + (unsigned char)*c;
  }
  return sum;
}

static int make(const char *path) {
  FILE *file = fopen(path, "w");
  if (file == NULL) return 0;
  unsigned state = 1;
  for (int i = 0; i < MOST; i++) {
    state = state * 1664525 + 1013904223;
    fprintf(file, "%.*s-%u\n", (int)(state >> 28) + 1, "abcdefghijklmnopqrst", state % 100000);
  }
  return fclose(file) == 0;
}

int main(int argc, char **argv) {
  char path[256];
  const char *folder = argc > 1 ? argv[1] : ".";
  snprintf(path, sizeof path, "%s/lines.txt", folder);
  FILE *file = make(path) ? fopen(path, "r") : NULL;
  if (file == NULL) {
    perror(path);
    return 1;
  }
  int count = 0;
  while (count < MOST && fgets(lines[count], LONGEST, file) != NULL) {
    sorted[count] = lines[count];
    count++;
  }
  fclose(file);
  for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
    qsort(sorted, count, sizeof *sorted, orders[i].compare);
    snprintf(path, sizeof path, "%s/%s.txt", folder, orders[i].name);
    file = fopen(path, "w");
    if (file == NULL) {
      perror(path);
      return 1;
    }
    for (int line = 0; line < count; line++) fputs(sorted[line], file);
    printf("%s: %d lines, %ld bytes, checksum %u, first %s", orders[i].name, count, ftell(file), checksum(count),
        sorted[0]);
    fclose(file);
  }
  return 0;
}
