/*
 * The Markdown renderer as a page: it reads the document that the page carries in #source and builds its elements
 * in #article. The host has no text nodes, so a text beside elements becomes a <span>.
 */
#include <stdio.h>
#include <stdlib.h>

#include "markdown.h"
#include "skerry.h"

/* An element that is open: its text is kept back until it is known whether it is all the content. */
struct element {
  struct element *outer;
  skerry_ref node;
  struct text text;
  bool has_children;
};

struct dom_builder {
  struct element *innermost;
  int elements;
};

static void flush_text(struct element *element) {
  if (element->text.length > 0) {
    skerry_ref span = dom_create_element("span");
    dom_set_text_n(span, element->text.at, element->text.length);
    dom_append_child(element->node, span);
    skerry_drop(span);
    element->text.length = 0;
  }
}

static void push(struct dom_builder *dom, skerry_ref node) {
  struct element *element = must_realloc(NULL, sizeof *element);
  *element = (struct element) {.outer = dom->innermost, .node = node};
  dom->innermost = element;
}

static void pop(struct dom_builder *dom) {
  struct element *element = dom->innermost;
  if (element->has_children) {
    flush_text(element);
  } else if (element->text.length > 0) {
    dom_set_text_n(element->node, element->text.at, element->text.length);
  }
  dom->innermost = element->outer;
  skerry_drop(element->node);
  text_free(&element->text);
  free(element);
}

static void dom_open(void *to, const char *tag) {
  struct dom_builder *dom = to;
  flush_text(dom->innermost);
  dom->innermost->has_children = true;
  skerry_ref node = dom_create_element(tag);
  dom_append_child(dom->innermost->node, node);
  dom->elements++;
  push(dom, node);
}

static void dom_attribute_value(void *to, const char *name, struct slice value) {
  struct dom_builder *dom = to;
  dom_set_attribute_n(dom->innermost->node, name, value.at, value.length);
}

static void dom_text_run(void *to, struct slice text) {
  struct dom_builder *dom = to;
  text_append(&dom->innermost->text, text);
}

static void dom_close(void *to, const char *tag) {
  (void) tag;
  pop(to);
}

static const struct markdown_output dom_output = {dom_open, dom_attribute_value, dom_text_run, dom_close};

int main(void) {
  skerry_ref page = dom_document();
  skerry_ref article = dom_query(page, "#article");
  skerry_ref status = dom_query(page, "#status");
  char *source = dom_text_copy(dom_query(page, "#source"));
  if (source == NULL) {
    dom_set_text(status, "no memory for the document");
    return 0;
  }
  double start = performance_now();
  struct dom_builder dom = {0};
  push(&dom, article);
  markdown_render(slice_of(source), &dom_output, &dom);
  pop(&dom);

  char text[100];
  snprintf(text, sizeof text, "%d elements from Markdown in %.1f ms, %u references held",
      dom.elements, performance_now() - start, (unsigned) skerry_held());
  dom_set_text(status, text);
  console_log(text);
  free(source);
  return 0;
}
