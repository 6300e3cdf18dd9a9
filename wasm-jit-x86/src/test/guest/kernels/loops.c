// Loops over arrays with independent elements, as compilers of native code put them on vectors.
#include "guest.h"

enum { WIDE = 128, LONG = 1 << 13 };

static double a[WIDE][WIDE], b[WIDE][WIDE], c[WIDE][WIDE];
static float x[LONG], y[LONG];
static u32 words[LONG];
static u8 above[LONG], below[LONG], mixed[LONG];

static void fill(void) {
  for (int i = 0; i < WIDE; i++) {
    for (int j = 0; j < WIDE; j++) {
      a[i][j] = (i * j + 1) % 17 * 0.25;
      b[i][j] = (i + 3 * j) % 13 * 0.5;
      c[i][j] = 0;
    }
  }
}

// A product of n by n matrices, added up row by row.
KERNEL(gemm) {
  fill();
  for (u32 i = 0; i < n; i++) {
    for (u32 k = 0; k < n; k++) {
      for (u32 j = 0; j < n; j++) {
        c[i][j] += 1.5 * a[i][k] * b[k][j];
      }
    }
  }
  return mix_doubles(&c[0][0], WIDE * WIDE);
}

// n steps of an electromagnetic wave in two dimensions (FDTD).
KERNEL(fdtd) {
  fill();
  for (u32 step = 0; step < n; step++) {
    for (int j = 0; j < WIDE; j++) {
      b[0][j] = step;
    }
    for (int i = 1; i < WIDE; i++) {
      for (int j = 0; j < WIDE; j++) {
        b[i][j] -= 0.5 * (c[i][j] - c[i - 1][j]);
      }
    }
    for (int i = 0; i < WIDE; i++) {
      for (int j = 1; j < WIDE; j++) {
        a[i][j] -= 0.5 * (c[i][j] - c[i][j - 1]);
      }
    }
    for (int i = 0; i < WIDE - 1; i++) {
      for (int j = 0; j < WIDE - 1; j++) {
        c[i][j] -= 0.7 * (a[i][j + 1] - a[i][j] + b[i + 1][j] - b[i][j]);
      }
    }
  }
  return mix_doubles(&c[0][0], WIDE * WIDE);
}

// y += a x in single precision, n times.
KERNEL(axpy) {
  u32 sum = 0;
  for (u32 i = 0; i < LONG; i++) {
    x[i] = i % 31 * 0.5f;
    y[i] = 0;
  }
  for (u32 round = 0; round < n; round++) {
    float factor = round % 5 * 0.125f;
    for (u32 i = 0; i < LONG; i++) {
      y[i] += factor * x[i];
    }
  }
  for (u32 i = 0; i < LONG; i++) {
    sum = mix_double(sum, y[i]);
  }
  return sum;
}

// Sums and checks of words, n times.
KERNEL(sums) {
  u32 seed = 3, sum = 0;
  for (u32 i = 0; i < LONG; i++) {
    words[i] = next(&seed);
  }
  for (u32 round = 0; round < n; round++) {
    u32 all = 0, check = 0;
    for (u32 i = 0; i < LONG; i++) {
      all += words[i] ^ round;
    }
    for (u32 i = 0; i < LONG; i++) {
      check ^= words[i] * 0x9e3779b1;
    }
    sum = mix(mix(sum, all), check);
  }
  return sum;
}

// One picture of bytes over another, n times, each time thicker.
KERNEL(blend) {
  u32 seed = 4, sum = 0;
  for (u32 i = 0; i < LONG; i++) {
    above[i] = next(&seed);
    below[i] = next(&seed);
  }
  for (u32 round = 0; round < n; round++) {
    u32 alpha = round % 257;
    for (u32 i = 0; i < LONG; i++) {
      mixed[i] = (above[i] * alpha + below[i] * (256 - alpha)) >> 8;
    }
    sum = mix(sum, mixed[round % LONG]);
  }
  return sum;
}

// Bytes above a threshold, n times.
KERNEL(threshold) {
  u32 seed = 5, sum = 0;
  for (u32 i = 0; i < LONG; i++) {
    above[i] = next(&seed);
  }
  for (u32 round = 0; round < n; round++) {
    u8 limit = round;
    for (u32 i = 0; i < LONG; i++) {
      mixed[i] = above[i] > limit ? above[i] - limit : 0;
    }
    sum = mix(sum, mixed[round % LONG]);
  }
  return sum;
}
