// Hashing, checksums, a stream cipher. The tests put their own bytes into the buffer.
#include "guest.h"

static u8 buffer[1 << 16];

EXPORT(buffer) u8 *buffer_address(void) { return buffer; }

static void fill(u32 n) {
  for (u32 i = 0; i < n; i++) {
    buffer[i] = i * 7 + (i >> 8);
  }
}

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

// SHA-256 of buffer[0 .. length), length at most 65,000; the digest's 32 bytes follow at buffer + 65,024.
EXPORT(digest) void digest(u32 length) {
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

KERNEL(sha256) {
  fill(n);
  digest(n);
  return buffer[65024] | buffer[65025] << 8 | buffer[65026] << 16 | (u32) buffer[65027] << 24;
}

// CRC-32 of the buffer by table.
static u32 table[256];

EXPORT(checksum) u32 checksum(u32 length) {
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

KERNEL(crc32) {
  fill(n);
  return checksum(n);
}

// Hashes of n strings of 1 to 64 bytes.
static u32 hash(const u8 *key, u32 length, u32 seed) {
  u32 h = seed, k;
  for (; length >= 4; length -= 4, key += 4) {
    __builtin_memcpy(&k, key, 4);
    k *= 0xcc9e2d51;
    h ^= (k << 15 | k >> 17) * 0x1b873593;
    h = (h << 13 | h >> 19) * 5 + 0xe6546b64;
  }
  for (k = 0; length; length--) {
    k = k << 8 | key[length - 1];
  }
  h ^= k * 0xcc9e2d51;
  h ^= h >> 16;
  h *= 0x85ebca6b;
  h ^= h >> 13;
  return h;
}

KERNEL(strings) {
  u32 sum = 0, seed = 6;
  fill(4096);
  for (u32 i = 0; i < n; i++) {
    u32 start = next(&seed) % 4000;
    sum = hash(buffer + start, 1 + next(&seed) % 64, sum);
  }
  return sum;
}

// n blocks of the ChaCha20 stream.
static void quarter(u32 *s, int a, int b, int c, int d) {
  s[a] += s[b];
  s[d] = rotate(s[d] ^ s[a], 16);
  s[c] += s[d];
  s[b] = rotate(s[b] ^ s[c], 20);
  s[a] += s[b];
  s[d] = rotate(s[d] ^ s[a], 24);
  s[c] += s[d];
  s[b] = rotate(s[b] ^ s[c], 25);
}

KERNEL(chacha) {
  u32 key[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, 1, 2, 3, 4, 5, 6, 7, 8, 0, 9, 10, 11}, sum = 0;
  for (u32 block = 0; block < n; block++) {
    u32 s[16];
    key[12] = block;
    for (int i = 0; i < 16; i++) {
      s[i] = key[i];
    }
    for (int round = 0; round < 10; round++) {
      quarter(s, 0, 4, 8, 12);
      quarter(s, 1, 5, 9, 13);
      quarter(s, 2, 6, 10, 14);
      quarter(s, 3, 7, 11, 15);
      quarter(s, 0, 5, 10, 15);
      quarter(s, 1, 6, 11, 12);
      quarter(s, 2, 7, 8, 13);
      quarter(s, 3, 4, 9, 14);
    }
    for (int i = 0; i < 16; i++) {
      sum = mix(sum, s[i] + key[i]);
    }
  }
  return sum;
}
