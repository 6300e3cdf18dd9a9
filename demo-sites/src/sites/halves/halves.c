/*
 * A Game of Life between two origins: each holds one half of a torus, and nothing of the other half but the two columns
 * of cells at the seams, which come in a message for each generation. The body says whose peer it is.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "skerry.h"

enum { WIDTH = 24, HEIGHT = 20, LATEST = 40 };

/* The columns 0 and WIDTH + 1 are the other half's. */
static uint8_t cells[HEIGHT][WIDTH + 2], next[HEIGHT][WIDTH + 2];
static int32_t generation;
static skerry_ref peer;
static char *peer_origin;

/* A generation's number, then the cells of the two columns that the receiver borders on. */
struct seams {
  int32_t generation;
  uint8_t left[HEIGHT], right[HEIGHT];
};

/* The peer is one generation ahead at most. */
static struct seams waiting[2];
static bool has_waiting[2];

static void post_seams(void) {
  struct seams mine = {.generation = generation};
  for (int32_t y = 0; y < HEIGHT; y++) {
    mine.left[y] = cells[y][1];
    mine.right[y] = cells[y][WIDTH];
  }
  messaging_post(peer, &mine, sizeof mine, peer_origin);
}

static void show(void) {
  char text[HEIGHT * (WIDTH + 1) + 1], number[16], line[64];
  char *to = text;
  int32_t population = 0;
  for (int32_t y = 0; y < HEIGHT; y++) {
    for (int32_t x = 1; x <= WIDTH; x++) {
      population += cells[y][x];
      *to++ = cells[y][x] ? 'O' : '.';
    }
    *to++ = '\n';
  }
  *to = '\0';
  skerry_ref world = dom_query(dom_document(), "#world");
  dom_set_text(world, text);
  snprintf(number, sizeof number, "%d", (int) generation);
  dom_set_attribute(world, "data-generation", number);
  skerry_drop(world);
  if (generation == LATEST) {
    snprintf(line, sizeof line, "generation %d, population %d of this half", (int) generation, (int) population);
    dom_set_text(dom_query(dom_document(), "#status"), line);
    console_log(line);
  }
}

/* What is to the left of this half is the other's right column, and the other way round. */
static void step(const struct seams *other) {
  for (int32_t y = 0; y < HEIGHT; y++) {
    cells[y][0] = other->right[y];
    cells[y][WIDTH + 1] = other->left[y];
  }
  for (int32_t y = 0; y < HEIGHT; y++) {
    for (int32_t x = 1; x <= WIDTH; x++) {
      int32_t neighbours = 0;
      for (int32_t i = 0; i < 9; i++) {
        neighbours += i == 4 ? 0 : cells[(y + i / 3 + HEIGHT - 1) % HEIGHT][x + i % 3 - 1];
      }
      next[y][x] = neighbours == 3 || (neighbours == 2 && cells[y][x]);
    }
  }
  memcpy(cells, next, sizeof cells);
  generation++;
}

/* Goes on as far as the peer's columns are here; its first message is also the sign that it listens. */
static void go_on(void) {
  while (generation < LATEST && has_waiting[generation % 2]) {
    has_waiting[generation % 2] = false;
    step(&waiting[generation % 2]);
    show();
    if (generation < LATEST) {
      post_seams();
    }
  }
}

static void heard(void *data) {
  (void) data;
  struct seams message;
  char *origin = messaging_message_origin_copy();
  bool known = origin != NULL && strcmp(origin, peer_origin) == 0;
  free(origin);
  if (!known || messaging_message_data(&message, sizeof message) != (int32_t) sizeof message
      || message.generation < generation || message.generation > generation + 1) {
    return;
  }
  if (peer == 0) {
    peer = messaging_message_source();
    post_seams();
  }
  waiting[message.generation % 2] = message;
  has_waiting[message.generation % 2] = true;
  go_on();
}

/* The embedding half begins when the other has loaded; that one answers. */
static void loaded(void *data) {
  (void) data;
  if (messaging_frame_count() > 0) {
    peer = messaging_frame(0);
    post_seams();
    go_on();
  }
}

int main(void) {
  char *world = dom_text_copy(dom_query(dom_document(), "#world"));
  peer_origin = dom_attribute_copy(dom_query(dom_document(), "body"), "data-peer");
  if (world == NULL || peer_origin == NULL) {
    return 1;
  }
  const char *cell = world;
  for (int32_t y = 0; y < HEIGHT; y++) {
    for (int32_t x = 1; x <= WIDTH && *cell != '\0' && *cell != '\n'; x++) {
      cells[y][x] = *cell++ == 'O';
    }
    cell += *cell == '\n';
  }
  free(world);
  messaging_on_message(heard, NULL);
  dom_add_event_listener(dom_document(), "load", loaded, NULL);
  return 0;
}
