package dev.skerry.wasm.regalloc;

import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.Rows;

/** Runs what {@link RandomLir} makes, on virtual registers: what the machine code must agree with. */
final class LirEvaluator {

  /** Calls of function 0 answer this of what is in rdi, rsi and xmm0, those of function 1 of the stack's two too. */
  static long callee(long first, long second, long vector, long third, long fourth) {
    return (first ^ vector) * 0x9E3779B1L + second + 3 * third - fourth;
  }

  private static final Row[] ROWS = new Row[Row.ID_LIMIT];

  static {
    Rows.all().forEach(row -> ROWS[row.id()] = row);
  }

  private final Lir lir;
  private final long[] low;
  private final long[] high;
  private final long[] slots;
  private final long[] arguments = new long[2];
  private long left;
  private long right;
  private boolean subtracted;

  private LirEvaluator(Lir lir) {
    this.lir = lir;
    low = new long[Lir.FIRST_VIRTUAL + lir.virtualCount];
    high = new long[low.length];
    slots = new long[lir.slotCount];
  }

  static long run(Lir lir, long first, long second) {
    return new LirEvaluator(lir).run(first, second);
  }

  private long run(long first, long second) {
    low[7] = first;
    low[6] = second;
    int block = lir.order[0];
    while (true) {
      int next = -1;
      for (int i = lir.firsts[block]; i < lir.ends[block]; i++) {
        int at = lir.starts[i];
        int header = lir.words[at];
        int last = at + (header >>> Lir.LENGTH_SHIFT);
        fixed(at, last, Lir.FIXED_USE);
        if (!Pseudo.is(header & Lir.OP)) {
          row(ROWS[header & Lir.OP], at);
        } else {
          Pseudo pseudo = Pseudo.of(header & Lir.OP);
          switch (pseudo) {
            case MOVE, PARALLEL_MOVE -> copies(at, last);
            case CONSTANT -> set(lir.words[at + 1], value(lir.words[at + 2]), upper(lir.words[at + 2]));
            case STORE_ARGUMENT ->
                arguments[(lir.words[at + 1] >> Lir.KIND_BITS) / 8] = value(lir.words[at + 2]);
            case CALL -> call(lir.words[at + 1] >> Lir.KIND_BITS);
            case JUMP -> next = lir.words[at + 1];
            case BRANCH -> next = holds(lir.words[at + 1]) ? lir.words[at + 2] : lir.words[at + 3];
            case BRANCH_EITHER -> next = holds(lir.words[at + 1]) || holds(lir.words[at + 2]) ? lir.words[at + 3]
                : lir.words[at + 4];
            case SWITCH -> next = lir.words[at + 3 + (int) value(lir.words[at + 2])];
            case RETURN -> {
              return low[0];
            }
            default -> {
            }
          }
        }
        fixed(at, last, Lir.FIXED_DEF);
      }
      block = next >>> Lir.KIND_BITS;
    }
  }

  private void fixed(int at, int last, int kind) {
    for (int w = at + 1; w <= last; w++) {
      int found = lir.words[w] & Lir.KIND;
      if (found == Lir.MEMORY) {
        w += 3;
      } else if (found == Lir.FIXED_USE || found == Lir.FIXED_DEF) {
        int machine = lir.words[w] >>> Lir.KIND_BITS;
        int virtual = lir.words[++w] >>> Lir.NUMBER_SHIFT;
        if (found == kind) {
          int to = kind == Lir.FIXED_USE ? machine : virtual;
          int from = kind == Lir.FIXED_USE ? virtual : machine;
          low[to] = low[from];
          high[to] = high[from];
        }
      }
    }
  }

  private void copies(int at, int last) {
    long[] lows = new long[last - at];
    long[] highs = new long[last - at];
    for (int w = at + 1; w < last; w += 2) {
      lows[w - at] = value(lir.words[w + 1]);
      highs[w - at] = upper(lir.words[w + 1]);
    }
    for (int w = at + 1; w < last; w += 2) {
      set(lir.words[w], lows[w - at], highs[w - at]);
    }
  }

  private void call(int call) {
    boolean stack = lir.calls[call * Lir.CALL_FIELDS + Lir.CALL_STACK_BYTES] > 0;
    long result = callee(low[7], low[6], low[16], stack ? arguments[0] : 0, stack ? arguments[1] : 0);
    low[0] = result;
    low[16] = ~result;
  }

