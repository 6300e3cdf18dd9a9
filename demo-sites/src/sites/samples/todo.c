/*
 * A to-do list that a Java program can drive: a reactor, whose functions Page.call finds by their export names, with
 * a listener for the clicks on the items' buttons. It starts in a constructor, because a reactor has no main.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "skerry.h"

#define EXPORT(name) __attribute__((export_name(#name))) name

enum { TICKS = 3 };

static skerry_ref page, list, status;
static int32_t click_listener, ticker;
static int ticks, passed_on;

static void show_number(const char *attribute, int number) {
  char text[12];
  snprintf(text, sizeof text, "%d", number);
  dom_set_attribute(list, attribute, text);
}

int32_t EXPORT(count)(void) {
  skerry_ref items = dom_query_all(list, "li");
  int32_t length = dom_list_length(items);
  skerry_drop(items);
  return length;
}

/* How many references the library holds: the same before and after whatever is done with the list. */
int32_t EXPORT(held)(void) {
  return (int32_t) skerry_held();
}

static void show_count(void) {
  char text[40];
  snprintf(text, sizeof text, "%d to do", (int) count());
  dom_set_text(status, text);
}

static skerry_ref add_child(skerry_ref parent, const char *tag, const char *text) {
  skerry_ref child = dom_create_element(tag);
  dom_set_text(child, text);
  dom_append_child(parent, child);
  return child;
}

void EXPORT(add)(int32_t number) {
  char text[24];
  snprintf(text, sizeof text, "task %d", (int) number);
  skerry_ref item = dom_create_element("li");
  dom_append_child(list, item);
  skerry_drop(add_child(item, "span", text));
  skerry_drop(add_child(item, "button", "done"));
  skerry_drop(item);
  show_count();
}

/* The item that the event's button stands in goes; the event goes no further. */
static void on_click(void *data) {
  char type[8];
  char tag[8];
  skerry_ref target = dom_event_target();
  int32_t type_length = dom_event_type(type, sizeof type);
  int32_t tag_length = dom_tag_name(target, tag, sizeof tag);
  if (data == &list && type_length == 5 && memcmp(type, "click", 5) == 0
      && tag_length == 6 && memcmp(tag, "button", 6) == 0) {
    skerry_ref item = dom_parent(target);
    dom_remove(item);
    skerry_drop(item);
    dom_event_stop();
    show_count();
  }
  skerry_drop(target);
}

static void on_passed_click(void *data) {
  (void) data;
  show_number("data-passed-on", ++passed_on);
}

/* Clicks on the first element that the selector finds in the list; 0 where there is none. */
static int32_t click_first(const char *selector) {
  skerry_ref element = dom_query(list, selector);
  if (element == 0) {
    return 0;
  }
  dom_dispatch_event(element, "click", true);
  skerry_drop(element);
  return 1;
}

int32_t EXPORT(click_button)(void) {
  return click_first("button");
}

int32_t EXPORT(click_text)(void) {
  return click_first("span");
}

/* From here on clicks do nothing. */
void EXPORT(freeze)(void) {
  dom_remove_event_listener(click_listener);
  dom_remove_attribute(list, "data-live");
}

static void tick(void *data) {
  (void) data;
  show_number("data-ticks", ++ticks);
  if (ticks == TICKS) {
    timers_clear(ticker);
  }
}

__attribute__((constructor)) static void start(void) {
  page = dom_document();
  list = dom_query(page, "#list");
  status = dom_query(page, "#status");
  click_listener = dom_add_event_listener(list, "click", on_click, &list);
  dom_add_event_listener(page, "click", on_passed_click, NULL);
  ticker = timers_set_interval(tick, NULL, 1);
  dom_set_attribute(list, "data-live", "");
  char *first = dom_attribute_copy(list, "data-first");
  add(first == NULL ? 1 : atoi(first));
  free(first);
}
