/*
 * A chat between three origins. The host's page embeds the two others and talks to them by messages of windows; to each
 * other those two talk through a message channel, whose ends the host's page sends them. Whoever's turn it is says the
 * next line of the list in its page, and everybody writes down what was said, in order.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "skerry.h"

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

static void keep(int32_t number, const char *text) {
  if (number >= 0 && number < LINES && said[number][0] == '\0') {
    snprintf(said[number], LONGEST, "%s", text);
    heard_lines++;
  }
}

/* To both others: the host's page has both windows, a guest its host's window and a port. */
static void send(const char *message) {
  size_t length = strlen(message);
  if (host == 0) {
    messaging_post(guests[1], message, length, "*");
    messaging_post(guests[2], message, length, "*");
  } else {
    messaging_post(host, message, length, "*");
    messaging_port_post(port, message, length);
  }
}

/* Says what is due: line n is the turn of person n modulo 3, once all lines before it were heard. */
static void speak(void) {
  while (heard_lines < LINES && heard_lines % PEOPLE == my_number && (host == 0 || port != 0)) {
    char message[LONGEST + 16], line[LONGEST];
    skerry_ref item = dom_list_item(lines, heard_lines / PEOPLE);
    char *text = item == 0 ? NULL : dom_text_copy(item);
    snprintf(line, sizeof line, "%s: %s", name, text == NULL ? "" : text);
    snprintf(message, sizeof message, "%d %s", (int) heard_lines, line);
    keep(heard_lines, line);
    send(message);
    free(text);
    skerry_drop(item);
  }
  show();
}

static void hear(void *data) {
  (void) data;
  char message[LONGEST + 16];
  int32_t size = messaging_message_data(message, sizeof message - 1);
  if (size < 0 || size >= (int32_t) sizeof message) {
    return;
  }
  message[size] = '\0';
  if (messaging_message_port_count() == 1) {
    host = messaging_message_source();
    port = messaging_message_port(0);
    messaging_on_port_message(port, hear, NULL);
  } else {
    char *text;
    int32_t number = (int32_t) strtol(message, &text, 10);
    keep(number, text + (*text == ' '));
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
