package dev.skerry.wasm.runtime;

/**
 * From Java to machine code and back, bound to {@link Stubs}. Machine code runs on the guest's stack, never on Java's:
 * it stops by going back to Java, and is resumed, so that no Java frame ever lies above it.
 */
final class NativeCalls {

  private NativeCalls() {
  }

  /**
   * Begins machine code at the stack pointer that the store context says.
   *
   * @param store address of the store context
   * @param thunk address of an entry thunk
   * @return why it stopped, see {@link Exit}
   */
  static native int enter(long store, long thunk);

  /** Goes on where machine code stopped; as {@link #enter}. */
  static native int resume(long store);

  /** Goes on at another place, with that stack pointer; as {@link #enter}. */
  static native int resumeAt(long store, long address, long stackPointer);
}
