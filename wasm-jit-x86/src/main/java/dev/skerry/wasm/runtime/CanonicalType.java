package dev.skerry.wasm.runtime;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.lower.CallingConvention;
import java.lang.ref.Cleaner;
import java.util.Arrays;
import java.util.List;

/**
 * A function type as an engine knows it: one object and one number for all types that are equal. Its references to
 * defined types name those by their numbers in the engine.
 */
public final class CanonicalType {

  private static final Cleaner CLEANER = Cleaner.create();
  private static final long ALL = -1L;
  private static final long LOW = 0xffff_ffffL;

  private final int id;
  private final FuncType type;
  /** Keeps the types of the same recursion group, and those that they name, as long as this one. */
  private final TypeRegistry.Group group;
  private final long[] paramMasks;
  private final long[] resultMasks;
  private final boolean small;
  private volatile Thunks thunks;

  CanonicalType(int id, FuncType type, TypeRegistry.Group group) {
    this.id = id;
    this.type = type;
    this.group = group;
    this.paramMasks = masks(type.params());
    this.resultMasks = masks(type.results());
    this.small = isSmall(type);
  }

  public int id() {
    return id;
  }

  public FuncType type() {
    return type;
  }

  TypeRegistry.Group group() {
    return group;
  }

  public int paramSlots() {
    return paramMasks.length;
  }

  public int resultSlots() {
    return resultMasks.length;
  }

  /** The bits that count in each parameter slot. */
  long[] paramMasks() {
    return paramMasks;
  }

  /** The bits that count in each result slot. */
  long[] resultMasks() {
    return resultMasks;
  }

  /** Whether {@link NativeCalls#call} can call functions of this type: two parameters and a result, no floats. */
  boolean isSmall() {
    return small;
  }

  private static boolean isSmall(FuncType type) {
    return type.params().size() <= 2 && type.results().size() <= 1
        && type.params().stream().noneMatch(CallingConvention::isVectorClass)
        && type.results().stream().noneMatch(CallingConvention::isVectorClass);
  }

  /** The machine code between the driver and compiled functions of this type. */
  Thunks thunks() {
    Thunks known = thunks;
    return known != null ? known : makeThunks();
  }

  private synchronized Thunks makeThunks() {
    if (thunks == null) {
      Thunks made = new Thunks(CallingConvention.of(type));
      CLEANER.register(this, made);
      thunks = made;
    }
    return thunks;
  }

  private static long[] masks(List<ValType> types) {
    long[] masks = new long[types.size() * 2];
    int slot = 0;
    for (ValType type : types) {
      boolean wide = type.slots() == 2 || type.equals(ValType.I64) || type.equals(ValType.F64);
      for (int i = 0; i < type.slots(); i++) {
        masks[slot++] = wide ? ALL : LOW;
      }
    }
    return Arrays.copyOf(masks, slot);
  }
}
