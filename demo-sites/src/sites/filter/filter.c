/*
 * An image filter: the page's picture, in text of hexadecimal greys, is blurred and searched for edges. Each result is
 * a bitmap in a data URL; every filter is a task of its own.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "skerry.h"

enum { SIDE = 256, HEADER = 54 + 1024 };

static int32_t width, height;
static uint8_t picture[SIDE * SIDE], blurred[SIDE * SIDE], edges[SIDE * SIDE];

static int32_t digit(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Rows of equal length, two digits for each point; false for anything else. */
static bool read_picture(const char *text) {
  int32_t column = 0;
  for (; *text != '\0'; text++) {
    if (*text == '\n') {
      if (column > 0 && (width == 0 || width == column)) {
        width = column;
        height++;
      } else if (column > 0) {
        return false;
      }
      column = 0;
      continue;
    }
    int32_t high = digit(text[0]);
    int32_t low = high < 0 ? -1 : digit(text[1]);
    if (low < 0 || column == SIDE || height == SIDE) {
      return false;
    }
    picture[height * SIDE + column++] = (uint8_t) (high * 16 + low);
    text++;
  }
  return width > 0 && column == 0;
}

/* Points outside are as the nearest one inside. */
static int32_t at(const uint8_t *from, int32_t x, int32_t y) {
  x = x < 0 ? 0 : x >= width ? width - 1 : x;
  y = y < 0 ? 0 : y >= height ? height - 1 : y;
  return from[y * SIDE + x];
}

/* The mean of nine points. */
static void blur(void) {
  for (int32_t y = 0; y < height; y++) {
    for (int32_t x = 0; x < width; x++) {
      int32_t sum = 0;
      for (int32_t i = 0; i < 9; i++) {
        sum += at(picture, x + i % 3 - 1, y + i / 3 - 1);
      }
      blurred[y * SIDE + x] = (uint8_t) (sum / 9);
    }
  }
}

/* Sobel's operator on the blurred picture; the sum of both directions, at most white. How many points are edges. */
static int32_t find_edges(void) {
  int32_t found = 0;
  for (int32_t y = 0; y < height; y++) {
    for (int32_t x = 0; x < width; x++) {
      int32_t across = 0;
      int32_t down = 0;
      for (int32_t i = -1; i <= 1; i++) {
        int32_t weight = i == 0 ? 2 : 1;
        across += weight * (at(blurred, x + 1, y + i) - at(blurred, x - 1, y + i));
        down += weight * (at(blurred, x + i, y + 1) - at(blurred, x + i, y - 1));
      }
      int32_t strength = abs(across) + abs(down);
      edges[y * SIDE + x] = (uint8_t) (strength > 255 ? 255 : strength);
      found += strength > 127;
    }
  }
  return found;
}

static void put32(uint8_t *to, uint32_t value) {
  for (int32_t i = 0; i < 4; i++) {
    to[i] = (uint8_t) (value >> (8 * i));
  }
}

/* A bitmap of 8 bits per point with a palette of greys, rows from the bottom up. */
static void show(const char *selector, const uint8_t *points) {
  static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  int32_t row = (width + 3) / 4 * 4;
  int32_t size = HEADER + row * height;
  uint8_t *bitmap = calloc(1, (size_t) size + 2);
  char *url = malloc(32 + ((size_t) size + 2) / 3 * 4);
  if (bitmap == NULL || url == NULL) {
    __builtin_trap();
  }
  memcpy(bitmap, "BM", 2);
  put32(bitmap + 2, (uint32_t) size);
  put32(bitmap + 10, HEADER);
  put32(bitmap + 14, 40);
  put32(bitmap + 18, (uint32_t) width);
  put32(bitmap + 22, (uint32_t) height);
  put32(bitmap + 26, 1 | 8 << 16);
  for (uint32_t grey = 0; grey < 256; grey++) {
    put32(bitmap + 54 + 4 * grey, grey * 0x010101);
  }
  for (int32_t y = 0; y < height; y++) {
    memcpy(bitmap + HEADER + row * (height - 1 - y), points + y * SIDE, (size_t) width);
  }
  char *to = url + sprintf(url, "data:image/bmp;base64,");
  for (int32_t i = 0; i < size; i += 3) {
    uint32_t bits = (uint32_t) bitmap[i] << 16 | (uint32_t) bitmap[i + 1] << 8 | bitmap[i + 2];
    *to++ = base64[bits >> 18];
    *to++ = base64[bits >> 12 & 63];
    *to++ = i + 1 < size ? base64[bits >> 6 & 63] : '=';
    *to++ = i + 2 < size ? base64[bits & 63] : '=';
  }
  skerry_ref image = dom_query(dom_document(), selector);
  dom_set_attribute_n(image, "src", url, (size_t) (to - url));
  skerry_drop(image);
  free(url);
  free(bitmap);
}

static void say(const char *text) {
  dom_set_text(dom_query(dom_document(), "#status"), text);
  console_log(text);
}

static void second(void *data) {
  (void) data;
  char line[80];
  int32_t found = find_edges();
  show("#edges", edges);
  snprintf(line, sizeof line, "%d x %d points, %d on edges", (int) width, (int) height, (int) found);
  say(line);
}

static void first(void *data) {
  (void) data;
  blur();
  show("#blurred", blurred);
  timers_set_timeout(second, NULL, 0);
}

int main(void) {
  char *text = dom_text_copy(dom_query(dom_document(), "#picture"));
  if (text == NULL || !read_picture(text)) {
    say("there is no picture");
    return 1;
  }
  free(text);
  show("#original", picture);
  timers_set_timeout(first, NULL, 0);
  return 0;
}
