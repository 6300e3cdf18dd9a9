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

/* Made from the tables of the host modules: begin. */

/* web:console */

IMPORT(void, console, debug, const char *text, size_t text_length);

void console_debug(const char *text) {
  host_console_debug(text, strlen(text));
}

void console_debug_n(const char *text, size_t text_length) {
  host_console_debug(text, text_length);
}

IMPORT(void, console, log, const char *text, size_t text_length);

void console_log(const char *text) {
  host_console_log(text, strlen(text));
}

void console_log_n(const char *text, size_t text_length) {
  host_console_log(text, text_length);
}

IMPORT(void, console, info, const char *text, size_t text_length);

void console_info(const char *text) {
  host_console_info(text, strlen(text));
}

void console_info_n(const char *text, size_t text_length) {
  host_console_info(text, text_length);
}

IMPORT(void, console, warn, const char *text, size_t text_length);

void console_warn(const char *text) {
  host_console_warn(text, strlen(text));
}

void console_warn_n(const char *text, size_t text_length) {
  host_console_warn(text, text_length);
}

IMPORT(void, console, error, const char *text, size_t text_length);

void console_error(const char *text) {
  host_console_error(text, strlen(text));
}

void console_error_n(const char *text, size_t text_length) {
  host_console_error(text, text_length);
}

/* web:dom */

IMPORT(externref, dom, document, void);

skerry_ref dom_document(void) {
  return hold(host_dom_document());
}

IMPORT(externref, dom, query, externref root, const char *selector, size_t selector_length);

skerry_ref dom_query(skerry_ref root, const char *selector) {
  return hold(host_dom_query(held(root), selector, strlen(selector)));
}

IMPORT(externref, dom, query_all, externref root, const char *selector, size_t selector_length);

skerry_ref dom_query_all(skerry_ref root, const char *selector) {
  return hold(host_dom_query_all(held(root), selector, strlen(selector)));
}

IMPORT(int32_t, dom, list_length, externref list);

int32_t dom_list_length(skerry_ref list) {
  return host_dom_list_length(held(list));
}

IMPORT(externref, dom, list_item, externref list, int32_t index);

skerry_ref dom_list_item(skerry_ref list, int32_t index) {
  return hold(host_dom_list_item(held(list), index));
}

IMPORT(externref, dom, create_element, const char *name, size_t name_length);

skerry_ref dom_create_element(const char *name) {
  return hold(host_dom_create_element(name, strlen(name)));
}

IMPORT(void, dom, append_child, externref parent, externref child);

void dom_append_child(skerry_ref parent, skerry_ref child) {
  host_dom_append_child(held(parent), held(child));
}

IMPORT(void, dom, remove, externref node);

void dom_remove(skerry_ref node) {
  host_dom_remove(held(node));
}

IMPORT(externref, dom, parent, externref node);

skerry_ref dom_parent(skerry_ref node) {
  return hold(host_dom_parent(held(node)));
}

IMPORT(int32_t, dom, text, externref node, void *buf, int32_t cap);

int32_t dom_text(skerry_ref node, void *buf, int32_t cap) {
  return host_dom_text(held(node), buf, cap);
}

char *dom_text_copy(skerry_ref node) {
  COPY(host_dom_text(held(node), NULL, 0), host_dom_text(held(node), copy, size));
}

IMPORT(void, dom, set_text, externref node, const char *text, size_t text_length);

void dom_set_text(skerry_ref node, const char *text) {
  host_dom_set_text(held(node), text, strlen(text));
}

void dom_set_text_n(skerry_ref node, const char *text, size_t text_length) {
  host_dom_set_text(held(node), text, text_length);
}

IMPORT(int32_t, dom, attribute,
    externref element, const char *name, size_t name_length, void *buf, int32_t cap);

int32_t dom_attribute(skerry_ref element, const char *name, void *buf, int32_t cap) {
  return host_dom_attribute(held(element), name, strlen(name), buf, cap);
}

char *dom_attribute_copy(skerry_ref element, const char *name) {
  COPY(host_dom_attribute(held(element), name, strlen(name), NULL, 0), host_dom_attribute(held(element), name, strlen(name), copy, size));
}

IMPORT(void, dom, set_attribute,
    externref element, const char *name, size_t name_length, const char *value, size_t value_length);

