package dev.skerry.wasm.decode;

import dev.skerry.wasm.decode.ModuleInfo.FunctionBody;
import dev.skerry.wasm.format.ValType;
import java.util.Arrays;

/**
 * The bodies of a module's own functions, which are valid: where each begins is all that is kept, what it declares is
 * read again by whoever asks. Immutable.
 */
public final class FunctionBodies {

  private static final int[] NO_COUNTS = {};
  private static final ValType[] NO_TYPES = {};

  private final byte[] bytes;
  private final int[] starts;
  private final int[] canonical;

  /**
   * @param starts offset of each body's size
   * @param canonical for each type the index of the first that is equal to it
   */
  FunctionBodies(byte[] bytes, int[] starts, int[] canonical) {
    this.bytes = bytes;
    this.starts = starts;
    this.canonical = canonical;
  }

  public int length() {
    return starts.length;
  }

  /** The body of a function, counted from the module's first own one. */
  public FunctionBody get(int function) {
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
