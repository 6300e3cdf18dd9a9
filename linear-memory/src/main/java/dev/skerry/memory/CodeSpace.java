package dev.skerry.memory;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * One region of machine code, small enough that every direct call in it reaches. No page of it is ever writable and
 * executable in one mapping; bytes that hold no code are inaccessible or traps. Blocks are published once, and
 * a range that held code before is used again only after every core has dropped what it had fetched.
 *
 * <p>This class holds bytes: that they are good code, and that nobody runs them when they are freed, is the caller's to
 * see to.
 */
public final class CodeSpace implements AutoCloseable {

  /** The most that a displacement of 32 bits reaches from anywhere in the region. */
  public static final long MAX_BYTES = 1L << 31;

  /** Spaces with code that Java methods or signals are bound to; they live as long as the process. */
  private static final Set<CodeSpace> PINNED = ConcurrentHashMap.newKeySet();

  private final CodePages pages;
  private final long byteLength;
  private final Holding holding;
  private final FreeRanges free;
  private final ConcurrentSkipListMap<Long, CodeBlock> published = new ConcurrentSkipListMap<>();
  /** Bytes below this may hold code, or a part of some that could not be written. */
  private long usedBefore;
  private boolean bound;
  private boolean closed;

  private CodeSpace(CodePages pages, long byteLength) {
    this.pages = pages;
    this.byteLength = byteLength;
    this.free = new FreeRanges(byteLength);
    this.holding = Holding.of(this, Holding.Kind.CODE_SPACE, pages, byteLength);
  }

  /**
   * Reserves room for code: only address space, pages come with the code.
   *
   * @param byteLength a multiple of the page size, at most {@link #MAX_BYTES}
   * @throws NativeMemoryException if memory is not native, or the machine lets us execute none of it
   */
  public static CodeSpace reserve(long byteLength) {
    if (!(PlatformChoice.current().platform() instanceof LinuxPlatform)) {
      throw new NativeMemoryException("no machine code can run: " + PlatformChoice.current().reason());
    }
    if (byteLength <= 0 || byteLength > MAX_BYTES || byteLength % Unsafes.PAGE_BYTES != 0) {
      throw new IllegalArgumentException("a code space cannot have " + byteLength + " bytes");
    }
    try {
      return new CodeSpace(new FileCodePages(byteLength), byteLength);
    } catch (NativeMemoryException noFile) {
      try {
        return new CodeSpace(new ProtectedCodePages(byteLength, noFile.getMessage()), byteLength);
      } catch (NativeMemoryException e) {
        e.addSuppressed(noFile);
        throw e;
      }
    }
  }

  /** A code space of that kind of pages, for tests that compare them. */
  static CodeSpace on(CodePages pages, long byteLength) {
    return new CodeSpace(pages, byteLength);
  }

  /** Address of the first byte. */
  public long address() {
    return pages.address();
  }

  /** Bytes that code can be in. */
  public long byteLength() {
    return byteLength;
  }

  /** How code gets into pages that are never writable, one phrase for people. */
  public String writing() {
    return pages.way();
  }

  /**
   * Room for a block of code, aligned to 64 bytes; its address is known before its bytes are.
   *
   * @throws NativeMemoryException if this space has no such room
   */
  public synchronized CodeBlock allocate(int byteLength) {
    if (byteLength <= 0) {
      throw new IllegalArgumentException("a block of code cannot have " + byteLength + " bytes");
    }
    checkOpen();
    long room = roomFor(byteLength);
    long offset = free.take(room);
    if (offset < 0) {
      throw new NativeMemoryException("the code space has no room for " + byteLength + " bytes more");
    }
    return new CodeBlock(this, pages.address() + offset, byteLength);
  }

  /** The published block that the address lies in, or null. Takes no lock. */
  public CodeBlock find(long address) {
    Map.Entry<Long, CodeBlock> entry = published.floorEntry(address);
    return entry != null && entry.getValue().contains(address) ? entry.getValue() : null;
  }

  /**
   * Unmaps all code, blocks included.
   *
   * @throws IllegalStateException if a Java method or a signal is bound to code in here: that code stays for good
   */
  @Override
  public synchronized void close() {
    if (bound) {
      throw new IllegalStateException("the code space holds code that is bound to Java methods or signals");
    }
    closed = true;
    published.clear();
    holding.close();
  }

  synchronized void publish(CodeBlock block, byte[] code) {
    checkOpen();
    long offset = block.address() - pages.address();
    long room = roomFor(block.byteLength());
    boolean reused = offset < usedBefore;
    usedBefore = Math.max(usedBefore, offset + room);
    pages.write(offset, code, room, reused);
    published.put(block.address(), block);
  }

  synchronized void free(CodeBlock block) {
    if (closed) {
      return;
    }
    long offset = block.address() - pages.address();
    long room = roomFor(block.byteLength());
    published.remove(block.address());
    if (offset < usedBefore) {
      pages.erase(offset, room);
    }
    free.give(offset, room);
  }

  synchronized void pin() {
    checkOpen();
    bound = true;
    PINNED.add(this);
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the code space is closed");
    }
  }

  private long roomFor(int byteLength) {
    long granule = pages.granule();
    return (byteLength + granule - 1) & -granule;
  }
}
