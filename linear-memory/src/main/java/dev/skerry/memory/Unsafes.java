package dev.skerry.memory;

import java.lang.reflect.Field;
import java.nio.ByteOrder;
import sun.misc.Unsafe;

/** Finds the JDK's one {@link Unsafe}, for this package alone; all that reads it takes the CPU for little-endian. */
final class Unsafes {

  static final Unsafe UNSAFE = find();

  /** Bytes of the system's pages. */
  static final long PAGE_BYTES = UNSAFE.pageSize();

  private Unsafes() {
  }

  private static Unsafe find() {
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw new NativeMemoryException("Skerry needs a little-endian CPU, this is " + System.getProperty("os.arch"));
    }
    try {
      Field field = Unsafe.class.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      return (Unsafe) field.get(null);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
