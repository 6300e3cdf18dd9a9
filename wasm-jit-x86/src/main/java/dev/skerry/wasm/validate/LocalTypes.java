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

  private int[] types = new int[64];
  private int count;
  /** Whether any local has no default value; where none has, nothing is tracked. */
  private boolean tracked;
  private boolean[] unset = {};
  /** The locals that were initialised, in that order. */
  private int[] order = {};
  private int initialized;

  void declare(int[] params, int[] counts, ValType[] runs) {
    int total = params.length;
    for (int run : counts) {
      total += run;
    }
    if (types.length < total) {
      types = new int[total];
    }
    System.arraycopy(params, 0, types, 0, params.length);
    count = params.length;
    initialized = 0;
    tracked = false;
    for (int i = 0; i < counts.length; i++) {
      int end = count + counts[i];
      Arrays.fill(types, count, end, runs[i].code());
      if (!runs[i].isDefaultable()) {
        track(total, count, end);
      }
      count = end;
    }
  }

  private void track(int total, int from, int to) {
    if (!tracked) {
      tracked = true;
      if (unset.length < total) {
        unset = new boolean[total];
        order = new int[total];
      }
      Arrays.fill(unset, 0, total, false);
    }
    Arrays.fill(unset, from, to, true);
  }

  /** The type of a local. */
  int type(int index, int at) throws CompileError {
    if (Integer.compareUnsigned(index, count) >= 0) {
      ModuleContext.need(index, count, "local", at);
    }
    return types[index];
  }

  void checkInitialized(int index, int at) throws CompileError {
    if (tracked && unset[index]) {
      throw new CompileError(Kind.INVALID, "uninitialized local " + index, at);
    }
  }

  void initialize(int index) {
    if (tracked && unset[index]) {
      unset[index] = false;
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
      unset[order[--initialized]] = true;
    }
  }
}
