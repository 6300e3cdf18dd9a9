/*
 * skerry.h: the web:* host modules for guests in C.
 *
 * Every function is named after its module and its import: dom_query is "query" of "web:dom".
 * Strings are UTF-8. A parameter of type `const char *` is a NUL-terminated string; a function whose
 * name ends in _n takes a length instead. Functions that fill a buffer return the full size in bytes, or -1 where
 * the host has no value, and write only if that fits in `cap`; nothing is NUL-terminated. Their _copy twins return
 * a NUL-terminated string on the heap, which the caller frees, or NULL where the host has no value. A bool that is
 * "refused" is false.
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

/* Made from the tables of the host modules: begin. */

/* web:console: Messages for the person who looks (Console 1.1). */
/* Writes a message of the level debug. */
void console_debug(const char *text);
void console_debug_n(const char *text, size_t text_length);
/* Writes a message of the level log. */
void console_log(const char *text);
void console_log_n(const char *text, size_t text_length);
/* Writes a message of the level info. */
void console_info(const char *text);
void console_info_n(const char *text, size_t text_length);
/* Writes a message of the level warn. */
void console_warn(const char *text);
void console_warn_n(const char *text, size_t text_length);
/* Writes a message of the level error. */
void console_error(const char *text);
void console_error_n(const char *text, size_t text_length);

/* web:dom: The document, its nodes and their events (DOM 2 and 4). */
/* The document. */
skerry_ref dom_document(void);
/* The first descendant in tree order that matches a CSS selector, or null (DOM 4.2.6). */
skerry_ref dom_query(skerry_ref root, const char *selector);
/* A static list of all descendants in tree order that match a CSS selector. */
skerry_ref dom_query_all(skerry_ref root, const char *selector);
/* How many elements a list has. */
int32_t dom_list_length(skerry_ref list);
/* The element at that index, or null. */
skerry_ref dom_list_item(skerry_ref list, int32_t index);
/* A new element with that local name, outside the tree. */
skerry_ref dom_create_element(const char *name);
/* Puts an element at the end of another, taking it from where it was (DOM 4.4). */
void dom_append_child(skerry_ref parent, skerry_ref child);
/* Takes an element out of its parent; it can be put back. */
void dom_remove(skerry_ref node);
/* The parent node, or null. */
skerry_ref dom_parent(skerry_ref node);
/* The text of all descendants (DOM textContent). */
int32_t dom_text(skerry_ref node, void *buf, int32_t cap);
char *dom_text_copy(skerry_ref node);
/* Replaces all children by one text. */
void dom_set_text(skerry_ref node, const char *text);
void dom_set_text_n(skerry_ref node, const char *text, size_t text_length);
/* The value of an attribute; -1 when it is absent. */
int32_t dom_attribute(skerry_ref element, const char *name, void *buf, int32_t cap);
char *dom_attribute_copy(skerry_ref element, const char *name);
/* Sets an attribute. */
void dom_set_attribute(skerry_ref element, const char *name, const char *value);
void dom_set_attribute_n(skerry_ref element, const char *name, const char *value, size_t value_length);
/* Removes an attribute, if it is there. */
void dom_remove_attribute(skerry_ref element, const char *name);
/* The element's qualified name; #document for the document. */
int32_t dom_tag_name(skerry_ref element, void *buf, int32_t cap);
char *dom_tag_name_copy(skerry_ref element);
/* Calls the table's function with the data for each event of that type; the listener's id. */
int32_t dom_add_event_listener(skerry_ref target, const char *type, skerry_callback callback, void *data);
/* Removes a listener; an unknown id is ignored. */
void dom_remove_event_listener(int32_t id);
/* Dispatches an event and returns when its listeners have run (DOM 2.9). */
void dom_dispatch_event(skerry_ref target, const char *type, bool bubbles);
/* Clicks an element: a click event, and for a link what follows unless a listener prevented it (HTML 6.5). */
void dom_click(skerry_ref element);
/* The type of the event being dispatched; -1 outside one. */
int32_t dom_event_type(void *buf, int32_t cap);
char *dom_event_type_copy(void);
/* The target of the event being dispatched; null outside one. */
skerry_ref dom_event_target(void);
/* Keeps the event being dispatched from further ancestors. */
void dom_event_stop(void);
/* Keeps the host from what would follow the event, such as a link's navigation. */
void dom_event_prevent(void);

