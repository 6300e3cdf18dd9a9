/*
 * Inline structure as in CommonMark's appendix: one pass makes a list of pieces, with the delimiters and brackets
 * that may turn out to be emphasis and links; each closing one looks back for what it closes.
 */
#include "inlines.h"

#include <string.h>

#include "links.h"
#include "references.h"

/* Brackets within brackets beyond this are text, so that alternative texts of nested images stay small. */
enum { MAX_BRACKETS = 64 };

enum piece_kind { TEXT, OPEN, CLOSE, IMAGE };

struct piece {
  enum piece_kind kind;
  const char *tag;
  /* The text; of a link or image its destination. */
  struct slice text;
  struct slice title;
  /* Of an image its alternative text. */
  struct slice alternative;
  struct piece *previous;
  struct piece *next;
};

/* A run of '*' or '_' that may open or close emphasis. */
struct delimiter {
  struct piece *piece;
  /* Its place in the source. */
  size_t position;
  char c;
  size_t length;
  bool can_open;
  bool can_close;
  struct delimiter *previous;
  struct delimiter *next;
};

struct bracket {
  struct piece *piece;
  struct delimiter *delimiters;
  bool image;
  bool inactive;
};

struct parser {
  struct arena *arena;
  struct slice source;
  size_t next;
  struct piece *first;
  struct piece *last;
  struct delimiter *last_delimiter;
  struct bracket brackets[MAX_BRACKETS];
  size_t bracket_count;
};

/* Puts a new piece after another one, or first where that is NULL. */
static struct piece *insert_after(struct parser *p, struct piece *before, enum piece_kind kind) {
  struct piece *piece = arena_take(p->arena, sizeof *piece);
  piece->kind = kind;
  piece->previous = before;
  piece->next = before == NULL ? p->first : before->next;
  *(before == NULL ? &p->first : &before->next) = piece;
  *(piece->next == NULL ? &p->last : &piece->next->previous) = piece;
  return piece;
}

static struct piece *add_text(struct parser *p, struct slice text) {
  struct piece *piece = insert_after(p, p->last, TEXT);
  piece->text = text;
  return piece;
}

static void add_tag(struct parser *p, enum piece_kind kind, const char *tag) {
  insert_after(p, p->last, kind)->tag = tag;
}

/* Takes `length` bytes of the source as text. */
static struct piece *take_text(struct parser *p, size_t length) {
  struct piece *piece = add_text(p, slice_part(p->source, p->next, p->next + length));
  p->next += length;
  return piece;
}

static size_t run_length(struct slice s, size_t from) {
  size_t i = from;
  while (i < s.length && s.at[i] == s.at[from]) {
    i++;
  }
  return i - from;
}

/* A code span: newlines are spaces, and one space at both ends goes unless all is space. */
static void parse_code(struct parser *p) {
  size_t ticks = run_length(p->source, p->next);
  size_t start = p->next + ticks;
  size_t end = start;
  while (end < p->source.length) {
    size_t run = p->source.at[end] == '`' ? run_length(p->source, end) : 0;
    if (run == ticks) {
      break;
    }
    end += run > 0 ? run : 1;
  }
  if (end >= p->source.length) {
    take_text(p, ticks);
    return;
  }
  size_t length = end - start;
  char *at = arena_take(p->arena, length);
  bool all_space = true;
  for (size_t i = 0; i < length; i++) {
    at[i] = p->source.at[start + i] == '\n' ? ' ' : p->source.at[start + i];
    all_space &= at[i] == ' ';
  }
  struct slice code = {at, length};
  if (!all_space && at[0] == ' ' && at[length - 1] == ' ') {
    code = slice_part(code, 1, length - 1);
  }
  add_tag(p, OPEN, "code");
  add_text(p, code);
  add_tag(p, CLOSE, "code");
  p->next = end + ticks;
}

static void add_break(struct parser *p) {
  add_tag(p, OPEN, "br");
  add_tag(p, CLOSE, "br");
}

static void parse_backslash(struct parser *p) {
  char c = slice_at(p->source, p->next + 1);
  if (c == '\n') {
    add_break(p);
    p->next++;
  } else if (is_punctuation(c)) {
    p->next++;
    take_text(p, 1);
  } else {
    take_text(p, 1);
  }
}

/* A newline: spaces before it go, and two of them make a line break. */
static void parse_newline(struct parser *p) {
  struct piece *before = p->last;
  size_t spaces = 0;
  if (before != NULL && before->kind == TEXT) {
    while (before->text.length > 0 && before->text.at[before->text.length - 1] == ' ') {
      before->text.length--;
      spaces++;
    }
  }
  if (spaces >= 2) {
    add_break(p);
  }
  take_text(p, 1);
}

