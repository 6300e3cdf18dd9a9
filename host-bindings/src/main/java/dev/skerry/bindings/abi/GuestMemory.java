package dev.skerry.bindings.abi;

import dev.skerry.wasm.Memory;

/**
 * The one place where pointers from a guest are checked: each against the length of the importing instance's exported
 * memory at that moment, each before the first byte moves. Addresses and sizes are unsigned 32-bit values held as
 * {@code long}, so that no sum can wrap. Data is copied out once and never read again from the guest. A range that does
 * not fit is a host trap that names function, argument, address, size and memory length; an empty range may start at
 * the end of the memory, not beyond it (as in WASM core 4.4.7).
 */
public final class GuestMemory {

  /** The largest string or block that a host function takes in one piece, in bytes: 16 MiB. */
  public static final int MAX_BLOCK = 16 << 20;

  private final Call call;
  private final Memory memory;

  GuestMemory(Call call, Memory memory) {
    this.call = call;
    this.memory = memory;
  }

  /**
   * Checks a range and hands its address back; by arithmetic, it is 0 for a processor that goes on although the range
   * does not fit.
   */
  public long check(String what, long address, long size) {
    long length = memory.byteLength();
    if (address < 0 || size < 0 || address > length || size > length - address) {
      throw call.trap(what + " (" + size + " bytes at address " + address + ") lies outside the memory of "
          + length + " bytes");
    }
    return address & ~(length - size - address >> Long.SIZE - 1);
  }

  /** Checks an array of {@code count} elements of {@code elementSize} bytes and hands its address back. */
  public long checkArray(String what, long address, long count, int elementSize) {
    return check(what, address, count * elementSize);
  }

  /** Copies a block of at most {@link #MAX_BLOCK} bytes out. */
  public byte[] bytes(String what, long address, long size) {
    return bytes(what, address, size, 0);
  }

  /** Copies a block of at most {@link #MAX_BLOCK} bytes out, to behind so many that are 0. */
  byte[] bytes(String what, long address, long size, int behind) {
    long checked = check(what, address, size);
    if (size > MAX_BLOCK) {
      throw call.trap(what + " of " + size + " bytes is over the limit of " + MAX_BLOCK + " bytes");
    }
    byte[] bytes = new byte[behind + (int) size];
    memory.read(checked, bytes, behind, (int) size);
    return bytes;
  }

  /**
   * Copies a UTF-8 string out. Malformed parts become U+FFFD, as in a browser's {@code TextDecoder} (Encoding §8.1.1,
   * error mode "replacement").
   */
  public String string(String what, long address, long size) {
    return Utf8.decode(bytes(what, address, size));
  }

  /** Copies bytes out into a part of an array. */
  public void read(String what, long address, byte[] target, int from, int size) {
    memory.read(check(what, address, size), target, from, size);
  }

  /** Copies a part of an array in. */
  public void write(String what, long address, byte[] source, int from, int size) {
    memory.write(check(what, address, size), source, from, size);
  }

  public void putInt(String what, long address, int value) {
    memory.putInt(check(what, address, Integer.BYTES), value);
  }

  public void putLong(String what, long address, long value) {
    memory.putLong(check(what, address, Long.BYTES), value);
  }

  public void putShort(String what, long address, short value) {
    memory.putShort(check(what, address, Short.BYTES), value);
  }
}
