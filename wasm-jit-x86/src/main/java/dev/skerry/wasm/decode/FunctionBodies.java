package dev.skerry.wasm.decode;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.decode.ModuleInfo.FunctionBody;
import dev.skerry.wasm.format.ValType;
import java.util.Arrays;

/**
 * The bodies of a module's own functions: where each begins is all that is kept, what it declares is read again by
 * whoever asks. Nobody gets one that is not valid.
 */
public final class FunctionBodies {

  private static final Runnable NO_POLL = () -> { };
  private static final int[] NO_COUNTS = {};
  private static final ValType[] NO_TYPES = {};

  private final byte[] bytes;
  private final int[] starts;
  private final int[] canonical;
  private final LaterValidation later;

  /**
   * @param starts offset of each body's size
   * @param canonical for each type the index of the first that is equal to it
   * @param later what validates a body before anybody gets it; null if all were
   */
  FunctionBodies(byte[] bytes, int[] starts, int[] canonical, LaterValidation later) {
    this.bytes = bytes;
    this.starts = starts;
    this.canonical = canonical;
    this.later = later;
  }

  public int length() {
    return starts.length;
  }

  /** Bytes of a body, whether it is valid or not; functions are counted from the module's first own one. */
  public int byteLength(int function) {
    return new InstructionReader(bytes, starts[function]).number();
  }

  /**
   * Makes sure that a body is valid, which may take as long as its size says where the module came with code from the
   * cache.
   *
   * @param function counted from the module's first own one
   * @param poll called every few milliseconds; what it throws ends the validation
   * @throws Trap if it is not, which the cache had said it was
   */
  public void require(int function, Runnable poll) {
    if (later != null) {
      later.require(function, poll);
    }
  }

  /**
   * The body of a function, counted from the module's first own one.
   *
   * @throws Trap as {@link #require}
   */
  public FunctionBody get(int function) {
    require(function, NO_POLL);
    InstructionReader in = new InstructionReader(bytes, starts[function]);
    int size = in.number();
    int end = in.position() + size;
    int declared = in.number();
    int[] counts = NO_COUNTS;
    ValType[] types = NO_TYPES;
    int kept = 0;
    for (int i = 0; i < declared; i++) {
      int count = in.number();
      ValType type = in.valueType(canonical);
      if (count != 0) {
        if (kept == counts.length) {
          counts = Arrays.copyOf(counts, Math.max(4, kept * 2));
          types = Arrays.copyOf(types, counts.length);
        }
        counts[kept] = count;
        types[kept++] = type;
      }
    }
    return new FunctionBody(in.position(), end, Arrays.copyOf(counts, kept), Arrays.copyOf(types, kept));
  }
}
