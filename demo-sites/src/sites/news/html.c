/* The back end that writes HTML text, line by line as CommonMark's reference implementation does. */
#include <string.h>

#include "markdown.h"

static const char *const BLOCK_TAGS[] = {
    "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "table", "tbody", "td", "th",
    "thead", "tr", "ul", NULL};
static const char *const VOID_TAGS[] = {"br", "hr", "img", NULL};

static bool one_of(const char *tag, const char *const *tags) {
  for (; *tags != NULL; tags++) {
    if (strcmp(tag, *tags) == 0) {
      return true;
    }
  }
  return false;
}

static void put(struct html_writer *html, const char *string) {
  text_append(&html->text, slice_of(string));
}

static const char *escape_of(char c) {
  switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\0': return "\xef\xbf\xbd";
    default: return NULL;
  }
}

static void put_escaped(struct html_writer *html, struct slice s) {
  size_t plain = 0;
  for (size_t i = 0; i < s.length; i++) {
    const char *escape = escape_of(s.at[i]);
    if (escape != NULL) {
      text_append(&html->text, slice_part(s, plain, i));
      put(html, escape);
      plain = i + 1;
    }
  }
  text_append(&html->text, slice_part(s, plain, s.length));
}

static void end_tag_head(struct html_writer *html) {
  if (html->in_tag) {
    html->in_tag = false;
    put(html, ">");
  }
}

static void begin_line(struct html_writer *html) {
  if (html->text.length > 0 && html->text.at[html->text.length - 1] != '\n') {
    put(html, "\n");
  }
}

static void html_open(void *to, const char *tag) {
  struct html_writer *html = to;
  end_tag_head(html);
  if (one_of(tag, BLOCK_TAGS)) {
    begin_line(html);
  }
  put(html, "<");
  put(html, tag);
  html->in_tag = true;
}

static void html_attribute(void *to, const char *name, struct slice value) {
  struct html_writer *html = to;
  put(html, " ");
  put(html, name);
  put(html, "=\"");
  put_escaped(html, value);
  put(html, "\"");
}

static void html_text(void *to, struct slice text) {
  struct html_writer *html = to;
  end_tag_head(html);
  put_escaped(html, text);
}

static void html_close(void *to, const char *tag) {
  struct html_writer *html = to;
  if (one_of(tag, VOID_TAGS)) {
    html->in_tag = false;
    put(html, " />");
  } else {
    end_tag_head(html);
    if (strcmp(tag, "blockquote") == 0) {
      begin_line(html);
    }
    put(html, "</");
    put(html, tag);
    put(html, ">");
  }
  if (one_of(tag, BLOCK_TAGS)) {
    put(html, "\n");
  }
}

const struct markdown_output html_output = {html_open, html_attribute, html_text, html_close};
