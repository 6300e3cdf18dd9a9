package dev.skerry.wasm.runtime;

import dev.skerry.memory.LinearMemory;

/**
 * What the host does with a memory, each time as the only thread inside the store, wherever Java's stack ends in it.
 * Offsets are bytes; all that is not within the memory at that moment is an {@link IndexOutOfBoundsException}.
 *
 * <p>A host function, whose thread is inside, gets by on what HotSpot makes a part of it. Else a thread comes and goes,
 * the shortest way if it has the store reserved. That stands three times, because whoever leaves must have no call
 * between that and saying that there was no stack; and not once for all, because HotSpot makes nothing so large a part
 * of its callers.
 */
public final class HostAccess {

  private final Entrance entrance;
  private final LinearMemory linear;

  public HostAccess(StoreState store, MemoryInstance memory) {
    this.entrance = store.entrance();
    this.linear = memory.linear();
  }

  /** Whether the thread is inside, and nothing need be done for the store. */
  private boolean isInside() {
    return entrance.lease.seat.isInside();
  }

  /** The value of so many bytes, for a thread that is outside. */
  private long get(long offset, int bytes) {
    Lease.Seat own = entrance.lease.seat;
    if (!own.comesBack()) {
      return entrance.inside(() -> load(offset, bytes));
    }
    try {
      return load(offset, bytes);
    } finally {
      try {
        if (!own.goes()) {
          entrance.giveUp(own);
        }
      } catch (Throwable thrown) {
        own.left |= own.place == Lease.Seat.INSIDE;
        throw thrown;
      }
    }
  }

  private long load(long offset, int bytes) {
    return switch (bytes) {
      case Byte.BYTES -> linear.getByte(offset);
      case Integer.BYTES -> linear.getInt(offset);
      default -> linear.getLong(offset);
    };
  }

  /** Writes the low bytes of a value, as {@link #get}. */
  private void put(long offset, int bytes, long value) {
    Lease.Seat own = entrance.lease.seat;
    if (!own.comesBack()) {
      entrance.inside(() -> save(offset, bytes, value));
      return;
    }
    try {
      save(offset, bytes, value);
    } finally {
      try {
        if (!own.goes()) {
          entrance.giveUp(own);
        }
      } catch (Throwable thrown) {
        own.left |= own.place == Lease.Seat.INSIDE;
        throw thrown;
      }
    }
  }

  private Void save(long offset, int bytes, long value) {
    switch (bytes) {
      case Byte.BYTES -> linear.putByte(offset, (byte) value);
      case Short.BYTES -> linear.putShort(offset, (short) value);
      case Integer.BYTES -> linear.putInt(offset, (int) value);
      default -> linear.putLong(offset, value);
    }
    return null;
  }

  /** Copies bytes out or in, as {@link #get}. */
  private void copy(boolean out, long offset, byte[] bytes, int from, int length) {
    Lease.Seat own = entrance.lease.seat;
    if (!own.comesBack()) {
      entrance.inside(() -> transfer(out, offset, bytes, from, length));
      return;
    }
    try {
      transfer(out, offset, bytes, from, length);
    } finally {
      try {
        if (!own.goes()) {
          entrance.giveUp(own);
        }
      } catch (Throwable thrown) {
        own.left |= own.place == Lease.Seat.INSIDE;
        throw thrown;
      }
    }
  }

  private Void transfer(boolean out, long offset, byte[] bytes, int from, int length) {
    if (out) {
      linear.read(offset, bytes, from, length);
    } else {
      linear.write(offset, bytes, from, length);
    }
    return null;
  }

  public void read(long offset, byte[] target, int from, int length) {
    if (isInside()) {
      linear.read(offset, target, from, length);
    } else {
      copy(true, offset, target, from, length);
    }
  }

  public void write(long offset, byte[] source, int from, int length) {
    if (isInside()) {
      linear.write(offset, source, from, length);
    } else {
      copy(false, offset, source, from, length);
    }
  }

  public byte getByte(long offset) {
    return isInside() ? linear.getByte(offset) : (byte) get(offset, Byte.BYTES);
  }

  public int getInt(long offset) {
    return isInside() ? linear.getInt(offset) : (int) get(offset, Integer.BYTES);
  }

  public long getLong(long offset) {
    return isInside() ? linear.getLong(offset) : get(offset, Long.BYTES);
  }

  public void putByte(long offset, byte value) {
    if (isInside()) {
      linear.putByte(offset, value);
    } else {
      put(offset, Byte.BYTES, value);
    }
  }

  public void putShort(long offset, short value) {
    if (isInside()) {
      linear.putShort(offset, value);
    } else {
      put(offset, Short.BYTES, value);
    }
  }

  public void putInt(long offset, int value) {
    if (isInside()) {
      linear.putInt(offset, value);
    } else {
      put(offset, Integer.BYTES, value);
    }
  }

  public void putLong(long offset, long value) {
    if (isInside()) {
      linear.putLong(offset, value);
    } else {
      put(offset, Long.BYTES, value);
    }
  }
}
