package dev.skerry.memory;

import java.util.Locale;

/**
 * A run of machine code in a {@link CodeSpace}: allocated, published once, freed once. Freeing while a thread may run
 * it, or return into it, is the caller's mistake and crashes loudly.
 */
public final class CodeBlock implements AutoCloseable {

  private enum State { ALLOCATED, PUBLISHED, BOUND, FREED }

  private final CodeSpace space;
  private final long address;
  private final int byteLength;
  private State state = State.ALLOCATED;

  CodeBlock(CodeSpace space, long address, int byteLength) {
    this.space = space;
    this.address = address;
    this.byteLength = byteLength;
  }

  /** Address of the first byte, where the code will run. */
  public long address() {
    return address;
  }

  public int byteLength() {
    return byteLength;
  }

  boolean contains(long pc) {
    return pc >= address && pc < address + byteLength;
  }

  /**
   * Writes the code and makes it executable. When this returns, every thread that learns of the address may run it.
   *
   * @throws IllegalArgumentException if the code is not exactly as long as this block
   * @throws IllegalStateException if this block was published or freed before
   * @throws NativeMemoryException if the system has no more memory; the block can only be freed then
   */
  public synchronized void publish(byte[] code) {
    if (code.length != byteLength) {
      throw new IllegalArgumentException("a block of " + byteLength + " bytes cannot hold code of " + code.length);
    }
    require(State.ALLOCATED);
    space.publish(this, code);
    state = State.PUBLISHED;
  }

  /**
   * Binds a {@code static native} Java method to the code at the offset, for good: from now on neither this block nor
   * its space can be freed. The code is called as JNI has it (System V: JNIEnv, class, then the arguments), runs as
   * native code of that thread, and must keep to that convention.
   *
   * @param owner the class that declares the method
   * @param name of the only static native method of that name, with primitive arguments and result
   * @throws IllegalArgumentException if there is no such method, or the offset is outside
   * @throws IllegalStateException if this block is not published
   */
  public void bind(int offset, Class<?> owner, String name) {
    NativeMethodBinding binding = NativeMethodBinding.of(owner, name);
    binding.bind(pin(offset));
  }

  /** Keeps this block and its space for good; gives the address at the offset, which the process may enter now. */
  synchronized long pin(int offset) {
    if (offset < 0 || offset >= byteLength) {
      throw new IllegalArgumentException("offset " + offset + " is not within a block of " + byteLength + " bytes");
    }
    if (state != State.BOUND) {
      require(State.PUBLISHED);
    }
    space.pin();
    state = State.BOUND;
    return address + offset;
  }

  /**
   * Frees the room for other code.
   *
   * @throws IllegalStateException if a Java method or a signal is bound to it
   */
  @Override
  public synchronized void close() {
    if (state == State.BOUND) {
      throw new IllegalStateException("a Java method or a signal is bound to this block of code");
    }
    if (state != State.FREED) {
      state = State.FREED;
      space.free(this);
    }
  }

  private void require(State needed) {
    if (state != needed) {
      throw new IllegalStateException("the block of code is " + state.name().toLowerCase(Locale.ROOT)
          + ", not " + needed.name().toLowerCase(Locale.ROOT));
    }
  }
}
