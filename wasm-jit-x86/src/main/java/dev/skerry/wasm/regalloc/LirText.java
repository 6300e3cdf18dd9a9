package dev.skerry.wasm.regalloc;

import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.Rows;
import dev.skerry.wasm.x64.Xmm;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes a {@link Lir} or an {@link Allocation} as text, one line for each instruction and copy. */
public final class LirText {

  private static final Row[] ROWS = rows();
  private static final char[] TYPES = {'w', 'x', 's', 'd', 'q', 'y'};

  private LirText() {
  }

  private static Row[] rows() {
    Row[] rows = new Row[Row.ID_LIMIT];
    Rows.all().forEach(row -> rows[row.id()] = row);
    return rows;
  }

  /** The function with virtual registers: a letter for the type, and the number. */
  public static String of(Lir lir) {
    StringBuilder text = new StringBuilder();
    for (int b = 0; b < lir.orderCount; b++) {
      int block = lir.order[b];
      heading(text, lir, block);
      for (int i = lir.firsts[block]; i < lir.ends[block]; i++) {
        text.append("  ").append(instruction(lir, i)).append('\n');
      }
    }
    return text.toString();
  }

  /** The function with places. */
  static String of(Allocation allocation) {
    Lir lir = allocation.lir();
    Flow flow = allocation.flow();
    StringBuilder text = new StringBuilder();
    for (int b = 0; b < flow.blockCount; b++) {
      heading(text, lir, flow.id(b));
      int slot = flow.from[b] / Flow.STEP;
      copies(text, allocation, slot);
      for (int i = flow.first(b); i < flow.end(b); i++) {
        copies(text, allocation, ++slot);
        text.append(allocation.dropped()[i] ? "  - " : "  ").append(instruction(lir, allocation.words(), i))
            .append('\n');
      }
    }
    return text.toString();
  }

  private static void heading(StringBuilder text, Lir lir, int block) {
    text.append("block ").append(block).append(" depth ").append(lir.depths[block])
        .append((lir.blockFlags[block] & Lir.LOOP_HEADER) != 0 ? " loop" : "")
        .append((lir.blockFlags[block] & Lir.COLD) != 0 ? " cold" : "").append('\n');
  }

  private static void copies(StringBuilder text, Allocation allocation, int slot) {
    Moves moves = allocation.moves();
    for (int m = allocation.moveStart()[slot]; m < allocation.moveStart()[slot + 1]; m++) {
      String source = switch (moves.kind(m)) {
        case Moves.PLACE -> place(moves.source(m));
        case Moves.CONSTANT -> operand(allocation.lir(), moves.source(m));
        default -> instruction(allocation.lir(), moves.source(m));
      };
      text.append("    ").append(place(moves.destination(m))).append(" <- ").append(source).append('\n');
    }
  }

  private static String place(int place) {
    return place < Lir.FIRST_VIRTUAL ? machine(place) : "slot" + (place - Lir.FIRST_VIRTUAL);
  }

  static String instruction(Lir lir, int instruction) {
    return instruction(lir, lir.words, instruction);
  }

  private static String instruction(Lir lir, int[] words, int instruction) {
    int at = lir.starts[instruction];
    int header = words[at];
    int op = header & Lir.OP;
    int last = at + (header >>> Lir.LENGTH_SHIFT);
    List<String> operands = new ArrayList<>();
    for (int w = at + 1; w <= last; w++) {
      int word = words[w];
      switch (word & Lir.KIND) {
        case Lir.MEMORY -> {
          operands.add(memory(lir, words, w));
          w += 3;
        }
        case Lir.FIXED_USE -> operands.add(machine(word >>> Lir.KIND_BITS) + "=" + operand(lir, words[++w]));
        case Lir.FIXED_DEF -> operands.add(operand(lir, words[++w]) + "=" + machine(word >>> Lir.KIND_BITS));
        case Lir.CLOBBER -> operands.add("!" + machine(word >>> Lir.KIND_BITS));
        default -> operands.add(operand(lir, word));
      }
    }
    if (op == Pseudo.TRAP_IF.op || op == Pseudo.BRANCH.op || op == Pseudo.BRANCH_EITHER.op) {
      operands.set(0, Condition.values()[Integer.parseInt(operands.get(0))].name().toLowerCase(Locale.ROOT));
    }
    String name = Pseudo.is(op) ? Pseudo.of(op).name().toLowerCase(Locale.ROOT) : ROWS[op].mnemonic();
    return (name + " " + String.join(", ", operands)).trim();
  }

  private static String memory(Lir lir, int[] words, int at) {
    StringBuilder text = new StringBuilder("[");
    if (words[at + 1] != Lir.NONE) {
      text.append(operand(lir, words[at + 1])).append(" + ");
    }
    if (words[at + 2] != Lir.NONE) {
      text.append(operand(lir, words[at + 2])).append('*').append(1 << (words[at] >> Lir.SCALE_SHIFT & 3))
          .append(" + ");
    }
    return text.append(words[at + 3]).append(']').toString();
  }

  private static String operand(Lir lir, int word) {
    int payload = word >>> Lir.KIND_BITS;
    return switch (word & Lir.KIND) {
      case Lir.REGISTER -> register(lir, word);
      case Lir.IMMEDIATE -> Integer.toString(word >> Lir.KIND_BITS);
      case Lir.WIDE -> Long.toString(lir.longs[payload]);
      case Lir.TYPE_NUMBER -> "type " + (lir.longs[payload] >>> Integer.SIZE);
      case Lir.BLOCK -> "block" + payload;
      case Lir.POOL -> (payload & 1) == 0 ? String.format("{%x}", lir.longs[payload >>> 1])
          : String.format("{%x %x}", lir.longs[(payload >>> 1) + 1], lir.longs[payload >>> 1]);
      default -> "slot" + payload;
    };
  }

  private static String register(Lir lir, int word) {
    int number = word >>> Lir.NUMBER_SHIFT;
    String name = number < Lir.FIRST_VIRTUAL ? machine(number)
        : TYPES[lir.types[number - Lir.FIRST_VIRTUAL]] + Integer.toString(number - Lir.FIRST_VIRTUAL);
    return name + ((word & Lir.LATE) != 0 ? "'" : "") + ((word & Lir.OR_STACK) != 0 ? "^" : "")
        + ((word & Lir.FRESH) != 0 ? "?" : "");
  }

  private static String machine(int number) {
    return number < Lir.FIRST_VECTOR ? Gpr.of(number).name(Long.SIZE)
        : Xmm.of(number - Lir.FIRST_VECTOR).name(2 * Long.SIZE);
  }
}
