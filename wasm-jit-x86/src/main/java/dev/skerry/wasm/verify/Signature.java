package dev.skerry.wasm.verify;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.lower.CallingConvention;
import dev.skerry.wasm.x64.Gpr;
import java.util.Arrays;

/**
 * What the calling convention says of a function type, as far as the verifier looks at it.
 *
 * @param narrow a bit for each general register with a parameter of 32 bits
 * @param parameters the general registers of parameters, each with the bits that it has
 * @param narrowResults a bit for each general register with a result of 32 bits
 * @param results the general registers of results, each with the bits that it has
 * @param stackBytes bytes of parameters on the stack
 */
record Signature(FuncType type, int narrow, int[] parameters, int narrowResults, int[] results, int stackBytes) {

  private static final int SHIFT = 8;

  static Signature of(FuncType type) {
    CallingConvention convention = CallingConvention.of(type);
    int[] parameters = new int[convention.parameterCount()];
    int count = 0;
    for (int i = 0; i < parameters.length; i++) {
      if (convention.parameterRegister(i) instanceof Gpr gpr) {
        parameters[count++] = pack(gpr, convention.parameterType(i));
      }
    }
    int[] results = new int[convention.resultCount()];
    int resultCount = 0;
    for (int i = 0; i < results.length; i++) {
      if (convention.resultRegister(i) instanceof Gpr gpr) {
        results[resultCount++] = pack(gpr, convention.resultType(i));
      }
    }
    parameters = Arrays.copyOf(parameters, count);
    results = Arrays.copyOf(results, resultCount);
    return new Signature(type, narrow(parameters), parameters, narrow(results), results,
        convention.stackParameterBytes());
  }

  private static int pack(Gpr gpr, ValType type) {
    return gpr.ordinal() | (type.equals(ValType.I64) ? Long.SIZE : Integer.SIZE) << SHIFT;
  }

  private static int narrow(int[] registers) {
    int mask = 0;
    for (int register : registers) {
      mask |= bits(register) == Integer.SIZE ? 1 << register(register) : 0;
    }
    return mask;
  }

  /** The number of the register of a parameter or result. */
  static int register(int packed) {
    return packed & (1 << SHIFT) - 1;
  }

  static int bits(int packed) {
    return packed >>> SHIFT;
  }

  /** Whether results come back in the same places with the same sizes; references are numbers of 32 bits. */
  boolean hasResultsOf(Signature other) {
    boolean same = type.results().size() == other.type.results().size();
    for (int i = 0; same && i < type.results().size(); i++) {
      ValType a = type.results().get(i);
      ValType b = other.type.results().get(i);
      same = a.equals(b) || a.isReference() && b.isReference();
    }
    return same;
  }
}
