#include "references.h"

#include <stdint.h>

enum { MAX_NAME = 8, MAX_DIGITS = 7, REPLACEMENT = 0xfffd, MAX_CODE_POINT = 0x10ffff };

static const struct {
  const char *name;
  uint32_t code_point;
} NAMED[] = {
    {"amp", '&'}, {"apos", '\''}, {"copy", 0xa9}, {"gt", '>'}, {"hellip", 0x2026}, {"lt", '<'}, {"mdash", 0x2014},
    {"nbsp", 0xa0}, {"ndash", 0x2013}, {"quot", '"'}, {"times", 0xd7},
};

static size_t encode(uint32_t code_point, char utf8[MAX_UTF8]) {
  bool surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
  uint32_t c = code_point == 0 || surrogate || code_point > MAX_CODE_POINT ? REPLACEMENT : code_point;
  if (c < 0x80) {
    utf8[0] = (char) c;
    return 1;
  }
  size_t length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  for (size_t i = length - 1; i > 0; i--) {
    utf8[i] = (char) (0x80 | (c & 0x3f));
    c >>= 6;
  }
  utf8[0] = (char) ((0xf00 >> length & 0xff) | c);
  return length;
}

static int digit_value(char c, int base) {
  int value = is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : base;
  return value < base ? value : -1;
}

static size_t read_number(struct slice source, uint32_t *code_point) {
  int base = slice_at(source, 2) == 'x' || slice_at(source, 2) == 'X' ? 16 : 10;
  size_t start = base == 16 ? 3 : 2;
  size_t i = start;
  int value;
  *code_point = 0;
  while (i - start < MAX_DIGITS && (value = digit_value(slice_at(source, i), base)) >= 0) {
    *code_point = *code_point * (uint32_t) base + (uint32_t) value;
    i++;
  }
  return i > start && slice_at(source, i) == ';' ? i + 1 : 0;
}

static size_t read_name(struct slice source, uint32_t *code_point) {
  size_t end = 1;
  while (end <= MAX_NAME && is_letter(slice_at(source, end))) {
    end++;
  }
  if (slice_at(source, end) != ';') {
    return 0;
  }
  struct slice name = slice_part(source, 1, end);
  for (size_t i = 0; i < sizeof NAMED / sizeof NAMED[0]; i++) {
    if (slice_equals(name, NAMED[i].name)) {
      *code_point = NAMED[i].code_point;
      return end + 1;
    }
  }
  return 0;
}

size_t reference_read(struct slice source, char utf8[MAX_UTF8], size_t *utf8_length) {
  uint32_t code_point;
  if (slice_at(source, 0) != '&') {
    return 0;
  }
  size_t length = slice_at(source, 1) == '#' ? read_number(source, &code_point) : read_name(source, &code_point);
  if (length > 0) {
    *utf8_length = encode(code_point, utf8);
  }
  return length;
}
