package dev.skerry.wasm.verify.campaign;

import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.Instruction;
import dev.skerry.wasm.x64.Mem;
import dev.skerry.wasm.x64.Operand;
import dev.skerry.wasm.x64.OperandForm;
import dev.skerry.wasm.x64.Rip;
import dev.skerry.wasm.x64.Segment;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Instructions on general registers, as Intel's manual describes them (SDM, volume 2). Shares nothing with the verifier
 * or the compiler but the decoder.
 */
final class Integers {

  private static final Map<String, Condition> SUFFIXES = new HashMap<>();

  static {
    for (Condition condition : Condition.values()) {
      SUFFIXES.put(condition.name().toLowerCase(Locale.ROOT), condition);
    }
  }

  private final Cpu cpu;
  private final Bus bus;
  /** Address of the instruction that follows. */
  private long after;

  Integers(Cpu cpu, Bus bus) {
    this.cpu = cpu;
    this.bus = bus;
  }

  /** The condition of a mnemonic such as {@code jbe} or {@code cmovbe}; null if it has none. */
  static Condition condition(String mnemonic, String stem) {
    return mnemonic.startsWith(stem) ? SUFFIXES.get(mnemonic.substring(stem.length())) : null;
  }

  /** The address of an operand in memory. */
  long address(Operand operand, long next) {
    if (operand instanceof Rip rip) {
      return next + rip.displacement();
    }
    Mem mem = (Mem) operand;
    if (mem.segment() != Segment.NONE) {
      throw new Violation(Violation.Kind.INSTRUCTION, "a segment");
    }
    long base = mem.base() == null ? 0 : cpu.get(mem.base());
    long index = mem.index() == null ? 0 : cpu.get(mem.index()) * mem.scale();
    return base + index + mem.displacement();
  }

  private static int bits(OperandForm form) {
    return Math.max(form.bits(), form.memoryBits());
  }

  private long read(Instruction instruction, int index, int bits) {
    Operand operand = instruction.operands().get(index);
    if (operand instanceof Imm imm) {
      return imm.value() & Cpu.mask(bits);
    }
    if (operand instanceof Gpr gpr) {
      return cpu.get(gpr) & Cpu.mask(bits);
    }
    return bus.load(address(operand, after), bits / Byte.SIZE);
  }

  private void write(Instruction instruction, int index, long value, int bits) {
    Operand operand = instruction.operands().get(index);
    if (operand instanceof Gpr gpr) {
      cpu.set(gpr, value, bits);
    } else {
      bus.store(address(operand, after), bits / Byte.SIZE, value & Cpu.mask(bits));
    }
  }

  /**
   * Does what the instruction does, unless it is a transfer of control.
   *
   * @param next address of the instruction behind it
   */
  void run(Instruction instruction, long next) {
    after = next;
    String name = instruction.row().mnemonic();
    int bits = instruction.row().operandCount() == 0 ? 0 : bits(instruction.row().operand(0));
    int source = instruction.row().operandCount() < 2 ? 0 : bits(instruction.row().operand(1));
    switch (name) {
      case "mov" -> write(instruction, 0, read(instruction, 1, bits), bits);
      case "movzx" -> write(instruction, 0, read(instruction, 1, source), bits);
      case "movsx", "movsxd" -> write(instruction, 0, extend(read(instruction, 1, source), source), bits);
      case "lea" -> write(instruction, 0, address(instruction.operands().get(1), next), bits);
      case "add", "adc", "sub", "sbb", "and", "or", "xor",
          "lock add", "lock sub", "lock and", "lock or", "lock xor" -> {
        long left = read(instruction, 0, bits);
        long value = arithmetic(name, left, read(instruction, 1, bits), bits);
        write(instruction, 0, value, bits);
      }
      case "cmp" -> subtract(read(instruction, 0, bits), read(instruction, 1, bits), false, bits);
      case "test" -> logic(read(instruction, 0, bits) & read(instruction, 1, bits), bits);
      case "inc", "dec" -> step(instruction, name.equals("inc") ? 1 : -1, bits);
      case "not" -> write(instruction, 0, ~read(instruction, 0, bits), bits);
      case "neg" -> write(instruction, 0, subtract(0, read(instruction, 0, bits), false, bits), bits);
      case "imul" -> {
        if (instruction.row().operandCount() == 1) {
          multiply(read(instruction, 0, bits), true, bits);
        } else {
          shortMultiply(instruction, bits);
        }
      }
      case "mul" -> multiply(read(instruction, 0, bits), false, bits);
      case "div", "idiv" -> divide(read(instruction, 0, bits), name.equals("idiv"), bits);
      case "cdq" -> cpu.set(Gpr.RDX, (int) cpu.get(Gpr.RAX) >> 31, 32);
      case "cqo" -> cpu.set(Gpr.RDX, cpu.get(Gpr.RAX) >> 63);
      case "rol", "ror", "shl", "shr", "sar" -> shift(instruction, name, bits);
      case "shld", "shrd" -> doubleShift(instruction, name.equals("shld"), bits);
      case "shlx", "shrx", "sarx" -> {
        long count = read(instruction, 2, bits) & bits - 1;
        long value = read(instruction, 1, bits);
        write(instruction, 0, switch (name) {
          case "shlx" -> value << count;
          case "shrx" -> value >>> count;
          default -> extend(value, bits) >> count;
        }, bits);
      }
      case "rorx" -> write(instruction, 0,
          rotate(read(instruction, 1, bits), -(int) read(instruction, 2, 8) & bits - 1, bits), bits);
      case "bsf", "bsr", "popcnt", "lzcnt", "tzcnt" -> count(instruction, name, bits);
      case "andn", "blsr", "blsmsk", "blsi", "bextr", "bzhi" -> select(instruction, name, bits);
      case "pdep", "pext" -> deposit(instruction, name.equals("pdep"), bits);
      case "bswap" -> {
        long value = Long.reverseBytes(read(instruction, 0, bits));
        write(instruction, 0, bits == Integer.SIZE ? value >>> Integer.SIZE : value, bits);
      }
      case "xchg" -> exchange(instruction, bits, false);
      case "lock xadd" -> exchange(instruction, bits, true);
      case "lock cmpxchg" -> compareExchange(instruction, bits);
      case "nop", "mfence", "lfence", "sfence", "pause" -> { }
      default -> conditional(instruction, name, bits);
    }
  }