void dom_set_attribute(skerry_ref element, const char *name, const char *value) {
  host_dom_set_attribute(held(element), name, strlen(name), value, strlen(value));
}

void dom_set_attribute_n(skerry_ref element, const char *name, const char *value, size_t value_length) {
  host_dom_set_attribute(held(element), name, strlen(name), value, value_length);
}

IMPORT(void, dom, remove_attribute, externref element, const char *name, size_t name_length);

void dom_remove_attribute(skerry_ref element, const char *name) {
  host_dom_remove_attribute(held(element), name, strlen(name));
}

IMPORT(int32_t, dom, tag_name, externref element, void *buf, int32_t cap);

int32_t dom_tag_name(skerry_ref element, void *buf, int32_t cap) {
  return host_dom_tag_name(held(element), buf, cap);
}

char *dom_tag_name_copy(skerry_ref element) {
  COPY(host_dom_tag_name(held(element), NULL, 0), host_dom_tag_name(held(element), copy, size));
}

IMPORT(int32_t, dom, add_event_listener,
    externref target, const char *type, size_t type_length, skerry_callback callback, void *data);

int32_t dom_add_event_listener(skerry_ref target, const char *type, skerry_callback callback, void *data) {
  return host_dom_add_event_listener(held(target), type, strlen(type), callback, data);
}

IMPORT(void, dom, remove_event_listener, int32_t id);

void dom_remove_event_listener(int32_t id) {
  host_dom_remove_event_listener(id);
}

IMPORT(void, dom, dispatch_event, externref target, const char *type, size_t type_length, int32_t bubbles);

void dom_dispatch_event(skerry_ref target, const char *type, bool bubbles) {
  host_dom_dispatch_event(held(target), type, strlen(type), bubbles);
}

IMPORT(void, dom, click, externref element);

void dom_click(skerry_ref element) {
  host_dom_click(held(element));
}

IMPORT(int32_t, dom, event_type, void *buf, int32_t cap);

int32_t dom_event_type(void *buf, int32_t cap) {
  return host_dom_event_type(buf, cap);
}

char *dom_event_type_copy(void) {
  COPY(host_dom_event_type(NULL, 0), host_dom_event_type(copy, size));
}

IMPORT(externref, dom, event_target, void);

skerry_ref dom_event_target(void) {
  return hold(host_dom_event_target());
}

IMPORT(void, dom, event_stop, void);

void dom_event_stop(void) {
  host_dom_event_stop();
}

IMPORT(void, dom, event_prevent, void);

void dom_event_prevent(void) {
  host_dom_event_prevent();
}

/* web:navigation */

IMPORT(int32_t, navigation, location, void *buf, int32_t cap);

int32_t navigation_location(void *buf, int32_t cap) {
  return host_navigation_location(buf, cap);
}

char *navigation_location_copy(void) {
  COPY(host_navigation_location(NULL, 0), host_navigation_location(copy, size));
}

IMPORT(int32_t, navigation, assign, const char *url, size_t url_length);

bool navigation_assign(const char *url) {
  return host_navigation_assign(url, strlen(url)) == 0;
}

IMPORT(int32_t, navigation, replace, const char *url, size_t url_length);

bool navigation_replace(const char *url) {
  return host_navigation_replace(url, strlen(url)) == 0;
}

IMPORT(void, navigation, reload, void);

void navigation_reload(void) {
  host_navigation_reload();
}

IMPORT(int32_t, navigation, history_length, void);

int32_t navigation_history_length(void) {
  return host_navigation_history_length();
}

IMPORT(void, navigation, history_go, int32_t steps);

void navigation_history_go(int32_t steps) {
  host_navigation_history_go(steps);
}

IMPORT(int32_t, navigation, push_state,
    const void *value, size_t value_length, const char *url, size_t url_length);

bool navigation_push_state(const void *value, size_t value_length, const char *url) {
  return host_navigation_push_state(value, value_length, url, strlen(url)) == 0;
}

IMPORT(int32_t, navigation, replace_state,
    const void *value, size_t value_length, const char *url, size_t url_length);

bool navigation_replace_state(const void *value, size_t value_length, const char *url) {
  return host_navigation_replace_state(value, value_length, url, strlen(url)) == 0;
}

IMPORT(int32_t, navigation, state, void *buf, int32_t cap);

