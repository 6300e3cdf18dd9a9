/*
 * The guest side of skerry.h. An externref lives in C only as a value on the way between a host function and the
 * table of skerry.s: it has no address and cannot be stored, so this file must be compiled with -O1 or more.
 */
#include "skerry.h"

#include <stdlib.h>
#include <string.h>

/* A pointer into address space 10 is what LLVM calls an externref. */
typedef struct skerry_extern __attribute__((address_space(10))) *externref;

externref skerry_table_get(uint32_t slot);
void skerry_table_set(uint32_t slot, externref value);
void skerry_table_clear(uint32_t slot);
int32_t skerry_table_grow(uint32_t slots);
int32_t skerry_is_null(externref value);

/* Slots of the table: [1, used) were given out, of which free_slots[0, free_count) came back. */
static uint32_t used = 1;
static uint32_t capacity;
static uint32_t *free_slots;
static uint32_t free_count;

enum { FIRST_SLOTS = 64 };

static void grow(void) {
  uint32_t more = capacity == 0 ? FIRST_SLOTS : capacity;
  uint32_t *slots = realloc(free_slots, (capacity + more) * sizeof *free_slots);
  if (slots == NULL || skerry_table_grow(more) < 0) {
    __builtin_trap();
  }
  free_slots = slots;
  capacity += more;
}

static skerry_ref hold(externref value) {
  if (skerry_is_null(value)) {
    return 0;
  }
  if (free_count == 0 && used >= capacity) {
    grow();
  }
  uint32_t slot = free_count > 0 ? free_slots[--free_count] : used++;
  skerry_table_set(slot, value);
  return slot;
}

/* Null has no slot before the first reference was held, and slot 0 is the empty one after that. */
static externref held(skerry_ref ref) {
  if (capacity == 0) {
    grow();
  }
  return skerry_table_get(ref);
}

void skerry_drop(skerry_ref ref) {
  if (ref == 0) {
    return;
  }
  if (skerry_is_null(skerry_table_get(ref))) {
    __builtin_trap();
  }
  skerry_table_clear(ref);
  free_slots[free_count++] = ref;
}

uint32_t skerry_held(void) {
  return used - 1 - free_count;
}

/* Calls a function that fills a buffer twice: for the size, then for the bytes. */
#define COPY(size_call, fill_call)               \
  int32_t size = size_call;                      \
  if (size < 0) {                                \
    return NULL;                                 \
  }                                              \
  char *copy = malloc((size_t) size + 1);        \
  if (copy == NULL) {                            \
    return NULL;                                 \
  }                                              \
  fill_call;                                     \
  copy[size] = '\0';                             \
  return copy

