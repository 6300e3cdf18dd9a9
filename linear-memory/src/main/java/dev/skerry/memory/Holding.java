package dev.skerry.memory;

import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The resource behind one public object, its entry in the books, and its release: exactly once, by close or, if that
 * never comes, by the cleaner after the object was collected. Must not refer to that object.
 */
final class Holding implements Runnable {

  static final String PROPERTY = "skerry.leaks";

  private static final boolean REPORT_LEAKS = "report".equals(System.getProperty(PROPERTY));
  private static final Cleaner CLEANER = Cleaner.create();
  private static final AtomicLong LEAKS = new AtomicLong();

  /** What the books tell apart. */
  enum Kind {
    LINEAR_MEMORY("A linear memory"),
    NATIVE_BLOCK("A native block"),
    CODE_SPACE("A code space"),
    NATIVE_STACK("A native stack"),
    MEMORY_IMAGE("A memory image");

    private final String label;
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    Kind(String label) {
      this.label = label;
    }

    NativeUsage.Share share() {
      return new NativeUsage.Share(count.get(), bytes.get());
    }
  }

  private final Kind kind;
  private final Resource resource;
  private final Throwable creation;
  private Cleaner.Cleanable cleanable;
  private long byteLength;
  private boolean closing;
  private boolean released;

  private Holding(Kind kind, Resource resource, long byteLength) {
    this.kind = kind;
    this.resource = resource;
    this.byteLength = byteLength;
    this.creation = REPORT_LEAKS ? new Throwable(kind.label + " of " + byteLength + " bytes was created here") : null;
    kind.count.incrementAndGet();
    kind.bytes.addAndGet(byteLength);
  }

  static Holding of(Object owner, Kind kind, Resource resource, long byteLength) {
    Holding holding = new Holding(kind, resource, byteLength);
    holding.cleanable = CLEANER.register(owner, holding);
    return holding;
  }

  static long leaks() {
    return LEAKS.get();
  }

  /** As {@link Region#grow} of the region that is held; false after the release too. */
  synchronized boolean grow(Region region, long newByteLength) {
    if (released || !region.grow(byteLength, newByteLength)) {
      return false;
    }
    kind.bytes.addAndGet(newByteLength - byteLength);
    byteLength = newByteLength;
    return true;
  }

  /** Releases, once; later calls do nothing. */
  void close() {
    synchronized (this) {
      closing = true;
    }
    cleanable.clean();
  }

  /** The cleaner's part; {@link #close} runs it too. */
  @Override
  public synchronized void run() {
    if (released) {
      return;
    }
    released = true;
    resource.free();
    kind.count.decrementAndGet();
    kind.bytes.addAndGet(-byteLength);
    if (!closing) {
      if (REPORT_LEAKS) {
        Logger log = LoggerFactory.getLogger(Holding.class);
        log.warn("{} of {} bytes was collected without having been closed.", kind.label, byteLength, creation);
      }
      LEAKS.incrementAndGet();
    }
  }
}
