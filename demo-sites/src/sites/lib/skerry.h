/*
 * skerry.h: the web:* host modules for guests in C.
 *
 * Every function is named after its module and its import: dom_query is "query" of "web:dom".
 * Strings are UTF-8. A parameter of type `const char *` is a NUL-terminated string; a function whose
 * name ends in _n takes a length instead. Functions that fill a buffer return the full size in bytes, or -1 where
 * the host has no value, and write only if that fits in `cap`; nothing is NUL-terminated. Their _copy twins return
 * a NUL-terminated string on the heap, which the caller frees, or NULL where the host has no value. A bool that is
 * "refused" is false.
 *
 * A skerry_ref stands for a reference of the host (a node, a list of nodes, a window) that this instance
 * holds: an index into a table of externrefs that C cannot reach otherwise, 0 for null. It stays held until
 * skerry_drop. Forging one reaches nothing but this instance's own references.
 *
 * Callbacks are C functions. Link with -Wl,--export-table, so that the host finds them.
 */
#ifndef SKERRY_H
#define SKERRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint32_t skerry_ref;
typedef void (*skerry_callback)(void *data);

/* Lets go of a reference; its number may be given out again. Null is ignored, dropping twice traps. */
void skerry_drop(skerry_ref ref);
/* How many references this instance holds. */
uint32_t skerry_held(void);

/* Made from the tables of the host modules: begin. */
/* Made from the tables of the host modules: end. */

#endif
