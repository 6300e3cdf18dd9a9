package dev.skerry.wasm.runtime;

import dev.skerry.memory.LinearMemory;

/**
 * What the host does with a memory, each time as the only thread inside the store, wherever Java's stack ends in it.
 * Offsets are bytes; all that is not within the memory at that moment is an {@link IndexOutOfBoundsException}.
 */
public final class HostAccess {

  private static final int READ = 0;
  private static final int WRITE = 1;
  private static final int GET_BYTE = 2;
  private static final int GET_INT = 3;
  private static final int GET_LONG = 4;
  private static final int PUT_BYTE = 5;
  private static final int PUT_SHORT = 6;
  private static final int PUT_INT = 7;
  private static final int PUT_LONG = 8;

  private final StoreState store;
  private final MemoryInstance memory;

  public HostAccess(StoreState store, MemoryInstance memory) {
    this.store = store;
    this.memory = memory;
  }

  /** One method for all, because whoever leaves must have no call between that and saying that there was no stack. */
  private long access(int kind, long offset, long value, byte[] bytes, int from, int length) {
    boolean entered = store.enter();
    Lease.Seat own = store.lease.seat;
    long result = 0;
    try {
      LinearMemory linear = memory.linear();
      switch (kind) {
        case READ -> linear.read(offset, bytes, from, length);
        case WRITE -> linear.write(offset, bytes, from, length);
        case GET_BYTE -> result = linear.getByte(offset);
        case GET_INT -> result = linear.getInt(offset);
        case GET_LONG -> result = linear.getLong(offset);
        case PUT_BYTE -> linear.putByte(offset, (byte) value);
        case PUT_SHORT -> linear.putShort(offset, (short) value);
        case PUT_INT -> linear.putInt(offset, (int) value);
        default -> linear.putLong(offset, value);
      }
    } finally {
      if (entered) {
        try {
          store.leave(own);
        } catch (Throwable thrown) {
          own.left |= own.place == Lease.Seat.INSIDE;
          throw thrown;
        }
      }
    }
    return result;
  }

  public void read(long offset, byte[] target, int from, int length) {
    access(READ, offset, 0, target, from, length);
  }

  public void write(long offset, byte[] source, int from, int length) {
    access(WRITE, offset, 0, source, from, length);
  }

  public byte getByte(long offset) {
    return (byte) access(GET_BYTE, offset, 0, null, 0, 0);
  }

  public int getInt(long offset) {
    return (int) access(GET_INT, offset, 0, null, 0, 0);
  }

  public long getLong(long offset) {
    return access(GET_LONG, offset, 0, null, 0, 0);
  }

  public void putByte(long offset, byte value) {
    access(PUT_BYTE, offset, value, null, 0, 0);
  }

  public void putShort(long offset, short value) {
    access(PUT_SHORT, offset, value, null, 0, 0);
  }

  public void putInt(long offset, int value) {
    access(PUT_INT, offset, value, null, 0, 0);
  }

  public void putLong(long offset, long value) {
    access(PUT_LONG, offset, value, null, 0, 0);
  }
}
