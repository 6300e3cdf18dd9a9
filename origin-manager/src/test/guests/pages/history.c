/*
 * Gives its document states, which are numbers, and URLs that the body's attribute data-url names. Logs where it is and
 * with what state: when it starts, and on popstate and hashchange.
 */
#include "value.h"

#include <stdio.h>
#include <stdlib.h>

static void where(const char *event) {
  char line[256];
  uint8_t bytes[64];
  char *url = navigation_location_copy();
  int32_t size = navigation_state(bytes, sizeof bytes);
  skerry_reader at = {bytes, bytes + (size < 0 ? 0 : size)};
  skerry_item state;
  if (value_read(&at, &state)) {
    snprintf(line, sizeof line, "%s %g at %s", event, state.number, url);
  } else {
    snprintf(line, sizeof line, "%s nothing at %s", event, url);
  }
  console_log(line);
  free(url);
}

static void heard(void *data) {
  where(data);
}

static int32_t loaded, shown;

static void count(void *what) {
  if (what == &shown) {
    shown += loaded;
  } else {
    loaded++;
  }
}

/* How often pageshow came after load. */
__attribute__((export_name("shown"))) int32_t times_shown(void) {
  return shown;
}

__attribute__((constructor)) static void begin(void) {
  dom_add_event_listener(dom_document(), "load", count, &loaded);
  dom_add_event_listener(dom_document(), "pageshow", count, &shown);
  dom_add_event_listener(dom_document(), "popstate", heard, "popstate");
  dom_add_event_listener(dom_document(), "hashchange", heard, "hashchange");
  where("start");
}

static bool update(double number, bool (*change)(const void *, size_t, const char *)) {
  char *url = dom_attribute_copy(dom_query(dom_document(), "body"), "data-url");
  skerry_writer state = {0};
  value_number(&state, number);
  bool updated = change(state.bytes, state.size, url);
  value_free(&state);
  free(url);
  return updated;
}

__attribute__((export_name("push"))) bool push(double number) {
  return update(number, navigation_push_state);
}

__attribute__((export_name("replace"))) bool replace(double number) {
  return update(number, navigation_replace_state);
}

__attribute__((export_name("push_no_value"))) bool push_no_value(void) {
  return navigation_push_state("no value", 8, "");
}

__attribute__((export_name("push_too_much"))) bool push_too_much(void) {
  static char text[1 << 16];
  skerry_writer state = {0};
  value_string_n(&state, text, sizeof text);
  bool updated = navigation_push_state(state.bytes, state.size, "");
  value_free(&state);
  return updated;
}

__attribute__((export_name("go"))) void go(int32_t steps) {
  navigation_history_go(steps);
}

__attribute__((export_name("assign"))) bool assign(void) {
  char *url = dom_attribute_copy(dom_query(dom_document(), "body"), "data-url");
  bool assigned = navigation_assign(url);
  free(url);
  return assigned;
}