/* web:navigation: Where the document is, and where it goes: its location and the session history (HTML 7.2.4,
   7.2.5). A document that is navigated away from ends when the new one is there. */
/* The document's URL. */
int32_t navigation_location(void *buf, int32_t cap);
char *navigation_location_copy(void);
/* Navigates the document's frame to a URL, relative to the document; refused when it is none. */
bool navigation_assign(const char *url);
/* The same, in the place of this document in the session history. */
bool navigation_replace(const char *url);
/* Loads the document again. */
void navigation_reload(void);
/* How many entries the page's session history has. */
int32_t navigation_history_length(void);
/* Goes so many entries forward, or back where it is negative; beyond the ends nothing happens. */
void navigation_history_go(int32_t steps);
/* Adds an entry for this document to the session history: an encoded value of at most 65,536 bytes, without
   ports, and a URL that differs from the document's behind the origin, or the same where it is empty; refused
   when either cannot be. Coming there again is a popstate event. */
bool navigation_push_state(const void *value, size_t value_length, const char *url);
/* The same, in the place of the present entry. */
bool navigation_replace_state(const void *value, size_t value_length, const char *url);
/* The value of the document's present entry, encoded; -1 where it has none. */
int32_t navigation_state(void *buf, int32_t cap);
char *navigation_state_copy(void);

/* web:timers: Delayed and repeated tasks, in milliseconds (HTML 8.6). */
/* Calls the table's function once, after so many milliseconds; the timer's id. */
int32_t timers_set_timeout(skerry_callback callback, void *data, int32_t ms);
/* Calls the table's function every so many milliseconds; the timer's id. */
int32_t timers_set_interval(skerry_callback callback, void *data, int32_t ms);
/* Waits so many milliseconds; callbacks of this document may run meanwhile. */
void timers_sleep(int32_t ms);
/* Calls the table's function when this call from the host has ended, before anything else. */
void timers_queue_microtask(skerry_callback callback, void *data);
/* Stops a timer; an unknown id is ignored. */
void timers_clear(int32_t id);

/* web:performance: The coarsened clock (High Resolution Time 4). */
/* Milliseconds since the time origin, in steps of 0.1 ms. */
double performance_now(void);

/* web:messaging: Windows, message ports, and messages between them: copied, with the target's origin checked
   (HTML 7.2.3, 9.3, 9.4). A message is a value and the ports that are transferred with it: bytes, which are
   an ArrayBuffer, or any value that can be cloned, encoded as the README of host-bindings says. What
   message_* tell is of the message that is being delivered, to a window or to a port. */
/* The window of the embedding frame; null at the top. */
skerry_ref messaging_parent(void);
/* The document's own window. */
skerry_ref messaging_self(void);
/* How many frames this document has. */
int32_t messaging_frame_count(void);
/* The window of the frame at that index in document order, or null. */
skerry_ref messaging_frame(int32_t index);
/* The window of an iframe element, or null. */
skerry_ref messaging_frame_of(skerry_ref iframe);
/* The window that embeds a window; itself at the top. */
skerry_ref messaging_window_parent(skerry_ref window);
/* The page's own window. */
skerry_ref messaging_window_top(skerry_ref window);
/* How many frames a window's document has. */
int32_t messaging_window_frame_count(skerry_ref window);
/* The window of the frame at that index there, or null. */
skerry_ref messaging_window_frame(skerry_ref window, int32_t index);
/* Whether a window is no longer a part of the page. */
bool messaging_window_closed(skerry_ref window);
/* The URL of a window's document; -1 where it is of another origin. */
int32_t messaging_window_location(skerry_ref window, void *buf, int32_t cap);
char *messaging_window_location_copy(skerry_ref window);
/* Navigates a window to a URL, relative to this document; refused unless the window is this one, one below
   it, or one above it that the sandbox does not forbid. */
