package dev.skerry.wasm.regalloc;

import java.util.Arrays;

/** Numbers by position, the nearest first: a binary heap. */
final class PositionHeap {

  private long[] heap = new long[16];
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  /** What is first: its position in the upper half, its number in the lower. */
  long first() {
    return heap[0];
  }

  void add(int position, int number) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    long key = (long) position << Integer.SIZE | number;
    int at = size++;
    while (at > 0 && heap[at - 1 >> 1] > key) {
      heap[at] = heap[at - 1 >> 1];
      at = at - 1 >> 1;
    }
    heap[at] = key;
  }

  /** Takes the first away, and gives its number. */
  int remove() {
    long first = heap[0];
    long moved = heap[--size];
    int at = 0;
    for (int child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= moved) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = moved;
    return (int) first;
  }
}
