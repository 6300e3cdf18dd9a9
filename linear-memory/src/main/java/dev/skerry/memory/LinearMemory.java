package dev.skerry.memory;

import java.lang.ref.Reference;
import java.util.Objects;

/**
 * The bytes of one linear memory: reserved once, grown in place, zeroed before every use. Every checked access throws
 * {@link IndexOutOfBoundsException}; offsets are bytes, values little-endian. Closing is idempotent; a closed memory
 * has length 0.
 *
 * <p>Any thread may close or grow. Whoever accesses bytes must see to it that no other thread closes meanwhile, nor
 * grows where {@link #movesOnGrowth}.
 */
public final class LinearMemory implements AutoCloseable {

  /** Held while two memories are locked, so that no two threads wait for each other's. */
  private static final Object VIEWS = new Object();

  private final Holding holding;
  private final long maxByteLength;
  private final MemoryLayout layout;
  private final Region region;
  private volatile long address;
  private volatile long byteLength;

  private LinearMemory(Region region, long initialBytes, long maxBytes, MemoryLayout layout) {
    this.layout = layout;
    this.holding =
        Holding.of(this, Holding.Kind.LINEAR_MEMORY, region, layout.accessibleBytes(initialBytes));
    this.maxByteLength = maxBytes;
    this.region = region;
    this.address = region.address();
    this.byteLength = initialBytes;
  }

  /**
   * Reserves room for {@code maxBytes} and makes the first {@code initialBytes} accessible; both are multiples of the
   * system's page size.
   *
   * @throws IllegalArgumentException if the two are negative, out of order or not of whole pages
   * @throws NativeMemoryException if the system has no such room; never an {@link OutOfMemoryError}
   */
  public static LinearMemory reserve(long initialBytes, long maxBytes) {
    return reserve(initialBytes, maxBytes, MemoryLayout.CHECKED);
  }

  /** As {@link #reserve(long, long)}, with the room and guard of the layout. */
  public static LinearMemory reserve(long initialBytes, long maxBytes, MemoryLayout layout) {
    checkSizes(initialBytes, maxBytes);
    Region region = PlatformChoice.current().platform().reserve(initialBytes, maxBytes, layout);
    return new LinearMemory(region, initialBytes, maxBytes, layout);
  }

  /**
   * As {@link #reserve(long, long, MemoryLayout)}, in pages that {@link #map} can show in other memories too. The
   * system does not account for them before they are touched.
   *
   * @throws NativeMemoryException also if memory is not native
   */
  public static LinearMemory reserveShareable(long initialBytes, long maxBytes, MemoryLayout layout) {
    checkSizes(initialBytes, maxBytes);
    Region region = PlatformChoice.current().platform().reserveShareable(initialBytes, maxBytes, layout);
    return new LinearMemory(region, initialBytes, maxBytes, layout);
  }

  private static void checkSizes(long initialBytes, long maxBytes) {
    long page = Unsafes.PAGE_BYTES;
    if (initialBytes < 0 || initialBytes > maxBytes || initialBytes % page != 0 || maxBytes % page != 0) {
      throw new IllegalArgumentException("a linear memory of " + initialBytes + " to " + maxBytes
          + " bytes is not in order, or not of whole pages of " + page + " bytes");
    }
  }

  /**
   * As {@link #reserve(long, long, MemoryLayout)}; the memory begins with the image instead of zeroes.
   *
   * @throws IllegalArgumentException if the image is longer than {@code initialBytes}
   * @throws IllegalStateException if the image is closed
   */
  public static LinearMemory reserve(long initialBytes, long maxBytes, MemoryLayout layout, MemoryImage image) {
    if (image.byteLength() > initialBytes) {
      throw new IllegalArgumentException("an image of " + image.byteLength() + " bytes does not fit in a memory of "
          + initialBytes);
    }
    LinearMemory memory = reserve(initialBytes, maxBytes, layout);
    try {
      image.putInto(memory.region);
    } catch (NativeMemoryException | IllegalStateException e) {
      memory.close();
      throw e;
    }
    return memory;
  }

  /**
   * Address of the first byte, 0 after a close. It stays the same for life unless {@link #movesOnGrowth}. Whoever keeps
   * it keeps this object reachable.
   */
  public long address() {
    return address;
  }

  /** True if this has the room and guard of {@link MemoryLayout#GUARDED}, where every access outside faults. */
  public boolean isGuarded() {
    return !region.moves() && layout.roomBytes() >= MemoryLayout.GUARDED.roomBytes()
        && layout.guardBytes() >= MemoryLayout.GUARDED.guardBytes();
  }

  /** True if this has the layout of {@link MemoryLayout#MASKED}. */
  public boolean isMasked() {
    return layout.masked();
  }

  /** Accessible bytes, but for those of a masked memory that are outside of its length; 0 after a close. */
  public long byteLength() {
    return byteLength;
  }

  /** What {@link #grow} may reach. */
  public long maxByteLength() {
    return maxByteLength;
  }

  /** True if a growth may give this memory another address: memory from the JDK, or address space was short. */
  public boolean movesOnGrowth() {
    return region.moves();
  }

