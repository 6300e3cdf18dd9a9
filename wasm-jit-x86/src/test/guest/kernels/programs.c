// Small programs: sorting, packing, look-up, parsing, interpreting, searching.
#include "guest.h"

static u8 bytes[1 << 20];
static u8 packed[1 << 20];
static u8 unpacked[1 << 20];

// Quicksort by recursion, insertion sort for short runs.
static i32 numbers[1 << 16];

EXPORT(numbers) i32 *numbers_address(void) { return numbers; }

static void quicksort(i32 *low, i32 *high) {
  while (high - low > 8) {
    i32 pivot = low[(high - low) / 2];
    i32 *i = low, *j = high - 1;
    while (i <= j) {
      while (*i < pivot) {
        i++;
      }
      while (*j > pivot) {
        j--;
      }
      if (i <= j) {
        i32 t = *i;
        *i++ = *j;
        *j-- = t;
      }
    }
    quicksort(low, j + 1);
    low = i;
  }
  for (i32 *p = low + 1; p < high; p++) {
    i32 value = *p, *q = p;
    while (q > low && q[-1] > value) {
      *q = q[-1];
      q--;
    }
    *q = value;
  }
}

// Sorts the first `count` numbers.
EXPORT(order) void order(u32 count) { quicksort(numbers, numbers + count); }

KERNEL(sort) {
  u32 seed = 11, sum = 0;
  for (u32 i = 0; i < n; i++) {
    numbers[i] = (i32) (next(&seed) << 8 ^ next(&seed));
  }
  order(n);
  for (u32 i = 0; i < n; i++) {
    sum = mix(sum, numbers[i]);
  }
  return sum;
}

// Packs n bytes of text with an LZ77 of 64 KiB, unpacks them, and compares.
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

static const char words[16][8] = {"island", "the", "of", "wave", "and", "skerry", "rock", "to",
    "sea", "a", "harbour", "in", "tide", "gull", "is", "north"};

static void text(u32 n) {
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
}

KERNEL(lz) {
  text(n);
  u32 small = pack(bytes, n, packed);
  u32 big = unpack(packed, small, unpacked);
  for (u32 i = 0; i < n; i++) {
    if (bytes[i] != unpacked[i]) {
      return 0;
    }
  }
  return big == n ? small : 0;
}

// How often each word occurs in n bytes of text, in an open hash table.
typedef struct { u32 start, length, count; } Word;
static Word entries[256];

KERNEL(count) {
  u32 sum = 0;
  text(n);
  __builtin_memset(entries, 0, sizeof entries);
  for (u32 at = 0; at < n;) {
    u32 start = at, hash = 5381;
    while (at < n && bytes[at] != ' ') {
      hash = hash * 33 + bytes[at++];
    }
    u32 length = at++ - start, slot = (hash ^ hash >> 16) & 255;
    for (;; slot = (slot + 1) & 255) {
      Word *word = &entries[slot];
      if (!word->count) {
        *word = (Word) {start, length, 0};
      }
      u32 same = word->length == length;
      for (u32 i = 0; same && i < length; i++) {
        same = bytes[word->start + i] == bytes[start + i];
      }
      if (same) {
        word->count++;
        break;
      }
    }
  }
  for (u32 i = 0; i < 256; i++) {
    sum = mix(sum, entries[i].count);
  }
  return sum;
}

// Evaluates n bytes of arithmetic expressions, one in each line, by recursive descent.
static const u8 *input;

static u32 expression(void);

static u32 factor(void) {
  if (*input == '(') {
    input++;
    u32 value = expression();
    input++;
    return value;
  }
  if (*input == '-') {
    input++;
    return -factor();
  }
  u32 value = 0;
  while (*input >= '0' && *input <= '9') {
    value = value * 10 + *input++ - '0';
  }
  return value;
}

static u32 term(void) {
  u32 value = factor();
  while (*input == '*' || *input == '/') {
    u32 divide = *input++ == '/', other = factor();
    value = divide ? value / (other | 1) : value * other;
  }
  return value;
}

static u32 expression(void) {
  u32 value = term();
  while (*input == '+' || *input == '-') {
    u32 minus = *input++ == '-', other = term();
    value = minus ? value - other : value + other;
  }
  return value;
}

KERNEL(parser) {
  u32 seed = 12, size = 0, sum = 0;
  while (size < n) {
    u32 open = 0;
    for (u32 i = 3 + next(&seed) % 12; i; i--) {
      while (next(&seed) % 4 == 0) {
        bytes[size++] = '(';
        open++;
      }
      if (next(&seed) % 8 == 0) {
        bytes[size++] = '-';
      }
      for (u32 digits = 1 + next(&seed) % 4; digits; digits--) {
        bytes[size++] = '0' + next(&seed) % 10;
      }
      while (open && next(&seed) % 4 == 0) {
        bytes[size++] = ')';
        open--;
      }
      bytes[size++] = "+-*/"[next(&seed) & 3];
    }
    bytes[size++] = '7';
    while (open--) {
      bytes[size++] = ')';
    }
    bytes[size++] = '\n';
  }
  for (input = bytes; input < bytes + size; input++) {
    sum = mix(sum, expression());
  }
  return sum;
}

// A stack machine runs a program of 11 instructions n times round.
enum { PUSH, LOAD, STORE, ADD, MUL, XOR, SHR, DEC, JNZ, HALT };

KERNEL(machine) {
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

// Matches of a pattern with ?, * and classes in n bytes of text, by backtracking.
static int matches(const char *pattern, const u8 *at, const u8 *end) {
  for (; *pattern; pattern++) {
    if (*pattern == '*') {
      for (; at <= end; at++) {
        if (matches(pattern + 1, at, end)) {
          return 1;
        }
        if (at < end && *at == ' ') {
          return 0;
        }
      }
      return 0;
    }
    if (at >= end) {
      return 0;
    }
    if (*pattern == '@') {
      if (*at != 'a' && *at != 'e' && *at != 'i' && *at != 'o' && *at != 'u') {
        return 0;
      }
    } else if (*pattern != '?' && *pattern != *at) {
      return 0;
    }
    at++;
  }
  return 1;
}

KERNEL(search) {
  static const char *const patterns[4] = {"s*e?r", "@?@", "n*th ", "h*b*r "};
  u32 sum = 0;
  text(n);
  for (u32 p = 0; p < 4; p++) {
    u32 found = 0;
    for (u32 at = 0; at < n; at++) {
      found += matches(patterns[p], bytes + at, bytes + n);
    }
    sum = mix(sum, found);
  }
  return sum;
}