int32_t navigation_state(void *buf, int32_t cap) {
  return host_navigation_state(buf, cap);
}

char *navigation_state_copy(void) {
  COPY(host_navigation_state(NULL, 0), host_navigation_state(copy, size));
}

/* web:timers */

IMPORT(int32_t, timers, set_timeout, skerry_callback callback, void *data, int32_t ms);

int32_t timers_set_timeout(skerry_callback callback, void *data, int32_t ms) {
  return host_timers_set_timeout(callback, data, ms);
}

IMPORT(int32_t, timers, set_interval, skerry_callback callback, void *data, int32_t ms);

int32_t timers_set_interval(skerry_callback callback, void *data, int32_t ms) {
  return host_timers_set_interval(callback, data, ms);
}

IMPORT(void, timers, sleep, int32_t ms);

void timers_sleep(int32_t ms) {
  host_timers_sleep(ms);
}

IMPORT(void, timers, queue_microtask, skerry_callback callback, void *data);

void timers_queue_microtask(skerry_callback callback, void *data) {
  host_timers_queue_microtask(callback, data);
}

IMPORT(void, timers, clear, int32_t id);

void timers_clear(int32_t id) {
  host_timers_clear(id);
}

/* web:performance */

IMPORT(double, performance, now, void);

double performance_now(void) {
  return host_performance_now();
}

/* web:messaging */

IMPORT(externref, messaging, parent, void);

skerry_ref messaging_parent(void) {
  return hold(host_messaging_parent());
}

IMPORT(externref, messaging, self, void);

skerry_ref messaging_self(void) {
  return hold(host_messaging_self());
}

IMPORT(int32_t, messaging, frame_count, void);

int32_t messaging_frame_count(void) {
  return host_messaging_frame_count();
}

IMPORT(externref, messaging, frame, int32_t index);

skerry_ref messaging_frame(int32_t index) {
  return hold(host_messaging_frame(index));
}

IMPORT(externref, messaging, frame_of, externref iframe);

skerry_ref messaging_frame_of(skerry_ref iframe) {
  return hold(host_messaging_frame_of(held(iframe)));
}

IMPORT(externref, messaging, window_parent, externref window);

skerry_ref messaging_window_parent(skerry_ref window) {
  return hold(host_messaging_window_parent(held(window)));
}

IMPORT(externref, messaging, window_top, externref window);

skerry_ref messaging_window_top(skerry_ref window) {
  return hold(host_messaging_window_top(held(window)));
}

IMPORT(int32_t, messaging, window_frame_count, externref window);

int32_t messaging_window_frame_count(skerry_ref window) {
  return host_messaging_window_frame_count(held(window));
}

IMPORT(externref, messaging, window_frame, externref window, int32_t index);

skerry_ref messaging_window_frame(skerry_ref window, int32_t index) {
  return hold(host_messaging_window_frame(held(window), index));
}

IMPORT(int32_t, messaging, window_closed, externref window);

bool messaging_window_closed(skerry_ref window) {
  return host_messaging_window_closed(held(window)) != 0;
}

IMPORT(int32_t, messaging, window_location, externref window, void *buf, int32_t cap);

int32_t messaging_window_location(skerry_ref window, void *buf, int32_t cap) {
  return host_messaging_window_location(held(window), buf, cap);
}

char *messaging_window_location_copy(skerry_ref window) {
  COPY(host_messaging_window_location(held(window), NULL, 0), host_messaging_window_location(held(window), copy, size));
}

IMPORT(int32_t, messaging, window_navigate, externref window, const char *url, size_t url_length);

bool messaging_window_navigate(skerry_ref window, const char *url) {
  return host_messaging_window_navigate(held(window), url, strlen(url)) == 0;
}

IMPORT(int32_t, messaging, post,
    externref window, const void *data, size_t data_length, const char *origin, size_t origin_length);

bool messaging_post(skerry_ref window, const void *data, size_t data_length, const char *origin) {
  return host_messaging_post(held(window), data, data_length, origin, strlen(origin)) == 0;
}

IMPORT(int32_t, messaging, post_value,
    externref window, const void *value, size_t value_length, const char *origin, size_t origin_length);

