// Kernels that compare interpreters. Each takes a size, computes something that cannot be left out, and returns a
// number that every engine must agree on. Freestanding; rebuild with build.sh.

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

#define EXPORT(name) __attribute__((export_name(name)))
#define NOINLINE __attribute__((noinline))

static u8 bytes[1 << 20];
static u8 packed[1 << 20];
static u8 unpacked[1 << 20];
static double matrix[3][64 * 64];

static u32 next(u32 *seed) {
  *seed = *seed * 1664525 + 1013904223;
  return *seed >> 8;
}

// Integer: steps of the Collatz sequences of 1 .. n.
EXPORT("integer") u32 integer(u32 n) {
  u32 steps = 0;
  for (u32 i = 1; i <= n; i++) {
    for (u64 x = i; x != 1; steps++) {
      x = x & 1 ? 3 * x + 1 : x >> 1;
    }
  }
  return steps;
}

// Float: n products of 64 by 64 matrices.
EXPORT("matmul") u32 matmul(u32 n) {
  double *a = matrix[0], *b = matrix[1], *c = matrix[2];
  for (int i = 0; i < 64 * 64; i++) {
    a[i] = i % 17 * 0.25;
    b[i] = i % 13 * 0.5;
  }
  for (u32 round = 0; round < n; round++) {
    for (int i = 0; i < 64; i++) {
      for (int j = 0; j < 64; j++) {
        double sum = 0;
        for (int k = 0; k < 64; k++) {
          sum += a[64 * i + k] * b[64 * k + j];
        }
        c[64 * i + j] = sum;
      }
    }
    a[round & 4095] += 1;
  }
  double sum = 0;
  for (int i = 0; i < 64 * 64; i++) {
    sum += c[i];
  }
  return (u32) (u64) sum;
}

// Float: n steps of five bodies that attract each other.
typedef struct { double at[3], speed[3], mass; } Body;

EXPORT("nbody") u32 nbody(u32 n) {
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
  double sum = 0;
  for (int i = 0; i < 5; i++) {
    sum += bodies[i].at[0] * bodies[i].at[0];
  }
  return (u32) (u64) (sum * 1000000);
}

