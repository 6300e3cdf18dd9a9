package dev.skerry.wasm.validate;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileError.Kind;
import dev.skerry.wasm.format.ValType;
import java.util.Arrays;

/**
 * The types of a function's locals, and which of those without a default value are initialised at the instruction at
 * work (WASM core 3.4.11 and appendix 7.3): what a block initialises counts until its end.
 */
final class LocalTypes {

  /** The types of so many locals for each byte of a body are written out; a body cannot name more. */
  private static final int WRITTEN_OUT = 4;
  private static final int ALWAYS_WRITTEN_OUT = 256;

  private int[] types = new int[ALWAYS_WRITTEN_OUT];
  private int count;
  /** How many of the types are written out: all of them, or the parameters' alone. */
  private int written;
  /** The declared runs, where they are not written out: index behind each run, and the type of its locals. */
  private int[] ends = {};
  private int[] runTypes = {};
  private int runCount;
  /** Whether any local has no default value; where none has, nothing is tracked. */
  private boolean tracked;
  /** Whether a local is among {@link #order}. */
  private boolean[] set = {};
  /** The locals without default value that were initialised, in that order. */
  private int[] order = {};
  private int initialized;
  private int params;

  /**
   * Begins a body.
   *
   * @param size bytes of the body; what is done here is in proportion to it, however many locals it declares
   */
  void declare(int[] paramTypes, int[] counts, ValType[] runs, int size) {
    reset(0);
    params = paramTypes.length;
    count = params;
    tracked = false;
    for (int i = 0; i < counts.length; i++) {
      count += counts[i];
      tracked |= !runs[i].isDefaultable();
    }
    runCount = counts.length;
    boolean all = count <= Math.max(ALWAYS_WRITTEN_OUT, size * WRITTEN_OUT);
    written = all ? count : params;
    if (types.length < written) {
      types = new int[written];
    }
    System.arraycopy(paramTypes, 0, types, 0, params);
    if (all) {
      writeOut(counts, runs);
    } else {
      keepRuns(counts, runs);
    }
    if (tracked && set.length < count) {
      set = new boolean[count];
      order = new int[count];
    }
  }

  private void writeOut(int[] counts, ValType[] runs) {
    int at = params;
    for (int i = 0; i < counts.length; i++) {
      Arrays.fill(types, at, at + counts[i], runs[i].code());
      at += counts[i];
    }
  }

  private void keepRuns(int[] counts, ValType[] runs) {
    if (ends.length < counts.length) {
      ends = new int[counts.length];
      runTypes = new int[counts.length];
    }
    int end = params;
    for (int i = 0; i < counts.length; i++) {
      end += counts[i];
      ends[i] = end;
      runTypes[i] = runs[i].code();
    }
  }

  /** The type of a local. */
  int type(int index, int at) throws CompileError {
    if (Integer.compareUnsigned(index, written) < 0) {
      return types[index];
    }
    ModuleContext.need(index, count, "local", at);
    int run = Arrays.binarySearch(ends, 0, runCount, index + 1);
    return runTypes[run < 0 ? -run - 1 : run];
  }

  private boolean isUnset(int index, int type) {
    return tracked && index >= params && !set[index] && !new ValType(type).isDefaultable();
  }

  /** @param type the local's */
  void checkInitialized(int index, int type, int at) throws CompileError {
    if (isUnset(index, type)) {
      throw new CompileError(Kind.INVALID, "uninitialized local " + index, at);
    }
  }

  /** @param type the local's */
  void initialize(int index, int type) {
    if (isUnset(index, type)) {
      set[index] = true;
      order[initialized++] = index;
    }
  }

  /** How many locals were initialised up to now. */
  int initialized() {
    return initialized;
  }

  /** Forgets all initialisations but the first so many. */
  void reset(int height) {
    while (initialized > height) {
      set[order[--initialized]] = false;
    }
  }
}
