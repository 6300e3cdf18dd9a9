/*
 * The module that both shops run: each has its own memory, so the same address holds each shop's own token.
 *
 * One shop embeds the other. Both greet when they start, so that whoever comes second is heard, and the embedding
 * one serves. Then a number goes to and fro, one higher each time, until the page's number of rounds is played.
 * Messages are text: "hello TOKEN ADDRESS" or "COUNT TOKEN ADDRESS".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "skerry.h"

enum { TOKEN_BYTES = 32, ADDRESS_BYTES = 12, MESSAGE_BYTES = 80 };

/* What this whole demonstration is about: a plain variable at a fixed address. */
static char token[TOKEN_BYTES];
static char address[ADDRESS_BYTES];

static skerry_ref report;
static char *peer_origin;
static int rounds;
static int sent;
static int received;
static bool serving;

/* Numbers and texts where a reader and a test find them. */
static void show(const char *name, const char *value) {
  dom_set_attribute(report, name, value);
  char selector[40];
  snprintf(selector, sizeof selector, "#%s", name + strlen("data-"));
  skerry_ref page = dom_document();
  skerry_ref element = dom_query(page, selector);
  if (element != 0) {
    dom_set_text(element, value);
  }
  skerry_drop(element);
  skerry_drop(page);
}

static void show_number(const char *name, int value) {
  char text[12];
  snprintf(text, sizeof text, "%d", value);
  show(name, text);
}

static void show_memory(void) {
  show("data-address", address);
  show("data-token", token);
}

static void send(skerry_ref window, const char *what) {
  char message[MESSAGE_BYTES];
  int length = snprintf(message, sizeof message, "%s %s %s", what, token, address);
  if (!messaging_post(window, message, (size_t) length, peer_origin)) {
    console_error("the peer's origin is no origin");
    return;
  }
  show_number("data-sent", ++sent);
}

static void send_number(skerry_ref window, int number) {
  char text[12];
  snprintf(text, sizeof text, "%d", number);
  send(window, text);
}

static void finish(const char *peer_token, const char *peer_address) {
  char line[MESSAGE_BYTES * 2];
  snprintf(line, sizeof line, "%s at %s here, %s at %s there, after %d messages sent and %d received",
      token, address, peer_token, peer_address, sent, received);
  console_log(line);
}

static void answer(skerry_ref window, const char *message) {
  char word[12];
  char peer_token[TOKEN_BYTES];
  char peer_address[ADDRESS_BYTES];
  if (sscanf(message, "%11s %31s %11s", word, peer_token, peer_address) != 3) {
    return;
  }
  show("data-peer-address", peer_address);
  show("data-peer-token", peer_token);
  show_number("data-received", ++received);
  if (strcmp(word, "hello") != 0) {
    int number = atoi(word);
    show_number("data-count", number);
    if (number < rounds) {
      send_number(window, number + 1);
    }
    if (number + 1 >= rounds) {
      finish(peer_token, peer_address);
    }
  } else if (messaging_frame_count() > 0 && !serving) {
    serving = true;
    send_number(window, 1);
  } else if (messaging_frame_count() == 0) {
    send(window, "hello");
  }
  show_memory();
}

static void on_message(void *data) {
  (void) data;
  char *origin = messaging_message_origin_copy();
  char *message = messaging_message_data_copy();
  skerry_ref source = messaging_message_source();
  if (origin == NULL || message == NULL || strcmp(origin, peer_origin) != 0) {
    console_warn("a message from somebody else");
  } else {
    answer(source, message);
  }
  skerry_drop(source);
  free(message);
  free(origin);
}

int main(void) {
  skerry_ref page = dom_document();
  report = dom_query(page, "#report");
  peer_origin = dom_attribute_copy(report, "data-peer");
  char *count = dom_attribute_copy(report, "data-rounds");
  char *own = dom_attribute_copy(report, "data-own");
  if (peer_origin == NULL || count == NULL || own == NULL) {
    console_error("the page names no peer, rounds or token");
    return 0;
  }
  rounds = atoi(count);
  snprintf(token, sizeof token, "%s", own);
  snprintf(address, sizeof address, "0x%x", (unsigned) (uintptr_t) token);
  free(count);
  free(own);
  show_memory();
  messaging_on_message(on_message, NULL);
  skerry_ref peer = messaging_frame_count() > 0 ? messaging_frame(0) : messaging_parent();
  if (peer == 0) {
    console_warn("opened alone, without a peer");
  } else {
    send(peer, "hello");
    skerry_drop(peer);
  }
  skerry_drop(page);
  return 0;
}
