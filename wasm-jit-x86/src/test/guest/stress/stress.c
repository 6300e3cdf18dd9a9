// What the stress test does to the engine, as compiled C does it: calls of every kind, memory that grows, accesses and
// divisions that trap, loops and recursion without end, and waiting for another thread. Freestanding.

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

#define EXPORT(name) __attribute__((export_name(#name)))
#define NOINLINE __attribute__((noinline))
#define PAGE 65536u
#define CELLS 2048u

__attribute__((import_module("h"), import_name("f"))) u32 host(u32 value);

static u32 cells[CELLS];
static u32 word;

static u32 next(u32 *seed) {
  *seed = *seed * 1664525u + 1013904223u;
  return *seed >> 8;
}

// Sorts numbers made from the seed, and sums them up by place: the same for every engine.
EXPORT(sort) u32 sort(u32 seed) {
  for (u32 i = 0; i < CELLS; i++) {
    cells[i] = next(&seed);
  }
  for (u32 gap = CELLS / 2; gap > 0; gap /= 2) {
    for (u32 i = gap; i < CELLS; i++) {
      u32 value = cells[i];
      u32 at = i;
      for (; at >= gap && cells[at - gap] > value; at -= gap) {
        cells[at] = cells[at - gap];
      }
      cells[at] = value;
    }
  }
  u32 sum = 0;
  for (u32 i = 0; i < CELLS; i++) {
    sum = sum * 31 + cells[i];
  }
  return sum;
}

EXPORT(waves) double waves(u32 count) {
  double value = 1, slope = 0;
  for (u32 i = 0; i < count; i++) {
    slope -= value * 0.001;
    value += slope * 0.001;
  }
  return value;
}

static u32 twice(u32 value) { return value * 2; }
static u32 third(u32 value) { return value / 3; }
static u32 ask(u32 value) { return host(value); }
static u32 (*const volatile CHOICES[])(u32) = {twice, third, ask};

EXPORT(choose) u32 choose(u32 which, u32 value) { return CHOICES[which](value); }

// A value that the compiler knows nothing of, so that recursion stays recursion.
static inline u32 opaque(u32 value) {
  __asm__ volatile("" : "+r"(value));
  return value;
}

NOINLINE EXPORT(descend) u32 descend(u32 depth) { return depth == 0 ? 0 : opaque(descend(depth - 1)) + 1; }

// Ends after more calls than any stack holds.
NOINLINE EXPORT(descendForever) u64 descend_forever(u64 depth) {
  return depth == ~0ull ? 0 : descend_forever(depth + 1) * 3 + depth;
}

// Traps at the bottom of so many frames.
NOINLINE EXPORT(fall) u32 fall(u32 depth, u32 address) {
  return depth == 0 ? *(volatile u32 *) address : opaque(fall(depth - 1, address)) + 1;
}

EXPORT(divide) int divide(int value, int by) { return value / by; }

EXPORT(spin) void spin(void) {
  for (volatile u32 turns = 0;; turns++) {
  }
}

// Grows memory and fills what came; how many bytes of it were not zero before, or that there was no more.
EXPORT(grow) u32 grow(u32 pages) {
  u32 former = (u32) __builtin_wasm_memory_grow(0, pages);
  if (former == ~0u) {
    return 0;
  }
  u8 *bytes = (u8 *) (former * PAGE);
  u32 wrong = 0;
  for (u32 i = 0; i < pages * PAGE; i += 512) {
    wrong += bytes[i] != 0;
  }
  __builtin_memset(bytes, 0xa5, pages * PAGE);
  return wrong;
}

EXPORT(waitHere) int wait_here(u64 timeout) {
  return __builtin_wasm_memory_atomic_wait32((int *) &word, 0, (long long) timeout);
}

EXPORT(notifyThere) u32 notify_there(void) {
  return (u32) __builtin_wasm_memory_atomic_notify((int *) &word, 1);
}