  private void conditional(Instruction instruction, String name, int bits) {
    Condition set = condition(name, "set");
    Condition move = condition(name, "cmov");
    if (set != null) {
      write(instruction, 0, cpu.holds(set) ? 1 : 0, Byte.SIZE);
    } else if (move != null) {
      // Memory is read, and the upper half cleared, whether the condition holds or not.
      long value = read(instruction, 1, bits);
      write(instruction, 0, cpu.holds(move) ? value : read(instruction, 0, bits), bits);
    } else {
      throw new Violation(Violation.Kind.INSTRUCTION, instruction + " is not permitted");
    }
  }

  private static long extend(long value, int bits) {
    int unused = Long.SIZE - bits;
    return value << unused >> unused;
  }

  private long arithmetic(String name, long left, long right, int bits) {
    return switch (name) {
      case "add", "lock add" -> add(left, right, false, bits);
      case "adc" -> add(left, right, cpu.carry, bits);
      case "sub", "lock sub" -> subtract(left, right, false, bits);
      case "sbb" -> subtract(left, right, cpu.carry, bits);
      case "and", "lock and" -> logic(left & right, bits);
      case "or", "lock or" -> logic(left | right, bits);
      default -> logic(left ^ right, bits);
    };
  }

  private long logic(long value, int bits) {
    cpu.setResult(value, bits);
    cpu.carry = false;
    cpu.overflow = false;
    return value;
  }

  private long add(long left, long right, boolean carry, int bits) {
    long sum = left + right + (carry ? 1 : 0) & Cpu.mask(bits);
    cpu.setResult(sum, bits);
    int order = Long.compareUnsigned(sum, left);
    cpu.carry = order < 0 || carry && order == 0;
    cpu.overflow = (((left ^ sum) & (right ^ sum)) >>> bits - 1 & 1) != 0;
    return sum;
  }

  private long subtract(long left, long right, boolean borrow, int bits) {
    long difference = left - right - (borrow ? 1 : 0) & Cpu.mask(bits);
    cpu.setResult(difference, bits);
    int order = Long.compareUnsigned(left, right);
    cpu.carry = order < 0 || borrow && order == 0;
    cpu.overflow = (((left ^ right) & (left ^ difference)) >>> bits - 1 & 1) != 0;
    return difference;
  }

  private void step(Instruction instruction, int by, int bits) {
    boolean carry = cpu.carry;
    long value = read(instruction, 0, bits);
    value = by > 0 ? add(value, 1, false, bits) : subtract(value, 1, false, bits);
    cpu.carry = carry;
    write(instruction, 0, value, bits);
  }