static void parse_reference(struct parser *p) {
  char utf8[MAX_UTF8];
  size_t utf8_length;
  size_t length = reference_read(slice_part(p->source, p->next, p->source.length), utf8, &utf8_length);
  if (length == 0) {
    take_text(p, 1);
    return;
  }
  char *at = arena_take(p->arena, utf8_length);
  memcpy(at, utf8, utf8_length);
  add_text(p, (struct slice) {at, utf8_length});
  p->next += length;
}

static void parse_delimiters(struct parser *p) {
  char c = p->source.at[p->next];
  char before = p->next == 0 ? '\n' : p->source.at[p->next - 1];
  size_t position = p->next;
  size_t length = run_length(p->source, position);
  char after = p->next + length < p->source.length ? p->source.at[p->next + length] : '\n';
  bool left = !is_space(after) && (!is_punctuation(after) || is_space(before) || is_punctuation(before));
  bool right = !is_space(before) && (!is_punctuation(before) || is_space(after) || is_punctuation(after));
  struct piece *piece = take_text(p, length);
  bool inside_word = c == '_' && left && right;
  struct delimiter *d = arena_take(p->arena, sizeof *d);
  *d = (struct delimiter) {
      piece, position, c, length,
      left && (!inside_word || is_punctuation(before)),
      right && (!inside_word || is_punctuation(after)),
      p->last_delimiter, NULL};
  if (d->previous != NULL) {
    d->previous->next = d;
  }
  p->last_delimiter = d;
}

static void remove_delimiter(struct parser *p, struct delimiter *d) {
  if (d->previous != NULL) {
    d->previous->next = d->next;
  }
  *(d->next == NULL ? &p->last_delimiter : &d->next->previous) = d->previous;
}

/* The rule of three: a run that both opens and closes must not pair up to a multiple of three by accident. */
static bool matches(const struct delimiter *opener, const struct delimiter *closer) {
  bool ambiguous = (opener->can_open && opener->can_close) || (closer->can_open && closer->can_close);
  bool both_threes = opener->length % 3 == 0 && closer->length % 3 == 0;
  return opener->c == closer->c && opener->can_open
      && (!ambiguous || both_threes || (opener->length + closer->length) % 3 != 0);
}

/* Where to stop looking back for openers, for each kind of closer that found none: this keeps the work linear. */
struct floors {
  size_t position[2][2][3];
};

static size_t *floor_of(struct floors *floors, const struct delimiter *closer) {
  return &floors->position[closer->c == '*'][closer->can_open][closer->length % 3];
}

static struct delimiter *find_opener(struct delimiter *closer, const struct delimiter *bottom, size_t floor) {
  struct delimiter *d = closer->previous;
  while (d != bottom && d->position >= floor) {
    if (matches(d, closer)) {
      return d;
    }
    d = d->previous;
  }
  return NULL;
}

/* Makes one pair of tags of what both runs have left. */
static void emphasize(struct parser *p, struct delimiter *opener, struct delimiter *closer) {
  size_t used = opener->piece->text.length >= 2 && closer->piece->text.length >= 2 ? 2 : 1;
  const char *tag = used == 2 ? "strong" : "em";
  opener->piece->text.length -= used;
  closer->piece->text.length -= used;
  insert_after(p, opener->piece, OPEN)->tag = tag;
  insert_after(p, closer->piece->previous, CLOSE)->tag = tag;
  while (closer->previous != opener) {
    remove_delimiter(p, closer->previous);
  }
  if (opener->piece->text.length == 0) {
    remove_delimiter(p, opener);
  }
}

/* Pairs up the delimiters after `bottom` and takes them all off the list. */
static void process_emphasis(struct parser *p, struct delimiter *bottom) {
  struct floors floors = {0};
  struct delimiter *closer = p->last_delimiter == bottom ? NULL : p->last_delimiter;
  while (closer != NULL && closer->previous != bottom) {
    closer = closer->previous;
  }
  while (closer != NULL) {
    struct delimiter *next = closer->next;
    if (closer->can_close) {
      struct delimiter *opener = find_opener(closer, bottom, *floor_of(&floors, closer));
      if (opener != NULL) {
        emphasize(p, opener, closer);
        if (closer->piece->text.length > 0) {
          continue;
        }
        remove_delimiter(p, closer);
      } else {
        *floor_of(&floors, closer) = closer->position;
        if (!closer->can_open) {
          remove_delimiter(p, closer);
        }
      }
    }
    closer = next;
  }
  while (p->last_delimiter != bottom) {
    remove_delimiter(p, p->last_delimiter);
  }
}

static void parse_opening_bracket(struct parser *p, bool image) {
  if (p->bracket_count == MAX_BRACKETS) {
    p->bracket_count--;
    memmove(p->brackets, p->brackets + 1, p->bracket_count * sizeof p->brackets[0]);
  }
  struct piece *piece = take_text(p, image ? 2 : 1);
  p->brackets[p->bracket_count++] = (struct bracket) {piece, p->last_delimiter, image, false};
}

