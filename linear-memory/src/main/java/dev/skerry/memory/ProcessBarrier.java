package dev.skerry.memory;

/**
 * A memory barrier on every thread of the process at once (Linux {@code membarrier}), for agreements of which one side
 * is taken often and pays nothing: it writes, keeps the compiler from exchanging that with what it reads next, and
 * reads. The other side writes, calls {@link #everywhere()}, and reads; then one of them sees what the other wrote.
 */
public final class ProcessBarrier {

  private static volatile boolean ready;
  private static boolean prepared;

  private ProcessBarrier() {
  }

  /** Says whether {@link #everywhere()} may be called; false for good where the machine has no such thing. */
  public static boolean isReady() {
    return ready;
  }

  /** Asks for it to be made ready, once, by another thread: the kernel takes some milliseconds. Never throws. */
  public static void prepare() {
    synchronized (ProcessBarrier.class) {
      if (prepared) {
        return;
      }
      prepared = true;
    }
    if (NativeSupport.isNative()) {
      try {
        Thread thread = new Thread(ProcessBarrier::register, "skerry-barrier");
        thread.setDaemon(true);
        thread.start();
      } catch (OutOfMemoryError | RuntimeException e) {
        // The system has no thread more, or the caller's group takes none: there is no barrier then.
        ready = false;
      }
    }
  }

  private static void register() {
    ready = SystemCalls.registerBarrier();
  }

  /**
   * Every thread of the process is at a full barrier between the call and its return. Takes about a microsecond.
   *
   * @throws IllegalStateException unless it is ready
   */
  public static void everywhere() {
    if (!ready) {
      throw new IllegalStateException("the process was not registered for barriers");
    }
    SystemCalls.barrier();
  }
}
