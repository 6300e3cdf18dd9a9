package dev.skerry.wasm.interp;

/**
 * Leaves {@link Interpreter#run} where a poll saw that an interrupt is pending. The registers are at the instruction
 * that polled, which has done nothing yet: the run may go on with it.
 */
public final class PollStop extends RuntimeException {

  static final PollStop INSTANCE = new PollStop();

  private static final long serialVersionUID = 1L;

  private PollStop() {
    super("an interrupt is pending", null, false, false);
  }
}
