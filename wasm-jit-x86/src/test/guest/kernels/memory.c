// What waits for memory, or moves it.
#include "guest.h"

static u8 bytes[1 << 16];

// n steps along a list of 2^14 nodes in the order of chance.
typedef struct Node { struct Node *next; u32 value, rest[2]; } Node;
static Node nodes[1 << 14];

KERNEL(chase) {
  static u16 order[1 << 14];
  u32 seed = 2, sum = 0;
  for (u32 i = 0; i < 1 << 14; i++) {
    order[i] = i;
    nodes[i].value = i * 3;
  }
  for (u32 i = (1 << 14) - 1; i > 0; i--) {
    u32 j = next(&seed) % (i + 1);
    u16 t = order[i];
    order[i] = order[j];
    order[j] = t;
  }
  for (u32 i = 0; i < 1 << 14; i++) {
    nodes[order[i]].next = &nodes[order[i + 1 & ((1 << 14) - 1)]];
  }
  for (const Node *node = nodes; n; n--, node = node->next) {
    sum += node->value ^ n;
  }
  return sum;
}

// A search tree of n keys, at most 2^14, and as many look-ups.
typedef struct Tree { struct Tree *small, *big; u32 key, count; } Tree;
static Tree pool[1 << 14];

KERNEL(tree) {
  u32 seed = 1, used = 0, sum = 0;
  Tree *root = 0;
  for (u32 i = 0; i < n; i++) {
    u32 key = next(&seed) & 0x3fff;
    Tree **place = &root;
    while (*place && (*place)->key != key) {
      place = key < (*place)->key ? &(*place)->small : &(*place)->big;
    }
    if (!*place) {
      pool[used] = (Tree) {0, 0, key, 0};
      *place = &pool[used++];
    }
    (*place)->count++;
  }
  for (u32 i = 0; i < n; i++) {
    u32 key = next(&seed) & 0x3fff;
    const Tree *tree = root;
    while (tree && tree->key != key) {
      tree = key < tree->key ? tree->small : tree->big;
    }
    sum = mix(sum, tree ? tree->count : 0);
  }
  return mix(sum, used);
}

// n passes over a 64 by 64 matrix of structs with fields of all widths.
typedef struct { u8 kind; u16 level; i32 balance; float weight; double value; i64 stamp; } Cell;
static Cell cells[64][64];

KERNEL(structs) {
  u32 sum = 0;
  for (u32 i = 0; i < 64; i++) {
    for (u32 j = 0; j < 64; j++) {
      cells[i][j] = (Cell) {i ^ j, i * j, (i32) (i - j), i * 0.5f, j * 0.25, (i64) i << j % 40};
    }
  }
  for (u32 pass = 0; pass < n; pass++) {
    for (u32 j = 0; j < 64; j++) {
      for (u32 i = 1; i < 64; i++) {
        Cell *cell = &cells[i][j], *above = &cells[i - 1][j];
        cell->kind += above->kind;
        cell->level ^= above->level + 1;
        cell->balance -= above->balance;
        cell->weight = cell->weight * 0.5f + above->weight * 0.25f;
        cell->value += above->value * 0.125 - cell->value * 0.25;
        cell->stamp += above->stamp >> 3;
      }
    }
  }
  for (u32 i = 0; i < 64; i++) {
    for (u32 j = 0; j < 64; j++) {
      const Cell *cell = &cells[i][j];
      sum = mix(sum, cell->kind + cell->level + cell->balance + (u32) cell->stamp);
      sum = mix_double(mix_double(sum, cell->weight), cell->value);
    }
  }
  return sum;
}

// n fills and copies of blocks of 1 to 2,048 bytes.
KERNEL(bulk) {
  u32 seed = 7, sum = 0;
  __builtin_memset(bytes, 0, sizeof bytes);
  for (u32 i = 0; i < n; i++) {
    u32 size = 1 + next(&seed) % 2048, from = next(&seed) % 60000, to = next(&seed) % 60000;
    __builtin_memset(bytes + from, i, size);
    __builtin_memmove(bytes + to, bytes + from + size / 2, size);
    sum += bytes[to + size / 3];
  }
  return sum;
}
