// What all kernels share. KERNEL(name) defines a function of a size that computes something which cannot be left out,
// from the same state each time, and answers a checksum that every engine and native code must agree on. Freestanding.

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int i32;
typedef long long i64;

#define NOINLINE __attribute__((noinline))
#ifdef __wasm__
#define EXPORT(name) __attribute__((export_name(#name)))
#else
#define EXPORT(name)
#endif
#define KERNEL(name) EXPORT(name) u32 kernel_##name(u32 n)

static inline u32 next(u32 *seed) {
  *seed = *seed * 1664525 + 1013904223;
  return *seed >> 8;
}

static inline u32 mix(u32 sum, u32 value) {
  sum ^= value;
  return (sum << 7 | sum >> 25) * 0x9e3779b1;
}

static inline u32 mix_double(u32 sum, double value) {
  union { double number; u64 bits; } both = {value};
  return mix(sum, (u32) (both.bits ^ both.bits >> 32));
}

static inline u32 mix_doubles(const double *values, u32 count) {
  u32 sum = 0;
  for (u32 i = 0; i < count; i++) {
    sum = mix_double(sum, values[i]);
  }
  return sum;
}
