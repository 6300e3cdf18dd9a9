package dev.skerry.wasm.wast;

import dev.skerry.wasm.Store;
import dev.skerry.wasm.format.ValType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Translates between the values of scripts and the raw slots of {@link dev.skerry.wasm.HostFunction}, for one store.
 * The number of an {@code externref} stands for a host object of its own.
 */
final class Slots {

  private static final long LOW = 0xffff_ffffL;
  private static final long F32_SIGNLESS = 0x7fff_ffffL;
  private static final long F32_CANONICAL = 0x7fc0_0000L;
  private static final long F64_SIGNLESS = Long.MAX_VALUE;
  private static final long F64_CANONICAL = 0x7ff8_0000_0000_0000L;

  private final Store store;
  private final Map<String, Object> externs = new HashMap<>();

  /** The host object behind a number of a script. */
  private record ExternValue(String number) {
  }

  Slots(Store store) {
    this.store = store;
  }

  /** Writes arguments from slot 0 on; the array is long enough. */
  void write(List<WastValue> values, long[] slots) {
    int at = 0;
    for (WastValue value : values) {
      switch (value.type()) {
        case "i32" -> slots[at++] = Long.parseLong(value.text()) & LOW;
        case "i64" -> slots[at++] = Long.parseLong(value.text());
        case "f32", "f64" -> slots[at++] = Long.parseUnsignedLong(value.text());
        case "v128" -> {
          for (int i = 0; i < value.texts().size(); i++) {
            int bits = 128 / value.texts().size();
            long lane = parseLane(value, i) & mask(bits);
            slots[at + i * bits / 64] |= lane << i * bits % 64;
          }
          at += 2;
        }
        case "externref" -> slots[at++] = "null".equals(value.text()) ? 0 : store.refOf(extern(value.text()));
        case "refnull", "funcref", "exnref", "nullref", "nullfuncref", "nullexternref", "nullexnref", "anyref", "eqref",
            "structref", "arrayref" -> slots[at++] = nullReference(value);
        default -> throw new IllegalArgumentException("no argument is of type " + value.type());
      }
    }
  }

  /** Scripts cannot name references other than null and those of hosts. */
  private static long nullReference(WastValue value) {
    if (value.text() != null && !value.text().equals("null")) {
      throw new IllegalArgumentException("an argument of type " + value.type() + " can only be null");
    }
    return 0;
  }

  private Object extern(String number) {
    return externs.computeIfAbsent(number, ExternValue::new);
  }

  private static long parseLane(WastValue value, int i) {
    String text = value.texts().get(i);
    return value.lane().startsWith("f") ? Long.parseUnsignedLong(text) : Long.parseLong(text);
  }

  private static long mask(int bits) {
    return bits == 64 ? -1 : (1L << bits) - 1;
  }

  /** Says whether the results, of those types, are what a script expects. */
  boolean match(List<WastValue> expected, List<ValType> types, long[] slots) {
    if (expected.size() != types.size()) {
      return false;
    }
    int at = 0;
    for (int i = 0; i < types.size(); i++) {
      if (!matches(expected.get(i), types.get(i), slots, at)) {
        return false;
      }
      at += types.get(i).slots();
    }
    return true;
  }

  private boolean matches(WastValue expected, ValType type, long[] slots, int at) {
    if (!expected.either().isEmpty()) {
      return expected.either().stream().anyMatch(one -> matches(one, type, slots, at));
    }
    return switch (expected.type()) {
      case "i32" -> type.equals(ValType.I32) && slots[at] == (Long.parseLong(expected.text()) & LOW);
      case "i64" -> type.equals(ValType.I64) && slots[at] == Long.parseLong(expected.text());
      case "f32" -> type.equals(ValType.F32) && matchesFloat(expected.text(), 32, slots[at]);
      case "f64" -> type.equals(ValType.F64) && matchesFloat(expected.text(), 64, slots[at]);
      case "v128" -> type.equals(ValType.V128) && matchesVector(expected, slots, at);
      default -> type.isReference() && matchesReference(expected, type, (int) slots[at]);
    };
  }

  private static boolean matchesVector(WastValue expected, long[] slots, int at) {
    int bits = 128 / expected.texts().size();
    for (int i = 0; i < expected.texts().size(); i++) {
      long lane = slots[at + i * bits / 64] >>> i * bits % 64 & mask(bits);
      boolean same = expected.lane().startsWith("f")
          ? matchesFloat(expected.texts().get(i), bits, lane)
          : lane == (Long.parseLong(expected.texts().get(i)) & mask(bits));
      if (!same) {
        return false;
      }
    }
    return true;
  }

  private static boolean matchesFloat(String text, int width, long bits) {
    long canonical = width == 32 ? F32_CANONICAL : F64_CANONICAL;
    return switch (text) {
      case "nan:canonical" -> (bits & (width == 32 ? F32_SIGNLESS : F64_SIGNLESS)) == canonical;
      case "nan:arithmetic" -> (bits & canonical) == canonical;
      default -> bits == Long.parseUnsignedLong(text);
    };
  }

  private boolean matchesReference(WastValue expected, ValType type, int ref) {
    return switch (expected.type()) {
      case "refnull", "nullref", "nullfuncref", "nullexternref", "nullexnref" -> ref == 0;
      case "externref" -> expected.text() != null && !expected.text().equals("null")
          ? (type.equals(ValType.EXTERNREF) || type.equals(ValType.EXTERNREF.nonNull()))
              && extern(expected.text()).equals(store.externOf(ref))
          : "null".equals(expected.text()) == (ref == 0);
      default -> "null".equals(expected.text()) == (ref == 0);
    };
  }

  /** Results in words, for failures. */
  static String describe(List<ValType> types, long[] slots) {
    StringBuilder text = new StringBuilder("[");
    int at = 0;
    for (ValType type : types) {
      text.append(at == 0 ? "" : ", ").append(type).append(' ');
      text.append(type.slots() == 2 ? "0x" + Long.toHexString(slots[at + 1]) + ":" + Long.toHexString(slots[at])
          : type.equals(ValType.I32) ? Integer.toString((int) slots[at])
          : type.equals(ValType.I64) ? Long.toString(slots[at]) : Long.toUnsignedString(slots[at]));
      at += type.slots();
    }
    return text.append(']').toString();
  }
}
