package dev.skerry.memory;

/** What the process does on a signal, in the kernel's form (asm/signal.h): handler, flags, restorer, mask. */
final class SignalAction implements AutoCloseable {

  private static final int HANDLER = 0;
  private static final int FLAGS = 8;
  private static final int BYTES = 32;

  private static final long SA_SIGINFO = 4;

  private final int signal;
  private final NativeBlock action;

  private SignalAction(int signal, NativeBlock action) {
    this.signal = signal;
    this.action = action;
  }

  /** @throws IllegalStateException if there is no handler that gets more than the number */
  static SignalAction of(int signal) {
    SignalAction current = new SignalAction(signal, NativeBlock.allocate(BYTES));
    SystemCalls.sigaction(signal, 0, current.action.address());
    if ((NativeAccess.getLong(current.action.address() + FLAGS) & SA_SIGINFO) == 0) {
      current.close();
      throw new IllegalStateException("signal " + signal + " has no handler to go on to");
    }
    return current;
  }

  long handler() {
    return NativeAccess.getLong(action.address() + HANDLER);
  }

  /**
   * Puts another handler in place of this one; flags, mask and the way back stay.
   *
   * @return false if somebody else did so before: theirs is in place again then
   */
  boolean replaceHandler(long handler) {
    long previous = handler();
    try (NativeBlock replaced = NativeBlock.allocate(BYTES)) {
      NativeAccess.putLong(action.address() + HANDLER, handler);
      SystemCalls.sigaction(signal, action.address(), replaced.address());
      if (NativeAccess.getLong(replaced.address() + HANDLER) == previous) {
        return true;
      }
      SystemCalls.sigaction(signal, replaced.address(), 0);
      return false;
    }
  }

  @Override
  public void close() {
    action.close();
  }
}
