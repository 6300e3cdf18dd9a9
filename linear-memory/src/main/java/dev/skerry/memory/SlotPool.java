package dev.skerry.memory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Slots that nobody has now, scrubbed when they came back, so that the next tenant pays neither for mapping nor for
 * faults. Bounded in number and in memory; emptied when the system runs short. Thread-safe.
 */
final class SlotPool {

  private final int maxSlots;
  private final long maxResidentBytes;
  private final Map<Slot.Shape, Deque<Slot>> idle = new HashMap<>();
  private int slots;
  private long residentBytes;

  /**
   * @param maxSlots most slots to keep; each holds its address space, and up to three mappings
   * @param maxResidentBytes most memory that idle slots may hold together
   */
  SlotPool(int maxSlots, long maxResidentBytes) {
    this.maxSlots = maxSlots;
    this.maxResidentBytes = maxResidentBytes;
  }

  /**
   * A slot of that shape with so many bytes accessible, all zero.
   *
   * @throws NativeMemoryException if the system has no such address space, no mapping or no memory
   */
  Slot take(Slot.Shape shape, long byteLength) {
    Slot slot = takeIdle(shape);
    if (slot == null) {
      slot = map(shape);
    }
    if (!slot.open(byteLength)) {
      slot.unmap();
      throw new NativeMemoryException(
          "the system will not back " + byteLength + " bytes: mprotect answered ENOMEM");
    }
    return slot;
  }

  /** Takes a slot back from its tenant: kept if there is room, else unmapped. */
  void give(Slot slot) {
    long keepBytes = book();
    if (keepBytes < 0) {
      slot.unmap();
      return;
    }
    try {
      slot.scrub(keepBytes);
    } catch (NativeMemoryException e) {
      unbook(keepBytes);
      slot.unmap();
      return;
    }
    keep(slot, keepBytes);
  }

  /** Unmaps every idle slot. */
  void clear() {
    List<Slot> all = new ArrayList<>();
    synchronized (this) {
      idle.values().forEach(all::addAll);
      idle.clear();
      all.forEach(this::forget);
    }
    all.forEach(Slot::unmap);
  }

  synchronized int idleSlots() {
    return slots;
  }

  synchronized long idleResidentBytes() {
    return residentBytes;
  }

  private Slot map(Slot.Shape shape) {
    try {
      return new Slot(this, shape);
    } catch (NativeMemoryException e) {
      clear();
      return new Slot(this, shape);
    }
  }

  private synchronized Slot takeIdle(Slot.Shape shape) {
    Deque<Slot> same = idle.get(shape);
    if (same == null) {
      return null;
    }
    Slot slot = same.pop();
    if (same.isEmpty()) {
      idle.remove(shape);
    }
    forget(slot);
    return slot;
  }

  /** Books room for one slot and a share of the memory that is left; -1 if there is no room. */
  private synchronized long book() {
    if (slots == maxSlots) {
      return -1;
    }
    slots++;
    long keepBytes = Math.min(maxResidentBytes - residentBytes, Zeroing.WINDOW);
    residentBytes += keepBytes;
    return keepBytes;
  }

  private synchronized void unbook(long keepBytes) {
    slots--;
    residentBytes -= keepBytes;
  }

  private synchronized void keep(Slot slot, long keepBytes) {
    residentBytes += slot.residentBytes() - keepBytes;
    idle.computeIfAbsent(slot.shape(), shape -> new ArrayDeque<>()).push(slot);
  }

  private void forget(Slot slot) {
    slots--;
    residentBytes -= slot.residentBytes();
  }
}
