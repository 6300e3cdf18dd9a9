/*
 * The guest side of skerry.h. An externref lives in C only as a value on the way between a host function and the
 * table of skerry.s: it has no address and cannot be stored, so this file must be compiled with -O1 or more.
 */
#include "skerry.h"

#include <stdlib.h>
#include <string.h>

/* A pointer into address space 10 is what LLVM calls an externref. */
typedef struct skerry_extern __attribute__((address_space(10))) *externref;

externref skerry_table_get(uint32_t slot);
void skerry_table_set(uint32_t slot, externref value);
void skerry_table_clear(uint32_t slot);
int32_t skerry_table_grow(uint32_t slots);
int32_t skerry_is_null(externref value);

/* Slots of the table: [1, used) were given out, of which free_slots[0, free_count) came back. */
static uint32_t used = 1;
static uint32_t capacity;
static uint32_t *free_slots;
static uint32_t free_count;

enum { FIRST_SLOTS = 64 };

static void grow(void) {
  uint32_t more = capacity == 0 ? FIRST_SLOTS : capacity;
  uint32_t *slots = realloc(free_slots, (capacity + more) * sizeof *free_slots);
  if (slots == NULL || skerry_table_grow(more) < 0) {
    __builtin_trap();
  }
  free_slots = slots;
  capacity += more;
}

static skerry_ref hold(externref value) {
  if (skerry_is_null(value)) {
    return 0;
  }
  if (free_count == 0 && used >= capacity) {
    grow();
  }
  uint32_t slot = free_count > 0 ? free_slots[--free_count] : used++;
  skerry_table_set(slot, value);
  return slot;
}

/* Null has no slot before the first reference was held, and slot 0 is the empty one after that. */
static externref held(skerry_ref ref) {
  if (capacity == 0) {
    grow();
  }
  return skerry_table_get(ref);
}

void skerry_drop(skerry_ref ref) {
  if (ref == 0) {
    return;
  }
  if (skerry_is_null(skerry_table_get(ref))) {
    __builtin_trap();
  }
  skerry_table_clear(ref);
  free_slots[free_count++] = ref;
}

uint32_t skerry_held(void) {
  return used - 1 - free_count;
}

/* Calls a function that fills a buffer twice: for the size, then for the bytes. */
#define COPY(size_call, fill_call)               \
  int32_t size = size_call;                      \
  if (size < 0) {                                \
    return NULL;                                 \
  }                                              \
  char *copy = malloc((size_t) size + 1);        \
  if (copy == NULL) {                            \
    return NULL;                                 \
  }                                              \
  fill_call;                                     \
  copy[size] = '\0';                             \
  return copy

/* Declares web:<module>'s function <name> as host_<module>_<name>. */
#define IMPORT(result, module, name, ...)                                              \
  __attribute__((import_module("web:" #module), import_name(#name)))                   \
  result host_##module##_##name(__VA_ARGS__)

/* Made from the tables of the host modules: begin. */
/* Made from the tables of the host modules: end. */