// Memory: primes below n, at most 2^20.
EXPORT("sieve") u32 sieve(u32 n) {
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

// Calls.
EXPORT("fib") NOINLINE u32 fib(u32 n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

// Indirect calls: n calls of functions chosen by chance.
static NOINLINE u32 add(u32 x) { return x + 0x9e3779b9; }
static NOINLINE u32 turn(u32 x) { return x << 5 | x >> 27; }
static NOINLINE u32 mix(u32 x) { return x ^ x >> 15; }
static NOINLINE u32 times(u32 x) { return x * 0x85ebca6b; }
static u32 (*const volatile functions[4])(u32) = {add, turn, mix, times};

EXPORT("indirect") u32 indirect(u32 n) {
  u32 x = 1;
  for (u32 i = 0; i < n; i++) {
    x = functions[(x ^ i) & 3](x);
  }
  return x;
}

// br_table: a stack machine runs a program of 11 instructions n times round.
enum { PUSH, LOAD, STORE, ADD, MUL, XOR, SHR, DEC, JNZ, HALT };

EXPORT("machine") u32 machine(u32 n) {
  static const volatile u8 program[] = {
      LOAD, 1, PUSH, 31, MUL, LOAD, 0, ADD, STORE, 1, LOAD, 1, PUSH, 7, SHR, LOAD, 1, XOR, STORE, 1, DEC, 0,
      JNZ, 0, HALT};
  u32 stack[16], registers[2] = {n, 1}, top = 0, pc = 0;
  for (;;) {
    switch (program[pc++]) {
      case PUSH: stack[top++] = program[pc++]; break;
      case LOAD: stack[top++] = registers[program[pc++]]; break;
      case STORE: registers[program[pc++]] = stack[--top]; break;
      case ADD: top--; stack[top - 1] += stack[top]; break;
      case MUL: top--; stack[top - 1] *= stack[top]; break;
      case XOR: top--; stack[top - 1] ^= stack[top]; break;
      case SHR: top--; stack[top - 1] >>= stack[top]; break;
      case DEC: registers[program[pc++]]--; break;
      case JNZ: pc = registers[0] ? program[pc] : pc + 1; break;
      default: return registers[1];
    }
  }
}

// Bulk memory: n fills and copies of blocks of 1 to 2,048 bytes.
EXPORT("bulk") u32 bulk(u32 n) {
  u32 seed = 7, sum = 0;
  for (u32 i = 0; i < n; i++) {
    u32 size = 1 + next(&seed) % 2048, from = next(&seed) % 60000, to = next(&seed) % 60000;
    __builtin_memset(bytes + from, i, size);
    __builtin_memmove(bytes + to, bytes + from + size / 2, size);
    sum += bytes[to + size / 3];
  }
  return sum;
}

// A program: packs n bytes of text with an LZ77 of 64 KiB, unpacks them, and compares.
static u32 pack(const u8 *in, u32 n, u8 *out) {
  static u32 heads[1 << 12];
  u32 at = 0, end = 0, literal = 0;
  __builtin_memset(heads, 0, sizeof heads);
  while (at + 4 <= n) {
    u32 word = in[at] | in[at + 1] << 8 | in[at + 2] << 16 | (u32) in[at + 3] << 24;
    u32 slot = word * 2654435761u >> 20, seen = heads[slot], length = 0;
    heads[slot] = at + 1;
    if (seen && at - (seen - 1) < 65536) {
      while (length < 127 && at + length < n && in[seen - 1 + length] == in[at + length]) {
        length++;
      }
    }
    if (length < 4) {
      at++;
      literal++;
    }
    if (literal && (length >= 4 || literal == 127 || at + 4 > n)) {
      out[end++] = literal;
      for (u32 i = 0; i < literal; i++) {
        out[end++] = in[at - literal + i];
      }
      literal = 0;
    }
    if (length >= 4) {
      u32 back = at - (seen - 1);
      out[end++] = 128 + length;
      out[end++] = back;
      out[end++] = back >> 8;
      at += length;
    }
  }
  u32 rest = literal + n - at;
  if (rest) {
    out[end++] = rest;
    for (u32 i = 0; i < rest; i++) {
      out[end++] = in[n - rest + i];
    }
  }
  return end;
}

static u32 unpack(const u8 *in, u32 size, u8 *out) {
  u32 end = 0;
  for (u32 at = 0; at < size;) {
    u32 token = in[at++];
    if (token < 128) {
      while (token--) {
        out[end++] = in[at++];
      }
    } else {
      u32 back = in[at] | in[at + 1] << 8;
      at += 2;
      for (token -= 128; token--; end++) {
        out[end] = out[end - back];
      }
    }
  }
  return end;
}

EXPORT("lz") u32 lz(u32 n) {
  static const char words[16][8] = {"island", "the", "of", "wave", "and", "skerry", "rock", "to",
      "sea", "a", "harbour", "in", "tide", "gull", "is", "north"};
  u32 seed = 3, size = 0;
  while (size < n) {
    const char *word = words[next(&seed) & 15];
    for (u32 i = 0; word[i] && i < 8 && size < n; i++) {
      bytes[size++] = word[i];
    }
    if (size < n) {
      bytes[size++] = ' ';
    }
  }
  u32 small = pack(bytes, n, packed);
  u32 big = unpack(packed, small, unpacked);
  for (u32 i = 0; i < n; i++) {
    if (bytes[i] != unpacked[i]) {
      return 0;
    }
  }
  return big == n ? small : 0;
}

// A program: SHA-256 of n bytes, its first word.
static const u32 K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static u32 rotate(u32 x, int n) { return x >> n | x << (32 - n); }

static void compress(u32 *h, const u8 *block) {
  u32 w[64], s[8];
  for (int i = 0; i < 16; i++) {
    w[i] = (u32) block[4 * i] << 24 | block[4 * i + 1] << 16 | block[4 * i + 2] << 8 | block[4 * i + 3];
  }
  for (int i = 16; i < 64; i++) {
    u32 a = w[i - 15], b = w[i - 2];
    w[i] = w[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + w[i - 7] + (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
  }
  for (int i = 0; i < 8; i++) {
    s[i] = h[i];
  }
  for (int i = 0; i < 64; i++) {
    u32 t1 = s[7] + (rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6]))
        + K[i] + w[i];
    u32 t2 = (rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
    for (int j = 7; j > 0; j--) {
      s[j] = s[j - 1];
    }
    s[4] += t1;
    s[0] = t1 + t2;
  }
  for (int i = 0; i < 8; i++) {
    h[i] += s[i];
  }
}

EXPORT("sha256") u32 sha256(u32 n) {
  u32 h[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  u32 padded = (n + 9 + 63) / 64 * 64;
  for (u32 i = 0; i < padded; i++) {
    bytes[i] = i < n ? i * 7 : i == n ? 0x80 : 0;
  }
  for (int i = 0; i < 8; i++) {
    bytes[padded - 1 - i] = (u64) n * 8 >> 8 * i;
  }
  for (u32 i = 0; i < padded; i += 64) {
    compress(h, bytes + i);
  }
  return h[0];
}
