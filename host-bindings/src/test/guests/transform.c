/* Numbers and reverses the lines of standard input, with a running Adler-32 of the input in front of each. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  char *line = NULL;
  size_t capacity = 0;
  ssize_t length;
  unsigned long lines = 0, bytes = 0;
  uint32_t a = 1, b = 0;
  while ((length = getline(&line, &capacity, stdin)) > 0) {
    for (ssize_t i = 0; i < length; i++) {
      a = (a + (unsigned char)line[i]) % 65521;
      b = (b + a) % 65521;
    }
    bytes += (unsigned long)length;
    size_t end = (size_t)length;
    if (line[end - 1] == '\n') {
      end--;
    }
    printf("%7lu %08x ", ++lines, (unsigned)(b << 16 | a));
    while (end > 0) {
      putchar(line[--end]);
    }
    putchar('\n');
  }
  free(line);
  fprintf(stderr, "%lu lines, %lu bytes\n", lines, bytes);
  return 0;
}