  /**
   * Grows to so many bytes, new ones zero; false when that is over the maximum, the system has no more, or this memory
   * is closed.
   *
   * @throws IllegalArgumentException if that is less than now, or not of whole pages
   */
  public synchronized boolean grow(long newByteLength) {
    if (address == 0 || newByteLength > maxByteLength) {
      return false;
    }
    long length = byteLength;
    if (newByteLength < length || newByteLength % Unsafes.PAGE_BYTES != 0) {
      throw new IllegalArgumentException("a linear memory cannot go from " + length + " to " + newByteLength
          + " bytes: it grows by whole pages of " + Unsafes.PAGE_BYTES + " bytes");
    }
    if (newByteLength > length) {
      if (!open(length, newByteLength)) {
        return false;
      }
      address = region.address();
      byteLength = newByteLength;
    }
    return true;
  }

  /** Makes more bytes accessible, and those zero that were so already, but not within the length. */
  private boolean open(long length, long newLength) {
    long accessible = layout.accessibleBytes(length);
    long newAccessible = layout.accessibleBytes(newLength);
    if (newAccessible > accessible && !holding.grow(region, newAccessible)) {
      return false;
    }
    if (accessible > length) {
      region.zero(length, Math.min(newLength, accessible) - length);
    }
    return true;
  }

  /**
   * Shows a part of a shareable memory in this one, in place of the bytes that were there, until the view is closed or
   * this memory is. The other memory may be closed before: the pages live as long as the view.
   *
   * @param writable false if a store to the view must fault, which only code may do whose faults are traps
   * @throws IllegalArgumentException if offsets and length are not whole pages, or the memories are the same
   * @throws IndexOutOfBoundsException if a range is outside its memory
   * @throws NativeMemoryException if the other memory is not shareable, this one moves, or the system refuses
   */
  public MemoryView map(long offset, LinearMemory source, long sourceOffset, long length, boolean writable) {
    if ((offset | sourceOffset | length) % Unsafes.PAGE_BYTES != 0 || length == 0 || source == this) {
      throw new IllegalArgumentException("a view of " + length + " bytes at " + sourceOffset + ", mapped at " + offset
          + ", is not of whole pages of another memory");
    }
    synchronized (VIEWS) {
      synchronized (source) {
        synchronized (this) {
          check(offset, length);
          source.check(sourceOffset, length);
          if (!(region instanceof Slot target) || !(source.region instanceof Slot shared)) {
            throw new NativeMemoryException("memory from the JDK cannot be mapped a second time");
          }
          target.mapView(offset, shared, sourceOffset, length, writable);
        }
      }
    }
    return new MemoryView(this, offset, length);
  }

  /** Ends a view: its bytes are zero and this memory's own from now on. Nothing happens if this memory is closed. */
  synchronized void revoke(long offset, long length) {
    if (address != 0 && region instanceof Slot slot) {
      slot.revokeView(offset, length);
    }
  }

  /**
   * The one bounds check: the address of {@code length} accessible bytes at {@code offset}, for any two numbers. A
   * processor that goes on in spite of the check does so at offset 0.
   */
  long check(long offset, long length) {
    long bytes = byteLength;
    if (offset < 0 || length < 0 || offset > bytes - length) {
      throw new IndexOutOfBoundsException(
          length + " bytes at offset " + offset + " are not within a linear memory of " + bytes + " bytes");
    }
    return address + NativeAccess.clamp(offset, bytes - length);
  }

  public byte getByte(long offset) {
    byte value = NativeAccess.getByte(check(offset, Byte.BYTES));
    Reference.reachabilityFence(this);
    return value;
  }

  public void putByte(long offset, byte value) {
    NativeAccess.putByte(check(offset, Byte.BYTES), value);
    Reference.reachabilityFence(this);
  }

  public short getShort(long offset) {
    short value = NativeAccess.getShort(check(offset, Short.BYTES));
    Reference.reachabilityFence(this);
    return value;
  }

  public void putShort(long offset, short value) {
    NativeAccess.putShort(check(offset, Short.BYTES), value);
    Reference.reachabilityFence(this);
  }

  public int getInt(long offset) {
    int value = NativeAccess.getInt(check(offset, Integer.BYTES));
    Reference.reachabilityFence(this);
    return value;
  }

  public void putInt(long offset, int value) {
    NativeAccess.putInt(check(offset, Integer.BYTES), value);
    Reference.reachabilityFence(this);
  }

  public long getLong(long offset) {
    long value = NativeAccess.getLong(check(offset, Long.BYTES));
    Reference.reachabilityFence(this);
    return value;
  }

  public void putLong(long offset, long value) {
    NativeAccess.putLong(check(offset, Long.BYTES), value);
    Reference.reachabilityFence(this);
  }

  /** Copies {@code length} bytes from this memory to the array. */
  public void read(long offset, byte[] to, int index, int length) {
    Objects.checkFromIndexSize(index, length, to.length);
    NativeAccess.copy(check(offset, length), to, index, length);
    Reference.reachabilityFence(this);
  }

  /** Copies {@code length} bytes from the array to this memory. */
  public void write(long offset, byte[] from, int index, int length) {
    Objects.checkFromIndexSize(index, length, from.length);
    NativeAccess.copy(from, index, check(offset, length), length);
    Reference.reachabilityFence(this);
  }

  /** Copies within this memory as {@code memmove} does; nothing is written if either range is out of bounds. */
  public void copy(long from, long to, long length) {
    NativeAccess.copy(check(from, length), check(to, length), length);
    Reference.reachabilityFence(this);
  }

  public void fill(long offset, long length, byte value) {
    NativeAccess.fill(check(offset, length), length, value);
    Reference.reachabilityFence(this);
  }

  @Override
  public synchronized void close() {
    byteLength = 0;
    address = 0;
    holding.close();
  }
}
