/*
 * A JavaScript prompt. QuickJS is a module of its own with a memory of its own: this one copies each script there through
 * the two functions of bridge.wat, has it evaluated, and copies the answer back. The scripts of the page's list are
 * evaluated at the start, that of #source whenever #run is clicked; all of them share one global object.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "skerry.h"

#define FROM(module, name) __attribute__((import_module(#module), import_name(#name))) name

int32_t FROM(bridge, peek)(uint32_t address);
void FROM(bridge, poke)(uint32_t address, int32_t byte);
/* Values and addresses are QuickJS's own. */
int32_t FROM(quickjs, qjs_init)(void);
uint32_t FROM(quickjs, qjs_eval)(uint32_t script, uint32_t length, uint32_t file, int32_t flags);
int32_t FROM(quickjs, qjs_is_exception)(uint32_t value);
uint32_t FROM(quickjs, qjs_get_exception)(void);
uint32_t FROM(quickjs, qjs_get_string_len)(uint32_t value, uint32_t length);
void FROM(quickjs, qjs_free_cstring)(uint32_t text);
void FROM(quickjs, qjs_free_value)(uint32_t value);
int32_t FROM(quickjs, qjs_is_job_pending)(void);
int32_t FROM(quickjs, qjs_execute_pending_job)(void);
uint32_t FROM(quickjs, wasm_malloc)(uint32_t size);
void FROM(quickjs, wasm_free)(uint32_t address);

static skerry_ref answers;
static int evaluated, thrown;

/* A copy in the memory of QuickJS, with a NUL behind it. */
static uint32_t hand_over(const char *text) {
  uint32_t length = (uint32_t) strlen(text);
  uint32_t address = wasm_malloc(length + 1);
  for (uint32_t i = 0; address != 0 && i <= length; i++) {
    poke(address + i, (unsigned char) text[i]);
  }
  return address;
}

/* What String(value) gives, in this memory; NULL where that threw or there is no room. */
static char *text_of(uint32_t value) {
  uint32_t size = wasm_malloc(sizeof(uint32_t));
  uint32_t from = size == 0 ? 0 : qjs_get_string_len(value, size);
  char *text = NULL;
  if (from != 0) {
    uint32_t length = 0;
    for (int i = 3; i >= 0; i--) {
      length = length << 8 | (uint32_t) peek(size + (uint32_t) i);
    }
    text = malloc(length + 1);
    for (uint32_t i = 0; text != NULL && i < length; i++) {
      text[i] = (char) peek(from + i);
    }
    if (text != NULL) {
      text[length] = '\0';
    }
    qjs_free_cstring(from);
  }
  wasm_free(size);
  return text;
}

static void add(skerry_ref parent, const char *tag, const char *text) {
  skerry_ref child = dom_create_element(tag);
  dom_set_text(child, text);
  dom_append_child(parent, child);
  skerry_drop(child);
}

static void evaluate(const char *script) {
  uint32_t source = hand_over(script);
  uint32_t file = hand_over("<prompt>");
  uint32_t value = qjs_eval(source, (uint32_t) strlen(script), file, 0);
  int failed = qjs_is_exception(value);
  if (failed) {
    value = qjs_get_exception();
    thrown++;
  }
  while (qjs_is_job_pending() && qjs_execute_pending_job() >= 0) {
  }
  char *text = text_of(value);
  skerry_ref item = dom_create_element("li");
  add(item, "code", script);
  add(item, failed ? "strong" : "output", text == NULL ? "(no text)" : text);
  dom_append_child(answers, item);
  skerry_drop(item);
  free(text);
  qjs_free_value(value);
  wasm_free(file);
  wasm_free(source);
  evaluated++;
}

static void show_status(void) {
  char line[64];
  snprintf(line, sizeof line, "%d scripts evaluated, %d of them threw", evaluated, thrown);
  skerry_ref status = dom_query(dom_document(), "#status");
  dom_set_text(status, line);
  skerry_drop(status);
}

static void run(void *data) {
  (void) data;
  skerry_ref source = dom_query(dom_document(), "#source");
  char *script = dom_text_copy(source);
  if (script != NULL) {
    evaluate(script);
  }
  free(script);
  skerry_drop(source);
  show_status();
}

int main(void) {
  answers = dom_query(dom_document(), "#answers");
  if (qjs_init() != 0) {
    return 1;
  }
  skerry_ref scripts = dom_query_all(dom_document(), "#scripts > li");
  for (int32_t i = 0; i < dom_list_length(scripts); i++) {
    skerry_ref item = dom_list_item(scripts, i);
    char *script = dom_text_copy(item);
    if (script != NULL) {
      evaluate(script);
    }
    free(script);
    skerry_drop(item);
  }
  dom_add_event_listener(dom_query(dom_document(), "#run"), "click", run, NULL);
  show_status();
  char line[64];
  snprintf(line, sizeof line, "JavaScript: %d scripts evaluated, %d of them threw", evaluated, thrown);
  console_log(line);
  return 0;
}
