package dev.skerry.wasm;

import dev.skerry.wasm.format.ValType;

/** Java values as raw slots and back. */
final class Values {

  private static final long LOW = 0xffff_ffffL;

  private Values() {
  }

  static void put(Store store, ValType type, Object value, long[] slots, int slot) {
    if (type.equals(ValType.I32) && value instanceof Integer number) {
      slots[slot] = number & LOW;
    } else if (type.equals(ValType.I64) && value instanceof Long number) {
      slots[slot] = number;
    } else if (type.equals(ValType.F32) && value instanceof Float number) {
      slots[slot] = Float.floatToRawIntBits(number) & LOW;
    } else if (type.equals(ValType.F64) && value instanceof Double number) {
      slots[slot] = Double.doubleToRawLongBits(number);
    } else if (type.equals(ValType.V128) && value instanceof long[] halves && halves.length == 2) {
      slots[slot] = halves[0];
      slots[slot + 1] = halves[1];
    } else if (isFunction(type, value)) {
      slots[slot] = value == null ? 0 : ref(store, (Func) value);
    } else if (type.isExternReference() && (value != null || type.isNullable())) {
      slots[slot] = store.passedRefOf(value);
    } else if (type.isExceptionReference() && (value == null && type.isNullable()
        || value instanceof WasmException exception && exception.tag().store() == store)) {
      slots[slot] = value == null ? 0 : store.refOf((WasmException) value);
    } else {
      throw new IllegalArgumentException(
          (value == null ? "null" : value.getClass().getSimpleName() + " " + value) + " is no value of type " + type);
    }
  }

  private static boolean isFunction(ValType type, Object value) {
    if (!type.isReference() || !type.isFunctionReference()) {
      return false;
    }
    return value == null ? type.isNullable()
        : value instanceof Func function
            && (!type.isConcrete() || function.function().type().id() == type.number());
  }

  private static int ref(Store store, Func function) {
    if (function.store() != store) {
      throw new IllegalArgumentException("the function belongs to another store");
    }
    return function.ref();
  }

  static Object get(Store store, ValType type, long[] slots, int slot) {
    long bits = slots[slot];
    if (type.equals(ValType.I32)) {
      return (int) bits;
    }
    if (type.equals(ValType.I64)) {
      return bits;
    }
    if (type.equals(ValType.F32)) {
      return Float.intBitsToFloat((int) bits);
    }
    if (type.equals(ValType.F64)) {
      return Double.longBitsToDouble(bits);
    }
    if (type.equals(ValType.V128)) {
      return new long[] {bits, slots[slot + 1]};
    }
    if (type.isExceptionReference()) {
      return store.exceptionOf((int) bits);
    }
    return type.isFunctionReference() ? store.funcOf((int) bits) : store.externOf((int) bits);
  }
}
