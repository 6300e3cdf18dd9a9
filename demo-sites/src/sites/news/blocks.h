/* blocks.h: the block structure of a document, from blocks.c to render.c. */
#ifndef BLOCKS_H
#define BLOCKS_H

#include "text.h"

enum block_kind { PARAGRAPH, HEADING, CODE, RULE, QUOTE, LIST, ITEM, TABLE };

struct block {
  enum block_kind kind;
  /* Of a heading 1 to 6; of an ordered list its first number. */
  int number;
  bool ordered;
  /* Of a list: its items' paragraphs stand without <p>. */
  bool tight;
  /* Of a paragraph or heading the text, of code the info string. */
  struct slice text;
  /* Of code its lines; of a table its header, its delimiter row and its rows. */
  struct slice *lines;
  size_t count;
  struct block *children;
  struct block *next;
};

/* The document's blocks, all in the arena; texts point into the source or into the arena. */
struct block *blocks_parse(struct arena *arena, struct slice source);

#endif
