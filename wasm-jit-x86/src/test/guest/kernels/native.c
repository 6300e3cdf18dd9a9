// Runs the kernels natively. Reads lines of a kernel, a size and a number of calls; answers each with the checksum and
// the nanoseconds of CPU time that all calls took.
#include <stdio.h>
#include <string.h>
#include <time.h>

typedef unsigned int u32;

#define KERNEL(name) u32 kernel_##name(u32 n);
#include "kernels.inc"
#undef KERNEL

static const struct { const char *name; u32 (*run)(u32); } kernels[] = {
#define KERNEL(name) {#name, kernel_##name},
#include "kernels.inc"
#undef KERNEL
};

static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(void) {
  char name[64];
  u32 size, calls;
  while (scanf("%63s %u %u", name, &size, &calls) == 3) {
    u32 (*run)(u32) = 0;
    for (unsigned i = 0; i < sizeof kernels / sizeof *kernels; i++) {
      if (!strcmp(kernels[i].name, name)) {
        run = kernels[i].run;
      }
    }
    if (!run) {
      printf("no kernel %s\n", name);
    } else {
      u32 answer = 0;
      long long start = now();
      for (u32 i = 0; i < calls; i++) {
        answer = run(size);
      }
      printf("%d %lld\n", (int) answer, now() - start);
    }
    fflush(stdout);
  }
}
