// Calls, direct and indirect.
#include "guest.h"

static NOINLINE u32 fib(u32 n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

KERNEL(fib) { return fib(n); }

// Takeuchi's function.
static NOINLINE i32 tak(i32 x, i32 y, i32 z) {
  return y >= x ? z : tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y));
}

KERNEL(tak) { return tak(n, n * 2 / 3, n / 3); }

// n calls of functions chosen by chance.
static NOINLINE u32 add(u32 x) { return x + 0x9e3779b9; }
static NOINLINE u32 turn(u32 x) { return x << 5 | x >> 27; }
static NOINLINE u32 fold(u32 x) { return x ^ x >> 15; }
static NOINLINE u32 times(u32 x) { return x * 0x85ebca6b; }
static u32 (*const volatile functions[4])(u32) = {add, turn, fold, times};

KERNEL(indirect) {
  u32 x = 1;
  for (u32 i = 0; i < n; i++) {
    x = functions[(x ^ i) & 3](x);
  }
  return x;
}

// Objects with a table of functions each: n visits of a row of 64 shapes.
typedef struct Shape { const struct Kind *kind; double width, height; } Shape;
typedef struct Kind { double (*area)(const Shape *); double (*edge)(const Shape *); } Kind;

static double box_area(const Shape *s) { return s->width * s->height; }
static double box_edge(const Shape *s) { return 2 * (s->width + s->height); }
static double triangle_area(const Shape *s) { return s->width * s->height / 2; }
static double triangle_edge(const Shape *s) {
  return s->width + s->height + __builtin_sqrt(s->width * s->width + s->height * s->height);
}
static const Kind kinds[2] = {{box_area, box_edge}, {triangle_area, triangle_edge}};

KERNEL(shapes) {
  static Shape shapes[64];
  double sum = 0;
  for (u32 i = 0; i < 64; i++) {
    shapes[i] = (Shape) {&kinds[i * i % 3 & 1], 1 + i % 5, 1 + i % 7};
    __asm__ volatile("" ::: "memory");
  }
  for (u32 i = 0; i < n; i++) {
    const Shape *shape = &shapes[i & 63];
    sum += shape->kind->area(shape) - shape->kind->edge(shape);
  }
  return mix_double(0, sum);
}