bool messaging_post_value(skerry_ref window, const void *value, size_t value_length, const char *origin) {
  return host_messaging_post_value(held(window), value, value_length, origin, strlen(origin)) == 0;
}

IMPORT(int32_t, messaging, post_error, void *buf, int32_t cap);

int32_t messaging_post_error(void *buf, int32_t cap) {
  return host_messaging_post_error(buf, cap);
}

char *messaging_post_error_copy(void) {
  COPY(host_messaging_post_error(NULL, 0), host_messaging_post_error(copy, size));
}

IMPORT(void, messaging, on_message, skerry_callback callback, void *data);

void messaging_on_message(skerry_callback callback, void *data) {
  host_messaging_on_message(callback, data);
}

IMPORT(int32_t, messaging, message_data, void *buf, int32_t cap);

int32_t messaging_message_data(void *buf, int32_t cap) {
  return host_messaging_message_data(buf, cap);
}

char *messaging_message_data_copy(void) {
  COPY(host_messaging_message_data(NULL, 0), host_messaging_message_data(copy, size));
}

IMPORT(int32_t, messaging, message_value, void *buf, int32_t cap);

int32_t messaging_message_value(void *buf, int32_t cap) {
  return host_messaging_message_value(buf, cap);
}

char *messaging_message_value_copy(void) {
  COPY(host_messaging_message_value(NULL, 0), host_messaging_message_value(copy, size));
}

IMPORT(int32_t, messaging, message_origin, void *buf, int32_t cap);

int32_t messaging_message_origin(void *buf, int32_t cap) {
  return host_messaging_message_origin(buf, cap);
}

char *messaging_message_origin_copy(void) {
  COPY(host_messaging_message_origin(NULL, 0), host_messaging_message_origin(copy, size));
}

IMPORT(externref, messaging, message_source, void);

skerry_ref messaging_message_source(void) {
  return hold(host_messaging_message_source());
}

IMPORT(int32_t, messaging, message_port_count, void);

int32_t messaging_message_port_count(void) {
  return host_messaging_message_port_count();
}

IMPORT(externref, messaging, message_port, int32_t index);

skerry_ref messaging_message_port(int32_t index) {
  return hold(host_messaging_message_port(index));
}

IMPORT(externref, messaging, channel, void);

skerry_ref messaging_channel(void) {
  return hold(host_messaging_channel());
}

IMPORT(externref, messaging, channel_port, externref channel, int32_t index);

skerry_ref messaging_channel_port(skerry_ref channel, int32_t index) {
  return hold(host_messaging_channel_port(held(channel), index));
}

IMPORT(int32_t, messaging, transfer, externref port);

bool messaging_transfer(skerry_ref port) {
  return host_messaging_transfer(held(port)) == 0;
}

IMPORT(int32_t, messaging, port_post, externref port, const void *data, size_t data_length);

bool messaging_port_post(skerry_ref port, const void *data, size_t data_length) {
  return host_messaging_port_post(held(port), data, data_length) == 0;
}

IMPORT(int32_t, messaging, port_post_value, externref port, const void *value, size_t value_length);

bool messaging_port_post_value(skerry_ref port, const void *value, size_t value_length) {
  return host_messaging_port_post_value(held(port), value, value_length) == 0;
}

IMPORT(void, messaging, on_port_message, externref port, skerry_callback callback, void *data);

void messaging_on_port_message(skerry_ref port, skerry_callback callback, void *data) {
  host_messaging_on_port_message(held(port), callback, data);
}

IMPORT(void, messaging, port_close, externref port);

void messaging_port_close(skerry_ref port) {
  host_messaging_port_close(held(port));
}

/* web:fetch */

IMPORT(externref, fetch, request, const char *url, size_t url_length);

skerry_ref fetch_request(const char *url) {
  return hold(host_fetch_request(url, strlen(url)));
}

IMPORT(int32_t, fetch, set_method, externref request, const char *method, size_t method_length);

bool fetch_set_method(skerry_ref request, const char *method) {
  return host_fetch_set_method(held(request), method, strlen(method)) == 0;
}

IMPORT(int32_t, fetch, set_header,
    externref request, const char *name, size_t name_length, const char *value, size_t value_length);

bool fetch_set_header(skerry_ref request, const char *name, const char *value) {
  return host_fetch_set_header(held(request), name, strlen(name), value, strlen(value)) == 0;
}

