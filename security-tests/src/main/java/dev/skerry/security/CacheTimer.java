package dev.skerry.security;

import dev.skerry.memory.CodeBlock;
import dev.skerry.memory.CodeSpace;
import dev.skerry.memory.LinearMemory;
import dev.skerry.memory.NativeMemoryException;
import dev.skerry.wasm.LinkError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Machine code of the harness's own ({@code machine/cache-timer.s}): it puts lines out of the caches, says how long a
 * load takes, and has the two gadgets that an attack on speculation needs. Addresses are the caller's to vouch for.
 */
final class CacheTimer {

  /** Routines begin at multiples of this, in the order of the source. */
  private static final int ROUTINE_BYTES = 64;
  private static final int NOTHING = 4;
  private static final int TOUCH = 5;
  private static final int SAMPLES = 300;
  /** Other programs on the machine may disturb some calibrations. */
  private static final int PATIENCE = 10;
  private static final String WHY_NOT;
  private static final long CODE;

  static {
    String why = null;
    long code = 0;
    try {
      byte[] routines = routines();
      CodeBlock block = CodeSpace.reserve(64 << 10).allocate(routines.length);
      block.publish(routines);
      String[] names = {"flush", "time", "load", "call", null, null, "peek", "poke", "enter"};
      for (int i = 0; i < names.length; i++) {
        if (names[i] != null) {
          block.bind(i * ROUTINE_BYTES, CacheTimer.class, names[i]);
        }
      }
      code = block.address();
    } catch (NativeMemoryException e) {
      why = e.getMessage();
    }
    CODE = code;
    WHY_NOT = why;
  }

  private CacheTimer() {
  }

  private static byte[] routines() {
    try (InputStream in = CacheTimer.class.getResourceAsStream("machine/cache-timer.bin")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Why there is no such code on this machine; null where there is. */
  static String whyNot() {
    return WHY_NOT;
  }

  /** Puts {@code count} lines that are {@code stride} bytes apart out of all caches. */
  static native void flush(long address, long count, long stride);

  /** Ticks of the processor's clock that a load of the byte takes. */
  static native long time(long address);

  /** {@code if (index < *limit) touch(probe + array[index] * 4096)}, as a compiler without clamps has it. */
  static native void load(long array, long limit, long index, long probe);

  /** {@code if (index < *limit) table[index](probe)}, as a compiler without clamps has it. */
  static native void call(long table, long limit, long index, long probe);

  static native long peek(long address);

  static native void poke(long address, long value);

  /** Runs the machine code that stands there, up to its {@code ret}, and gives what it leaves in {@code eax}. */
  static native int enter(long address);

  /** A callee for {@link #call} that does nothing. */
  static long nothing() {
    return CODE + NOTHING * ROUTINE_BYTES;
  }

  /** A callee for {@link #call} that touches line {@link SpeculationProbe#TOUCHED} of the probe. */
  static long touch() {
    return CODE + TOUCH * ROUTINE_BYTES;
  }

  /**
   * What tells a cached byte from one that is not, as seen on this machine.
   *
   * @param cached ticks for a byte in a cache, the median
   * @param uncached ticks for one in no cache, the median
   */
  record Calibration(long cached, long uncached) {

    long threshold() {
      return (cached + uncached) / 2;
    }

    /** Whether the two can be told apart in one look. */
    boolean isClear() {
      return uncached > cached + cached / 2;
    }

    @Override
    public String toString() {
      return "a load takes " + cached + " ticks from a cache and " + uncached + " from memory";
    }
  }

  /** What needs a clock that tells a cache from memory. */
  interface Use {
    Outcome with(Calibration clock) throws LinkError;
  }

  /** Uses the clock, or says why this machine shows nothing to it. */
  static Outcome look(Use use) throws LinkError {
    if (WHY_NOT != null) {
      return Outcome.unshown("no machine code of ours runs here: " + WHY_NOT);
    }
    Calibration clock = calibrate();
    for (int i = 1; i < PATIENCE && !clock.isClear(); i++) {
      clock = calibrate();
    }
    return clock.isClear() ? use.with(clock)
        : Outcome.unshown("caches cannot be told from memory here: " + clock);
  }

  private static Calibration calibrate() {
    try (LinearMemory bytes = LinearMemory.reserve(64 << 10, 64 << 10)) {
      bytes.putByte(0, (byte) 1);
      long[] cached = new long[SAMPLES];
      long[] uncached = new long[SAMPLES];
      for (int i = 0; i < SAMPLES; i++) {
        time(bytes.address());
        cached[i] = time(bytes.address());
        flush(bytes.address(), 1, 0);
        uncached[i] = time(bytes.address());
      }
      Arrays.sort(cached);
      Arrays.sort(uncached);
      return new Calibration(cached[SAMPLES / 2], uncached[SAMPLES / 2]);
    }
  }
}
