/* lines.h: what a single line can begin, the questions that blocks.c asks. */
#ifndef LINES_H
#define LINES_H

#include "text.h"

/* Four spaces make code. */
enum { CODE_INDENT = 4 };

struct fence {
  char c;
  size_t length;
  size_t indent;
  struct slice info;
};

struct marker {
  /* '-', '+', '*', or the '.' or ')' after a number: items of one list share it. */
  char type;
  bool ordered;
  int number;
  /* Columns up to the item's content. */
  size_t width;
  bool empty;
};

size_t line_indent(struct slice line);
bool line_is_blank(struct slice line);
/* The line without `columns` spaces at its start, or without as many as it has. */
struct slice line_outdent(struct slice line, size_t columns);
bool line_is_rule(struct slice line);
/* The level of an ATX heading, 0 for none; its text goes to `text`. */
int line_heading(struct slice line, struct slice *text);
/* The level that a setext underline gives to the paragraph above, 0 for none. */
int line_underline(struct slice line);
bool line_fence(struct slice line, struct fence *fence);
bool line_closes(struct slice line, const struct fence *fence);
bool line_quote(struct slice line, struct slice *content);
bool line_marker(struct slice line, struct marker *marker);
bool line_is_table_delimiter(struct slice line);
/* Takes the next cell off a table row; false at its end. */
bool line_cell(struct slice *row, struct slice *cell);
struct slice line_row(struct slice line);
size_t line_cells(struct slice line);

#endif
