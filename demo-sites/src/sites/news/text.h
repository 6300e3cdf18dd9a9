/* text.h: slices of text, texts that grow, and the arena that one rendering allocates from. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* A piece of text that somebody else owns; not NUL-terminated. */
struct slice {
  const char *at;
  size_t length;
};

struct slice slice_of(const char *string);
struct slice slice_part(struct slice s, size_t from, size_t to);
struct slice slice_trim(struct slice s);
bool slice_equals(struct slice s, const char *string);
/* The byte at `i`, or NUL past the end. */
char slice_at(struct slice s, size_t i);

/* A text that grows; all zero is the empty one. */
struct text {
  char *at;
  size_t length;
  size_t capacity;
};

void text_append(struct text *text, struct slice more);
void text_free(struct text *text);
struct slice text_slice(const struct text *text);

/* Memory that is freed all at once; all zero is the empty one. What it hands out is zeroed. */
struct arena {
  struct arena_block *blocks;
};

void *arena_take(struct arena *arena, size_t bytes);
void arena_free(struct arena *arena);

/* realloc that ends the program with a message where memory has run out. */
void *must_realloc(void *old, size_t bytes);

bool is_space(char c);
bool is_digit(char c);
bool is_letter(char c);
bool is_punctuation(char c);

#endif
