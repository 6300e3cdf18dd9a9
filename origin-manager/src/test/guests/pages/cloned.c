/*
 * Posts itself a value with one of every kind, by value.c, and logs what it reads when it comes back: a line for each
 * value, in the order of the encoding, and then single properties.
 */
#include "value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const NAMES[] = {"undefined", "null", "false", "true", "number", "bigint", "string", "date",
  "array", "object", "map", "set", "buffer", "view", "error", "reference", "port"};

static void say(const skerry_item *item) {
  char line[128];
  snprintf(line, sizeof line, "%s number %g bytes '%.*s' count %u type %u first %u", NAMES[item->kind], item->number,
           (int) item->size, item->bytes == NULL ? "" : item->bytes, (unsigned) item->count, (unsigned) item->type,
           (unsigned) item->first_byte);
  console_log(line);
}

static void say_property(skerry_reader at, uint32_t properties, const char *name) {
  skerry_item item;
  if (value_property(&at, properties, name) && value_read(&at, &item)) {
    say(&item);
  } else {
    console_log(name);
  }
}

static void heard(void *data) {
  (void) data;
  skerry_reader start;
  skerry_item head, item;
  void *value = value_message(&start);
  value_read(&start, &head);
  say(&head);
  skerry_reader at = start;
  for (uint32_t i = 0; i < head.count; i++) {
    value_read_key(&at, &item);
    console_log_n(item.bytes, item.size);
    skerry_reader inside = at;
    value_skip(&at);
    while (inside.at < at.at && value_read(&inside, &item)) {
      say(&item);
    }
  }
  console_log(at.at == at.end && !value_read(&at, &item) ? "the end" : "not the end");
  say_property(start, head.count, "last");
  say_property(start, head.count, "absent");
  free(value);
}


__attribute__((export_name("post"))) bool post(void) {
  skerry_ref channel = messaging_channel();
  messaging_transfer(messaging_channel_port(channel, 0));
  skerry_writer value = {0};
  uint32_t self = value_object(&value, 5);
  value_key(&value, "plain");
  value_array(&value, 8);
  value_undefined(&value);
  value_null(&value);
  value_bool(&value, true);
  value_bool(&value, false);
  value_number(&value, -1.5);
  value_integer(&value, 0);
  value_integer(&value, -258);
  value_string(&value, "Sule Skerry");
  value_key(&value, "pairs");
  value_map(&value, 1);
  value_string_n(&value, "key and more", 3);
  value_set(&value, 2);
  value_date(&value, 86400000);
  value_reference(&value, self);
  value_key(&value, "views");
  value_array(&value, 2);
  value_view(&value, VIEW_UINT16, 2, 1);
  uint32_t buffer = value_buffer(&value, "four", 4);
  value_view(&value, VIEW_DATA_VIEW, 1, 3);
  value_reference(&value, buffer);
  value_key(&value, "port");
  value_port(&value, 0);
  value_key(&value, "last");
  value_error(&value, ERROR_RANGE, "too far");
  bool posted = value_post(messaging_self(), &value, "*");
  value_free(&value);
  return posted;
}

__attribute__((export_name("post_too_few"))) bool post_too_few(void) {
  skerry_writer value = {0};
  value_array(&value, 2);
  value_null(&value);
  bool posted = value_post(messaging_self(), &value, "*");
  console_log(messaging_post_error_copy());
  value_free(&value);
  return posted;
}

__attribute__((constructor)) static void listen(void) {
  messaging_on_message(heard, NULL);
}
