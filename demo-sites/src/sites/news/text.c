#include "text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 64 * 1024, ALIGNMENT = 16 };

struct slice slice_of(const char *string) {
  return (struct slice) {string, strlen(string)};
}

struct slice slice_part(struct slice s, size_t from, size_t to) {
  size_t end = to < s.length ? to : s.length;
  size_t start = from < end ? from : end;
  return (struct slice) {s.at + start, end - start};
}

struct slice slice_trim(struct slice s) {
  while (s.length > 0 && is_space(s.at[0])) {
    s = slice_part(s, 1, s.length);
  }
  while (s.length > 0 && is_space(s.at[s.length - 1])) {
    s.length--;
  }
  return s;
}

bool slice_equals(struct slice s, const char *string) {
  return s.length == strlen(string) && memcmp(s.at, string, s.length) == 0;
}

char slice_at(struct slice s, size_t i) {
  return i < s.length ? s.at[i] : '\0';
}

void *must_realloc(void *old, size_t bytes) {
  void *memory = realloc(old, bytes);
  if (memory == NULL) {
    fputs("markdown: out of memory\n", stderr);
    exit(1);
  }
  return memory;
}

void text_append(struct text *text, struct slice more) {
  if (more.length > text->capacity - text->length) {
    size_t capacity = text->capacity + more.length;
    text->capacity = capacity < SIZE_MAX / 2 ? capacity * 2 : capacity;
    text->at = must_realloc(text->at, text->capacity);
  }
  if (more.length > 0) {
    memcpy(text->at + text->length, more.at, more.length);
    text->length += more.length;
  }
}

void text_free(struct text *text) {
  free(text->at);
  *text = (struct text) {0};
}

struct slice text_slice(const struct text *text) {
  return (struct slice) {text->at, text->length};
}

struct arena_block {
  struct arena_block *next;
  size_t used;
  size_t size;
  _Alignas(ALIGNMENT) char bytes[];
};

void *arena_take(struct arena *arena, size_t bytes) {
  bytes = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  struct arena_block *block = arena->blocks;
  if (block == NULL || block->size - block->used < bytes) {
    size_t size = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
    block = must_realloc(NULL, sizeof *block + size);
    *block = (struct arena_block) {arena->blocks, 0, size};
    arena->blocks = block;
  }
  void *memory = block->bytes + block->used;
  block->used += bytes;
  return memset(memory, 0, bytes);
}

void arena_free(struct arena *arena) {
  for (struct arena_block *block = arena->blocks; block != NULL;) {
    struct arena_block *next = block->next;
    free(block);
    block = next;
  }
  arena->blocks = NULL;
}

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_punctuation(char c) {
  return c > ' ' && c < 0x7f && !is_digit(c) && !is_letter(c);
}
