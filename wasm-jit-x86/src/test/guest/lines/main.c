// Traps at lines that are known: the test names them.
#include "include/step.h"

static volatile int seen;

__attribute__((noinline)) static int divide(int divisor) {
  seen = divisor;
  return step(divisor) + 1;
}

__attribute__((export_name("run"))) int run(int divisor) {
  int sum = 0;
  for (int i = 0; i < 3; i++) {
    sum += divide(divisor);
  }
  return sum;
}

__attribute__((export_name("stop"))) void stop(void) {
  seen = 1;
  __builtin_trap();
}
