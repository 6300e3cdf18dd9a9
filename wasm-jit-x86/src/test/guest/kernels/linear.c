// Dense linear algebra, n at most 256.
#include "guest.h"

static double a[256 * 256], b[256 * 256], c[256 * 256];
static double x[256], y[256];
static i32 way[256 * 256];

static void fill(u32 n) {
  for (u32 i = 0; i < n; i++) {
    for (u32 j = 0; j < n; j++) {
      a[n * i + j] = (i * j + 1) % 17 * 0.25 + (i == j ? 5.0 * n : 0);
      b[n * i + j] = (i + 3 * j) % 13 * 0.5;
    }
    x[i] = i % 7 * 0.125;
    y[i] = 0;
  }
}

// A product of n by n matrices.
KERNEL(matmul) {
  fill(n);
  for (u32 i = 0; i < n; i++) {
    for (u32 j = 0; j < n; j++) {
      double sum = 0;
      for (u32 k = 0; k < n; k++) {
        sum += a[n * i + k] * b[n * k + j];
      }
      c[n * i + j] = sum;
    }
  }
  return mix_doubles(c, n * n);
}

// LU decomposition without pivots.
KERNEL(lu) {
  fill(n);
  for (u32 k = 0; k < n; k++) {
    for (u32 i = k + 1; i < n; i++) {
      double factor = a[n * i + k] / a[n * k + k];
      a[n * i + k] = factor;
      for (u32 j = k + 1; j < n; j++) {
        a[n * i + j] -= factor * a[n * k + j];
      }
    }
  }
  return mix_doubles(a, n * n);
}

// y = A x, and x += A^T y scaled down, eight times.
KERNEL(gemv) {
  fill(n);
  for (int round = 0; round < 8; round++) {
    for (u32 i = 0; i < n; i++) {
      double sum = 0;
      for (u32 j = 0; j < n; j++) {
        sum += a[n * i + j] * x[j];
      }
      y[i] = sum;
    }
    for (u32 i = 0; i < n; i++) {
      for (u32 j = 0; j < n; j++) {
        x[j] += a[n * i + j] * y[i] * 1e-6;
      }
    }
  }
  return mix_doubles(x, n);
}

// Shortest ways between all pairs of n places (Floyd and Warshall).
KERNEL(floyd) {
  u32 seed = 5, sum = 0;
  for (u32 i = 0; i < n * n; i++) {
    way[i] = next(&seed) % 1000 + 1;
  }
  for (u32 k = 0; k < n; k++) {
    for (u32 i = 0; i < n; i++) {
      for (u32 j = 0; j < n; j++) {
        i32 over = way[n * i + k] + way[n * k + j];
        if (over < way[n * i + j]) {
          way[n * i + j] = over;
        }
      }
    }
  }
  for (u32 i = 0; i < n * n; i++) {
    sum = mix(sum, way[i]);
  }
  return sum;
}
