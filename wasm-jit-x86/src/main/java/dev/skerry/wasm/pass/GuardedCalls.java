package dev.skerry.wasm.pass;

import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.interp.BranchProfile;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import java.util.List;

/**
 * Calls functions in place of elements of a table, in loops, where few functions of the module are of the type and in
 * its element segments: compares the element's reference with theirs, and calls what the element is if it is none of
 * them. Calls that will be inlined most of all. Where more are of the type, but tier 0 called the same small function
 * nearly always, that is compared with.
 */
public final class GuardedCalls {

  private static final int NONE = Graph.NONE;
  private static final int[] NOTHING = {};

  private final Graph graph;
  private final ModuleInfo module;
  private final Inlinees inlinees;
  private final BranchProfile profile;
  private final Replacements replacements;
  private final BlockChain chain;
  private boolean any;

  private GuardedCalls(Graph graph, ModuleInfo module, Inlinees inlinees, BranchProfile profile) {
    this.graph = graph;
    this.module = module;
    this.inlinees = inlinees;
    this.profile = profile;
    replacements = new Replacements(graph);
    chain = new BlockChain(graph);
  }

  /**
   * Changes calls of a graph that was just built.
   *
   * @param inlinees other functions of the module, built as the graph was
   * @param profile what the function called in tier 0
   */
  public static void run(Graph graph, ModuleInfo module, Inlinees inlinees, BranchProfile profile) {
    GuardedCalls pass = new GuardedCalls(graph, module, inlinees, profile);
    for (int block = 0; block != NONE; block = pass.chain.next(block)) {
      if (graph.loopDepth(block) > 0 && !graph.isCold(block)) {
        pass.block(block);
      }
    }
    if (pass.any) {
      pass.chain.apply();
      pass.replacements.apply();
    }
  }

  private void block(int block) {
    for (int at = graph.first(block); at != NONE; at = graph.next(at)) {
      if (graph.is(at, IrOp.CALL_INDIRECT) && BodyCopy.landing(graph, at) == NONE) {
        int[] callees = callees(at);
        if (callees.length > 0) {
          replace(at, callees);
          any = true;
          return;
        }
      }
    }
  }

  private int[] callees(int call) {
    int[] all = inlinees.callees(module, (int) graph.imm(call));
    int usual = all.length > 0 ? NONE : profile.usualCallee(graph.position(call));
    boolean known = usual >= module.importedFunctions() && usual < module.functions().length
        && module.functions()[usual] == graph.imm(call) && inlinees.get(module, usual) != null;
    return known ? new int[] {usual} : all;
  }

  /** What follows the call goes on in a block of its own, which is the next that is looked at behind the new ones. */
  private void replace(int call, int[] callees) {
    int block = graph.block(call);
    int goesOn = newBlock(block);
    List<ValType> results = module.types()[(int) graph.imm(call)].results();
    int[] parameters = new int[results.size()];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = make(IrOp.PARAMETER, IrType.of(results.get(i)), NONE, 0, 0, call);
      graph.append(goesOn, parameters[i]);
    }
    for (int at = graph.next(call); at != NONE && graph.is(at, IrOp.RESULT); at = graph.next(call)) {
      replacements.replace(at, parameters[(int) graph.imm(at)]);
      graph.remove(at);
    }
    graph.moveBehind(call, goesOn);
    graph.moveEdges(block, goesOn);
    int element = graph.make(Opcode.TABLE_GET.ordinal(), IrType.I32, graph.a(call), NONE, NONE,
        Graph.CALLED_ELEMENT, graph.aux(call), graph.position(call));
    graph.insertBefore(call, element);
    int from = block;
    int[] made = new int[2 * callees.length + 1];
    for (int i = 0; i < callees.length; i++) {
      int direct = newBlock(block);
      int otherwise = newBlock(block);
      int function = graph.make(Opcode.REF_FUNC.ordinal(), IrType.I32, NONE, NONE, NONE, callees[i], 0,
          graph.position(call));
      int equal = graph.make(Opcode.I32_EQ.ordinal(), IrType.I32, element, function, NONE, 0, 0,
          graph.position(call));
      graph.append(from, function);
      graph.append(from, equal);
      graph.append(from, make(IrOp.BRANCH, IrType.VOID, equal, 0, 0, call));
      graph.addEdge(from, direct, NOTHING, 0, 0);
      graph.addEdge(from, otherwise, NOTHING, 0, 0);
      call(direct, make(IrOp.CALL, IrType.VOID, NONE, callees[i], 0, call), call, goesOn, results);
      made[2 * i] = direct;
      made[2 * i + 1] = otherwise;
      from = otherwise;
    }
    graph.setCold(from, true);
    int reference = make(IrOp.CALL_REF, IrType.VOID, element, graph.imm(call), Graph.CALLED_ELEMENT, call);
    call(from, reference, call, goesOn, results);
    made[made.length - 1] = goesOn;
    graph.remove(call);
    chain.insert(block, made);
  }

  private int newBlock(int like) {
    int made = graph.addBlock();
    graph.setLoopDepth(made, graph.loopDepth(like));
    return made;
  }

  private int make(IrOp op, byte type, int a, long imm, int aux, int call) {
    return graph.make(op.code, type, a, NONE, NONE, imm, aux, graph.position(call));
  }

  /** Ends a block with a call, with the arguments of the one that is replaced. */
  private void call(int block, int made, int replaced, int goesOn, List<ValType> results) {
    int[] arguments = new int[graph.listSize(replaced)];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = graph.listValue(replaced, i);
    }
    graph.setList(made, arguments, 0, arguments.length);
    graph.append(block, made);
    int[] values = new int[results.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = make(IrOp.RESULT, IrType.of(results.get(i)), made, i, 0, replaced);
      graph.append(block, values[i]);
    }
    graph.append(block, make(IrOp.JUMP, IrType.VOID, NONE, 0, 0, replaced));
    graph.addEdge(block, goesOn, values, 0, values.length);
  }
}
