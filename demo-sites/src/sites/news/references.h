/* references.h: character references such as &amp; and &#8212; */
#ifndef REFERENCES_H
#define REFERENCES_H

#include "text.h"

enum { MAX_UTF8 = 4 };

/*
 * The reference that `source` begins with: its length in the source, and its character as UTF-8 in `utf8`; 0 where it
 * begins with none that is known.
 */
size_t reference_read(struct slice source, char utf8[MAX_UTF8], size_t *utf8_length);

#endif
