// Stencils over grids of a fixed size, n steps.
#include "guest.h"

enum { WIDE = 128, DEEP = 24 };

static double flat[2][WIDE][WIDE];
static double cube[2][DEEP][DEEP][DEEP];
static u8 cells[2][WIDE][WIDE];

static void fill(void) {
  for (int i = 0; i < WIDE; i++) {
    for (int j = 0; j < WIDE; j++) {
      flat[0][i][j] = flat[1][i][j] = (i * (j + 2) + 3) % 11 * 0.5;
    }
  }
}

// Five points, from one grid to another and back.
KERNEL(jacobi) {
  fill();
  for (u32 step = 0; step < n; step++) {
    double (*from)[WIDE] = flat[step & 1], (*to)[WIDE] = flat[~step & 1];
    for (int i = 1; i < WIDE - 1; i++) {
      for (int j = 1; j < WIDE - 1; j++) {
        to[i][j] = 0.2 * (from[i][j] + from[i][j - 1] + from[i][j + 1] + from[i - 1][j] + from[i + 1][j]);
      }
    }
  }
  return mix_doubles((const double *) flat[n & 1], WIDE * WIDE);
}

// Nine points in place: each step needs the one before.
KERNEL(seidel) {
  fill();
  for (u32 step = 0; step < n; step++) {
    for (int i = 1; i < WIDE - 1; i++) {
      for (int j = 1; j < WIDE - 1; j++) {
        double sum = 0;
        for (int k = -1; k <= 1; k++) {
          sum += flat[0][i + k][j - 1] + flat[0][i + k][j] + flat[0][i + k][j + 1];
        }
        flat[0][i][j] = sum / 9;
      }
    }
  }
  return mix_doubles((const double *) flat[0], WIDE * WIDE);
}

// Seven points in space.
KERNEL(heat) {
  double *first = (double *) cube[0], *second = (double *) cube[1];
  for (int i = 0; i < DEEP * DEEP * DEEP; i++) {
    first[i] = second[i] = i % 19 * 0.75;
  }
  for (u32 step = 0; step < n; step++) {
    double (*from)[DEEP][DEEP] = cube[step & 1], (*to)[DEEP][DEEP] = cube[~step & 1];
    for (int i = 1; i < DEEP - 1; i++) {
      for (int j = 1; j < DEEP - 1; j++) {
        for (int k = 1; k < DEEP - 1; k++) {
          double here = from[i][j][k];
          to[i][j][k] = here + 0.125 * (from[i + 1][j][k] - 2 * here + from[i - 1][j][k])
              + 0.125 * (from[i][j + 1][k] - 2 * here + from[i][j - 1][k])
              + 0.125 * (from[i][j][k + 1] - 2 * here + from[i][j][k - 1]);
        }
      }
    }
  }
  return mix_doubles((const double *) cube[n & 1], DEEP * DEEP * DEEP);
}

// Conway's game of life.
KERNEL(life) {
  u32 seed = 9, sum = 0;
  for (int i = 0; i < WIDE; i++) {
    for (int j = 0; j < WIDE; j++) {
      cells[0][i][j] = next(&seed) >> 5 & 1;
      cells[1][i][j] = 0;
    }
  }
  for (u32 step = 0; step < n; step++) {
    u8 (*from)[WIDE] = cells[step & 1], (*to)[WIDE] = cells[~step & 1];
    for (int i = 1; i < WIDE - 1; i++) {
      for (int j = 1; j < WIDE - 1; j++) {
        int near = from[i - 1][j - 1] + from[i - 1][j] + from[i - 1][j + 1] + from[i][j - 1] + from[i][j + 1]
            + from[i + 1][j - 1] + from[i + 1][j] + from[i + 1][j + 1];
        to[i][j] = near == 3 || (near == 2 && from[i][j]);
      }
    }
  }
  const u8 *last = (const u8 *) cells[n & 1];
  for (int i = 0; i < WIDE * WIDE; i++) {
    sum = mix(sum, last[i]);
  }
  return sum;
}
