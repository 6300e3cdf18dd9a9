/*
 * value.h: the values that messages carry besides bytes (HTML 2.7), as web:messaging has them encoded. The table of the
 * encoding is in the README of host-bindings.
 *
 * A value is written from the outside in: value_object(&v, 2) is followed by two times a key and a value, value_array
 * by as many values as it was told, a view by a buffer or a reference to one. What begins an object (all but
 * undefined, null, bools, numbers, bigints, strings and references) returns its number, by which value_reference can
 * mean it again, also from inside of it. Whether all of it is one whole value the host says when it is posted.
 */
#ifndef SKERRY_VALUE_H
#define SKERRY_VALUE_H

#include "skerry.h"

/* Made from the tables of the host modules: begin. */

enum skerry_value {
  VALUE_UNDEFINED, VALUE_NULL, VALUE_FALSE, VALUE_TRUE, VALUE_NUMBER, VALUE_BIGINT, VALUE_STRING, VALUE_DATE,
  VALUE_ARRAY, VALUE_OBJECT, VALUE_MAP, VALUE_SET, VALUE_ARRAY_BUFFER, VALUE_VIEW, VALUE_ERROR,
  VALUE_REFERENCE, VALUE_PORT,
};
enum skerry_view {
  VIEW_INT8, VIEW_UINT8, VIEW_UINT8_CLAMPED, VIEW_INT16, VIEW_UINT16, VIEW_INT32, VIEW_UINT32, VIEW_BIG_INT64,
  VIEW_BIG_UINT64, VIEW_FLOAT32, VIEW_FLOAT64, VIEW_DATA_VIEW,
};
enum skerry_error {
  ERROR_PLAIN, ERROR_EVAL, ERROR_RANGE, ERROR_REFERENCE, ERROR_SYNTAX, ERROR_TYPE, ERROR_URI,
};

/* Made from the tables of the host modules: end. */

/* A value that is being written: all zero before the first call, freed by value_free. */
typedef struct {
  uint8_t *bytes;
  size_t size, room;
  uint32_t objects;
} skerry_writer;

void value_undefined(skerry_writer *to);
void value_null(skerry_writer *to);
void value_bool(skerry_writer *to, bool value);
void value_number(skerry_writer *to, double value);
/* A BigInt. */
void value_integer(skerry_writer *to, int64_t value);
/* UTF-8, or the value cannot be posted. */
void value_string(skerry_writer *to, const char *text);
void value_string_n(skerry_writer *to, const char *text, size_t length);
/* Milliseconds since 1970 in UTC. */
uint32_t value_date(skerry_writer *to, double time);
uint32_t value_array(skerry_writer *to, uint32_t values);
uint32_t value_object(skerry_writer *to, uint32_t properties);
/* The name of an object's next property. */
void value_key(skerry_writer *to, const char *name);
uint32_t value_map(skerry_writer *to, uint32_t pairs);
uint32_t value_set(skerry_writer *to, uint32_t values);
/* An ArrayBuffer with a copy of the bytes. */
uint32_t value_buffer(skerry_writer *to, const void *bytes, size_t size);
/* A typed array or DataView of so many elements from that byte on, of the buffer that comes next. */
uint32_t value_view(skerry_writer *to, enum skerry_view type, uint32_t first_byte, uint32_t elements);
uint32_t value_error(skerry_writer *to, enum skerry_error name, const char *message);
/* The port at that place among those that were transferred. */
uint32_t value_port(skerry_writer *to, uint32_t place);
void value_reference(skerry_writer *to, uint32_t object);
void value_free(skerry_writer *value);

/* Posts a value as messaging_post does; messaging_post_error says why one was refused. */
bool value_post(skerry_ref window, const skerry_writer *value, const char *origin);
bool value_port_post(skerry_ref port, const skerry_writer *value);

/* A place in a value. Copying it keeps the place. */
typedef struct {
  const uint8_t *at, *end;
} skerry_reader;

/* What stands at a place; what a kind has no use for is zero. */
typedef struct {
  enum skerry_value kind;
  /* Of a number or a date. */
  double number;
  /* Of a string, an ArrayBuffer's contents, an error's message, the magnitude of a BigInt with its lowest byte first. */
  const char *bytes;
  uint32_t size;
  /* Values of an array or set, pairs of an object or map, elements of a view; the number that a reference means; the
   * place of a port. */
  uint32_t count;
  /* The skerry_view of a view, the skerry_error of an error, 1 for a BigInt below 0. */
  uint32_t type;
  /* Of a view. */
  uint32_t first_byte;
} skerry_item;

/* The value of the message that is being delivered, which the caller frees, and its beginning; NULL outside one. */
void *value_message(skerry_reader *from);
/* Reads a value, of an array, set, object, map or view the head, and goes on to what follows; false at the end. */
bool value_read(skerry_reader *from, skerry_item *item);
/* Reads the name of an object's next property, into bytes and size. */
bool value_read_key(skerry_reader *from, skerry_item *item);
/* Goes on behind the whole value at that place. */
void value_skip(skerry_reader *from);
/* From behind the head of an object with so many properties to the value of the one of that name; false, and the place
 * stays, where it has none. */
bool value_property(skerry_reader *from, uint32_t properties, const char *name);

#endif
