// Floating-point programs.
#include "guest.h"

typedef struct { double at[3], speed[3], mass; } Body;

// n steps of five bodies that attract each other.
KERNEL(nbody) {
  Body bodies[5];
  for (int i = 0; i < 5; i++) {
    for (int d = 0; d < 3; d++) {
      bodies[i].at[d] = i * 2.5 + d * (i & 1 ? -1.25 : 0.75);
      bodies[i].speed[d] = (i - 2) * 0.125 + d * 0.0625;
    }
    bodies[i].mass = i == 0 ? 40 : 0.5 * i;
  }
  for (u32 step = 0; step < n; step++) {
    for (int i = 0; i < 5; i++) {
      for (int j = i + 1; j < 5; j++) {
        double way[3], square = 0.01;
        for (int d = 0; d < 3; d++) {
          way[d] = bodies[i].at[d] - bodies[j].at[d];
          square += way[d] * way[d];
        }
        double pull = 0.001 / (square * __builtin_sqrt(square));
        for (int d = 0; d < 3; d++) {
          bodies[i].speed[d] -= way[d] * bodies[j].mass * pull;
          bodies[j].speed[d] += way[d] * bodies[i].mass * pull;
        }
      }
    }
    for (int i = 0; i < 5; i++) {
      for (int d = 0; d < 3; d++) {
        bodies[i].at[d] += 0.001 * bodies[i].speed[d];
      }
    }
  }
  u32 sum = 0;
  for (int i = 0; i < 5; i++) {
    sum = mix_double(sum, bodies[i].at[0]);
  }
  return sum;
}

// A Fourier transform of 2^n points, n at most 14, and back.
static double real[1 << 14], imaginary[1 << 14], cosine[1 << 13], sine[1 << 13];

static void transform(u32 n, double sign) {
  u32 size = 1u << n;
  for (u32 i = 0; i < size; i++) {
    u32 back = 0;
    for (u32 bit = 0; bit < n; bit++) {
      back |= (i >> bit & 1) << (n - 1 - bit);
    }
    if (back > i) {
      double r = real[i], m = imaginary[i];
      real[i] = real[back];
      imaginary[i] = imaginary[back];
      real[back] = r;
      imaginary[back] = m;
    }
  }
  for (u32 half = 1; half < size; half *= 2) {
    u32 stride = size / 2 / half;
    for (u32 start = 0; start < size; start += 2 * half) {
      for (u32 k = 0; k < half; k++) {
        double wr = cosine[k * stride], wi = sign * sine[k * stride];
        u32 low = start + k, high = low + half;
        double r = real[high] * wr - imaginary[high] * wi, m = real[high] * wi + imaginary[high] * wr;
        real[high] = real[low] - r;
        imaginary[high] = imaginary[low] - m;
        real[low] += r;
        imaginary[low] += m;
      }
    }
  }
}

KERNEL(fft) {
  u32 size = 1u << n, seed = 4;
  // Half angles from the full turn on: cos(x/2) = sqrt((1 + cos x) / 2).
  double c = -1, s = 0;
  for (u32 i = 1; i < n; i++) {
    s = i == 1 ? 1 : s / (2 * __builtin_sqrt((1 + c) / 2));
    c = __builtin_sqrt((1 + c) / 2);
  }
  cosine[0] = 1;
  sine[0] = 0;
  for (u32 i = 1; i < size / 2; i++) {
    cosine[i] = cosine[i - 1] * c - sine[i - 1] * s;
    sine[i] = cosine[i - 1] * s + sine[i - 1] * c;
  }
  for (u32 i = 0; i < size; i++) {
    real[i] = next(&seed) % 1000 * 0.001;
    imaginary[i] = 0;
  }
  transform(n, -1);
  u32 sum = mix_doubles(imaginary, size);
  transform(n, 1);
  return mix(sum, mix_doubles(real, size));
}

// Points of an n by n picture that stay within the circle of radius 2 for 64 steps.
KERNEL(mandelbrot) {
  u32 sum = 0;
  for (u32 i = 0; i < n; i++) {
    for (u32 j = 0; j < n; j++) {
      double cr = 3.0 * j / n - 2, ci = 2.0 * i / n - 1, r = 0, m = 0;
      int steps = 0;
      while (steps < 64 && r * r + m * m < 4) {
        double t = r * r - m * m + cr;
        m = 2 * r * m + ci;
        r = t;
        steps++;
      }
      sum = mix(sum, steps);
    }
  }
  return sum;
}

// The spectral norm of the infinite matrix 1 / ((i + j)(i + j + 1) / 2 + i + 1), cut to n by n, n at most 512.
static double u[512], v[512], w[512];

static double cell(u32 i, u32 j) { return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1); }

static NOINLINE void times(u32 n, const double *from, double *to, int transposed) {
  for (u32 i = 0; i < n; i++) {
    double sum = 0;
    for (u32 j = 0; j < n; j++) {
      sum += (transposed ? cell(j, i) : cell(i, j)) * from[j];
    }
    to[i] = sum;
  }
}

KERNEL(spectral) {
  for (u32 i = 0; i < n; i++) {
    u[i] = 1;
  }
  for (int round = 0; round < 4; round++) {
    times(n, u, w, 0);
    times(n, w, v, 1);
    times(n, v, w, 0);
    times(n, w, u, 1);
  }
  double vv = 0, uv = 0;
  for (u32 i = 0; i < n; i++) {
    uv += u[i] * v[i];
    vv += v[i] * v[i];
  }
  return mix_double(0, __builtin_sqrt(uv / vv));
}
