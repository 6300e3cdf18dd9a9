package dev.skerry.wasm.x64;

import dev.skerry.wasm.x64.OperandForm.Kind;
import dev.skerry.wasm.x64.OperandForm.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads a row of the tables: {@code mnemonic operands {hidden operands} | bytes | feature}, in the words of Intel's
 * manual.
 *
 * <p>An operand is marked {@code =} if it is written, {@code +} if it is read and written, and nothing if it is read;
 * hidden ones are separated by spaces:
 * <ul>
 * <li>{@code r32} a register, {@code m32} memory, {@code rm32} either; {@code r32m8} a register of 32 or 8 bits in
 * memory; {@code xmm}, {@code ymm}, {@code xm64} likewise; {@code m0} an address only;
 * <li>{@code imm32} a signed immediate, {@code uimm8} an unsigned one, {@code rel32} a target;
 * <li>the name of a register for one that is always the same.
 * </ul>
 *
 * <p>Bytes: {@code F0} (lock), then {@code 66}, {@code F2} or {@code F3}, then {@code REX.W}, the opcode with
 * {@code 0F}, {@code 0F 38} or {@code 0F 3A} in front, {@code +r} or {@code +cc} if its lower bits are a register or a
 * condition, then {@code /r}, {@code /0} to {@code /7}, or fixed bytes. {@code VEX.66.0F38.W1} stands for all before
 * the last byte of the opcode; {@code VEX.256} sets L. L and W are 0 unless said, also where the processor ignores
 * them.
 *
 * <p>Operands take the slots of Intel's order: what may be memory is ModRM.rm; of the other registers the last is, if
 * nothing may be memory; then ModRM.reg, VEX.vvvv and the last byte, as far as there are such.
 */
final class Notation {

  /**
   * What tokens of operands mean, and those of hidden ones. All rows are read at every start that runs machine code, by
   * a JVM that is cold: so each token is read once, and none by regular expressions.
   */
  private static final Map<String, OperandForm> OPERANDS = new ConcurrentHashMap<>();
  private static final Map<String, OperandForm> HIDDEN = new ConcurrentHashMap<>();
  private static final int VECTOR_BITS = 128;

  private final String template;
  /** The width of a family's row, or 0. */
  private final int width;
  private final boolean byteOpcode;
  private final Condition condition;

  private boolean vex;
  private boolean lock;
  private int prefix;
  private int map;
  private int opcode = -1;
  private boolean wide;
  private boolean long256;
  private boolean modRm;
  private int digit = -1;
  private boolean registerInOpcode;
  private long tail;
  private int tailLength;

  Notation(String template, int width, boolean byteOpcode, Condition condition) {
    this.template = template;
    this.width = width;
    this.byteOpcode = byteOpcode;
    this.condition = condition;
  }

  /** The row, of that feature unless it names another. */
  Row row(int id, CpuFeature tableFeature, CpuFeature longFeature) {
    int firstBar = template.indexOf('|');
    int lastBar = template.indexOf('|', firstBar + 1);
    readBytes(template.substring(firstBar + 1, lastBar < 0 ? template.length() : lastBar).strip());
    if (condition != null) {
      opcode += condition.ordinal();
    }
    if (width == 16) {
      prefix = 0x66;
    }
    wide |= width == 64;
    long256 |= width == 256;
    CpuFeature feature = lastBar >= 0 ? CpuFeature.valueOf(template.substring(lastBar + 1).strip())
        : long256 ? longFeature : tableFeature;
    if (byteOpcode && width > 8) {
      opcode++;
    }
    String syntax = template.substring(0, firstBar).strip();
    if (condition != null) {
      syntax = syntax.replace("*", condition.suffix());
    }
    int brace = syntax.indexOf(" {");
    String visible = brace < 0 ? syntax : syntax.substring(0, brace);
    int gap = visible.indexOf(' ', lock ? visible.indexOf(' ') + 1 : 0);
    String mnemonic = gap < 0 ? visible : visible.substring(0, gap);
    StringBuilder notation = new StringBuilder(mnemonic);
    List<OperandForm> operands = new ArrayList<>();
    for (int at = gap < 0 ? visible.length() : gap + 1, end; at < visible.length(); at = end + 1) {
      end = endOf(visible, at, ',');
      String token = widened(visible.substring(at, end).strip());
      notation.append(operands.isEmpty() ? " " : ", ").append(token);
      operands.add(operand(token, Kind.FIXED, OPERANDS));
    }
    assignSlots(operands);
    for (int at = brace < 0 ? syntax.length() : brace + 2, end; at < syntax.length(); at = end + 1) {
      end = Math.min(endOf(syntax, at, ' '), syntax.length() - 1);
      if (end > at) {
        operands.add(operand(widened(syntax.substring(at, end)), Kind.HIDDEN, HIDDEN));
      }
    }
    Encoding encoding =
        new Encoding(vex, lock, prefix, map, opcode, wide, long256, modRm, digit, tail, tailLength);
    return new Row(id, mnemonic, notation.toString(), List.copyOf(operands), feature, encoding);
  }

