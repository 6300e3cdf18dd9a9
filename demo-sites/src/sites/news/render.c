/* Blocks to calls of the output. */
#include <stdio.h>

#include "blocks.h"
#include "inlines.h"
#include "lines.h"

struct renderer {
  struct arena *arena;
  const struct markdown_output *output;
  void *to;
};

static void render_blocks(const struct renderer *r, const struct block *first, bool tight);

static void open(const struct renderer *r, const char *tag) {
  r->output->open(r->to, tag);
}

static void close(const struct renderer *r, const char *tag) {
  r->output->close(r->to, tag);
}

static void inlines(const struct renderer *r, const char *tag, struct slice text) {
  open(r, tag);
  inlines_render(r->arena, text, r->output, r->to);
  close(r, tag);
}

static void render_heading(const struct renderer *r, const struct block *block) {
  static const char *const tags[] = {"h1", "h2", "h3", "h4", "h5", "h6"};
  inlines(r, tags[block->number - 1], block->text);
}

static void render_code(const struct renderer *r, const struct block *block) {
  open(r, "pre");
  open(r, "code");
  struct slice info = inlines_unescape(r->arena, block->text);
  size_t end = 0;
  while (end < info.length && !is_space(info.at[end])) {
    end++;
  }
  if (end > 0) {
    struct text name = {0};
    text_append(&name, slice_of("language-"));
    text_append(&name, slice_part(info, 0, end));
    r->output->attribute(r->to, "class", text_slice(&name));
    text_free(&name);
  }
  for (size_t i = 0; i < block->count; i++) {
    r->output->text(r->to, block->lines[i]);
    r->output->text(r->to, slice_of("\n"));
  }
  close(r, "code");
  close(r, "pre");
}

static void render_list(const struct renderer *r, const struct block *list) {
  const char *tag = list->ordered ? "ol" : "ul";
  open(r, tag);
  if (list->ordered && list->number != 1) {
    char number[12];
    int length = snprintf(number, sizeof number, "%d", list->number);
    r->output->attribute(r->to, "start", (struct slice) {number, (size_t) length});
  }
  for (const struct block *item = list->children; item != NULL; item = item->next) {
    open(r, "li");
    render_blocks(r, item->children, list->tight);
    close(r, "li");
  }
  close(r, tag);
}

/* A cell's pipes are escaped even inside code, so the backslashes before them go first. */
static struct slice without_escaped_pipes(struct arena *arena, struct slice cell) {
  char *at = arena_take(arena, cell.length);
  size_t used = 0;
  for (size_t i = 0; i < cell.length; i++) {
    bool escaped = cell.at[i] == '\\' && slice_at(cell, i + 1) == '|';
    if (!escaped) {
      at[used++] = cell.at[i];
    }
  }
  return (struct slice) {at, used};
}

static const char *alignment(struct slice delimiter) {
  bool left = slice_at(delimiter, 0) == ':';
  bool right = delimiter.length > 0 && slice_at(delimiter, delimiter.length - 1) == ':';
  return left && right ? "center" : left ? "left" : right ? "right" : NULL;
}

/* As many cells as the delimiter row has: missing ones are empty, further ones dropped. */
static void render_row(const struct renderer *r, const char *tag, struct slice line, struct slice delimiters) {
  struct slice row = line_row(line);
  struct slice columns = line_row(delimiters);
  struct slice column;
  open(r, "tr");
  while (line_cell(&columns, &column)) {
    struct slice cell = {"", 0};
    line_cell(&row, &cell);
    open(r, tag);
    const char *align = alignment(column);
    if (align != NULL) {
      r->output->attribute(r->to, "align", slice_of(align));
    }
    inlines_render(r->arena, without_escaped_pipes(r->arena, cell), r->output, r->to);
    close(r, tag);
  }
  close(r, "tr");
}

static void render_table(const struct renderer *r, const struct block *table) {
  open(r, "table");
  open(r, "thead");
  render_row(r, "th", table->lines[0], table->lines[1]);
  close(r, "thead");
  if (table->count > 2) {
    open(r, "tbody");
    for (size_t i = 2; i < table->count; i++) {
      render_row(r, "td", table->lines[i], table->lines[1]);
    }
    close(r, "tbody");
  }
  close(r, "table");
}

static void render_block(const struct renderer *r, const struct block *block, bool tight) {
  switch (block->kind) {
    case PARAGRAPH:
      if (tight) {
        inlines_render(r->arena, block->text, r->output, r->to);
      } else {
        inlines(r, "p", block->text);
      }
      break;
    case HEADING:
      render_heading(r, block);
      break;
    case CODE:
      render_code(r, block);
      break;
    case RULE:
      open(r, "hr");
      close(r, "hr");
      break;
    case QUOTE:
      open(r, "blockquote");
      render_blocks(r, block->children, false);
      close(r, "blockquote");
      break;
    case LIST:
      render_list(r, block);
      break;
    case TABLE:
      render_table(r, block);
      break;
    case ITEM:
      break;
  }
}

static void render_blocks(const struct renderer *r, const struct block *first, bool tight) {
  for (const struct block *block = first; block != NULL; block = block->next) {
    render_block(r, block, tight);
  }
}

void markdown_render(struct slice source, const struct markdown_output *output, void *to) {
  struct arena arena = {0};
  struct renderer renderer = {&arena, output, to};
  render_blocks(&renderer, blocks_parse(&arena, source), false);
  arena_free(&arena);
}
