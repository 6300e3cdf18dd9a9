package dev.skerry.wasm.x64;

import dev.skerry.wasm.x64.OperandForm.Kind;
import java.util.Locale;
import java.util.StringJoiner;

/** Prints instructions in Intel's syntax, as GNU objdump does but for its aliases. */
final class IntelSyntax {

  private IntelSyntax() {
  }

  static String format(Instruction instruction, long address) {
    Row row = instruction.row();
    StringJoiner operands = new StringJoiner(",");
    int next = 0;
    for (OperandForm form : row.operands()) {
      if (form.kind() == Kind.HIDDEN) {
        continue;
      }
      Operand operand = form.explicit() ? instruction.operands().get(next++) : form.fixed();
      operands.add(format(form, operand, row, address + instruction.length()));
    }
    return operands.length() == 0 ? row.mnemonic() : row.mnemonic() + " " + operands;
  }

  private static String format(OperandForm form, Operand operand, Row row, long end) {
    if (operand instanceof Gpr gpr) {
      return gpr.name(form.bits());
    } else if (operand instanceof Xmm xmm) {
      return xmm.name(form.bits());
    } else if (operand instanceof Mem mem) {
      return size(form.memoryBits()) + address(mem);
    } else if (operand instanceof Rip rip) {
      return size(form.memoryBits()) + "[rip+0x" + Long.toHexString(rip.displacement()) + "]";
    } else if (operand instanceof Imm imm) {
      return "0x" + Long.toHexString(imm.value() & -1L >>> Long.SIZE - width(form, row));
    } else if (operand instanceof Rel rel) {
      return "0x" + Long.toHexString(end + rel.displacement());
    }
    return operand.toString();
  }

  /** To how many bits an immediate is extended: as wide as what it meets, all 64 if it meets nothing. */
  private static int width(OperandForm form, Row row) {
    if (form.kind() == Kind.UNSIGNED) {
      return form.bits();
    }
    return row.operands().stream()
        .filter(other -> other.kind().takesRegister() || other.kind().takesMemory())
        .mapToInt(other -> other.kind() == Kind.MEMORY ? other.memoryBits() : other.bits())
        .findFirst().orElse(Long.SIZE);
  }

  private static String size(int bits) {
    return switch (bits) {
      case 0 -> "";
      case 8 -> "BYTE PTR ";
      case 16 -> "WORD PTR ";
      case 32 -> "DWORD PTR ";
      case 64 -> "QWORD PTR ";
      case 128 -> "XMMWORD PTR ";
      case 256 -> "YMMWORD PTR ";
      default -> throw new IllegalArgumentException("no memory operand has " + bits + " bits");
    };
  }

  private static String address(Mem mem) {
    String segment = mem.segment() == Segment.NONE ? "" : mem.segment().name().toLowerCase(Locale.ROOT) + ":";
    if (mem.base() == null && mem.index() == null) {
      return (segment.isEmpty() ? "ds:" : segment) + "0x" + Long.toHexString(mem.displacement());
    }
    StringBuilder text = new StringBuilder(segment).append('[');
    if (mem.base() != null) {
      text.append(mem.base().name(Long.SIZE));
    }
    if (mem.index() != null) {
      text.append(mem.base() == null ? "" : "+").append(mem.index().name(Long.SIZE)).append('*').append(mem.scale());
    }
    boolean written = mem.displacement() != 0 || mem.base() == null
        || (mem.base().ordinal() & 7) == Encoder.NO_BASE;
    return text.append(written ? signed(mem.displacement()) : "").append(']').toString();
  }

  private static String signed(int displacement) {
    return (displacement < 0 ? "-0x" : "+0x") + Long.toHexString(Math.abs((long) displacement));
  }
}