bool fetch_set_header_n(skerry_ref request, const char *name, const char *value, size_t value_length) {
  return host_fetch_set_header(held(request), name, strlen(name), value, value_length) == 0;
}

IMPORT(int32_t, fetch, set_body, externref request, const void *data, size_t data_length);

bool fetch_set_body(skerry_ref request, const void *data, size_t data_length) {
  return host_fetch_set_body(held(request), data, data_length) == 0;
}

IMPORT(int32_t, fetch, set_mode, externref request, int32_t mode);

bool fetch_set_mode(skerry_ref request, int32_t mode) {
  return host_fetch_set_mode(held(request), mode) == 0;
}

IMPORT(int32_t, fetch, set_credentials, externref request, int32_t credentials);

bool fetch_set_credentials(skerry_ref request, int32_t credentials) {
  return host_fetch_set_credentials(held(request), credentials) == 0;
}

IMPORT(int32_t, fetch, set_redirect, externref request, int32_t redirect);

bool fetch_set_redirect(skerry_ref request, int32_t redirect) {
  return host_fetch_set_redirect(held(request), redirect) == 0;
}

IMPORT(int32_t, fetch, set_cache, externref request, int32_t cache);

bool fetch_set_cache(skerry_ref request, int32_t cache) {
  return host_fetch_set_cache(held(request), cache) == 0;
}

IMPORT(int32_t, fetch, set_referrer_policy, externref request, const char *policy, size_t policy_length);

bool fetch_set_referrer_policy(skerry_ref request, const char *policy) {
  return host_fetch_set_referrer_policy(held(request), policy, strlen(policy)) == 0;
}

IMPORT(int32_t, fetch, set_integrity, externref request, const char *metadata, size_t metadata_length);

bool fetch_set_integrity(skerry_ref request, const char *metadata) {
  return host_fetch_set_integrity(held(request), metadata, strlen(metadata)) == 0;
}

IMPORT(int32_t, fetch, start, externref request);

bool fetch_start(skerry_ref request) {
  return host_fetch_start(held(request)) == 0;
}

IMPORT(externref, fetch, wait, externref request);

skerry_ref fetch_wait(skerry_ref request) {
  return hold(host_fetch_wait(held(request)));
}

IMPORT(externref, fetch, send, externref request);

skerry_ref fetch_send(skerry_ref request) {
  return hold(host_fetch_send(held(request)));
}

IMPORT(int32_t, fetch, failure, externref request);

int32_t fetch_failure(skerry_ref request) {
  return host_fetch_failure(held(request));
}

IMPORT(void, fetch, abort, externref request);

void fetch_abort(skerry_ref request) {
  host_fetch_abort(held(request));
}

IMPORT(int32_t, fetch, status, externref response);

int32_t fetch_status(skerry_ref response) {
  return host_fetch_status(held(response));
}

IMPORT(int32_t, fetch, type, externref response);

int32_t fetch_type(skerry_ref response) {
  return host_fetch_type(held(response));
}

IMPORT(int32_t, fetch, url, externref response, void *buf, int32_t cap);

int32_t fetch_url(skerry_ref response, void *buf, int32_t cap) {
  return host_fetch_url(held(response), buf, cap);
}

char *fetch_url_copy(skerry_ref response) {
  COPY(host_fetch_url(held(response), NULL, 0), host_fetch_url(held(response), copy, size));
}

IMPORT(int32_t, fetch, redirected, externref response);

bool fetch_redirected(skerry_ref response) {
  return host_fetch_redirected(held(response)) != 0;
}

IMPORT(int32_t, fetch, header,
    externref response, const char *name, size_t name_length, void *buf, int32_t cap);

int32_t fetch_header(skerry_ref response, const char *name, void *buf, int32_t cap) {
  return host_fetch_header(held(response), name, strlen(name), buf, cap);
}

char *fetch_header_copy(skerry_ref response, const char *name) {
  COPY(host_fetch_header(held(response), name, strlen(name), NULL, 0), host_fetch_header(held(response), name, strlen(name), copy, size));
}

IMPORT(int32_t, fetch, header_count, externref response);

int32_t fetch_header_count(skerry_ref response) {
  return host_fetch_header_count(held(response));
}

IMPORT(int32_t, fetch, header_name, externref response, int32_t index, void *buf, int32_t cap);

