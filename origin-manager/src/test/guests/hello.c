// The smallest useful program: what the start-up figures are taken with.
#include <stdio.h>

int main(void) {
  puts("Hello, world!");
  return 0;
}