/* Declares web:<module>'s function <name> as host_<module>_<name>. */
#define IMPORT(result, module, name, ...)                                              \
  __attribute__((import_module("web:" #module), import_name(#name)))                   \
  result host_##module##_##name(__VA_ARGS__)

/* web:console */

#define CONSOLE(level)                                          \
  IMPORT(void, console, level, const char *text, size_t length); \
  void console_##level(const char *text) {                      \
    host_console_##level(text, strlen(text));                   \
  }

CONSOLE(debug)
CONSOLE(log)
CONSOLE(info)
CONSOLE(warn)
CONSOLE(error)

/* web:dom, nodes */

IMPORT(externref, dom, document, void);
IMPORT(externref, dom, query, externref root, const char *selector, size_t length);
IMPORT(externref, dom, query_all, externref root, const char *selector, size_t length);
IMPORT(int32_t, dom, list_length, externref list);
IMPORT(externref, dom, list_item, externref list, int32_t index);
IMPORT(externref, dom, create_element, const char *tag, size_t length);
IMPORT(void, dom, append_child, externref parent, externref child);
IMPORT(void, dom, remove, externref node);
IMPORT(externref, dom, parent, externref node);
IMPORT(int32_t, dom, text, externref node, char *buf, int32_t cap);
IMPORT(void, dom, set_text, externref node, const char *text, size_t length);
IMPORT(int32_t, dom, attribute, externref node, const char *name, size_t name_length, char *buf, int32_t cap);
IMPORT(void, dom, set_attribute,
    externref node, const char *name, size_t name_length, const char *value, size_t length);
IMPORT(void, dom, remove_attribute, externref node, const char *name, size_t length);
IMPORT(int32_t, dom, tag_name, externref node, char *buf, int32_t cap);

skerry_ref dom_document(void) {
  return hold(host_dom_document());
}

skerry_ref dom_query(skerry_ref root, const char *selector) {
  return hold(host_dom_query(held(root), selector, strlen(selector)));
}

skerry_ref dom_query_all(skerry_ref root, const char *selector) {
  return hold(host_dom_query_all(held(root), selector, strlen(selector)));
}

int32_t dom_list_length(skerry_ref list) {
  return host_dom_list_length(held(list));
}

skerry_ref dom_list_item(skerry_ref list, int32_t index) {
  return hold(host_dom_list_item(held(list), index));
}

skerry_ref dom_create_element(const char *tag) {
  return hold(host_dom_create_element(tag, strlen(tag)));
}

void dom_append_child(skerry_ref parent_node, skerry_ref child) {
  host_dom_append_child(held(parent_node), held(child));
}

void dom_remove(skerry_ref node) {
  host_dom_remove(held(node));
}

skerry_ref dom_parent(skerry_ref node) {
  return hold(host_dom_parent(held(node)));
}

int32_t dom_text(skerry_ref node, char *buf, int32_t cap) {
  return host_dom_text(held(node), buf, cap);
}

char *dom_text_copy(skerry_ref node) {
  COPY(dom_text(node, NULL, 0), dom_text(node, copy, size));
}

void dom_set_text(skerry_ref node, const char *value) {
  dom_set_text_n(node, value, strlen(value));
}

void dom_set_text_n(skerry_ref node, const char *value, size_t length) {
  host_dom_set_text(held(node), value, length);
}

int32_t dom_attribute(skerry_ref node, const char *name, char *buf, int32_t cap) {
  return host_dom_attribute(held(node), name, strlen(name), buf, cap);
}

char *dom_attribute_copy(skerry_ref node, const char *name) {
  COPY(dom_attribute(node, name, NULL, 0), dom_attribute(node, name, copy, size));
}

void dom_set_attribute(skerry_ref node, const char *name, const char *value) {
  dom_set_attribute_n(node, name, value, strlen(value));
}

void dom_set_attribute_n(skerry_ref node, const char *name, const char *value, size_t length) {
  host_dom_set_attribute(held(node), name, strlen(name), value, length);
}

void dom_remove_attribute(skerry_ref node, const char *name) {
  host_dom_remove_attribute(held(node), name, strlen(name));
}

int32_t dom_tag_name(skerry_ref node, char *buf, int32_t cap) {
  return host_dom_tag_name(held(node), buf, cap);
}

/* web:dom, events */

IMPORT(int32_t, dom, add_event_listener,
    externref target, const char *type, size_t length, skerry_callback callback, void *data);
IMPORT(void, dom, remove_event_listener, int32_t id);
IMPORT(void, dom, dispatch_event, externref target, const char *type, size_t length, int32_t bubbles);
IMPORT(int32_t, dom, event_type, char *buf, int32_t cap);
IMPORT(externref, dom, event_target, void);
IMPORT(void, dom, event_stop, void);

int32_t dom_add_event_listener(skerry_ref target, const char *type, skerry_callback callback, void *data) {
  return host_dom_add_event_listener(held(target), type, strlen(type), callback, data);
}

void dom_remove_event_listener(int32_t id) {
  host_dom_remove_event_listener(id);
}

void dom_dispatch_event(skerry_ref target, const char *type, bool bubbles) {
  host_dom_dispatch_event(held(target), type, strlen(type), bubbles);
}

int32_t dom_event_type(char *buf, int32_t cap) {
  return host_dom_event_type(buf, cap);
}

skerry_ref dom_event_target(void) {
  return hold(host_dom_event_target());
}

void dom_event_stop(void) {
  host_dom_event_stop();
}

/* web:timers and web:performance */

IMPORT(int32_t, timers, set_timeout, skerry_callback callback, void *data, int32_t ms);
IMPORT(int32_t, timers, set_interval, skerry_callback callback, void *data, int32_t ms);
IMPORT(void, timers, clear, int32_t id);
IMPORT(double, performance, now, void);

int32_t timers_set_timeout(skerry_callback callback, void *data, int32_t ms) {
  return host_timers_set_timeout(callback, data, ms);
}

int32_t timers_set_interval(skerry_callback callback, void *data, int32_t ms) {
  return host_timers_set_interval(callback, data, ms);
}

void timers_clear(int32_t id) {
  host_timers_clear(id);
}

double performance_now(void) {
  return host_performance_now();
}

/* web:messaging */

IMPORT(externref, messaging, parent, void);
IMPORT(int32_t, messaging, frame_count, void);
IMPORT(externref, messaging, frame, int32_t index);
IMPORT(externref, messaging, frame_of, externref iframe);
IMPORT(int32_t, messaging, post,
    externref window, const void *data, size_t length, const char *origin, size_t origin_length);
IMPORT(void, messaging, on_message, skerry_callback callback, void *data);
IMPORT(int32_t, messaging, message_data, char *buf, int32_t cap);
IMPORT(int32_t, messaging, message_origin, char *buf, int32_t cap);
IMPORT(externref, messaging, message_source, void);

skerry_ref messaging_parent(void) {
  return hold(host_messaging_parent());
}

int32_t messaging_frame_count(void) {
  return host_messaging_frame_count();
}

skerry_ref messaging_frame(int32_t index) {
  return hold(host_messaging_frame(index));
}

skerry_ref messaging_frame_of(skerry_ref iframe) {
  return hold(host_messaging_frame_of(held(iframe)));
}

bool messaging_post(skerry_ref window, const void *data, size_t length, const char *origin) {
  return host_messaging_post(held(window), data, length, origin, strlen(origin)) == 0;
}

void messaging_on_message(skerry_callback callback, void *data) {
  host_messaging_on_message(callback, data);
}

int32_t messaging_message_data(char *buf, int32_t cap) {
  return host_messaging_message_data(buf, cap);
}

char *messaging_message_data_copy(void) {
  COPY(host_messaging_message_data(NULL, 0), host_messaging_message_data(copy, size));
}

int32_t messaging_message_origin(char *buf, int32_t cap) {
  return host_messaging_message_origin(buf, cap);
}

char *messaging_message_origin_copy(void) {
  COPY(host_messaging_message_origin(NULL, 0), host_messaging_message_origin(copy, size));
}

skerry_ref messaging_message_source(void) {
  return hold(host_messaging_message_source());
}