int32_t fetch_header_name(skerry_ref response, int32_t index, void *buf, int32_t cap) {
  return host_fetch_header_name(held(response), index, buf, cap);
}

char *fetch_header_name_copy(skerry_ref response, int32_t index) {
  COPY(host_fetch_header_name(held(response), index, NULL, 0), host_fetch_header_name(held(response), index, copy, size));
}

IMPORT(int32_t, fetch, header_value, externref response, int32_t index, void *buf, int32_t cap);

int32_t fetch_header_value(skerry_ref response, int32_t index, void *buf, int32_t cap) {
  return host_fetch_header_value(held(response), index, buf, cap);
}

char *fetch_header_value_copy(skerry_ref response, int32_t index) {
  COPY(host_fetch_header_value(held(response), index, NULL, 0), host_fetch_header_value(held(response), index, copy, size));
}

IMPORT(int32_t, fetch, read, externref response, void *buf, size_t buf_length);

int32_t fetch_read(skerry_ref response, void *buf, size_t buf_length) {
  return host_fetch_read(held(response), buf, buf_length);
}

IMPORT(void, fetch, cancel, externref response);

void fetch_cancel(skerry_ref response) {
  host_fetch_cancel(held(response));
}

/* web:storage */

IMPORT(int32_t, storage, length, int32_t area);

int32_t storage_length(int32_t area) {
  return host_storage_length(area);
}

IMPORT(int32_t, storage, key, int32_t area, int32_t index, void *buf, int32_t cap);

int32_t storage_key(int32_t area, int32_t index, void *buf, int32_t cap) {
  return host_storage_key(area, index, buf, cap);
}

char *storage_key_copy(int32_t area, int32_t index) {
  COPY(host_storage_key(area, index, NULL, 0), host_storage_key(area, index, copy, size));
}

IMPORT(int32_t, storage, get, int32_t area, const char *name, size_t name_length, void *buf, int32_t cap);

int32_t storage_get(int32_t area, const char *name, void *buf, int32_t cap) {
  return host_storage_get(area, name, strlen(name), buf, cap);
}

char *storage_get_copy(int32_t area, const char *name) {
  COPY(host_storage_get(area, name, strlen(name), NULL, 0), host_storage_get(area, name, strlen(name), copy, size));
}

IMPORT(int32_t, storage, set,
    int32_t area, const char *name, size_t name_length, const char *value, size_t value_length);

bool storage_set(int32_t area, const char *name, const char *value) {
  return host_storage_set(area, name, strlen(name), value, strlen(value)) == 0;
}

bool storage_set_n(int32_t area, const char *name, const char *value, size_t value_length) {
  return host_storage_set(area, name, strlen(name), value, value_length) == 0;
}

IMPORT(void, storage, remove, int32_t area, const char *name, size_t name_length);

void storage_remove(int32_t area, const char *name) {
  host_storage_remove(area, name, strlen(name));
}

IMPORT(void, storage, clear, int32_t area);

void storage_clear(int32_t area) {
  host_storage_clear(area);
}

/* web:crypto */

IMPORT(void, crypto, random, void *target, size_t target_length);

void crypto_random(void *target, size_t target_length) {
  host_crypto_random(target, target_length);
}

IMPORT(int32_t, crypto, uuid, void *buf, int32_t cap);

int32_t crypto_uuid(void *buf, int32_t cap) {
  return host_crypto_uuid(buf, cap);
}

char *crypto_uuid_copy(void) {
  COPY(host_crypto_uuid(NULL, 0), host_crypto_uuid(copy, size));
}

IMPORT(int32_t, crypto, digest,
    const char *algorithm, size_t algorithm_length, const void *data, size_t data_length, void *buf, int32_t cap);

int32_t crypto_digest(const char *algorithm, const void *data, size_t data_length, void *buf, int32_t cap) {
  return host_crypto_digest(algorithm, strlen(algorithm), data, data_length, buf, cap);
}

char *crypto_digest_copy(const char *algorithm, const void *data, size_t data_length) {
  COPY(host_crypto_digest(algorithm, strlen(algorithm), data, data_length, NULL, 0), host_crypto_digest(algorithm, strlen(algorithm), data, data_length, copy, size));
}

/* Made from the tables of the host modules: end. */
