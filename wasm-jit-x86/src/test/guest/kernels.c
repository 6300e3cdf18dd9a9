// Freestanding kernels for the engine's tests: what compilers make of ordinary C. Rebuild with build.sh.

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

#define EXPORT(name) __attribute__((export_name(name)))

static u8 buffer[1 << 16];

EXPORT("buffer") u8 *buffer_address(void) { return buffer; }

// SHA-256 of buffer[0 .. length), length at most 65,000; the digest's 32 bytes follow at buffer + 65,024.
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
  u32 w[64];
  for (int i = 0; i < 16; i++) {
    w[i] = (u32) block[4 * i] << 24 | block[4 * i + 1] << 16 | block[4 * i + 2] << 8 | block[4 * i + 3];
  }
  for (int i = 16; i < 64; i++) {
    u32 a = w[i - 15], b = w[i - 2];
    w[i] = w[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3)
        + w[i - 7] + (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
  }
  u32 s[8];
  for (int i = 0; i < 8; i++) {
    s[i] = h[i];
  }
  for (int i = 0; i < 64; i++) {
    u32 t1 = s[7] + (rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6]))
        + K[i] + w[i];
    u32 t2 = (rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22))
        + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
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

EXPORT("sha256") void sha256(u32 length) {
  u32 h[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  u32 padded = (length + 9 + 63) / 64 * 64;
  buffer[length] = 0x80;
  for (u32 i = length + 1; i < padded; i++) {
    buffer[i] = 0;
  }
  for (int i = 0; i < 8; i++) {
    buffer[padded - 1 - i] = (u8) ((u64) length * 8 >> 8 * i);
  }
  for (u32 at = 0; at < padded; at += 64) {
    compress(h, buffer + at);
  }
  for (int i = 0; i < 32; i++) {
    buffer[65024 + i] = (u8) (h[i / 4] >> (24 - 8 * (i % 4)));
  }
}

// Sorts `count` 32-bit integers in the buffer: quicksort by recursion, insertion sort for short runs.
static void quicksort(int *low, int *high) {
  while (high - low > 8) {
    int pivot = low[(high - low) / 2];
    int *i = low, *j = high - 1;
    while (i <= j) {
      while (*i < pivot) {
        i++;
      }
      while (*j > pivot) {
        j--;
      }
      if (i <= j) {
        int t = *i;
        *i++ = *j;
        *j-- = t;
      }
    }
    quicksort(low, j + 1);
    low = i;
  }
  for (int *p = low + 1; p < high; p++) {
    int value = *p, *q = p;
    while (q > low && q[-1] > value) {
      *q = q[-1];
      q--;
    }
    *q = value;
  }
}

EXPORT("sort") void sort(u32 count) { quicksort((int *) buffer, (int *) buffer + count); }

// Sum of all elements of A * B for n by n matrices with A[i][j] = i + j / n and B[i][j] = i - j / n; n at most 64.
static double a[64][64], b[64][64];

EXPORT("matmul") double matmul(int n) {
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < n; j++) {
      a[i][j] = i + (double) j / n;
      b[i][j] = i - (double) j / n;
    }
  }
  double total = 0;
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < n; j++) {
      double sum = 0;
      for (int k = 0; k < n; k++) {
        sum += a[i][k] * b[k][j];
      }
      total += sum;
    }
  }
  return total;
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

EXPORT("queens") u32 queens(int n) { return place((1u << n) - 1, 0, 0, 0); }

// A byte-code machine with a table of functions: indirect calls and a switch. Counts the Collatz steps of `n`.
typedef u64 (*step)(u64);
static u64 half(u64 x) { return x / 2; }
static u64 triple(u64 x) { return 3 * x + 1; }
static step steps[] = {half, triple};

EXPORT("collatz") int collatz(u64 n) {
  int count = 0;
  while (n != 1) {
    n = steps[n & 1](n);
    count++;
  }
  return count;
}

// CRC-32 of the buffer by table.
static u32 table[256];

EXPORT("crc32") u32 crc32(u32 length) {
  for (u32 i = 0; i < 256; i++) {
    u32 c = i;
    for (int k = 0; k < 8; k++) {
      c = c & 1 ? 0xedb88320 ^ c >> 1 : c >> 1;
    }
    table[i] = c;
  }
  u32 crc = ~0u;
  for (u32 i = 0; i < length; i++) {
    crc = table[(crc ^ buffer[i]) & 0xff] ^ crc >> 8;
  }
  return ~crc;
}
