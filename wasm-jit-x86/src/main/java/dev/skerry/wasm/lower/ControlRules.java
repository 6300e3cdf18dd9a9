package dev.skerry.wasm.lower;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.regalloc.Lir;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.IntegerRows;

/** Edges between blocks, and how blocks end but by calls. */
final class ControlRules {

  private static final Trap.Kind[] KINDS = Trap.Kind.values();
  /** A SWITCH with at most so many rows before the last is a chain of comparisons. */
  private static final int MAX_CHAIN = 3;
  /** Entries of a table for each byte there is. */
  private static final int BYTES = 1 << Byte.SIZE;
  /** Instructions between a byte that is loaded and the choice by it. */
  private static final int MOST_BETWEEN = 6;

  private ControlRules() {
  }

  static void rows(Rules.Table table) {
    table.row(IrOp.JUMP, (s, i) -> {
      int edge = s.graph.firstEdge(s.graph.block(i));
      move(s, edge);
      s.lir.jump(s.block(s.graph.target(edge)));
    });
    table.row(IrOp.BRANCH, new Branch());
    table.row(IrOp.SWITCH, ControlRules::choose);
    table.row(IrOp.TRAP, (s, i) -> s.lir.trap(KINDS[(int) s.graph.imm(i)]));
    table.row(IrOp.STORE_CONTEXT, (s, i) -> {
      s.lir.emit(IntegerRows.MOV_R_RM.of(64), s.define(i), s.lir.memory(Lir.of(Gpr.R15), Layout.INSTANCE_STORE));
      s.lir.repeatable();
    });
    table.row(IrOp.POLL, (s, i) -> {
      if (s.graph.a(i) == Graph.NONE) {
        s.lir.poll();
      } else {
        s.lir.poll(s.register(s.graph.a(i)));
      }
    });
    table.row(IrOp.FUEL, (s, i) -> s.lir.fuel(s.graph.imm(i), s.graph.aux(i) != 0));
  }

  /** Gives the parameters of an edge's target their arguments, at once. */
  private static void move(Selection s, int edge) {
    int count = s.graph.argumentCount(edge);
    int moves = 0;
    int target = s.graph.target(edge);
    int parameter = s.graph.first(target);
    for (int k = 0; k < count; k++) {
      if (isMoved(s, parameter, s.graph.argument(edge, k))) {
        moves++;
      }
      parameter = s.graph.next(parameter);
    }
    if (moves == 0) {
      return;
    }
    s.lir.parallelMove();
    parameter = s.graph.first(target);
    for (int k = 0; k < count; k++) {
      int argument = s.graph.argument(edge, k);
      if (isMoved(s, parameter, argument)) {
        boolean constant = s.isConstant(argument) || s.graph.is(argument, IrOp.VECTOR_CONST);
        s.lir.pair(s.define(parameter), constant ? s.constantOperand(argument) : s.register(argument));
      }
      parameter = s.graph.next(parameter);
    }
  }

  private static boolean isMoved(Selection s, int parameter, int argument) {
    return argument != parameter && s.covering.uses(parameter) > 0;
  }

  /** Gives a block that one of several edges leads to its parameters, as its first instructions. */
  static void enter(Selection s, int block) {
    int edge = s.graph.firstIn(block);
    if (edge != Graph.NONE && s.graph.edgeCount(s.graph.source(edge)) > 1) {
      if (!s.graph.hasSingleIn(block)) {
        throw s.refused(s.graph.last(block), "ends a block that a critical edge leads to");
      }
      move(s, edge);
    }
  }

  private record Branch() implements Rule {

    @Override
    public void cover(Covering c, int instruction) {
      c.takeCondition(instruction, c.graph().a(instruction));
    }

    @Override
    public void lower(Selection s, int instruction) {
      int edge = s.graph.firstEdge(s.graph.block(instruction));
      s.branch(s.test(s.graph.a(instruction)),
          s.block(s.graph.target(edge)), s.block(s.graph.target(edge + 1)));
    }
  }

  /** Says whether a choice in a loop is by a byte that was loaded just before, as interpreters do it. */
  private static boolean isByteNearby(Graph graph, int choice) {
    int index = graph.a(choice);
    int block = graph.block(choice);
    int at = graph.previous(choice);
    for (int i = 0; i < MOST_BETWEEN && at != Graph.NONE && at != index; i++) {
      at = graph.previous(at);
    }
    return at == index && graph.is(index, Opcode.I32_LOAD8_U) && graph.loopDepth(block) > 0 && !graph.isCold(block);
  }

  /** By comparisons if there are few rows, else by a table, with an index that no misprediction leads beyond. */
  private static void choose(Selection s, int instruction) {
    int[] rows = s.graph.table(instruction);
    int edge = s.graph.firstEdge(s.graph.block(instruction));
    int last = rows.length - 1;
    int index = s.register(s.graph.a(instruction));
    if (last > MAX_CHAIN && isByteNearby(s.graph, instruction)) {
      // A byte leads nowhere else, whatever the processor expects.
      int[] targets = new int[BYTES];
      for (int i = 0; i < BYTES; i++) {
        targets[i] = s.block(s.graph.target(edge + rows[Math.min(i, last)]));
      }
      s.lir.jumpTable(index, targets);
      return;
    }
    if (last > MAX_CHAIN) {
      int limit = s.load(Lir.I32, last);
      int within = s.temporary(Lir.I32);
      s.lir.move(within, index);
      s.lir.emit((last == (byte) last ? IntegerRows.CMP_RM_IMM8 : IntegerRows.CMP_RM_IMM).of(32), within,
          s.lir.immediate(last));
      s.lir.emit(IntegerRows.CMOVCC_R32_RM32.of(Condition.AE), within, limit);
      int[] targets = new int[rows.length];
      for (int i = 0; i <= last; i++) {
        targets[i] = s.block(s.graph.target(edge + rows[i]));
      }
      s.lir.jumpTable(within, targets);
      return;
    }
    int[] stops = new int[last + 1];
    for (int i = 0; i < last; i++) {
      stops[i] = s.lir.block();
      int next = s.lir.block();
      if (i == 0) {
        s.lir.emit(IntegerRows.TEST_RM_R.of(32), index, index);
      } else {
        s.lir.emit(IntegerRows.CMP_RM_IMM8.of(32), index, s.lir.immediate(i));
      }
      s.lir.branch(Condition.E, stops[i], next);
      s.begin(next);
    }
    s.lir.jump(s.block(s.graph.target(edge + rows[last])));
    for (int i = 0; i < last; i++) {
      s.begin(stops[i]);
      s.lir.jump(s.block(s.graph.target(edge + rows[i])));
    }
  }
}
