// Kernels over arrays for the engine's tests, built twice: with vectors and without. What they leave in the buffer is
// the same. Plain loops are for the compiler to vectorize; the others say with intrinsics what it doesn't find itself.
// Rebuild with build.sh.

typedef unsigned char u8;
typedef signed short i16;
typedef unsigned int u32;
typedef int i32;

#define EXPORT(name) __attribute__((export_name(name)))
#define COUNT 2048

// The inputs a and b, then the output.
static struct {
  u8 a[COUNT * 8];
  u8 b[COUNT * 8];
  u8 out[COUNT * 8];
} buffer;

EXPORT("buffer") u8 *buffer_address(void) { return buffer.a; }

EXPORT("saxpy") void saxpy(float factor) {
  const float *a = (const float *) buffer.a, *b = (const float *) buffer.b;
  float *out = (float *) buffer.out;
  for (int i = 0; i < COUNT; i++) {
    out[i] = factor * a[i] + b[i];
  }
}

EXPORT("quotients") void quotients(void) {
  const double *a = (const double *) buffer.a, *b = (const double *) buffer.b;
  double *out = (double *) buffer.out;
  for (int i = 0; i < COUNT; i++) {
    out[i] = __builtin_sqrt(__builtin_fabs(a[i])) / b[i];
  }
}

EXPORT("sum") i32 sum(void) {
  const i32 *a = (const i32 *) buffer.a;
  i32 total = 0;
  for (int i = 0; i < COUNT; i++) {
    total += a[i] > 0 ? a[i] : -3 * a[i];
  }
  return total;
}

EXPORT("products") void products(void) {
  const i16 *a = (const i16 *) buffer.a, *b = (const i16 *) buffer.b;
  i32 *out = (i32 *) buffer.out;
  for (int i = 0; i < COUNT; i++) {
    out[i] = a[i] * b[i] >> 3;
  }
}

EXPORT("convert") void convert(void) {
  const i32 *a = (const i32 *) buffer.a;
  float *out = (float *) buffer.out;
  for (int i = 0; i < COUNT; i++) {
    out[i] = (float) a[i] * 0.25f;
  }
}

#ifdef __wasm_simd128__
#include <wasm_simd128.h>

// Brightens pixels: the saturated sum of the bytes.
EXPORT("brighten") void brighten(void) {
  for (int i = 0; i < COUNT * 8; i += 16) {
    wasm_v128_store(buffer.out + i, wasm_u8x16_add_sat(wasm_v128_load(buffer.a + i), wasm_v128_load(buffer.b + i)));
  }
}

// Each 16 bytes in hexadecimal, by table look-up.
EXPORT("hexadecimal") void hexadecimal(void) {
  const v128_t digits = wasm_i8x16_const('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f');
  for (int i = 0; i < COUNT * 4; i += 16) {
    v128_t bytes = wasm_v128_load(buffer.a + i);
    v128_t high = wasm_i8x16_swizzle(digits, wasm_u8x16_shr(bytes, 4));
    v128_t low = wasm_i8x16_swizzle(digits, wasm_v128_and(bytes, wasm_i8x16_splat(15)));
    wasm_v128_store(buffer.out + 2 * i,
        wasm_i8x16_shuffle(high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
    wasm_v128_store(buffer.out + 2 * i + 16,
        wasm_i8x16_shuffle(high, low, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31));
  }
}

// The place of the first byte with that value, or -1.
EXPORT("find") i32 find(i32 value) {
  for (int i = 0; i < COUNT * 8; i += 16) {
    u32 mask = wasm_i8x16_bitmask(wasm_i8x16_eq(wasm_v128_load(buffer.a + i), wasm_i8x16_splat((signed char) value)));
    if (mask) {
      return i + __builtin_ctz(mask);
    }
  }
  return -1;
}

// The dot product of 16-bit numbers, modulo 2^32.
EXPORT("dot") i32 dot(void) {
  v128_t total = wasm_i32x4_splat(0);
  for (int i = 0; i < COUNT * 8; i += 16) {
    total = wasm_i32x4_add(total, wasm_i32x4_dot_i16x8(wasm_v128_load(buffer.a + i), wasm_v128_load(buffer.b + i)));
  }
  return wasm_i32x4_extract_lane(total, 0) + wasm_i32x4_extract_lane(total, 1)
      + wasm_i32x4_extract_lane(total, 2) + wasm_i32x4_extract_lane(total, 3);
}
#else
EXPORT("brighten") void brighten(void) {
  for (int i = 0; i < COUNT * 8; i++) {
    u32 total = (u32) buffer.a[i] + buffer.b[i];
    buffer.out[i] = total > 255 ? 255 : total;
  }
}

EXPORT("hexadecimal") void hexadecimal(void) {
  static const char digits[] = "0123456789abcdef";
  for (int i = 0; i < COUNT * 4; i++) {
    buffer.out[2 * i] = digits[buffer.a[i] >> 4];
    buffer.out[2 * i + 1] = digits[buffer.a[i] & 15];
  }
}

EXPORT("find") i32 find(i32 value) {
  for (int i = 0; i < COUNT * 8; i++) {
    if (buffer.a[i] == (u8) value) {
      return i;
    }
  }
  return -1;
}

EXPORT("dot") i32 dot(void) {
  const i16 *a = (const i16 *) buffer.a, *b = (const i16 *) buffer.b;
  u32 total = 0;
  for (int i = 0; i < COUNT * 4; i++) {
    total += (u32) (a[i] * b[i]);
  }
  return (i32) total;
}
#endif
