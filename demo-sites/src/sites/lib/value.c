/*
 * Writes and reads the values of value.h. A reader relies on what it reads being whole, for the host checked it when it
 * was posted; all the same it goes nowhere beyond the end.
 */
#include "value.h"

#include <stdlib.h>
#include <string.h>

static void *more(skerry_writer *to, size_t size) {
  if (to->room - to->size < size) {
    size_t room = 2 * to->room + size + 32;
    uint8_t *bytes = realloc(to->bytes, room);
    if (bytes == NULL) {
      __builtin_trap();
    }
    to->bytes = bytes;
    to->room = room;
  }
  to->size += size;
  return to->bytes + to->size - size;
}

static void put(skerry_writer *to, const void *bytes, size_t size) {
  if (size > 0) {
    memcpy(more(to, size), bytes, size);
  }
}

static void byte(skerry_writer *to, uint8_t value) {
  put(to, &value, sizeof value);
}

/* Wasm is little-endian, as the encoding is. */
static void word(skerry_writer *to, uint32_t value) {
  put(to, &value, sizeof value);
}

static void text(skerry_writer *to, const char *bytes, size_t size) {
  word(to, size);
  put(to, bytes, size);
}

static uint32_t begin(skerry_writer *to, enum skerry_value kind) {
  byte(to, kind);
  return to->objects++;
}

static uint32_t counted(skerry_writer *to, enum skerry_value kind, uint32_t count) {
  uint32_t number = begin(to, kind);
  word(to, count);
  return number;
}

void value_undefined(skerry_writer *to) {
  byte(to, VALUE_UNDEFINED);
}

void value_null(skerry_writer *to) {
  byte(to, VALUE_NULL);
}

void value_bool(skerry_writer *to, bool value) {
  byte(to, value ? VALUE_TRUE : VALUE_FALSE);
}

void value_number(skerry_writer *to, double value) {
  byte(to, VALUE_NUMBER);
  put(to, &value, sizeof value);
}

void value_integer(skerry_writer *to, int64_t value) {
  uint64_t magnitude = value < 0 ? -(uint64_t) value : (uint64_t) value;
  uint32_t size = 0;
  while (size < sizeof magnitude && magnitude >> 8 * size != 0) {
    size++;
  }
  byte(to, VALUE_BIGINT);
  byte(to, value < 0);
  text(to, (const char *) &magnitude, size);
}

void value_string_n(skerry_writer *to, const char *bytes, size_t length) {
  byte(to, VALUE_STRING);
  text(to, bytes, length);
}

void value_string(skerry_writer *to, const char *bytes) {
  value_string_n(to, bytes, strlen(bytes));
}

uint32_t value_date(skerry_writer *to, double time) {
  uint32_t number = begin(to, VALUE_DATE);
  put(to, &time, sizeof time);
  return number;
}

uint32_t value_array(skerry_writer *to, uint32_t values) {
  return counted(to, VALUE_ARRAY, values);
}

uint32_t value_object(skerry_writer *to, uint32_t properties) {
  return counted(to, VALUE_OBJECT, properties);
}

void value_key(skerry_writer *to, const char *name) {
  text(to, name, strlen(name));
}

uint32_t value_map(skerry_writer *to, uint32_t pairs) {
  return counted(to, VALUE_MAP, pairs);
}

uint32_t value_set(skerry_writer *to, uint32_t values) {
  return counted(to, VALUE_SET, values);
}

uint32_t value_buffer(skerry_writer *to, const void *bytes, size_t size) {
  uint32_t number = begin(to, VALUE_ARRAY_BUFFER);
  text(to, bytes, size);
  return number;
}

uint32_t value_view(skerry_writer *to, enum skerry_view type, uint32_t first_byte, uint32_t elements) {
  uint32_t number = begin(to, VALUE_VIEW);
  byte(to, type);
  word(to, first_byte);
  word(to, elements);
  return number;
}

uint32_t value_error(skerry_writer *to, enum skerry_error name, const char *message) {
  uint32_t number = begin(to, VALUE_ERROR);
  byte(to, name);
  text(to, message, strlen(message));
  return number;
}

uint32_t value_port(skerry_writer *to, uint32_t place) {
  return counted(to, VALUE_PORT, place);
}