  private long value(int word) {
    int payload = word >>> Lir.KIND_BITS;
    return switch (word & Lir.KIND) {
      case Lir.REGISTER -> low[word >>> Lir.NUMBER_SHIFT];
      case Lir.IMMEDIATE -> word >> Lir.KIND_BITS;
      case Lir.WIDE -> lir.longs[payload];
      case Lir.POOL -> lir.longs[payload >>> 1];
      default -> slots[payload];
    };
  }

  private long upper(int word) {
    int payload = word >>> Lir.KIND_BITS;
    return switch (word & Lir.KIND) {
      case Lir.REGISTER -> high[word >>> Lir.NUMBER_SHIFT];
      case Lir.POOL -> (payload & 1) != 0 ? lir.longs[(payload >>> 1) + 1] : 0;
      default -> 0;
    };
  }

  private void set(int word, long value, long upper) {
    if ((word & Lir.KIND) == Lir.SLOT) {
      slots[word >>> Lir.KIND_BITS] = value;
      return;
    }
    int number = word >>> Lir.NUMBER_SHIFT;
    int type = number < Lir.FIRST_VIRTUAL ? Lir.I64 : lir.types[number - Lir.FIRST_VIRTUAL];
    low[number] = type == Lir.I32 ? value & 0xFFFF_FFFFL : value;
    high[number] = upper;
  }

  private boolean holds(int word) {
    boolean result = switch (Condition.values()[(word >> Lir.KIND_BITS) & ~1]) {
      case B -> subtracted && Long.compareUnsigned(left, right) < 0;
      case E -> left == right;
      case S -> left - right < 0;
      default -> throw new IllegalStateException();
    };
    return result ^ (word >> Lir.KIND_BITS & 1) != 0;
  }

  private void row(Row row, int at) {
    int first = lir.words[at + 1];
    int second = row.operandCount() > 1 ? lir.words[at + 2] : 0;
    boolean narrow = row.toString().contains("r32") && !row.toString().contains("r64");
    long mask = narrow ? 0xFFFF_FFFFL : -1;
    boolean fresh = (first & Lir.FRESH) != 0;
    long a = fresh ? 0 : value(first);
    long b = (second & Lir.KIND) == Lir.MEMORY || fresh ? 0 : value(second);
    long b2 = fresh ? 0 : upper(second);
    switch (row.mnemonic()) {
      case "mov", "movzx", "movq" -> set(first, row.mnemonic().equals("movzx") ? b & 0xFF : b & mask, 0);
      case "add" -> set(first, a + b & mask, 0);
      case "sub" -> set(first, a - b & mask, 0);
      case "xor" -> set(first, (a ^ b) & mask, 0);
      case "and" -> set(first, a & b & mask, 0);
      case "or" -> set(first, a | b, 0);
      case "imul" -> set(first, row.operandCount() == 3 ? b * value(lir.words[at + 3]) : a * b, 0);
      case "lea" -> set(first, address(at + 2), 0);
      case "shl" -> set(first, a << low[1], 0);
      case "shr" -> set(first, a >>> low[1], 0);
      case "rol" -> set(first, Long.rotateLeft(a, (int) (row.operandCount() == 2 ? b : low[1])), 0);
      case "div" -> {
        long dividend = low[0];
        low[0] = Long.divideUnsigned(dividend, a);
        low[2] = Long.remainderUnsigned(dividend, a);
      }
      case "mul" -> low[2] = Math.multiplyHigh(low[0], a) + (low[0] >> 63 & a) + (a >> 63 & low[0]);
      case "cmp", "test" -> {
        left = a;
        right = row.mnemonic().equals("cmp") ? b : 0;
        subtracted = row.mnemonic().equals("cmp");
      }
      case "cmovb" -> set(first, Long.compareUnsigned(left, right) < 0 ? b : a, 0);
      case "setne" -> set(first, a & ~0xFF | (left != right ? 1 : 0), 0);
      case "xchg" -> {
        set(first, b, 0);
        set(second, a, 0);
      }
      case "xorps", "pxor" -> set(first, a ^ b, fresh ? 0 : upper(first) ^ b2);
      case "paddq" -> set(first, a + b, upper(first) + b2);
      case "psubq" -> set(first, a - b, upper(first) - b2);
      default -> throw new IllegalStateException(row.toString());
    }
  }

  private long address(int w) {
    long base = value(lir.words[w + 1]);
    long index = lir.words[w + 2] == Lir.NONE ? 0 : value(lir.words[w + 2]);
    return base + (index << (lir.words[w] >> Lir.SCALE_SHIFT & 3)) + lir.words[w + 3];
  }
}