bool messaging_window_navigate(skerry_ref window, const char *url);
/* Queues a copy of the data for a window of that origin ('*' for any, '/' for this one); refused when the
   origin is no origin, or a port to transfer is detached. */
bool messaging_post(skerry_ref window, const void *data, size_t data_length, const char *origin);
/* The same with an encoded value; refused also when it cannot be cloned. */
bool messaging_post_value(skerry_ref window, const void *value, size_t value_length, const char *origin);
/* Why this instance's last post was refused: DataCloneError or SyntaxError, and a sentence; -1 if it was not. */
int32_t messaging_post_error(void *buf, int32_t cap);
char *messaging_post_error_copy(void);
/* Sets this instance's listener for messages of windows. */
void messaging_on_message(skerry_callback callback, void *data);
/* The bytes of the message; -1 outside one, and where its value is no ArrayBuffer. */
int32_t messaging_message_data(void *buf, int32_t cap);
char *messaging_message_data_copy(void);
/* The value of the message, encoded; -1 outside one. */
int32_t messaging_message_value(void *buf, int32_t cap);
char *messaging_message_value_copy(void);
/* The sender's origin of the message, empty for one of a port; -1 outside one. */
int32_t messaging_message_origin(void *buf, int32_t cap);
char *messaging_message_origin_copy(void);
/* The sender's window; null for a message of a port, and outside one. */
skerry_ref messaging_message_source(void);
/* How many ports came with the message. */
int32_t messaging_message_port_count(void);
/* The port at that index that came with the message, or null. */
skerry_ref messaging_message_port(int32_t index);
/* A new message channel. */
skerry_ref messaging_channel(void);
/* Its port 0 or 1; null for any other index. */
skerry_ref messaging_channel_port(skerry_ref channel, int32_t index);
/* Puts a port into the list of those that this instance's next message takes along, whatever comes of that;
   refused when it is there already, or 64 are. */
bool messaging_transfer(skerry_ref port);
/* Queues a copy of the data for the other port of the channel; refused when a port to transfer is detached,
   or is this one. */
bool messaging_port_post(skerry_ref port, const void *data, size_t data_length);
/* The same with an encoded value; refused also when it cannot be cloned. */
bool messaging_port_post_value(skerry_ref port, const void *value, size_t value_length);
/* Sets the listener of a port, and lets the messages go that wait for it. */
void messaging_on_port_message(skerry_ref port, skerry_callback callback, void *data);
/* Takes a port out of use; what is posted at either end is dropped. */
void messaging_port_close(skerry_ref port);

/* web:fetch: Requests under the rules of the web (Fetch 5): CORS, content security policy and cookies as for
   a script. */
/* A new request: GET, mode cors, credentials same-origin. The URL is relative to the document's base; null
   when it is none, or has a user name or password. */