/* Everything after the bracket becomes the image's alternative text. */
static void make_image(struct parser *p, struct piece *image) {
  struct text alternative = {0};
  for (struct piece *piece = image->next; piece != NULL; piece = piece->next) {
    if (piece->kind == TEXT) {
      text_append(&alternative, piece->text);
    } else if (piece->kind == IMAGE) {
      text_append(&alternative, piece->alternative);
    }
  }
  char *at = arena_take(p->arena, alternative.length);
  if (alternative.length > 0) {
    memcpy(at, alternative.at, alternative.length);
  }
  image->kind = IMAGE;
  image->alternative = (struct slice) {at, alternative.length};
  image->next = NULL;
  p->last = image;
  text_free(&alternative);
}

/* A link's text holds no further link: the brackets around it are text. */
static void make_link(struct parser *p, struct piece *link) {
  link->kind = OPEN;
  link->tag = "a";
  add_tag(p, CLOSE, "a");
  for (size_t i = 0; i < p->bracket_count; i++) {
    p->brackets[i].inactive |= !p->brackets[i].image;
  }
}

static void parse_closing_bracket(struct parser *p) {
  struct link_target target;
  struct bracket *bracket = p->bracket_count == 0 ? NULL : &p->brackets[--p->bracket_count];
  size_t end = bracket == NULL || bracket->inactive ? 0 : link_target_read(p->source, p->next + 1, &target);
  if (end == 0) {
    take_text(p, 1);
    return;
  }
  p->next = end;
  process_emphasis(p, bracket->delimiters);
  bracket->piece->text = inlines_unescape(p->arena, target.destination);
  bracket->piece->title = inlines_unescape(p->arena, target.title);
  if (bracket->image) {
    make_image(p, bracket->piece);
  } else {
    make_link(p, bracket->piece);
  }
}

static void parse_autolink(struct parser *p) {
  struct slice address;
  size_t end = link_auto_read(p->source, p->next, &address);
  if (end == 0) {
    take_text(p, 1);
    return;
  }
  struct piece *link = insert_after(p, p->last, OPEN);
  link->tag = "a";
  link->text = address;
  add_text(p, address);
  add_tag(p, CLOSE, "a");
  p->next = end;
}

static void parse_plain(struct parser *p) {
  size_t end = p->next + 1;
  while (end < p->source.length && memchr("\\`*_[]!<&\n", p->source.at[end], 10) == NULL) {
    end++;
  }
  take_text(p, end - p->next);
}

static void parse_next(struct parser *p) {
  switch (p->source.at[p->next]) {
    case '\\': parse_backslash(p); break;
    case '`': parse_code(p); break;
    case '*':
    case '_': parse_delimiters(p); break;
    case '[': parse_opening_bracket(p, false); break;
    case ']': parse_closing_bracket(p); break;
    case '<': parse_autolink(p); break;
    case '&': parse_reference(p); break;
    case '\n': parse_newline(p); break;
    case '!':
      if (slice_at(p->source, p->next + 1) == '[') {
        parse_opening_bracket(p, true);
        break;
      }
      parse_plain(p);
      break;
    default: parse_plain(p);
  }
}

static void send(const struct piece *piece, const struct markdown_output *output, void *to) {
  switch (piece->kind) {
    case TEXT:
      if (piece->text.length > 0) {
        output->text(to, piece->text);
      }
      return;
    case CLOSE:
      output->close(to, piece->tag);
      return;
    case OPEN:
      output->open(to, piece->tag);
      if (strcmp(piece->tag, "a") == 0) {
        output->attribute(to, "href", link_safe(piece->text));
      }
      break;
    case IMAGE:
      output->open(to, "img");
      output->attribute(to, "src", link_safe(piece->text));
      output->attribute(to, "alt", piece->alternative);
      break;
  }
  if (piece->title.length > 0) {
    output->attribute(to, "title", piece->title);
  }
  if (piece->kind == IMAGE) {
    output->close(to, "img");
  }
}

void inlines_render(struct arena *arena, struct slice source, const struct markdown_output *output, void *to) {
  struct parser p = {.arena = arena, .source = source};
  while (p.next < source.length) {
    parse_next(&p);
  }
  process_emphasis(&p, NULL);
  for (const struct piece *piece = p.first; piece != NULL; piece = piece->next) {
    send(piece, output, to);
  }
}

struct slice inlines_unescape(struct arena *arena, struct slice source) {
  char *at = arena_take(arena, source.length);
  size_t used = 0;
  for (size_t i = 0; i < source.length;) {
    char utf8[MAX_UTF8];
    size_t utf8_length;
    size_t reference = reference_read(slice_part(source, i, source.length), utf8, &utf8_length);
    if (reference > 0) {
      memcpy(at + used, utf8, utf8_length);
      used += utf8_length;
      i += reference;
    } else {
      i += source.at[i] == '\\' && is_punctuation(slice_at(source, i + 1));
      at[used++] = source.at[i++];
    }
  }
  return (struct slice) {at, used};
}
