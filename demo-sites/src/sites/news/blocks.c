/*
 * Lines to blocks. A container (quote, list item) collects its lines without its markers and parses them as a
 * document of their own, MARKDOWN_DEPTH deep at most.
 */
#include "blocks.h"

#include <stdlib.h>
#include <string.h>

#include "lines.h"
#include "markdown.h"

/* Wider tables are text: a row of one byte gives as many cells as its table has columns. */
enum { TAB_STOP = 4, MAX_COLUMNS = 128 };

struct lines {
  struct slice *at;
  size_t count;
};

struct parser {
  struct arena *arena;
  struct lines lines;
  size_t next;
  int depth;
  struct block **end;
  /* Blank lines stood between two blocks of this level, which makes a list around them loose. */
  bool blank_between;
};

static struct block *parse_lines(struct arena *arena, struct lines lines, int depth, bool *blank_between);

/* The lines of a container while it is read: they grow on the heap, so that a thousand items cost no million lines. */
struct collected {
  struct lines lines;
  size_t capacity;
};

static void collect(struct collected *c, struct slice line) {
  if (c->lines.count == c->capacity) {
    c->capacity = c->capacity == 0 ? 16 : c->capacity * 2;
    c->lines.at = must_realloc(c->lines.at, c->capacity * sizeof line);
  }
  c->lines.at[c->lines.count++] = line;
}

static struct slice *take_lines(struct parser *p, size_t count) {
  return arena_take(p->arena, count * sizeof(struct slice));
}

/* Parses the first `count` lines that were collected, and lets go of them all. */
static struct block *parse_collected(struct parser *p, struct collected *c, size_t count, bool *blank_between) {
  struct lines lines = {take_lines(p, count), count};
  memcpy(lines.at, c->lines.at, count * sizeof(struct slice));
  free(c->lines.at);
  return parse_lines(p->arena, lines, p->depth + 1, blank_between);
}

static struct block *add(struct parser *p, enum block_kind kind) {
  struct block *block = arena_take(p->arena, sizeof *block);
  block->kind = kind;
  *p->end = block;
  p->end = &block->next;
  return block;
}

/* Whether a line ends the paragraph before it, as far as the line alone tells. */
static bool interrupts(struct slice line, int depth) {
  struct slice text;
  struct fence fence;
  struct marker marker;
  if (line_is_blank(line) || line_heading(line, &text) > 0 || line_fence(line, &fence) || line_is_rule(line)) {
    return true;
  }
  if (depth >= MARKDOWN_DEPTH) {
    return false;
  }
  return line_quote(line, &text)
      || (line_marker(line, &marker) && !marker.empty && (!marker.ordered || marker.number == 1));
}

/* Whether a paragraph is open after this line, given whether one was open before it. */
static bool is_text(struct slice line, bool after_text) {
  struct slice content;
  struct fence fence;
  return !line_is_blank(line) && line_heading(line, &content) == 0 && !line_fence(line, &fence)
      && !line_is_rule(line) && (after_text || line_indent(line) < CODE_INDENT);
}

static void parse_indented_code(struct parser *p) {
  size_t first = p->next;
  size_t end = first;
  for (size_t i = first; i < p->lines.count; i++) {
    if (line_is_blank(p->lines.at[i])) {
      continue;
    }
    if (line_indent(p->lines.at[i]) < CODE_INDENT) {
      break;
    }
    end = i + 1;
  }
  struct block *code = add(p, CODE);
  code->count = end - first;
  code->lines = take_lines(p, code->count);
  for (size_t i = first; i < end; i++) {
    code->lines[i - first] = line_outdent(p->lines.at[i], CODE_INDENT);
  }
  p->next = end;
}

static void parse_fenced_code(struct parser *p, const struct fence *fence) {
  size_t first = p->next + 1;
  size_t end = first;
  while (end < p->lines.count && !line_closes(p->lines.at[end], fence)) {
    end++;
  }
  struct block *code = add(p, CODE);
  code->text = fence->info;
  code->count = end - first;
  code->lines = take_lines(p, code->count);
  for (size_t i = first; i < end; i++) {
    code->lines[i - first] = line_outdent(p->lines.at[i], fence->indent);
  }
  p->next = end < p->lines.count ? end + 1 : end;
}

