/* Markdown on standard input, HTML on standard output: a WASI command, and as well a native one. */
#include <stdio.h>
#include <stdlib.h>

#include "markdown.h"

enum { READ_BYTES = 64 * 1024 };

static struct text read_all(FILE *in) {
  struct text source = {0};
  char *buffer = must_realloc(NULL, READ_BYTES);
  size_t count;
  while ((count = fread(buffer, 1, READ_BYTES, in)) > 0) {
    text_append(&source, (struct slice) {buffer, count});
  }
  free(buffer);
  return source;
}

int main(void) {
  struct text source = read_all(stdin);
  if (ferror(stdin)) {
    fputs("markdown: cannot read standard input\n", stderr);
    return 1;
  }
  struct html_writer html = {0};
  markdown_render(text_slice(&source), &html_output, &html);
  if (html.text.length > 0) {
    fwrite(html.text.at, 1, html.text.length, stdout);
  }
  text_free(&html.text);
  text_free(&source);
  if (fflush(stdout) != 0 || ferror(stdout)) {
    fputs("markdown: cannot write standard output\n", stderr);
    return 1;
  }
  return 0;
}