  private void multiply(long factor, boolean signed, int bits) {
    BigInteger left = number(cpu.get(Gpr.RAX) & Cpu.mask(bits), signed, bits);
    BigInteger product = left.multiply(number(factor, signed, bits));
    long low = product.longValue() & Cpu.mask(bits);
    cpu.set(Gpr.RAX, low, bits);
    cpu.set(Gpr.RDX, product.shiftRight(bits).longValue(), bits);
    cpu.scrambleFlags();
    cpu.carry = !number(low, signed, bits).equals(product);
    cpu.overflow = cpu.carry;
  }

  private void shortMultiply(Instruction instruction, int bits) {
    boolean two = instruction.row().operandCount() == 2;
    BigInteger left = number(read(instruction, two ? 0 : 1, bits), true, bits);
    BigInteger product = left.multiply(number(read(instruction, two ? 1 : 2, bits), true, bits));
    long low = product.longValue() & Cpu.mask(bits);
    cpu.scrambleFlags();
    cpu.carry = !number(low, true, bits).equals(product);
    cpu.overflow = cpu.carry;
    write(instruction, 0, low, bits);
  }

  private static BigInteger number(long value, boolean signed, int bits) {
    if (signed) {
      return BigInteger.valueOf(extend(value, bits));
    }
    BigInteger number = BigInteger.valueOf(value & Long.MAX_VALUE);
    return value < 0 ? number.setBit(Long.SIZE - 1) : number;
  }

  private void divide(long divisor, boolean signed, int bits) {
    BigInteger low = number(cpu.get(Gpr.RAX) & Cpu.mask(bits), false, bits);
    BigInteger dividend = number(cpu.get(Gpr.RDX) & Cpu.mask(bits), signed, bits).shiftLeft(bits).or(low);
    if (divisor == 0) {
      throw new Violation(Violation.Kind.DIVISION, "a division by zero");
    }
    BigInteger[] parts = dividend.divideAndRemainder(number(divisor, signed, bits));
    boolean fits = signed ? parts[0].bitLength() < bits : parts[0].bitLength() <= bits;
    if (!fits) {
      throw new Violation(Violation.Kind.DIVISION, "a quotient that does not fit");
    }
    cpu.set(Gpr.RAX, parts[0].longValue(), bits);
    cpu.set(Gpr.RDX, parts[1].longValue(), bits);
    cpu.scrambleFlags();
  }

  private static long rotate(long value, int left, int bits) {
    return left == 0 ? value : (value << left | value >>> bits - left) & Cpu.mask(bits);
  }

  private void shift(Instruction instruction, String name, int bits) {
    long places = instruction.operands().size() > 1 ? read(instruction, 1, Byte.SIZE) : cpu.get(Gpr.RCX);
    int count = (int) places & (bits == Long.SIZE ? 63 : 31);
    long value = read(instruction, 0, bits);
    if (count == 0) {
      write(instruction, 0, value, bits);
      return;
    }
    if (name.startsWith("ro")) {
      int left = (name.equals("rol") ? count : -count) & bits - 1;
      long turned = rotate(value, left, bits);
      boolean top = (turned >>> bits - 1 & 1) != 0;
      cpu.carry = name.equals("rol") ? (turned & 1) != 0 : top;
      cpu.overflow = count != 1 ? cpu.anyBit()
          : name.equals("rol") ? top != cpu.carry : top != ((turned >>> bits - 2 & 1) != 0);
      write(instruction, 0, turned, bits);
      return;
    }
    boolean inside = count < bits;
    long signed = extend(value, bits);
    long shifted = switch (name) {
      case "shl" -> inside ? value << count : 0;
      case "shr" -> inside ? value >>> count : 0;
      default -> signed >> Math.min(count, bits - 1);
    } & Cpu.mask(bits);
    boolean top = (value >>> bits - 1 & 1) != 0;
    cpu.carry = switch (name) {
      case "shl" -> count <= bits ? (value >>> bits - count & 1) != 0 : cpu.anyBit();
      case "shr" -> count <= bits ? (value >>> count - 1 & 1) != 0 : cpu.anyBit();
      default -> (signed >> Math.min(count - 1, bits - 1) & 1) != 0;
    };
    cpu.setResult(shifted, bits);
    cpu.overflow = count != 1 ? cpu.anyBit() : switch (name) {
      case "shl" -> cpu.sign != cpu.carry;
      case "shr" -> top;
      default -> false;
    };
    write(instruction, 0, shifted, bits);
  }

