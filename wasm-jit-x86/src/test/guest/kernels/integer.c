// Integer arithmetic and bits.
#include "guest.h"

static u8 bytes[1 << 20];

// Steps of the Collatz sequences of 1 .. n.
KERNEL(collatz) {
  u32 steps = 0;
  for (u32 i = 1; i <= n; i++) {
    for (u64 x = i; x != 1; steps++) {
      x = x & 1 ? 3 * x + 1 : x >> 1;
    }
  }
  return steps;
}

// Primes below n, at most 2^20.
KERNEL(sieve) {
  u32 primes = 0;
  for (u32 i = 0; i < n; i++) {
    bytes[i] = 1;
    __asm__ volatile("" ::: "memory");
  }
  for (u32 i = 2; i < n; i++) {
    if (bytes[i]) {
      primes++;
      for (u32 j = 2 * i; j < n; j += i) {
        bytes[j] = 0;
      }
    }
  }
  return primes;
}

// Solutions of the n queens problem.
static u32 place(u32 all, u32 columns, u32 left, u32 right) {
  if (columns == all) {
    return 1;
  }
  u32 count = 0;
  for (u32 free = all & ~(columns | left | right); free; free &= free - 1) {
    u32 bit = free & -free;
    count += place(all, columns | bit, (left | bit) << 1, (right | bit) >> 1);
  }
  return count;
}

KERNEL(queens) { return place((1u << n) - 1, 0, 0, 0); }

// n factorial as a big integer, and its square; n at most 600.
static u32 factorial[160], square[320];

KERNEL(bigint) {
  u32 length = 1, sum = 0;
  factorial[0] = 1;
  for (u32 factor = 2; factor <= n; factor++) {
    u64 carry = 0;
    for (u32 i = 0; i < length; i++) {
      carry += (u64) factorial[i] * factor;
      factorial[i] = (u32) carry;
      carry >>= 32;
    }
    if (carry) {
      factorial[length++] = (u32) carry;
    }
  }
  for (u32 i = 0; i < 2 * length; i++) {
    square[i] = 0;
  }
  for (u32 i = 0; i < length; i++) {
    u64 carry = 0;
    for (u32 j = 0; j < length; j++) {
      carry += (u64) factorial[i] * factorial[j] + square[i + j];
      square[i + j] = (u32) carry;
      carry >>= 32;
    }
    square[i + length] = (u32) carry;
  }
  for (u32 i = 0; i < 2 * length; i++) {
    sum = mix(sum, square[i]);
  }
  return sum;
}

// 64-bit arithmetic with division: greatest common divisors and modular powers.
static u64 power(u64 base, u64 exponent, u64 modulus) {
  u64 result = 1;
  for (; exponent; exponent >>= 1) {
    if (exponent & 1) {
      result = result * base % modulus;
    }
    base = base * base % modulus;
  }
  return result;
}

KERNEL(modular) {
  u32 seed = 8, sum = 0;
  for (u32 i = 0; i < n; i++) {
    u64 a = next(&seed), b = next(&seed) | 1, r = power(a, b, 0x7fffffff);
    while (b) {
      u64 t = a % b;
      a = b;
      b = t;
    }
    sum = mix(sum, (u32) (r ^ a));
  }
  return sum;
}

// Population counts, leading and trailing zeros, rotations.
KERNEL(bits) {
  u64 x = 0x9e3779b97f4a7c15;
  u32 sum = 0;
  for (u32 i = 0; i < n; i++) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    sum += __builtin_popcountll(x) + __builtin_clzll(x | 1) * 3 + __builtin_ctzll(x | 1ull << 63);
    sum = sum << (x & 31) | sum >> (-x & 31);
  }
  return sum;
}