void value_reference(skerry_writer *to, uint32_t object) {
  byte(to, VALUE_REFERENCE);
  word(to, object);
}

void value_free(skerry_writer *value) {
  free(value->bytes);
  *value = (skerry_writer) {0};
}

bool value_post(skerry_ref window, const skerry_writer *value, const char *origin) {
  return messaging_post_value(window, value->bytes, value->size, origin);
}

bool value_port_post(skerry_ref port, const skerry_writer *value) {
  return messaging_port_post_value(port, value->bytes, value->size);
}

void *value_message(skerry_reader *from) {
  int32_t size = messaging_message_value(NULL, 0);
  uint8_t *bytes = size < 0 ? NULL : malloc((size_t) size);
  if (bytes != NULL) {
    messaging_message_value(bytes, size);
    *from = (skerry_reader) {bytes, bytes + size};
  }
  return bytes;
}

static bool take(skerry_reader *from, void *to, size_t size) {
  bool there = (size_t) (from->end - from->at) >= size;
  if (there) {
    memcpy(to, from->at, size);
    from->at += size;
  }
  return there;
}

static bool take_byte(skerry_reader *from, uint32_t *to) {
  uint8_t value = 0;
  bool there = take(from, &value, sizeof value);
  *to = value;
  return there;
}

static bool take_bytes(skerry_reader *from, skerry_item *item) {
  if (!take(from, &item->size, sizeof item->size) || (size_t) (from->end - from->at) < item->size) {
    return false;
  }
  item->bytes = (const char *) from->at;
  from->at += item->size;
  return true;
}

bool value_read(skerry_reader *from, skerry_item *item) {
  uint32_t kind;
  *item = (skerry_item) {0};
  if (!take_byte(from, &kind)) {
    return false;
  }
  item->kind = kind;
  switch (item->kind) {
    case VALUE_UNDEFINED: case VALUE_NULL: case VALUE_FALSE: case VALUE_TRUE:
      return true;
    case VALUE_NUMBER: case VALUE_DATE:
      return take(from, &item->number, sizeof item->number);
    case VALUE_STRING: case VALUE_ARRAY_BUFFER:
      return take_bytes(from, item);
    case VALUE_BIGINT: case VALUE_ERROR:
      return take_byte(from, &item->type) && take_bytes(from, item);
    case VALUE_VIEW:
      return take_byte(from, &item->type) && take(from, &item->first_byte, sizeof item->first_byte)
          && take(from, &item->count, sizeof item->count);
    case VALUE_ARRAY: case VALUE_OBJECT: case VALUE_MAP: case VALUE_SET: case VALUE_REFERENCE: case VALUE_PORT:
      return take(from, &item->count, sizeof item->count);
  }
  return false;
}

bool value_read_key(skerry_reader *from, skerry_item *item) {
  *item = (skerry_item) {.kind = VALUE_STRING};
  return take_bytes(from, item);
}

/* Values lie within each other up to a thousand times: the heads are read here, where they are on no deep stack. */
static bool skip_head(skerry_reader *from, enum skerry_value *kind, uint32_t *values) {
  skerry_item item;
  bool there = value_read(from, &item);
  *kind = item.kind;
  *values = item.kind == VALUE_MAP ? 2 * item.count : item.kind == VALUE_VIEW ? 1
      : item.kind == VALUE_ARRAY || item.kind == VALUE_SET || item.kind == VALUE_OBJECT ? item.count : 0;
  return there;
}

static bool skip_key(skerry_reader *from) {
  skerry_item item;
  return value_read_key(from, &item);
}

void value_skip(skerry_reader *from) {
  enum skerry_value kind;
  uint32_t values;
  bool there = skip_head(from, &kind, &values);
  for (uint32_t i = 0; there && i < values; i++) {
    there = kind != VALUE_OBJECT || skip_key(from);
    value_skip(from);
  }
}

bool value_property(skerry_reader *from, uint32_t properties, const char *name) {
  skerry_reader at = *from;
  size_t length = strlen(name);
  skerry_item key;
  for (uint32_t i = 0; i < properties && value_read_key(&at, &key); i++) {
    if (key.size == length && memcmp(key.bytes, name, length) == 0) {
      *from = at;
      return true;
    }
    value_skip(&at);
  }
  return false;
}
