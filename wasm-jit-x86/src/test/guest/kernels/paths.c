// Loops whose usual way only a run can tell: what is seldom done looks as if it were done often.
#include "guest.h"

enum { RECORDS = 1 << 14, SPOILED = 1 << 12, HANDLERS = 8 };

static u32 records[RECORDS];
static u8 kinds[RECORDS];

static NOINLINE void fill(void) {
  u32 seed = 7;
  for (u32 i = 0; i < RECORDS; i++) {
    records[i] = next(&seed) & 0x7fffff | (i % SPOILED == 99 ? 0xff000000 : i % SPOILED == 2000 ? 0xfe000000 : 0);
  }
}

// n records, one in 4,096 of which is spoiled, and is made up for by a loop over others.
KERNEL(repair) {
  u32 a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, spoiled = 0;
  fill();
  for (u32 i = 0; i < n; i++) {
    u32 record = records[i % RECORDS];
    if (record >> 24 == 0xff) {
      for (u32 k = 1; k < 50; k++) {
        u32 other = records[(i + k * k) % RECORDS];
        record = (record ^ other) * (k + spoiled) + (other >> (k & 15));
        spoiled += record >> 31;
      }
      record &= 0xffffff;
    } else if (record >> 24 == 0xfe) {
      for (u32 k = 50; k > 1; k--) {
        u32 other = records[(i + 3 * k) % RECORDS];
        record = (record + other * k) ^ spoiled << (other & 7);
        spoiled ^= record >> 3;
      }
      record &= 0xffffff;
    }
    a += record;
    b ^= a >> 3;
    c += b << 1;
    d ^= c + record;
    e += d >> 5;
    f = f * 5 + e;
  }
  return a ^ b ^ c ^ d ^ e ^ f ^ spoiled;
}

typedef u32 Handler(u32 sum, u32 value);

#define HANDLER(name, body) static NOINLINE u32 name(u32 sum, u32 value) { return body; }
HANDLER(add, sum + value)
HANDLER(subtract, sum - value * 3)
HANDLER(exclusive, sum ^ value)
HANDLER(shifted, sum + (value << 3))
HANDLER(either, sum | value)
HANDLER(both, sum & ~value)
HANDLER(product, sum * (value | 1))
HANDLER(rotated, (sum << 5 | sum >> 27) + value)

static Handler *const handlers[HANDLERS] = {add, subtract, exclusive, shifted, either, both, product, rotated};

static NOINLINE void choose(void) {
  u32 seed = 3;
  for (u32 i = 0; i < RECORDS; i++) {
    u32 number = next(&seed);
    kinds[i] = number % 100 == 0 ? number % HANDLERS : 7;
  }
}

// Calls one of eight functions through a table n times, one of them 99 times in a hundred.
KERNEL(handlers) {
  u32 sum = 0;
  choose();
  for (u32 i = 0; i < n; i++) {
    sum = handlers[kinds[i % RECORDS]](sum, i);
  }
  return sum;
}
