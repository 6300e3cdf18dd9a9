package dev.skerry.wasm.runtime;

import static dev.skerry.memory.NativeAccess.getLong;
import static dev.skerry.memory.NativeAccess.putLong;

import dev.skerry.memory.NativeAccess;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.interp.Op;
import java.util.List;

/**
 * Instructions that guest code leaves to the runtime: growth and everything in bulk. Bounds are checked before anything
 * is written; long ones go in slices and poll between them.
 */
final class RuntimeOperations {

  private static final long U32 = 0xffff_ffffL;
  private static final long SLICE_BYTES = 1 << 20;
  private static final int SLICE_ELEMENTS = 1 << 16;
  private static final int SLOT = 8;

  private RuntimeOperations() {
  }

  /**
   * Does one instruction. Addresses, indices and lengths are unsigned 64-bit numbers here, whatever their type.
   *
   * @param slots address of the first operand, and of the result
   */
  static void execute(ModuleInstance instance, int op, long slots, int index, int index2) {
    long first = getLong(slots);
    long second = getLong(slots + SLOT);
    long third = getLong(slots + 2 * SLOT);
    switch (op) {
      case Op.MEMORY_GROW -> growMemory(instance.memory(index), slots);
      case Op.MEMORY_FILL -> fill(instance.memory(index), first, (byte) second, third);
      case Op.MEMORY_COPY -> copy(instance.memory(index), first, instance.memory(index2), second, third);
      case Op.MEMORY_INIT -> initMemory(instance, index, instance.memory(index2), first, second, third);
      case Op.DATA_DROP -> instance.dropData(index);
      case Op.TABLE_GROW -> growTable(instance.table(index), slots);
      case Op.TABLE_FILL -> {
        TableInstance table = instance.table(index);
        check(table, first, third);
        table.fill(first, (int) second, third);
      }
      case Op.TABLE_COPY -> copy(instance.table(index), first, instance.table(index2), second, third);
      case Op.TABLE_INIT -> initTable(instance, index, instance.table(index2), first, second, third);
      case Op.ELEM_DROP -> instance.dropElements(index);
      case Op.ATOMIC_NOTIFY -> WaitOperations.notify(instance.memory(index), slots);
      case Op.ATOMIC_WAIT32, Op.ATOMIC_WAIT64 -> WaitOperations.await(instance.memory(index), op, slots);
      default -> throw new IllegalStateException("no such instruction: " + op);
    }
  }

  /** Says whether a range lies within so many; offset and length are unsigned. */
  static boolean isWithin(long offset, long length, long size) {
    return Long.compareUnsigned(length, size) <= 0 && Long.compareUnsigned(offset, size - length) <= 0;
  }

  private static void growMemory(MemoryInstance memory, long slots) {
    putLong(slots, memory.grow(getLong(slots)) & mask(memory.type().address()));
  }

  private static void growTable(TableInstance table, long slots) {
    putLong(slots, table.grow(getLong(slots + SLOT), (int) getLong(slots)) & mask(table.type().address()));
  }

  private static long mask(ValType address) {
    return address.equals(ValType.I64) ? -1 : U32;
  }

  /** Traps unless a range lies within a memory; where it starts, clamped against misprediction. */
  private static long check(MemoryInstance memory, long offset, long length) {
    long size = memory.linear().byteLength();
    if (!isWithin(offset, length, size)) {
      throw new Trap(Trap.Kind.MEMORY_OUT_OF_BOUNDS, null, List.of());
    }
    return NativeAccess.clamp(offset, size - length);
  }

  /** As {@link #check(MemoryInstance, long, long)}. */
  private static long check(TableInstance table, long from, long count) {
    if (!table.contains(from, count)) {
      throw new Trap(Trap.Kind.TABLE_OUT_OF_BOUNDS, null, List.of());
    }
    return NativeAccess.clamp(from, table.size() - count);
  }

  private static void fill(MemoryInstance memory, long offset, byte value, long length) {
    check(memory, offset, length);
    for (long done = 0; done < length; done += SLICE_BYTES) {
      memory.store().pollBetweenSlices();
      memory.linear().fill(offset + done, Math.min(SLICE_BYTES, length - done), value);
    }
  }

  private static void copy(MemoryInstance target, long to, MemoryInstance source, long from, long length) {
    long write = target.linear().address() + check(target, to, length);
    long read = source.linear().address() + check(source, from, length);
    for (long done = 0; done < length; done += SLICE_BYTES) {
      target.store().pollBetweenSlices();
      long slice = Math.min(SLICE_BYTES, length - done);
      long at = to <= from ? done : length - done - slice;
      NativeAccess.copy(read + at, write + at, slice);
    }
  }

  static void initMemory(ModuleInstance instance, int data, MemoryInstance memory, long to, long from, long length) {
    ModuleInfo.DataSegment segment = instance.code().info().data()[data];
    check(memory, to, length);
    if (!isWithin(from, length, instance.isDataDropped(data) ? 0 : segment.length())) {
      throw new Trap(Trap.Kind.MEMORY_OUT_OF_BOUNDS, null, List.of());
    }
    byte[] bytes = instance.code().info().bytes();
    for (long done = 0; done < length; done += SLICE_BYTES) {
      memory.store().pollBetweenSlices();
      int slice = (int) Math.min(SLICE_BYTES, length - done);
      memory.linear().write(to + done, bytes, (int) (segment.from() + from + done), slice);
    }
  }

  static void initTable(ModuleInstance instance, int element, TableInstance table, long to, long from, long count) {
    ModuleInfo.ElementInits inits = instance.code().info().elements()[element].inits();
    if (!isWithin(from, count, instance.areElementsDropped(element) ? 0 : inits.length())) {
      throw new Trap(Trap.Kind.TABLE_OUT_OF_BOUNDS, null, List.of());
    }
    check(table, to, count);
    for (int i = 0; i < count; i++) {
      if (i % SLICE_ELEMENTS == 0) {
        table.store().pollBetweenSlices();
      }
      table.set(to + i, instance.element(inits, (int) from + i));
    }
  }

  private static void copy(TableInstance target, long to, TableInstance source, long from, long count) {
    long write = check(target, to, count);
    long read = check(source, from, count);
    for (long done = 0; done < count; done += SLICE_ELEMENTS) {
      target.store().pollBetweenSlices();
      long slice = Math.min(SLICE_ELEMENTS, count - done);
      long at = to <= from ? done : count - done - slice;
      TableInstance.copy(target, write + at, source, read + at, slice);
    }
  }
}
