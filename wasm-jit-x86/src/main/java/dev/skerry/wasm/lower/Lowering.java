package dev.skerry.wasm.lower;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.ir.CompilationRefused;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.regalloc.Lir;

/**
 * Makes machine instructions with virtual registers from graphs: each instruction by its {@link Rule}, after those that
 * compute an instruction within its only user have said so. Keeps what functions of one module have in common; not for
 * more than one thread.
 */
public final class Lowering {

  private final Target target;
  private final Signatures signatures;

  public Lowering(Target target) {
    this.target = target;
    this.signatures = new Signatures(target);
  }

  /**
   * Makes one function.
   *
   * @param graph critical edges split; not changed
   * @param type how parameters come and results go: the function's own, or for an entry of on-stack replacement its
   *     results with an i64 as the only parameter
   * @param lir empty, at the byte offset in the module that is named where the stack is exhausted
   * @throws CompilationRefused if there is no rule for an instruction, or the graph contradicts itself
   */
  public void lower(Graph graph, FuncType type, Lir lir) {
    CallingConvention convention = CallingConvention.of(type);
    if (graph.parameterCount(0) != convention.parameterCount()) {
      throw new CompilationRefused(CompilationRefused.Reason.INTERNAL,
          "the graph has " + graph.parameterCount(0) + " parameters, its type " + convention.parameterCount());
    }
    int[][] guards = new int[graph.guardCount()][];
    for (int g = 0; g < guards.length; g++) {
      guards[g] = graph.guard(g);
    }
    lir.guards(guards);
    lir.inlined(graph.inlined());
    Selection s = new Selection(graph, target, signatures, convention, lir);
    for (int block : graph.order()) {
      if (!graph.isCold(block) || block == 0) {
        lower(s, block);
      }
    }
    for (int block : graph.order()) {
      if (graph.isCold(block) && block != 0) {
        lower(s, block);
      }
    }
    s.finish();
  }

  private static void lower(Selection s, int block) {
    Graph graph = s.graph;
    s.beginGraphBlock(block);
    int instruction = graph.first(block);
    if (block == 0) {
      CallRules.entry(s, s.convention);
    } else {
      ControlRules.enter(s, block);
    }
    while (instruction != Graph.NONE) {
      boolean isConstant = graph.is(instruction, IrOp.CONST) || graph.is(instruction, IrOp.VECTOR_CONST);
      if (isConstant && graph.isShared(instruction)) {
        s.lir.load(s.define(instruction), s.constantOperand(instruction));
      } else if (!isConstant && !s.isTaken(instruction)) {
        s.at(instruction);
        Rules.of(graph, instruction).lower(s, instruction);
      }
      instruction = graph.next(instruction);
    }
  }
}