skerry_ref fetch_request(const char *url);
/* Sets the method; refused where Fetch forbids it. */
bool fetch_set_method(skerry_ref request, const char *method);
/* Adds a header; refused where Fetch forbids it. */
bool fetch_set_header(skerry_ref request, const char *name, const char *value);
bool fetch_set_header_n(skerry_ref request, const char *name, const char *value, size_t value_length);
/* Sets the body, a copy; set the method first, GET and HEAD have none. */
bool fetch_set_body(skerry_ref request, const void *data, size_t data_length);
/* Sets the mode: 0 cors, 1 no-cors, 2 same-origin. */
bool fetch_set_mode(skerry_ref request, int32_t mode);
/* Sets who gets cookies: 0 nobody, 1 the document's own origin, 2 every origin that allows it. */
bool fetch_set_credentials(skerry_ref request, int32_t credentials);
/* Sets what redirects do: 0 follow, 1 error, 2 manual. */
bool fetch_set_redirect(skerry_ref request, int32_t redirect);
/* Sets the cache mode: 0 default, 1 no-store, 2 reload, 3 no-cache, 4 force-cache, 5 only-if-cached. */
bool fetch_set_cache(skerry_ref request, int32_t cache);
/* Sets how much of the referrer is told. */
bool fetch_set_referrer_policy(skerry_ref request, const char *policy);
/* Sets the digests of which the body must have one (Subresource Integrity). */
bool fetch_set_integrity(skerry_ref request, const char *metadata);
/* Makes the request, and does not wait; refused where it was made. */
bool fetch_start(skerry_ref request);
/* Waits for the head of the response; null where there is none: a network error, or aborted. */
skerry_ref fetch_wait(skerry_ref request);
/* The same as start and wait. */
skerry_ref fetch_send(skerry_ref request);
/* Why there is no response: 0 it did not fail, 1 network error, 2 aborted. */
int32_t fetch_failure(skerry_ref request);
/* Ends the request, or the body of its response, wherever it is. */
void fetch_abort(skerry_ref request);
/* The HTTP status; 0 of an opaque response. */
int32_t fetch_status(skerry_ref response);
/* The response type: 0 basic, 1 cors, 2 opaque, 3 opaque redirect. */
int32_t fetch_type(skerry_ref response);
/* The URL after redirects, without its fragment. */
int32_t fetch_url(skerry_ref response, void *buf, int32_t cap);
char *fetch_url_copy(skerry_ref response);
/* Whether redirects led there. */
bool fetch_redirected(skerry_ref response);
/* The values of a header, joined by commas; -1 when there is none that the document may see. */
int32_t fetch_header(skerry_ref response, const char *name, void *buf, int32_t cap);
char *fetch_header_copy(skerry_ref response, const char *name);
/* How many header fields the document may see. */
int32_t fetch_header_count(skerry_ref response);
/* The name of a header field, in lower case; -1 beyond the last. */
int32_t fetch_header_name(skerry_ref response, int32_t index, void *buf, int32_t cap);
char *fetch_header_name_copy(skerry_ref response, int32_t index);
/* The value of a header field; -1 beyond the last. */
int32_t fetch_header_value(skerry_ref response, int32_t index, void *buf, int32_t cap);
char *fetch_header_value_copy(skerry_ref response, int32_t index);
/* Waits for bytes of the body and takes as many as fit; their number, 0 at the end, -1 when it failed. */
int32_t fetch_read(skerry_ref response, void *buf, size_t buf_length);
/* Says that nobody reads the rest of the body. */
void fetch_cancel(skerry_ref response);

/* web:storage: Names and values that are kept for the document's origin and top-level site (HTML 12.2); area
   0 is the local storage, which outlives the page, area 1 the session storage, which does not. */
/* How many names an area has. */
int32_t storage_length(int32_t area);
/* The name at that place, in an order that stays while no name comes or goes; -1 beyond the last. */
int32_t storage_key(int32_t area, int32_t index, void *buf, int32_t cap);
char *storage_key_copy(int32_t area, int32_t index);
/* The value of a name; -1 when it has none. */
int32_t storage_get(int32_t area, const char *name, void *buf, int32_t cap);
char *storage_get_copy(int32_t area, const char *name);
/* Sets the value of a name; refused when the area is full. */
bool storage_set(int32_t area, const char *name, const char *value);
bool storage_set_n(int32_t area, const char *name, const char *value, size_t value_length);
/* Removes a name, if it is there. */
void storage_remove(int32_t area, const char *name);
/* Removes all names of an area. */
void storage_clear(int32_t area);

/* web:crypto: Random bytes and digests (Web Cryptography 10.1, 31). */
/* Fills at most 65,536 bytes with random ones. */
void crypto_random(void *target, size_t target_length);
/* A random UUID (RFC 9562, version 4), 36 characters. */
int32_t crypto_uuid(void *buf, int32_t cap);
char *crypto_uuid_copy(void);
/* The digest of the data by SHA-1, SHA-256, SHA-384 or SHA-512; -1 for any other algorithm. */
int32_t crypto_digest(const char *algorithm, const void *data, size_t data_length, void *buf, int32_t cap);
char *crypto_digest_copy(const char *algorithm, const void *data, size_t data_length);

/* Made from the tables of the host modules: end. */

#endif
