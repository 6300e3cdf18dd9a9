/*
 * The Mandelbrot set as a bitmap in a data URL. The page says how large and how deep; a task computes a band of rows
 * and asks for the next one, so that the page stays responsive; the last one hands the picture to the <img>.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "skerry.h"

__attribute__((import_module("escape"), import_name("escape")))
int32_t escape_steps(double cx, double cy, int32_t limit);

enum { BAND = 8, BITMAP_HEADER = 54, MAX_SIDE = 1024, MAX_LIMIT = 10000 };

/* The part of the plane that is drawn. */
static const double LEFT = -2.25, RIGHT = 0.75, TOP = 1.0, BOTTOM = -1.0;

static skerry_ref picture, status;
static int32_t width, height, limit, inside;
static size_t row_bytes;
static uint8_t *bitmap;
static size_t bitmap_size;

static void put16(uint8_t *at, uint32_t value) {
  at[0] = (uint8_t) value;
  at[1] = (uint8_t) (value >> 8);
}

static void put32(uint8_t *at, uint32_t value) {
  put16(at, value);
  put16(at + 2, value >> 16);
}

/* BITMAPFILEHEADER and BITMAPINFOHEADER: 24 bits per pixel, rows from the bottom up, each a multiple of 4 bytes. */
static bool begin_bitmap(void) {
  row_bytes = ((size_t) width * 3 + 3) / 4 * 4;
  bitmap_size = BITMAP_HEADER + row_bytes * (size_t) height;
  bitmap = calloc(1, bitmap_size);
  if (bitmap == NULL) {
    return false;
  }
  memcpy(bitmap, "BM", 2);
  put32(bitmap + 2, (uint32_t) bitmap_size);
  put32(bitmap + 10, BITMAP_HEADER);
  put32(bitmap + 14, BITMAP_HEADER - 14);
  put32(bitmap + 18, (uint32_t) width);
  put32(bitmap + 22, (uint32_t) height);
  put16(bitmap + 26, 1);
  put16(bitmap + 28, 24);
  return true;
}

static void draw_row(int32_t row) {
  double cy = TOP + (BOTTOM - TOP) * row / height;
  uint8_t *pixel = bitmap + BITMAP_HEADER + row_bytes * (size_t) (height - 1 - row);
  for (int32_t column = 0; column < width; column++, pixel += 3) {
    int32_t steps = escape_steps(LEFT + (RIGHT - LEFT) * column / width, cy, limit);
    if (steps == limit) {
      inside++;
      continue;
    }
    pixel[0] = (uint8_t) (80 + 175 * steps / limit);
    pixel[1] = (uint8_t) (steps * 11);
    pixel[2] = (uint8_t) (steps * 5);
  }
}

static char *base64(char *out, const uint8_t *bytes, size_t length) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < length; i += 3) {
    size_t left = length - i;
    uint32_t group = (uint32_t) bytes[i] << 16
        | (left > 1 ? (uint32_t) bytes[i + 1] << 8 : 0)
        | (left > 2 ? bytes[i + 2] : 0);
    *out++ = digits[group >> 18];
    *out++ = digits[group >> 12 & 63];
    *out++ = left > 1 ? digits[group >> 6 & 63] : '=';
    *out++ = left > 2 ? digits[group & 63] : '=';
  }
  return out;
}

static void show(void) {
  static const char prefix[] = "data:image/bmp;base64,";
  char *url = malloc(sizeof prefix + (bitmap_size + 2) / 3 * 4);
  if (url == NULL) {
    dom_set_text(status, "no memory for the picture");
    return;
  }
  memcpy(url, prefix, sizeof prefix - 1);
  char *end = base64(url + sizeof prefix - 1, bitmap, bitmap_size);
  dom_set_attribute_n(picture, "src", url, (size_t) (end - url));
  free(url);

  char text[80];
  snprintf(text, sizeof text, "%d x %d points, %d in the set", (int) width, (int) height, (int) inside);
  dom_set_text(status, text);
  console_log(text);
}

static void draw_band(void *data) {
  int32_t first = (int32_t) (intptr_t) data;
  int32_t end = first + BAND < height ? first + BAND : height;
  for (int32_t row = first; row < end; row++) {
    draw_row(row);
  }
  if (end < height) {
    timers_set_timeout(draw_band, (void *) (intptr_t) end, 0);
  } else {
    show();
  }
}

/* The number in an attribute, held between 1 and `max`. */
static int32_t attribute_number(const char *name, int32_t max) {
  char *value = dom_attribute_copy(picture, name);
  int32_t number = value == NULL ? 1 : atoi(value);
  free(value);
  return number < 1 ? 1 : number > max ? max : number;
}

int main(void) {
  skerry_ref page = dom_document();
  picture = dom_query(page, "#picture");
  status = dom_query(page, "#status");
  width = attribute_number("width", MAX_SIDE);
  height = attribute_number("height", MAX_SIDE);
  limit = attribute_number("data-limit", MAX_LIMIT);
  if (!begin_bitmap()) {
    dom_set_text(status, "no memory for the picture");
    return 0;
  }
  draw_band((void *) 0);
  return 0;
}
