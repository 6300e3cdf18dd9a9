#include "links.h"

enum { MAX_PARENTHESES = 32, MIN_SCHEME = 2, MAX_SCHEME = 32 };

static const char *const SAFE_SCHEMES[] = {"http", "https", "mailto"};

static size_t skip_spaces(struct slice source, size_t i) {
  while (i < source.length && is_space(source.at[i])) {
    i++;
  }
  return i;
}

static bool is_escape(struct slice source, size_t i) {
  return source.at[i] == '\\' && is_punctuation(slice_at(source, i + 1));
}

static size_t read_bracketed(struct slice source, size_t start, struct slice *destination) {
  for (size_t i = start + 1; i < source.length; i++) {
    char c = source.at[i];
    if (c == '>') {
      *destination = slice_part(source, start + 1, i);
      return i + 1;
    }
    if (c == '<' || c == '\n') {
      return 0;
    }
    i += is_escape(source, i);
  }
  return 0;
}

static size_t read_destination(struct slice source, size_t start, struct slice *destination) {
  if (slice_at(source, start) == '<') {
    return read_bracketed(source, start, destination);
  }
  int depth = 0;
  size_t i = start;
  for (; i < source.length && (unsigned char) source.at[i] > ' '; i++) {
    char c = source.at[i];
    if (c == '(' && ++depth > MAX_PARENTHESES) {
      return 0;
    }
    if (c == ')' && depth-- == 0) {
      break;
    }
    i += is_escape(source, i);
  }
  *destination = slice_part(source, start, i);
  return i;
}

static size_t read_title(struct slice source, size_t start, struct slice *title) {
  char opening = slice_at(source, start);
  char closing = opening == '(' ? ')' : opening;
  if (opening != '"' && opening != '\'' && opening != '(') {
    return 0;
  }
  for (size_t i = start + 1; i < source.length; i++) {
    if (source.at[i] == closing) {
      *title = slice_part(source, start + 1, i);
      return i + 1;
    }
    if (source.at[i] == '(' && opening == '(') {
      return 0;
    }
    i += is_escape(source, i);
  }
  return 0;
}

size_t link_target_read(struct slice source, size_t start, struct link_target *target) {
  *target = (struct link_target) {{"", 0}, {"", 0}};
  if (slice_at(source, start) != '(') {
    return 0;
  }
  size_t i = read_destination(source, skip_spaces(source, start + 1), &target->destination);
  if (i == 0) {
    return 0;
  }
  size_t after = skip_spaces(source, i);
  if (after > i && slice_at(source, after) != ')') {
    size_t title_end = read_title(source, after, &target->title);
    if (title_end == 0) {
      return 0;
    }
    after = skip_spaces(source, title_end);
  }
  return slice_at(source, after) == ')' ? after + 1 : 0;
}

/* The length of the scheme that an absolute address begins with, 0 for none. */
static size_t scheme_length(struct slice address) {
  size_t i = 0;
  while (is_letter(slice_at(address, i))
      || (i > 0 && (is_digit(slice_at(address, i)) || slice_at(address, i) == '+' || slice_at(address, i) == '-'
          || slice_at(address, i) == '.'))) {
    i++;
  }
  return slice_at(address, i) == ':' ? i : 0;
}

size_t link_auto_read(struct slice source, size_t start, struct slice *address) {
  struct slice rest = slice_part(source, start + 1, source.length);
  size_t scheme = scheme_length(rest);
  if (scheme < MIN_SCHEME || scheme > MAX_SCHEME) {
    return 0;
  }
  size_t end = scheme + 1;
  while (end < rest.length && (unsigned char) rest.at[end] > ' ' && rest.at[end] != '<' && rest.at[end] != '>') {
    end++;
  }
  *address = slice_part(rest, 0, end);
  return slice_at(rest, end) == '>' ? start + end + 2 : 0;
}

static bool same_letters(struct slice scheme, const char *lower) {
  size_t i = 0;
  while (i < scheme.length && lower[i] != '\0' && (scheme.at[i] | 0x20) == lower[i]) {
    i++;
  }
  return i == scheme.length && lower[i] == '\0';
}

struct slice link_safe(struct slice destination) {
  struct slice empty = {"", 0};
  size_t start = 0;
  /* A browser drops spaces and control characters from the front of an address, and some from anywhere in it. */
  for (size_t i = 0; i < destination.length; i++) {
    if ((unsigned char) destination.at[i] < ' ') {
      return empty;
    }
  }
  while (slice_at(destination, start) == ' ') {
    start++;
  }
  struct slice address = slice_part(destination, start, destination.length);
  size_t scheme = scheme_length(address);
  for (size_t i = 0; scheme > 0 && i < sizeof SAFE_SCHEMES / sizeof SAFE_SCHEMES[0]; i++) {
    if (same_letters(slice_part(address, 0, scheme), SAFE_SCHEMES[i])) {
      return destination;
    }
  }
  return scheme == 0 ? destination : empty;
}
