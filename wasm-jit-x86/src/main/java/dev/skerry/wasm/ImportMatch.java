package dev.skerry.wasm;

import dev.skerry.wasm.format.ExternType;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.GlobalType;
import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.MemoryType;
import dev.skerry.wasm.format.TableType;
import dev.skerry.wasm.format.ValType;

/** Matching of external types other than functions, which have canonical types (WASM core 3.3). */
final class ImportMatch {

  private ImportMatch() {
  }

  /** Says whether something of the given type may be imported where another is wanted. */
  static boolean matches(ExternType given, ExternType wanted) {
    if (given instanceof MemoryType memory && wanted instanceof MemoryType other) {
      return memory.shared() == other.shared() && memory.address().equals(other.address())
          && matches(memory.limits(), other.limits());
    }
    if (given instanceof TableType table && wanted instanceof TableType other) {
      return table.element().equals(other.element()) && table.address().equals(other.address())
          && matches(table.limits(), other.limits());
    }
    if (given instanceof GlobalType global && wanted instanceof GlobalType other && !other.mutable()) {
      return !global.mutable() && global.value().matches(other.value());
    }
    return given.equals(wanted);
  }

  private static boolean matches(Limits given, Limits wanted) {
    return Long.compareUnsigned(given.min(), wanted.min()) >= 0
        && (!wanted.bounded() || given.bounded() && Long.compareUnsigned(given.max(), wanted.max()) <= 0);
  }

  static String describe(ExternType type) {
    if (type instanceof FuncType function) {
      return "a function of type (" + function + ")";
    }
    if (type instanceof TableType table) {
      return "a " + describe(table.address()) + "table of " + table.element() + " with " + describe(table.limits())
          + " elements";
    }
    if (type instanceof MemoryType memory) {
      return "a " + (memory.shared() ? "shared " : "") + describe(memory.address()) + "memory of "
          + describe(memory.limits()) + " pages";
    }
    GlobalType global = (GlobalType) type;
    return "a" + (global.mutable() ? " mutable" : "n immutable") + " global of type " + global.value();
  }

  private static String describe(ValType address) {
    return address.equals(ValType.I64) ? "64-bit " : "";
  }

  private static String describe(Limits limits) {
    return Long.toUnsignedString(limits.min())
        + (limits.bounded() ? " to " + Long.toUnsignedString(limits.max()) : " or more");
  }
}
