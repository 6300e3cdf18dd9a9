#include "lines.h"

enum { MAX_INDENT = CODE_INDENT - 1, MAX_NUMBER_DIGITS = 9, MIN_FENCE = 3, MIN_RULE = 3, MAX_LEVEL = 6 };

size_t line_indent(struct slice line) {
  size_t i = 0;
  while (slice_at(line, i) == ' ') {
    i++;
  }
  return i;
}

bool line_is_blank(struct slice line) {
  return slice_trim(line).length == 0;
}

struct slice line_outdent(struct slice line, size_t columns) {
  size_t indent = line_indent(line);
  return slice_part(line, indent < columns ? indent : columns, line.length);
}

static size_t run_length(struct slice line, size_t from, char c) {
  size_t i = from;
  while (i < line.length && line.at[i] == c) {
    i++;
  }
  return i - from;
}

bool line_is_rule(struct slice line) {
  size_t indent = line_indent(line);
  char c = slice_at(line, indent);
  if (indent > MAX_INDENT || (c != '-' && c != '_' && c != '*')) {
    return false;
  }
  size_t count = 0;
  for (size_t i = indent; i < line.length; i++) {
    if (line.at[i] == c) {
      count++;
    } else if (!is_space(line.at[i])) {
      return false;
    }
  }
  return count >= MIN_RULE;
}

int line_heading(struct slice line, struct slice *text) {
  size_t indent = line_indent(line);
  size_t level = run_length(line, indent, '#');
  size_t after = indent + level;
  if (indent > MAX_INDENT || level == 0 || level > MAX_LEVEL
      || (after < line.length && !is_space(line.at[after]))) {
    return 0;
  }
  struct slice content = slice_trim(slice_part(line, after, line.length));
  size_t end = content.length;
  while (end > 0 && content.at[end - 1] == '#') {
    end--;
  }
  if (end == 0 || is_space(content.at[end - 1])) {
    content = slice_trim(slice_part(content, 0, end));
  }
  *text = content;
  return (int) level;
}

int line_underline(struct slice line) {
  size_t indent = line_indent(line);
  struct slice content = slice_trim(line);
  char c = slice_at(content, 0);
  if (indent > MAX_INDENT || (c != '=' && c != '-') || run_length(content, 0, c) != content.length) {
    return 0;
  }
  return c == '=' ? 1 : 2;
}

bool line_fence(struct slice line, struct fence *fence) {
  size_t indent = line_indent(line);
  char c = slice_at(line, indent);
  if (indent > MAX_INDENT || (c != '`' && c != '~')) {
    return false;
  }
  size_t length = run_length(line, indent, c);
  struct slice info = slice_trim(slice_part(line, indent + length, line.length));
  if (length < MIN_FENCE) {
    return false;
  }
  for (size_t i = 0; c == '`' && i < info.length; i++) {
    if (info.at[i] == '`') {
      return false;
    }
  }
  *fence = (struct fence) {c, length, indent, info};
  return true;
}

bool line_closes(struct slice line, const struct fence *fence) {
  size_t indent = line_indent(line);
  struct slice content = slice_trim(line);
  return indent <= MAX_INDENT && content.length >= fence->length
      && run_length(content, 0, fence->c) == content.length;
}

bool line_quote(struct slice line, struct slice *content) {
  size_t indent = line_indent(line);
  if (indent > MAX_INDENT || slice_at(line, indent) != '>') {
    return false;
  }
  size_t start = indent + 1;
  *content = slice_part(line, slice_at(line, start) == ' ' ? start + 1 : start, line.length);
  return true;
}

bool line_marker(struct slice line, struct marker *marker) {
  size_t indent = line_indent(line);
  size_t i = indent;
  int number = 0;
  while (is_digit(slice_at(line, i)) && i - indent < MAX_NUMBER_DIGITS) {
    number = number * 10 + (line.at[i] - '0');
    i++;
  }
  char type = slice_at(line, i);
  bool ordered = i > indent;
  bool known = ordered ? type == '.' || type == ')' : type == '-' || type == '+' || type == '*';
  if (indent > MAX_INDENT || !known || line_is_rule(line)) {
    return false;
  }
  struct slice rest = slice_part(line, i + 1, line.length);
  size_t spaces = line_indent(rest);
  bool empty = line_is_blank(rest);
  if (spaces == 0 && !empty) {
    return false;
  }
  /* More than four spaces are one and the start of code. */
  size_t padding = empty || spaces > CODE_INDENT ? 1 : spaces;
  *marker = (struct marker) {type, ordered, number, i + 1 + padding, empty};
  return true;
}

struct slice line_row(struct slice line) {
  struct slice row = slice_trim(line);
  if (slice_at(row, 0) == '|') {
    row = slice_part(row, 1, row.length);
  }
  size_t end = row.length;
  bool escaped = end > 1 && row.at[end - 2] == '\\';
  return end > 0 && row.at[end - 1] == '|' && !escaped ? slice_part(row, 0, end - 1) : row;
}

bool line_cell(struct slice *row, struct slice *cell) {
  if (row->at == NULL) {
    return false;
  }
  size_t end = 0;
  while (end < row->length && row->at[end] != '|') {
    end += row->at[end] == '\\' && end + 1 < row->length ? 2 : 1;
  }
  *cell = slice_trim(slice_part(*row, 0, end));
  *row = end < row->length ? slice_part(*row, end + 1, row->length) : (struct slice) {NULL, 0};
  return true;
}

size_t line_cells(struct slice line) {
  struct slice row = line_row(line);
  struct slice cell;
  size_t cells = 0;
  while (line_cell(&row, &cell)) {
    cells++;
  }
  return cells;
}

bool line_is_table_delimiter(struct slice line) {
  struct slice row = line_row(line);
  struct slice cell;
  if (line_indent(line) > MAX_INDENT) {
    return false;
  }
  bool has_pipe = row.length != slice_trim(line).length;
  while (line_cell(&row, &cell)) {
    has_pipe |= row.at != NULL;
    size_t start = slice_at(cell, 0) == ':';
    size_t dashes = run_length(cell, start, '-');
    size_t end = start + dashes + (slice_at(cell, start + dashes) == ':');
    if (dashes == 0 || end != cell.length) {
      return false;
    }
  }
  return has_pipe;
}
