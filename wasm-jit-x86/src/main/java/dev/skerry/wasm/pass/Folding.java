package dev.skerry.wasm.pass;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.Immediate;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import dev.skerry.wasm.ir.Unreachable;
import dev.skerry.wasm.semantics.Operators;
import java.util.Arrays;

/**
 * Computes operators whose operands are constants, rewrites values by the rules of {@link RuleTable}, and settles
 * branches whose condition is known. One walk in the order of the blocks, so that operands are done before what uses
 * them.
 */
final class Folding {

  private static final int NONE = Graph.NONE;
  private static final Opcode[] OPCODES = Opcode.values();
  private static final Rule[][] RULES = Rule.table();
  private static final boolean[] COMMUTES = new boolean[OPCODES.length];
  private static final boolean[] FOLDS = new boolean[OPCODES.length];
  /** Results of rules are rewritten in turn, so deep at most. */
  private static final int DEPTH = 8;

  static {
    for (Opcode opcode : OPCODES) {
      COMMUTES[opcode.ordinal()] = opcode.mnemonic.matches("[if](32|64)\\.(add|mul|and|or|xor)");
      FOLDS[opcode.ordinal()] = opcode.signature != null && opcode.immediate == Immediate.NONE
          && opcode.signature.matches("[iIfF]{1,2}:[iIfF]");
    }
  }

  private final Graph graph;
  private final Replacements replacements;
  /** New instructions come before this one. */
  private int cursor;
  private int depth;
  /** What the variables of a rule stand for, plus one, by depth. */
  private final int[][] bounds = new int[DEPTH + 1][Rule.VARIABLES];
  private boolean settled;

  private Folding(Graph graph) {
    this.graph = graph;
    replacements = new Replacements(graph);
  }

  static void run(Graph graph) {
    Folding pass = new Folding(graph);
    pass.walk();
    if (pass.settled) {
      Unreachable.drop(graph);
    }
  }

  private void walk() {
    for (int block : graph.order()) {
      int behind;
      for (int at = graph.first(block); at != NONE; at = behind) {
        behind = graph.next(at);
        replacements.operands(at);
        cursor = at;
        if (graph.op(at) >= 0) {
          reduce(at);
        } else if (behind == NONE) {
          end(block, at);
        }
      }
    }
    for (int block : graph.order()) {
      replacements.arguments(block);
    }
  }

  private void reduce(int at) {
    int op = graph.op(at);
    if (!FOLDS[op] && op != Opcode.SELECT.ordinal()) {
      return;
    }
    int a = graph.a(at);
    int b = graph.b(at);
    if (COMMUTES[op] && isConstant(a) && !isConstant(b)) {
      graph.setA(at, b);
      graph.setB(at, a);
      a = graph.a(at);
      b = graph.b(at);
    }
    int by = simpler(op, graph.type(at), a, b, graph.c(at));
    if (by != NONE) {
      replacements.replace(at, by);
      graph.remove(at);
    }
  }

  private boolean isConstant(int value) {
    return graph.is(value, IrOp.CONST);
  }

  /** A value that is the same as an operator's result, or NONE if none is known. */
  private int simpler(int op, byte type, int a, int b, int c) {
    if (FOLDS[op] && isConstant(a) && (b == NONE || isConstant(b))) {
      return folded(op, type, graph.imm(a), b == NONE ? 0 : graph.imm(b));
    }
    if (depth == DEPTH) {
      return NONE;
    }
    depth++;
    int by = ruled(op, type, a, b, c);
    depth--;
    return by;
  }

  /** The constant that an operator makes of constants; NONE where it traps, or makes a NaN, whose payload is open. */
  private int folded(int op, byte type, long a, long b) {
    long value;
    try {
      value = Operators.evaluate(OPCODES[op], a, b);
    } catch (Trap trap) {
      return NONE;
    }
    boolean nan = type == IrType.F32 && Float.isNaN(Float.intBitsToFloat((int) value))
        || type == IrType.F64 && Double.isNaN(Double.longBitsToDouble(value));
    return nan ? NONE : constant(type, value);
  }

  private int constant(byte type, long value) {
    int made = graph.make(IrOp.CONST.code, type, NONE, NONE, NONE, value, 0, graph.position(cursor));
    graph.insertBefore(cursor, made);
    return made;
  }

  /** A new value, or a simpler one that is the same. */
  private int value(int op, byte type, int first, int second, int c) {
    boolean exchange = COMMUTES[op] && isConstant(first) && !isConstant(second);
    int a = exchange ? second : first;
    int b = exchange ? first : second;
    int by = simpler(op, type, a, b, c);
    if (by != NONE) {
      return by;
    }
    int made = graph.make(op, type, a, b, c, 0, 0, graph.position(cursor));
    graph.insertBefore(cursor, made);
    return made;
  }

