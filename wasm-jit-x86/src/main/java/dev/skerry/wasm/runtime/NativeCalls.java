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

  /**
   * Calls a function with up to two integer parameters and one result on an empty stack, without the call buffer.
   *
   * @param store address of the store context
   * @param descriptor of the function
   * @return its result, if the store context's {@link Layout#STORE_EXIT} is 0; else it stopped, as that says, and its
   *     result will be in the call buffer
   */
  static native long call(long store, long descriptor, long first, long second);

  /** Goes on where machine code stopped; as {@link #enter}. */
  static native int resume(long store);

  /** Goes on at another place, with that stack pointer; as {@link #enter}. */
  static native int resumeAt(long store, long address, long stackPointer);
}
