package dev.skerry.origin.cli;

import dev.skerry.origin.TerminalText;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import java.util.List;

/** Arguments and results of {@code --invoke}: text on the command line, typed values in the call. */
final class InvokeValues {

  private InvokeValues() {
  }

  /** Reads one argument for each parameter: integers in decimal or 0x form, floats as in Java, and inf and nan. */
  static Object[] parse(String function, FuncType type, List<String> texts) {
    if (texts.size() != type.params().size()) {
      throw new CommandFailure(ExitCode.USAGE, function + " takes " + type.params().size() + " arguments ("
          + type + "), and " + texts.size() + " are given.");
    }
    Object[] values = new Object[texts.size()];
    for (int i = 0; i < values.length; i++) {
      ValType param = type.params().get(i);
      try {
        values[i] = parse(param, texts.get(i));
      } catch (NumberFormatException error) {
        throw new CommandFailure(ExitCode.USAGE, "argument " + (i + 1) + " of " + function + " must be an " + param
            + ", and '" + texts.get(i) + "' is none.", error);
      }
    }
    return values;
  }

  private static Object parse(ValType type, String text) {
    return switch (type.toString()) {
      case "i32" -> (int) integer(text, Integer.MIN_VALUE, 0xffff_ffffL);
      case "i64" -> wide(text);
      case "f32" -> (float) number(text, true);
      case "f64" -> number(text, false);
      case "externref" -> text;
      default -> throw new CommandFailure(ExitCode.USAGE, "a value of type " + type
          + " cannot be given on the command line.");
    };
  }

  private static long integer(String text, long least, long greatest) {
    long value = wide(text);
    if (value < least || value > greatest) {
      throw new NumberFormatException(text);
    }
    return value;
  }

  /** Signed or unsigned 64 bits. */
  private static long wide(String text) {
    boolean negative = text.startsWith("-");
    String digits = negative || text.startsWith("+") ? text.substring(1) : text;
    boolean hex = digits.startsWith("0x") || digits.startsWith("0X");
    String plain = hex ? digits.substring(2) : digits;
    if (plain.isEmpty() || !Character.isLetterOrDigit(plain.charAt(0))) {
      throw new NumberFormatException(text);
    }
    if (negative) {
      return Long.parseLong("-" + plain, hex ? 16 : 10);
    }
    return Long.parseUnsignedLong(plain, hex ? 16 : 10);
  }

  private static double number(String text, boolean single) {
    return switch (text) {
      case "inf", "+inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      // Not through double: that would round twice.
      default -> single ? Float.parseFloat(text) : Double.parseDouble(text);
    };
  }

  /** One result as text that {@link #parse} reads back. */
  static String format(Object value) {
    if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      if (Double.isNaN(number)) {
        return "nan";
      }
      if (Double.isInfinite(number)) {
        return number > 0 ? "inf" : "-inf";
      }
    }
    if (value instanceof long[] v128) {
      return "0x" + hex(v128[1]) + hex(v128[0]);
    }
    return value instanceof dev.skerry.wasm.Func ? "funcref" : TerminalText.escape(String.valueOf(value));
  }

  private static String hex(long bits) {
    String digits = Long.toHexString(bits);
    return "0".repeat(16 - digits.length()) + digits;
  }
}