  /** Where the next such character is, or the end. */
  private static int endOf(String text, int from, char end) {
    int at = text.indexOf(end, from);
    return at < 0 ? text.length() : at;
  }

  private void readBytes(String bytes) {
    int hexTokens = 0;
    for (int at = 0; at < bytes.length(); at = endOf(bytes, at, ' ') + 1) {
      hexTokens += isHex(bytes, at) ? 1 : 0;
    }
    for (int at = 0, end; at < bytes.length(); at = end + 1) {
      end = endOf(bytes, at, ' ');
      String token = bytes.substring(at, end);
      if (token.startsWith("VEX")) {
        readVex(token);
      } else if (token.equals("REX.W")) {
        wide = true;
      } else if (token.startsWith("/")) {
        modRm = true;
        digit = token.equals("/r") ? -1 : Integer.parseInt(token.substring(1));
      } else {
        hexTokens--;
        readByte(token, hexTokens > 0);
      }
    }
  }

  /** Says whether two hexadecimal digits are there. */
  private static boolean isHex(String bytes, int at) {
    return at + 2 <= bytes.length() && Character.digit(bytes.charAt(at), 16) >= 0
        && Character.digit(bytes.charAt(at + 1), 16) >= 0;
  }

  private void readVex(String token) {
    vex = true;
    for (int at = 0, end; at < token.length(); at = end + 1) {
      end = endOf(token, at, '.');
      String part = token.substring(at, end);
      switch (part) {
        case "66", "F3", "F2" -> prefix = Integer.parseInt(part, 16);
        case "0F" -> map = 1;
        case "0F38" -> map = 2;
        case "0F3A" -> map = 3;
        case "W1" -> wide = true;
        case "256" -> long256 = true;
        case "VEX" -> vex = true;
        default -> throw bad(part);
      }
    }
  }

  private void readByte(String token, boolean moreFollow) {
    int value = Integer.parseInt(token.substring(0, 2), 16);
    if (opcode >= 0) {
      tail |= (long) value << tailLength++ * Byte.SIZE;
    } else if (value == 0xF0 && moreFollow && !vex) {
      lock = true;
    } else if (map == 0 && prefix == 0 && moreFollow && (value == 0x66 || value == 0xF2 || value == 0xF3)) {
      prefix = value;
    } else if (map == 0 && value == 0x0F) {
      map = 1;
    } else if (map == 1 && !vex && moreFollow && (value == 0x38 || value == 0x3A)) {
      map = value == 0x38 ? 2 : 3;
    } else {
      opcode = value;
      registerInOpcode = token.endsWith("+r");
    }
  }

  /** The token with the family's width filled in. */
  private String widened(String token) {
    if (width == 0) {
      return token;
    }
    int mark = token.charAt(0) == '=' || token.charAt(0) == '+' ? 1 : 0;
    String kind = token.substring(mark);
    StringBuilder widened = new StringBuilder(token.substring(0, mark));
    return switch (kind) {
      case "r", "rm", "m" -> widened.append(kind).append(width).toString();
      case "imm" -> widened.append(kind).append(Math.min(width, 32)).toString();
      case "a" -> widened.append(Gpr.RAX.name(width)).toString();
      case "d" -> widened.append(Gpr.RDX.name(width)).toString();
      case "v" -> widened.append(width == 256 ? "ymm" : "xmm").toString();
      case "vm" -> widened.append(width == 256 ? "ym256" : "xm128").toString();
      default -> token;
    };
  }

  private OperandForm operand(String token, Kind kindOfFixed, Map<String, OperandForm> known) {
    OperandForm form = known.get(token);
    if (form == null) {
      form = operand(token, kindOfFixed);
      known.put(token, form);
    }
    return form;
  }

