// Kernels in vectors of 128 bits, written with the compilers' vector types.
#include "guest.h"

typedef float f32x4 __attribute__((vector_size(16)));
typedef double f64x2 __attribute__((vector_size(16)));
typedef i32 i32x4 __attribute__((vector_size(16)));
typedef u32 u32x4 __attribute__((vector_size(16)));
typedef u16 u16x8 __attribute__((vector_size(16)));
typedef short i16x8 __attribute__((vector_size(16)));
typedef u8 u8x16 __attribute__((vector_size(16)));

enum { COUNT = 4096 };

static f32x4 a[COUNT], b[COUNT], c[COUNT];
static f64x2 p[COUNT];
static u8x16 pixels[2][COUNT];

static u32 mix_lanes(u32 sum, u32x4 lanes) {
  return mix(mix(mix(mix(sum, lanes[0]), lanes[1]), lanes[2]), lanes[3]);
}

static void fill(void) {
  for (i32 i = 0; i < COUNT; i++) {
    a[i] = (f32x4) {i % 17 * 0.5f, i % 13 * 0.25f, i % 7, 1};
    b[i] = (f32x4) {i % 5, 2, i % 11 * 0.125f, i % 3};
  }
}

// b += x a, n times.
KERNEL(saxpy) {
  fill();
  f32x4 sum = {0, 0, 0, 0};
  for (u32 round = 0; round < n; round++) {
    f32x4 x = {0.5f, 0.25f, 0.125f, round % 4 * 0.5f};
    for (u32 i = 0; i < COUNT; i++) {
      b[i] += x * a[i];
    }
  }
  for (u32 i = 0; i < COUNT; i++) {
    sum += b[i];
  }
  return mix_lanes(0, (u32x4) sum);
}

// n products of rows of 4 by 4 matrices.
KERNEL(matrices) {
  fill();
  u32 sum = 0;
  for (u32 round = 0; round < n; round++) {
    for (u32 i = 0; i < COUNT; i += 4) {
      for (u32 row = 0; row < 4; row++) {
        f32x4 m = a[i + row];
        c[i + row] = b[i] * m[0] + b[i + 1] * m[1] + b[i + 2] * m[2] + b[i + 3] * m[3];
      }
    }
    a[round % COUNT] += (f32x4) {1, 0, 0, 1};
  }
  for (u32 i = 0; i < COUNT; i += 64) {
    sum = mix_lanes(sum, (u32x4) c[i]);
  }
  return sum;
}

// Four 32-bit generators side by side.
KERNEL(xorshift) {
  u32x4 x = {1, 2, 3, 4}, sum = {0, 0, 0, 0};
  for (u32 i = 0; i < n; i++) {
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    sum += x * 0x9e3779b1 & (u32x4) ((i32x4) x > 0);
  }
  return mix_lanes(0, sum);
}

// The mean of each byte of a picture and the one a row below, n times to and fro.
KERNEL(blur) {
  u32 sum = 0;
  for (u32 i = 0; i < COUNT; i++) {
    for (u32 j = 0; j < 16; j++) {
      pixels[0][i][j] = i * 16 + j * 37;
    }
  }
  for (u32 round = 0; round < n; round++) {
    u8x16 *from = pixels[round & 1], *to = pixels[~round & 1];
    for (u32 i = 0; i < COUNT - 16; i++) {
      to[i] = (from[i] & from[i + 16]) + ((from[i] ^ from[i + 16]) >> 1);
    }
    for (u32 i = COUNT - 16; i < COUNT; i++) {
      to[i] = from[i] + 1;
    }
  }
  for (u32 i = 0; i < COUNT; i++) {
    sum = mix_lanes(sum, (u32x4) pixels[n & 1][i]);
  }
  return sum;
}

// Mandelbrot's set, two points at a time.
KERNEL(mandelbrot2) {
  u32 sum = 0;
  for (u32 i = 0; i < n; i++) {
    for (u32 j = 0; j < n; j += 2) {
      f64x2 cr = {3.0 * j / n - 2, 3.0 * (j + 1) / n - 2}, ci = {2.0 * i / n - 1, 2.0 * i / n - 1};
      f64x2 r = {0, 0}, m = {0, 0}, rr = r, mm = m, steps = {0, 0};
      for (int step = 0; step < 64; step++) {
        f64x2 inside = (f64x2) (rr + mm < (f64x2) {4, 4});
        if (!(((u32x4) inside)[0] | ((u32x4) inside)[2])) {
          break;
        }
        m = (r + r) * m + ci;
        r = rr - mm + cr;
        rr = r * r;
        mm = m * m;
        steps += (f64x2) ((u32x4) inside & (u32x4) (f64x2) {1, 1});
      }
      sum = mix(sum, (u32) steps[0] * 100 + (u32) steps[1]);
    }
  }
  return sum;
}

// Bodies that attract each other, in pairs of doubles: n steps of 32.
KERNEL(pairs) {
  f64x2 sum = {0, 0};
  for (u32 i = 0; i < 64; i++) {
    p[i] = (f64x2) {i % 7 * 0.5, i % 5 * 0.25};
  }
  for (u32 step = 0; step < n; step++) {
    for (u32 i = 0; i < 32; i++) {
      f64x2 pull = {0, 0};
      for (u32 j = 0; j < 32; j++) {
        f64x2 way = p[j] - p[i], square = way * way;
        double distance = square[0] + square[1] + 0.5;
        pull += way / (f64x2) {distance, distance};
      }
      p[32 + i] += pull * (f64x2) {0.01, 0.01};
    }
    for (u32 i = 0; i < 32; i++) {
      p[i] += p[32 + i] * (f64x2) {0.01, 0.01};
    }
  }
  for (u32 i = 0; i < 32; i++) {
    sum += p[i];
  }
  return mix_double(mix_double(0, sum[0]), sum[1]);
}
