/*
 * A chat between three origins. The host's page embeds the two others and talks to them by messages of windows; to each
 * other those two talk through a message channel, whose ends the host's page sends them. Whoever's turn it is says the
 * next line of the list in its page, and everybody writes down what was said, in order. A message is an object:
 * {number, name, text}.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "skerry.h"
#include "value.h"

enum { PEOPLE = 3, LINES = 9, LONGEST = 160 };

static char said[LINES][LONGEST];
static int32_t heard_lines, shown_lines, my_number;
static skerry_ref guests[PEOPLE], host, port, lines;
static char *name;

static void show(void) {
  while (shown_lines < LINES && said[shown_lines][0] != '\0') {
    skerry_ref item = dom_create_element("li");
    skerry_ref list = dom_query(dom_document(), "#room");
    dom_set_text(item, said[shown_lines++]);
    dom_append_child(list, item);
    skerry_drop(item);
    skerry_drop(list);
  }
  if (shown_lines == LINES) {
    char line[64];
    snprintf(line, sizeof line, "%s heard %d lines", name, LINES);
    dom_set_text(dom_query(dom_document(), "#status"), line);
    console_log(line);
    shown_lines++;
  }
}

static void keep(double number, const skerry_item *who, const skerry_item *what) {
  if (number >= 0 && number < LINES && said[(int) number][0] == '\0') {
    snprintf(said[(int) number], LONGEST, "%.*s: %.*s", (int) who->size, who->bytes, (int) what->size, what->bytes);
    heard_lines++;
  }
}

static skerry_item text(const char *bytes) {
  return (skerry_item) {.kind = VALUE_STRING, .bytes = bytes, .size = strlen(bytes)};
}

/* To both others: the host's page has both windows, a guest its host's window and a port. */
static void send(int32_t number, const char *text) {
  skerry_writer message = {0};
  value_object(&message, 3);
  value_key(&message, "number");
  value_number(&message, number);
  value_key(&message, "name");
  value_string(&message, name);
  value_key(&message, "text");
  value_string(&message, text);
  if (host == 0) {
    value_post(guests[1], &message, "*");
    value_post(guests[2], &message, "*");
  } else {
    value_post(host, &message, "*");
    value_port_post(port, &message);
  }
  value_free(&message);
}

/* Says what is due: line n is the turn of person n modulo 3, once all lines before it were heard. */
static void speak(void) {
  while (heard_lines < LINES && heard_lines % PEOPLE == my_number && (host == 0 || port != 0)) {
    skerry_ref item = dom_list_item(lines, heard_lines / PEOPLE);
    char *line = item == 0 ? NULL : dom_text_copy(item);
    skerry_item who = text(name), what = text(line == NULL ? "" : line);
    int32_t number = heard_lines;
    keep(number, &who, &what);
    send(number, what.bytes);
    free(line);
    skerry_drop(item);
  }
  show();
}

static bool property(skerry_reader at, const skerry_item *object, const char *name, enum skerry_value kind,
                     skerry_item *item) {
  return value_property(&at, object->count, name) && value_read(&at, item) && item->kind == kind;
}

/* Guests' first message brings the port alone, all others are lines. */
static void hear(void *data) {
  (void) data;
  if (messaging_message_port_count() == 1) {
    host = messaging_message_source();
    port = messaging_message_port(0);
    messaging_on_port_message(port, hear, NULL);
  } else {
    skerry_reader at;
    skerry_item message, number, who, what;
    void *value = value_message(&at);
    if (value != NULL && value_read(&at, &message) && message.kind == VALUE_OBJECT
        && property(at, &message, "number", VALUE_NUMBER, &number) && property(at, &message, "name", VALUE_STRING, &who)
        && property(at, &message, "text", VALUE_STRING, &what)) {
      keep(number.number, &who, &what);
    }
    free(value);
  }
  speak();
}

/* The host's page: gives each guest an end of a channel, and begins. */
static void loaded(void *data) {
  (void) data;
  if (messaging_frame_count() == PEOPLE - 1) {
    skerry_ref channel = messaging_channel();
    for (int32_t i = 1; i < PEOPLE; i++) {
      guests[i] = messaging_frame(i - 1);
      messaging_transfer(messaging_channel_port(channel, i - 1));
      messaging_post(guests[i], "", 0, "*");
    }
    skerry_drop(channel);
    speak();
  }
}

int main(void) {
  skerry_ref body = dom_query(dom_document(), "body");
  char *number = dom_attribute_copy(body, "data-number");
  name = dom_attribute_copy(body, "data-name");
  lines = dom_query_all(dom_document(), "#lines > li");
  if (number == NULL || name == NULL) {
    return 1;
  }
  my_number = (int32_t) strtol(number, NULL, 10);
  messaging_on_message(hear, NULL);
  if (my_number == 0) {
    dom_add_event_listener(dom_document(), "load", loaded, NULL);
  }
  return 0;
}