  private OperandForm operand(String token, Kind kindOfFixed) {
    Role role = token.charAt(0) == '=' ? Role.WRITE : token.charAt(0) == '+' ? Role.READ_WRITE : Role.READ;
    String kind = role == Role.READ ? token : token.substring(1);
    int digits = kind.length();
    while (digits > 0 && Character.isDigit(kind.charAt(digits - 1))) {
      digits--;
    }
    int bits = digits == kind.length() ? 0 : Integer.parseInt(kind, digits, kind.length(), 10);
    String letters = kind.substring(0, digits);
    return switch (bits == 0 && !letters.equals("m") ? kind : letters) {
      case "imm" -> new OperandForm(role, Kind.SIGNED, Slot.IMMEDIATE, bits, 0, null);
      case "uimm" -> new OperandForm(role, Kind.UNSIGNED, Slot.IMMEDIATE, bits, 0, null);
      case "rel" -> new OperandForm(role, Kind.TARGET, Slot.IMMEDIATE, bits, 0, null);
      case "rm" -> new OperandForm(role, Kind.GPR_OR_MEMORY, Slot.RM, bits, bits, null);
      case "r8m", "r16m", "r32m", "r64m" -> new OperandForm(role, Kind.GPR_OR_MEMORY, Slot.RM,
          Integer.parseInt(letters, 1, letters.length() - 1, 10), bits, null);
      case "xm" -> new OperandForm(role, Kind.VECTOR_OR_MEMORY, Slot.RM, VECTOR_BITS, bits, null);
      case "ym" -> new OperandForm(role, Kind.VECTOR_OR_MEMORY, Slot.RM, 2 * VECTOR_BITS, bits, null);
      case "m" -> new OperandForm(role, Kind.MEMORY, Slot.RM, 0, bits, null);
      case "xmm", "ymm" -> bits != 0 ? fixed(role, kind, kindOfFixed) : new OperandForm(role, Kind.VECTOR, Slot.NONE,
          kind.equals("ymm") ? 2 * VECTOR_BITS : VECTOR_BITS, 0, null);
      case "r" -> isWidth(bits) && kindOfFixed == Kind.FIXED
          ? new OperandForm(role, Kind.GPR, Slot.NONE, bits, 0, null) : fixed(role, kind, kindOfFixed);
      default -> fixed(role, kind, kindOfFixed);
    };
  }

  /** Whether a general register has such a part: {@code r8} to {@code r64}, and not the name of one. */
  private static boolean isWidth(int bits) {
    return bits == 8 || bits == 16 || bits == 32 || bits == 64;
  }

  private OperandForm fixed(Role role, String name, Kind kind) {
    if (name.startsWith("xmm")) {
      return new OperandForm(role, kind, Slot.NONE, VECTOR_BITS, 0, Xmm.valueOf(name.toUpperCase(Locale.ROOT)));
    }
    for (Gpr gpr : Gpr.values()) {
      for (int bits = 8; bits <= 64; bits *= 2) {
        if (gpr.name(bits).equals(name)) {
          return new OperandForm(role, kind, Slot.NONE, bits, 0, gpr);
        }
      }
    }
    throw bad(name);
  }

  private void assignSlots(List<OperandForm> operands) {
    List<Integer> registers = new ArrayList<>();
    boolean rmTaken = false;
    for (int i = 0; i < operands.size(); i++) {
      OperandForm form = operands.get(i);
      rmTaken |= form.slot() == Slot.RM;
      if (form.slot() == Slot.NONE && form.explicit()) {
        registers.add(i);
      }
    }
    List<Slot> free = new ArrayList<>();
    if (registerInOpcode) {
      free.add(Slot.OPCODE);
    }
    if (modRm && digit < 0) {
      free.add(Slot.REG);
    }
    if (vex) {
      free.add(Slot.VVVV);
      free.add(Slot.IS4);
    }
    if (modRm && !rmTaken) {
      int last = registers.remove(registers.size() - 1);
      operands.set(last, operands.get(last).in(Slot.RM));
    }
    for (int i = 0; i < registers.size(); i++) {
      int index = registers.get(i);
      if (i >= free.size()) {
        throw bad(operands.get(index).toString());
      }
      operands.set(index, operands.get(index).in(free.get(i)));
    }
  }

  private IllegalArgumentException bad(String part) {
    return new IllegalArgumentException("the row \"" + template + "\" cannot be read at " + part);
  }
}