static void parse_quote(struct parser *p) {
  struct collected inner = {0};
  bool lazy = false;
  for (; p->next < p->lines.count; p->next++) {
    struct slice line = p->lines.at[p->next];
    struct slice content;
    struct marker list;
    if (line_quote(line, &content)) {
      lazy = is_text(content, lazy);
    } else if (lazy && !interrupts(line, p->depth) && !line_marker(line, &list) && line_underline(line) == 0) {
      content = line;
    } else {
      break;
    }
    collect(&inner, content);
  }
  bool blank_between;
  add(p, QUOTE)->children = parse_collected(p, &inner, inner.lines.count, &blank_between);
}

/* One item: its first line stands at p->next. Blank lines after it are left to the caller. */
static void parse_item(struct parser *p, const struct marker *marker, struct block *item, bool *blank_between) {
  struct slice first = p->lines.at[p->next];
  struct slice content = slice_part(first, marker->width, first.length);
  struct collected inner = {0};
  struct fence fence;
  bool in_fence = line_fence(content, &fence);
  bool lazy = is_text(content, false);
  size_t start = p->next;
  size_t end = start + 1;
  collect(&inner, content);
  for (size_t i = end; i < p->lines.count; i++) {
    struct slice line = p->lines.at[i];
    content = line_outdent(line, marker->width);
    if (line_is_blank(line)) {
      /* An item that begins with a blank line ends at the second. */
      if (marker->empty && i == start + 1) {
        break;
      }
      lazy = false;
      collect(&inner, content);
      continue;
    }
    if (line_indent(line) < marker->width) {
      struct marker sibling;
      if (in_fence || !lazy || interrupts(line, p->depth) || line_underline(line) > 0
          || line_marker(line, &sibling)) {
        break;
      }
      content = line;
    } else if (in_fence) {
      in_fence = !line_closes(content, &fence);
      lazy = false;
    } else {
      in_fence = line_fence(content, &fence);
      lazy = is_text(content, lazy);
    }
    collect(&inner, content);
    end = i + 1;
  }
  p->next = end;
  item->children = parse_collected(p, &inner, end - start, blank_between);
}

static void parse_list(struct parser *p, struct marker marker) {
  struct block *list = add(p, LIST);
  struct block **end = &list->children;
  list->ordered = marker.ordered;
  list->number = marker.number;
  list->tight = true;
  char type = marker.type;
  for (;;) {
    struct block *item = arena_take(p->arena, sizeof *item);
    item->kind = ITEM;
    *end = item;
    end = &item->next;
    bool blank_between;
    parse_item(p, &marker, item, &blank_between);
    size_t after = p->next;
    while (after < p->lines.count && line_is_blank(p->lines.at[after])) {
      after++;
    }
    bool more = after < p->lines.count && line_marker(p->lines.at[after], &marker) && marker.type == type;
    list->tight &= !blank_between && !(more && after > p->next);
    if (!more) {
      return;
    }
    p->next = after;
  }
}

static bool parse_table(struct parser *p) {
  size_t first = p->next;
  if (first + 1 >= p->lines.count || !line_is_table_delimiter(p->lines.at[first + 1])) {
    return false;
  }
  size_t columns = line_cells(p->lines.at[first + 1]);
  if (columns > MAX_COLUMNS || line_cells(p->lines.at[first]) != columns) {
    return false;
  }
  size_t end = first + 2;
  while (end < p->lines.count && !interrupts(p->lines.at[end], p->depth)
      && line_indent(p->lines.at[end]) < CODE_INDENT) {
    end++;
  }
  struct block *table = add(p, TABLE);
  table->lines = p->lines.at + first;
  table->count = end - first;
  p->next = end;
  return true;
}

