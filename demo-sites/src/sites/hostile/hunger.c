/*
 * Takes all the memory that it can get, in steps that halve each time one is refused, and writes to every page of it;
 * then it says how much that was. The last word must be the host's.
 */
#include <stdio.h>

#include "skerry.h"

enum { PAGE_BYTES = 65536, FIRST_STEP = 1024 };

/* Writes to each page from `first` to the end, and counts those that do not hold what was written. */
static unsigned touch(size_t first, size_t end) {
  unsigned bad = 0;
  for (size_t page = first; page < end; page++) {
    volatile unsigned char *last = (unsigned char *) (page * PAGE_BYTES + PAGE_BYTES - 1);
    bad += *last != 0;
    *last = 0xa5;
    bad += *last != 0xa5;
  }
  return bad;
}

int main(void) {
  skerry_ref report = dom_query(dom_document(), "#report");
  size_t start = __builtin_wasm_memory_size(0);
  unsigned bad = 0;
  unsigned refused = 0;
  dom_set_attribute(report, "data-state", "eating");
  for (size_t step = FIRST_STEP; step > 0;) {
    size_t old = __builtin_wasm_memory_grow(0, step);
    if (old == SIZE_MAX) {
      refused++;
      step /= 2;
    } else {
      bad += touch(old, old + step);
    }
  }
  size_t pages = __builtin_wasm_memory_size(0);
  char text[24];
  snprintf(text, sizeof text, "%zu", pages);
  dom_set_attribute(report, "data-pages", text);
  snprintf(text, sizeof text, "%zu", pages - start);
  dom_set_attribute(report, "data-eaten", text);
  snprintf(text, sizeof text, "%u", refused);
  dom_set_attribute(report, "data-refused", text);
  snprintf(text, sizeof text, "%u", bad);
  dom_set_attribute(report, "data-bad", text);
  dom_set_attribute(report, "data-state", "refused");
  char line[80];
  snprintf(line, sizeof line, "got %zu pages of 64 KiB, then refused %u times", pages - start, refused);
  console_log(line);
  return 0;
}
