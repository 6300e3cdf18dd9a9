/*
 * skerry.h: the web:* host modules for guests in C.
 *
 * Every function is named after its module and its import: dom_query is "query" of "web:dom".
 * Strings are UTF-8. A parameter of type `const char *` is a NUL-terminated string; a function whose
 * name ends in _n takes a length instead. Functions that fill a buffer return the full size in bytes and write
 * only if that fits in `cap`; nothing is NUL-terminated. Their _copy twins return a NUL-terminated
 * string on the heap, which the caller frees, or NULL where the host has no value.
 *
 * A skerry_ref stands for a reference of the host (a node, a list of nodes, a window) that this instance
 * holds: an index into a table of externrefs that C cannot reach otherwise, 0 for null. It stays held until
 * skerry_drop. Forging one reaches nothing but this instance's own references.
 *
 * Callbacks are C functions. Link with -Wl,--export-table, so that the host finds them.
 */
#ifndef SKERRY_H
#define SKERRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint32_t skerry_ref;
typedef void (*skerry_callback)(void *data);

/* Lets go of a reference; its number may be given out again. Null is ignored, dropping twice traps. */
void skerry_drop(skerry_ref ref);
/* How many references this instance holds. */
uint32_t skerry_held(void);

/* web:console */
void console_debug(const char *text);
void console_log(const char *text);
void console_info(const char *text);
void console_warn(const char *text);
void console_error(const char *text);

/* web:dom, nodes */
skerry_ref dom_document(void);
skerry_ref dom_query(skerry_ref root, const char *selector);
skerry_ref dom_query_all(skerry_ref root, const char *selector);
int32_t dom_list_length(skerry_ref list);
skerry_ref dom_list_item(skerry_ref list, int32_t index);
skerry_ref dom_create_element(const char *tag);
void dom_append_child(skerry_ref parent, skerry_ref child);
void dom_remove(skerry_ref node);
skerry_ref dom_parent(skerry_ref node);
int32_t dom_text(skerry_ref node, char *buf, int32_t cap);
char *dom_text_copy(skerry_ref node);
void dom_set_text(skerry_ref node, const char *text);
void dom_set_text_n(skerry_ref node, const char *text, size_t length);
int32_t dom_attribute(skerry_ref node, const char *name, char *buf, int32_t cap);
char *dom_attribute_copy(skerry_ref node, const char *name);
void dom_set_attribute(skerry_ref node, const char *name, const char *value);
void dom_set_attribute_n(skerry_ref node, const char *name, const char *value, size_t length);
void dom_remove_attribute(skerry_ref node, const char *name);
int32_t dom_tag_name(skerry_ref node, char *buf, int32_t cap);

/* web:dom, events; dom_event_* speak of the event that is being dispatched */
int32_t dom_add_event_listener(skerry_ref target, const char *type, skerry_callback callback, void *data);
void dom_remove_event_listener(int32_t id);
void dom_dispatch_event(skerry_ref target, const char *type, bool bubbles);
int32_t dom_event_type(char *buf, int32_t cap);
skerry_ref dom_event_target(void);
void dom_event_stop(void);

/* web:timers, in milliseconds */
int32_t timers_set_timeout(skerry_callback callback, void *data, int32_t ms);
int32_t timers_set_interval(skerry_callback callback, void *data, int32_t ms);
void timers_clear(int32_t id);

/* web:performance, in milliseconds since the page's time origin */
double performance_now(void);

/* web:messaging; messaging_message_* speak of the message that is being delivered */
skerry_ref messaging_parent(void);
int32_t messaging_frame_count(void);
skerry_ref messaging_frame(int32_t index);
skerry_ref messaging_frame_of(skerry_ref iframe);
/* False where `origin` is neither "*" nor an origin. */
bool messaging_post(skerry_ref window, const void *data, size_t length, const char *origin);
void messaging_on_message(skerry_callback callback, void *data);
int32_t messaging_message_data(char *buf, int32_t cap);
char *messaging_message_data_copy(void);
int32_t messaging_message_origin(char *buf, int32_t cap);
char *messaging_message_origin_copy(void);
skerry_ref messaging_message_source(void);

#endif
