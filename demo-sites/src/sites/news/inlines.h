/* inlines.h: the text of a paragraph, heading or cell to elements. */
#ifndef INLINES_H
#define INLINES_H

#include "markdown.h"

/* Sends the text with its emphasis, code, links, images, line breaks and references to the output. */
void inlines_render(struct arena *arena, struct slice source, const struct markdown_output *output, void *to);

/* A destination, title or info string without its backslashes, references replaced. */
struct slice inlines_unescape(struct arena *arena, struct slice source);

#endif
