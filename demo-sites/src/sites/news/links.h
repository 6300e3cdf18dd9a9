/* links.h: where links and images lead. */
#ifndef LINKS_H
#define LINKS_H

#include "text.h"

struct link_target {
  struct slice destination;
  struct slice title;
};

/* Reads "(destination "title")" at `start`, with backslashes left in; its end, or 0 where it is none. */
size_t link_target_read(struct slice source, size_t start, struct link_target *target);

/* Reads "<scheme:address>" at `start`; its end, or 0 where it is none. */
size_t link_auto_read(struct slice source, size_t start, struct slice *address);

/* The destination, or an empty one where its scheme could run something (javascript:, data: and the like). */
struct slice link_safe(struct slice destination);

#endif
