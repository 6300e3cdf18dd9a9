/*
 * markdown.h: a Markdown renderer with two back ends, HTML text and a page's DOM.
 *
 * The dialect is CommonMark 0.31 with GitHub's tables and without these: raw HTML (it is text here, so that a
 * document cannot inject anything), link reference definitions, and named character references beyond a handful, and
 * e-mail autolinks.
 * Tabs count as in CommonMark at the start of a line only, and letters outside ASCII are no punctuation.
 * Containers nest to MARKDOWN_DEPTH, beyond that their markers are text; the work grows with the length of
 * the source times at most that depth.
 */
#ifndef MARKDOWN_H
#define MARKDOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

enum { MARKDOWN_DEPTH = 32 };

/*
 * Where a document goes, as calls in document order. Tags are constants, so they may be kept by pointer; texts and
 * values are borrowed. Attributes follow their open directly; every open has its close, void elements too.
 */
struct markdown_output {
  void (*open)(void *to, const char *tag);
  void (*attribute)(void *to, const char *name, struct slice value);
  void (*text)(void *to, struct slice text);
  void (*close)(void *to, const char *tag);
};

void markdown_render(struct slice source, const struct markdown_output *output, void *to);

/* HTML text that grows on the heap; starts as all zero, and its text is the caller's to free. */
struct html_writer {
  struct text text;
  bool in_tag;
};

extern const struct markdown_output html_output;

#endif
