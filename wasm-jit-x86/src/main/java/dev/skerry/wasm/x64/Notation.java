package dev.skerry.wasm.x64;

import dev.skerry.wasm.x64.OperandForm.Kind;
import dev.skerry.wasm.x64.OperandForm.Slot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  /** Compiled once: all rows are read at every start. */
  private static final Pattern PARTS = Pattern.compile(" *\\| *");
  private static final Pattern COMMAS = Pattern.compile(", *");
  private static final Pattern MEMORY = Pattern.compile("m\\d+");
  private static final Pattern REGISTER = Pattern.compile("r(8|16|32|64)");
  private static final Pattern REGISTER_OR_MEMORY = Pattern.compile("(r|x|y)(\\d*)m(\\d+)");
  private static final Pattern IMMEDIATE = Pattern.compile("(imm|uimm|rel)(\\d+)");
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
    String[] parts = PARTS.split(template);
    readBytes(parts[1]);
    if (condition != null) {
      opcode += condition.ordinal();
    }
    if (width == 16) {
      prefix = 0x66;
    }
    wide |= width == 64;
    long256 |= width == 256;
    CpuFeature feature = parts.length > 2 ? CpuFeature.valueOf(parts[2]) : long256 ? longFeature : tableFeature;
    if (byteOpcode && width > 8) {
      opcode++;
    }
    String syntax = condition == null ? parts[0] : parts[0].replace("*", condition.suffix());
    int brace = syntax.indexOf(" {");
    String visible = brace < 0 ? syntax : syntax.substring(0, brace);
    int gap = visible.indexOf(' ', lock ? visible.indexOf(' ') + 1 : 0);
    String mnemonic = gap < 0 ? visible : visible.substring(0, gap);
    List<String> tokens = new ArrayList<>();
    List<OperandForm> operands = new ArrayList<>();
    if (gap >= 0) {
      for (String token : COMMAS.split(visible.substring(gap + 1))) {
        tokens.add(widened(token));
        operands.add(operand(tokens.get(tokens.size() - 1), Kind.FIXED));
      }
    }
    assignSlots(operands);
    if (brace >= 0) {
      for (String token : syntax.substring(brace + 2, syntax.length() - 1).split(" ")) {
        operands.add(operand(widened(token), Kind.HIDDEN));
      }
    }
    Encoding encoding =
        new Encoding(vex, lock, prefix, map, opcode, wide, long256, modRm, digit, tail, tailLength);
    return new Row(id, mnemonic, (mnemonic + " " + String.join(", ", tokens)).trim(), List.copyOf(operands), feature,
        encoding);
  }

  private void readBytes(String bytes) {
    List<String> tokens = Arrays.asList(bytes.split(" "));
    int hexTokens = 0;
    for (String token : tokens) {
      hexTokens += isHex(token) ? 1 : 0;
    }
    for (String token : tokens) {
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

  /** Says whether a token begins with two hexadecimal digits. */
  private static boolean isHex(String token) {
    return token.length() >= 2 && Character.digit(token.charAt(0), 16) >= 0
        && Character.digit(token.charAt(1), 16) >= 0;
  }

  private void readVex(String token) {
    vex = true;
    for (String part : token.split("\\.")) {
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
    String mark = token.startsWith("=") || token.startsWith("+") ? token.substring(0, 1) : "";
    String kind = token.substring(mark.length());
    if (width == 0) {
      return token;
    }
    return mark + switch (kind) {
      case "r", "rm", "m" -> kind + width;
      case "imm" -> kind + Math.min(width, 32);
      case "a" -> Gpr.RAX.name(width);
      case "d" -> Gpr.RDX.name(width);
      case "v" -> width == 256 ? "ymm" : "xmm";
      case "vm" -> width == 256 ? "ym256" : "xm128";
      default -> kind;
    };
  }

  private OperandForm operand(String token, Kind kindOfFixed) {
    Role role = token.startsWith("=") ? Role.WRITE : token.startsWith("+") ? Role.READ_WRITE : Role.READ;
    String kind = role == Role.READ ? token : token.substring(1);
    Matcher matcher = IMMEDIATE.matcher(kind);
    if (matcher.matches()) {
      Kind immediate = switch (matcher.group(1)) {
        case "imm" -> Kind.SIGNED;
        case "uimm" -> Kind.UNSIGNED;
        default -> Kind.TARGET;
      };
      return new OperandForm(role, immediate, Slot.IMMEDIATE, Integer.parseInt(matcher.group(2)), 0, null);
    }
    matcher = REGISTER_OR_MEMORY.matcher(kind);
    if (matcher.matches()) {
      int memoryBits = Integer.parseInt(matcher.group(3));
      return switch (matcher.group(1)) {
        case "r" -> {
          int bits = matcher.group(2).isEmpty() ? memoryBits : Integer.parseInt(matcher.group(2));
          yield new OperandForm(role, Kind.GPR_OR_MEMORY, Slot.RM, bits, memoryBits, null);
        }
        case "x" -> new OperandForm(role, Kind.VECTOR_OR_MEMORY, Slot.RM, VECTOR_BITS, memoryBits, null);
        default -> new OperandForm(role, Kind.VECTOR_OR_MEMORY, Slot.RM, 2 * VECTOR_BITS, memoryBits, null);
      };
    }
    if (MEMORY.matcher(kind).matches()) {
      int memoryBits = Integer.parseInt(kind.substring(1));
      return new OperandForm(role, Kind.MEMORY, Slot.RM, 0, memoryBits, null);
    }
    if (kind.equals("xmm") || kind.equals("ymm")) {
      return new OperandForm(role, Kind.VECTOR, Slot.NONE, kind.equals("ymm") ? 2 * VECTOR_BITS : VECTOR_BITS, 0, null);
    }
    if (REGISTER.matcher(kind).matches() && kindOfFixed == Kind.FIXED) {
      return new OperandForm(role, Kind.GPR, Slot.NONE, Integer.parseInt(kind.substring(1)), 0, null);
    }
    return fixed(role, kind, kindOfFixed);
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
