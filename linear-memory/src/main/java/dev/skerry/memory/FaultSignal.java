package dev.skerry.memory;

/**
 * A signal that the kernel raises for a bad access, and the process's handler of it. HotSpot owns both signals: machine
 * code that is chained in front claims what is surely its own, and goes on to HotSpot's handler with everything else,
 * its three arguments as it got them.
 */
public enum FaultSignal {
  /** An access that no mapping or no protection allows: guards, closed memories, stacks at their end. */
  SEGMENTATION_FAULT(11),
  /** An access to a mapped file where the file, or memory for it, has ended. */
  BUS_ERROR(7);

  static final String PROPERTY = "skerry.signals";

  private final int number;

  FaultSignal(int number) {
    this.number = number;
  }

  /** False without native memory, and with {@code -Dskerry.signals=off}; every access needs its own check then. */
  public static boolean available() {
    return PlatformChoice.current().platform() instanceof LinuxPlatform
        && !"off".equals(System.getProperty(PROPERTY));
  }

  /**
   * Address of the process's handler, which code that is chained goes on to. It has the form of SA_SIGINFO: number,
   * siginfo, ucontext.
   *
   * @throws IllegalStateException if signals are not {@link #available}, or the process has no such handler
   */
  public long handler() {
    requireAvailable();
    try (SignalAction action = SignalAction.of(number)) {
      return action.handler();
    }
  }

  /**
   * Makes the code at the offset of a published block the process's handler, for good, with the flags and mask of the
   * handler before. It must be async-signal-safe and keep to System V's convention.
   *
   * @param previous what {@link #handler} said when the code was made
   * @throws IllegalStateException if signals are not {@link #available}, the block is not published, or somebody has
   *     installed another handler meanwhile: nothing has changed then
   */
  public void chain(CodeBlock block, int offset, long previous) {
    requireAvailable();
    try (SignalAction action = SignalAction.of(number)) {
      if (action.handler() != previous || !action.replaceHandler(block.pin(offset))) {
        throw new IllegalStateException("the handler of " + this + " is another one than the code goes on to");
      }
    }
  }

  private static void requireAvailable() {
    if (!available()) {
      throw new IllegalStateException("signals are off: " + ("off".equals(System.getProperty(PROPERTY))
          ? "-D" + PROPERTY + "=off" : PlatformChoice.current().reason()));
    }
  }
}
