package dev.skerry.memory;

/**
 * A zeroed block of native memory for what the engine keeps outside the Java heap: contexts, tables, globals, stacks,
 * interpreter code. Freed by {@link #close}, or when it becomes unreachable; its address must not be used after that.
 */
public final class NativeBlock implements AutoCloseable {

  /** A new zeroed block, aligned to 64 bytes. */
  public static NativeBlock allocate(long byteLength) {
    throw new UnsupportedOperationException();
  }

  public long address() {
    throw new UnsupportedOperationException();
  }

  public long byteLength() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