  private void doubleShift(Instruction instruction, boolean left, int bits) {
    long places = instruction.operands().size() > 2 ? read(instruction, 2, Byte.SIZE) : cpu.get(Gpr.RCX);
    int count = (int) places & (bits == Long.SIZE ? 63 : 31);
    long value = read(instruction, 0, bits);
    if (count == 0) {
      write(instruction, 0, value, bits);
      return;
    }
    long filler = read(instruction, 1, bits);
    long shifted = (left ? value << count | filler >>> bits - count : value >>> count | filler << bits - count)
        & Cpu.mask(bits);
    cpu.setResult(shifted, bits);
    cpu.carry = ((left ? value >>> bits - count : value >>> count - 1) & 1) != 0;
    cpu.overflow = count == 1 ? ((value ^ shifted) >>> bits - 1 & 1) != 0 : cpu.anyBit();
    write(instruction, 0, shifted, bits);
  }

  private void count(Instruction instruction, String name, int bits) {
    long value = read(instruction, 1, bits);
    boolean none = value == 0;
    int leading = Long.numberOfLeadingZeros(value) - (Long.SIZE - bits);
    int trailing = none ? bits : Long.numberOfTrailingZeros(value);
    cpu.scrambleFlags();
    switch (name) {
      case "popcnt" -> {
        logic(value, bits);
        cpu.sign = false;
        cpu.parity = false;
        write(instruction, 0, Long.bitCount(value), bits);
      }
      case "lzcnt", "tzcnt" -> {
        int count = name.equals("lzcnt") ? leading : trailing;
        cpu.carry = none;
        cpu.zero = count == 0;
        write(instruction, 0, count, bits);
      }
      default -> {
        cpu.zero = none;
        // Without a bit to find, processors leave the whole register as it was.
        if (!none) {
          write(instruction, 0, name.equals("bsf") ? trailing : bits - 1 - leading, bits);
        }
      }
    }
  }

  private void select(Instruction instruction, String name, int bits) {
    long first = read(instruction, 1, bits);
    long value = switch (name) {
      case "andn" -> ~first & read(instruction, 2, bits);
      case "blsr" -> first & first - 1;
      case "blsmsk" -> first ^ first - 1;
      case "blsi" -> first & -first;
      case "bextr" -> {
        long control = read(instruction, 2, bits);
        int start = (int) control & 0xFF;
        int length = (int) control >>> 8 & 0xFF;
        long from = start < bits ? first >>> start : 0;
        yield length < bits ? from & Cpu.mask(length) : from;
      }
      default -> {
        int index = (int) read(instruction, 2, bits) & 0xFF;
        yield index < bits ? first & Cpu.mask(index) : first;
      }
    } & Cpu.mask(bits);
    cpu.setResult(value, bits);
    cpu.parity = cpu.anyBit();
    cpu.overflow = false;
    cpu.carry = switch (name) {
      case "blsr", "blsmsk" -> first == 0;
      case "blsi" -> first != 0;
      case "bzhi" -> (read(instruction, 2, bits) & 0xFF) >= bits;
      default -> false;
    };
    if (name.equals("bextr")) {
      cpu.sign = cpu.anyBit();
    }
    if (name.equals("blsmsk")) {
      cpu.zero = false;
    }
    write(instruction, 0, value, bits);
  }

  private void deposit(Instruction instruction, boolean deposits, int bits) {
    long value = read(instruction, 1, bits);
    long mask = read(instruction, 2, bits);
    long result = 0;
    int next = 0;
    for (long left = mask; left != 0; left &= left - 1) {
      int place = Long.numberOfTrailingZeros(left);
      result |= deposits ? (value >>> next & 1) << place : (value >>> place & 1) << next;
      next++;
    }
    write(instruction, 0, result, bits);
  }

  private void exchange(Instruction instruction, int bits, boolean adds) {
    long first = read(instruction, 0, bits);
    long second = read(instruction, 1, bits);
    if (adds) {
      long sum = add(first, second, false, bits);
      write(instruction, 0, sum, bits);
      write(instruction, 1, first, bits);
    } else if (instruction.operands().get(0) instanceof Gpr) {
      write(instruction, 1, first, bits);
      write(instruction, 0, second, bits);
    } else {
      write(instruction, 0, second, bits);
      write(instruction, 1, first, bits);
    }
  }

  private void compareExchange(Instruction instruction, int bits) {
    long found = read(instruction, 0, bits);
    subtract(cpu.get(Gpr.RAX) & Cpu.mask(bits), found, false, bits);
    if (cpu.zero) {
      write(instruction, 0, read(instruction, 1, bits), bits);
    } else {
      write(instruction, 0, found, bits);
      cpu.set(Gpr.RAX, found, bits);
    }
  }
}