/* A paragraph's lines as one text, without their indents. */
static struct slice join(struct parser *p, size_t first, size_t end) {
  size_t length = 0;
  for (size_t i = first; i < end; i++) {
    length += p->lines.at[i].length + 1;
  }
  char *at = arena_take(p->arena, length);
  size_t used = 0;
  for (size_t i = first; i < end; i++) {
    struct slice line = line_outdent(p->lines.at[i], p->lines.at[i].length);
    memcpy(at + used, line.at, line.length);
    used += line.length;
    at[used++] = '\n';
  }
  return slice_trim((struct slice) {at, used});
}

static void parse_paragraph(struct parser *p) {
  size_t first = p->next;
  size_t end = first + 1;
  int level = 0;
  while (end < p->lines.count && level == 0) {
    level = line_underline(p->lines.at[end]);
    if (level == 0) {
      if (interrupts(p->lines.at[end], p->depth)) {
        break;
      }
      end++;
    }
  }
  struct block *block = add(p, level > 0 ? HEADING : PARAGRAPH);
  block->number = level;
  block->text = join(p, first, end);
  p->next = level > 0 ? end + 1 : end;
}

static void parse_block(struct parser *p) {
  struct slice line = p->lines.at[p->next];
  struct slice text;
  struct fence fence;
  struct marker marker;
  bool containers = p->depth < MARKDOWN_DEPTH;
  int level;
  if (line_indent(line) >= CODE_INDENT) {
    parse_indented_code(p);
  } else if (line_fence(line, &fence)) {
    parse_fenced_code(p, &fence);
  } else if ((level = line_heading(line, &text)) > 0) {
    struct block *heading = add(p, HEADING);
    heading->number = level;
    heading->text = text;
    p->next++;
  } else if (line_is_rule(line)) {
    add(p, RULE);
    p->next++;
  } else if (containers && line_quote(line, &text)) {
    parse_quote(p);
  } else if (containers && line_marker(line, &marker)) {
    parse_list(p, marker);
  } else if (!parse_table(p)) {
    parse_paragraph(p);
  }
}

static struct block *parse_lines(struct arena *arena, struct lines lines, int depth, bool *blank_between) {
  struct block *first = NULL;
  struct parser p = {arena, lines, 0, depth, &first, false};
  bool blank = false;
  while (p.next < lines.count) {
    if (line_is_blank(lines.at[p.next])) {
      blank = first != NULL;
      p.next++;
      continue;
    }
    p.blank_between |= blank;
    blank = false;
    parse_block(&p);
  }
  *blank_between = p.blank_between;
  return first;
}

/* The line with the tabs before its text as spaces up to the next tab stop. */
static struct slice expand_tabs(struct arena *arena, struct slice line) {
  size_t text = 0;
  size_t tabs = 0;
  while (text < line.length && strchr(" \t>-+*.)0123456789", line.at[text]) != NULL && line.at[text] != '\0') {
    tabs += line.at[text++] == '\t';
  }
  if (tabs == 0) {
    return line;
  }
  char *at = arena_take(arena, line.length + tabs * (TAB_STOP - 1));
  size_t used = 0;
  for (size_t i = 0; i < text; i++) {
    size_t stop = line.at[i] == '\t' ? (used / TAB_STOP + 1) * TAB_STOP : used + 1;
    while (used < stop) {
      at[used++] = line.at[i] == '\t' ? ' ' : line.at[i];
    }
  }
  memcpy(at + used, line.at + text, line.length - text);
  return (struct slice) {at, used + line.length - text};
}

static size_t line_length(struct slice source) {
  const char *newline = source.length == 0 ? NULL : memchr(source.at, '\n', source.length);
  return newline == NULL ? source.length : (size_t) (newline - source.at);
}

struct block *blocks_parse(struct arena *arena, struct slice source) {
  size_t count = 1;
  for (size_t i = 0; i < source.length; i++) {
    count += source.at[i] == '\n';
  }
  struct lines lines = {arena_take(arena, count * sizeof(struct slice)), 0};
  while (source.length > 0) {
    size_t length = line_length(source);
    size_t end = length > 0 && source.at[length - 1] == '\r' ? length - 1 : length;
    lines.at[lines.count++] = expand_tabs(arena, slice_part(source, 0, end));
    source = slice_part(source, length + 1, source.length);
  }
  bool blank_between;
  return parse_lines(arena, lines, 0, &blank_between);
}