  // Rules.

  private int ruled(int op, byte type, int a, int b, int c) {
    for (Rule rule : RULES[op]) {
      Rule.Node pattern = rule.pattern;
      if (!couldMatch(pattern.operands[0], a) || pattern.operands.length > 1 && !couldMatch(pattern.operands[1], b)) {
        continue;
      }
      int[] bound = bounds[depth];
      Arrays.fill(bound, 0);
      boolean matches = matches(pattern.operands[0], a, bound)
          && (pattern.operands.length < 2 || matches(pattern.operands[1], b, bound))
          && (pattern.operands.length < 3 || matches(pattern.operands[2], c, bound));
      if (matches && (rule.condition == null || computed(rule.condition, bound) != 0)) {
        return made(rule.result, type, bound);
      }
    }
    return NONE;
  }

  private boolean couldMatch(Rule.Node node, int value) {
    return switch (node.kind) {
      case Rule.OPERATOR -> graph.op(value) == node.value;
      case Rule.ANY -> true;
      default -> graph.op(value) == IrOp.CONST.code;
    };
  }

  private boolean matches(Rule.Node node, int value, int[] bound) {
    switch (node.kind) {
      case Rule.LITERAL -> {
        return isConstant(value) && graph.imm(value) == node.value && graph.type(value) == node.type;
      }
      case Rule.OPERATOR -> {
        if (graph.op(value) != node.value || !matches(node.operands[0], graph.a(value), bound)) {
          return false;
        }
        return (node.operands.length < 2 || matches(node.operands[1], graph.b(value), bound))
            && (node.operands.length < 3 || matches(node.operands[2], graph.c(value), bound));
      }
      default -> {
        if (node.kind == Rule.CONSTANT && !isConstant(value)) {
          return false;
        }
        int number = (int) node.value;
        if (bound[number] == 0) {
          bound[number] = value + 1;
          return true;
        }
        int known = bound[number] - 1;
        return known == value || node.kind == Rule.CONSTANT && graph.imm(known) == graph.imm(value);
      }
    }
  }

  /** What a tree of constants amounts to. */
  private long computed(Rule.Node node, int[] bound) {
    return switch (node.kind) {
      case Rule.LITERAL -> node.value;
      case Rule.WIDTH -> KnownBits.width(graph, bound[(int) node.value] - 1);
      case Rule.OPERATOR -> Operators.evaluate(OPCODES[(int) node.value], computed(node.operands[0], bound),
          node.operands.length > 1 ? computed(node.operands[1], bound) : 0);
      default -> graph.imm(bound[(int) node.value] - 1);
    };
  }

  /** The value that a result of a rule describes. */
  private int made(Rule.Node node, byte type, int[] bound) {
    switch (node.kind) {
      case Rule.LITERAL -> {
        return constant(node.type, node.value);
      }
      case Rule.OPERATOR -> {
        Rule.Node[] operands = node.operands;
        int a = made(operands[0], type, bound);
        int b = operands.length > 1 ? made(operands[1], type, bound) : NONE;
        int c = operands.length > 2 ? made(operands[2], type, bound) : NONE;
        byte of = node.value == Opcode.SELECT.ordinal() ? type : node.type;
        return value((int) node.value, of, a, b, c);
      }
      default -> {
        return bound[(int) node.value] - 1;
      }
    }
  }

  // Ends of blocks.

  private void end(int block, int at) {
    if (graph.is(at, IrOp.BRANCH)) {
      branch(block, at);
    } else if (graph.is(at, IrOp.SWITCH) && isConstant(graph.a(at))) {
      int[] rows = graph.table(at);
      long index = graph.imm(graph.a(at));
      settle(at, graph.firstEdge(block) + rows[(int) Math.min(index, rows.length - 1)]);
    }
  }

  private void branch(int block, int at) {
    for (int condition = graph.a(at);; condition = graph.a(at)) {
      if (isConstant(condition)) {
        settle(at, graph.firstEdge(block) + (graph.imm(condition) != 0 ? 0 : 1));
        return;
      } else if (graph.is(condition, Opcode.I32_EQZ)) {
        graph.setA(at, graph.a(condition));
        graph.swapEdges(block);
      } else if (graph.is(condition, Opcode.I32_NE) && isConstant(graph.b(condition))
          && graph.imm(graph.b(condition)) == 0) {
        graph.setA(at, graph.a(condition));
      } else {
        return;
      }
    }
  }

  private void settle(int terminator, int edge) {
    graph.retainEdge(edge);
    graph.become(terminator, IrOp.JUMP.code, NONE, NONE, NONE, 0, 0);
    settled = true;
  }
}
