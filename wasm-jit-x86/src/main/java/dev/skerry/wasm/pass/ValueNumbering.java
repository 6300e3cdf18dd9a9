package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Dominators;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import java.util.Arrays;

/**
 * Computes nothing twice on one way: a value is replaced by an equal one that was computed before on all ways to it.
 * Loads, globals and lengths are equal while nothing was changed in between ({@link Kills}), and are what was stored
 * last. A BOUNDS that one before includes is left out: memories never shrink, so nothing changes that.
 *
 * <p>One walk down the dominator tree, in which what a branch of the tree found is forgotten where it ends.
 */
final class ValueNumbering {

  private static final int NONE = Graph.NONE;
  /** Stands for a BOUNDS in the table; no row has this code. */
  private static final int CHECKED = Short.MIN_VALUE;
  /** How many stores a load is followed back over. */
  private static final int MOST_STORES = 8;

  private final Graph graph;
  private final Dominators dominators;
  private final Kills kills;
  private final Kills.Versions versions;
  private final StoreLog stores;
  private final Replacements replacements;
  private final ValueTable table = new ValueTable();

  private ValueNumbering(Graph graph) {
    this.graph = graph;
    dominators = Dominators.of(graph);
    kills = new Kills(graph);
    versions = new Kills.Versions(graph, dominators.isReducible());
    stores = new StoreLog(graph);
    replacements = new Replacements(graph);
  }

  static void run(Graph graph) {
    ValueNumbering pass = new ValueNumbering(graph);
    pass.walk();
    for (int block : graph.order()) {
      pass.replacements.arguments(block);
    }
  }

  private void walk() {
    int[] order = dominators.order();
    int[] firstChild = new int[graph.blockCount()];
    int[] sibling = new int[graph.blockCount()];
    Arrays.fill(firstChild, NONE);
    for (int i = order.length - 1; i > 0; i--) {
      int parent = dominators.parent(order[i]);
      sibling[order[i]] = firstChild[parent];
      firstChild[parent] = order[i];
    }
    int[] path = new int[order.length];
    int[] marks = new int[order.length];
    int depth = 0;
    path[0] = 0;
    block(0);
    while (depth >= 0) {
      int child = firstChild[path[depth]];
      if (child == NONE) {
        table.forget(marks[depth]);
        depth--;
        continue;
      }
      firstChild[path[depth]] = sibling[child];
      path[++depth] = child;
      marks[depth] = table.mark();
      block(child);
    }
  }

  private void block(int block) {
    versions.enter(graph, block, kills);
    int behind;
    for (int at = graph.first(block); at != NONE; at = behind) {
      behind = graph.next(at);
      replacements.operands(at);
      visit(at);
    }
    versions.leave(block);
  }

  private void visit(int at) {
    if (graph.is(at, IrOp.BOUNDS)) {
      bounds(at);
      return;
    }
    switch (Effects.of(graph, at)) {
      case Effects.PURE, Effects.PARTIAL -> number(at, 0);
      case Effects.READS -> reads(at);
      default -> {
        int before = versions.of(Kills.MEMORY);
        versions.change(Kills.of(graph, at));
        writes(at, before);
      }
    }
  }

  private void reads(int at) {
    if (graph.is(at, IrOp.MEMORY_LENGTH) || graph.is(at, IrOp.MEMORY_MASK) || graph.is(at, Opcode.MEMORY_SIZE)) {
      number(at, versions.of(Kills.LENGTH));
    } else if (graph.is(at, Opcode.GLOBAL_GET)) {
      number(at, (graph.aux(at) & Graph.GLOBAL_CONSTANT) != 0 ? 0 : versions.of(Kills.GLOBALS));
    } else if (graph.op(at) >= 0 && graph.opcode(at).accessBytes() > 0) {
      load(at);
    }
  }

  /** Looks for what it reads in the versions of memory before, too, as long as the stores between are elsewhere. */
  private void load(int at) {
    int version = versions.of(Kills.MEMORY);
    int earlier = version;
    for (int i = 0; i < MOST_STORES && earlier != NONE; i++) {
      if (table.find(graph.op(at), graph.a(at), NONE, NONE, graph.imm(at), graph.aux(at), earlier) != NONE) {
        version = earlier;
        break;
      }
      earlier = stores.earlier(at, earlier);
    }
    number(at, version);
  }

  /** Replaces an instruction by an equal one, or notes it. */
  private void number(int at, int version) {
    int op = graph.op(at);
    int a = graph.a(at);
    int b = graph.b(at);
    int c = graph.c(at);
    long imm = graph.imm(at);
    int aux = hasHalves(at) ? Long.hashCode(graph.high(at)) : graph.aux(at);
    int entry = table.find(op, a, b, c, imm, aux, version);
    if (entry != NONE && isSame(at, (int) table.value(entry))) {
      replacements.replace(at, (int) table.value(entry));
      graph.remove(at);
    } else {
      table.add(op, a, b, c, imm, aux, version, at);
    }
  }

  /** What keys leave out: the types of constants, and high halves. */
  private boolean isSame(int at, int other) {
    if (graph.type(at) != graph.type(other)) {
      return false;
    }
    return !hasHalves(at) || graph.high(at) == graph.high(other);
  }

  private boolean hasHalves(int at) {
    return graph.is(at, IrOp.VECTOR_CONST) || graph.is(at, Opcode.I8X16_SHUFFLE);
  }

  /** What was stored is what the next load finds. */
  private void writes(int at, int versionBefore) {
    Opcode opcode = graph.opcode(at);
    if (opcode == Opcode.GLOBAL_SET) {
      table.add(Opcode.GLOBAL_GET.ordinal(), NONE, NONE, NONE, graph.imm(at), graph.aux(at),
          versions.of(Kills.GLOBALS), graph.a(at));
      return;
    }
    if (opcode == null || graph.hasSharedMemory()) {
      return;
    }
    if (Kills.isStore(opcode)) {
      stores.note(at, versionBefore, versions.of(Kills.MEMORY));
    }
    Opcode load = loadOf(opcode);
    if (load != null) {
      table.add(load.ordinal(), graph.a(at), NONE, NONE, graph.imm(at), graph.aux(at), versions.of(Kills.MEMORY),
          graph.b(at));
    }
  }

  private static Opcode loadOf(Opcode store) {
    return switch (store) {
      case I32_STORE -> Opcode.I32_LOAD;
      case I64_STORE -> Opcode.I64_LOAD;
      case F32_STORE -> Opcode.F32_LOAD;
      case F64_STORE -> Opcode.F64_LOAD;
      case V128_STORE -> Opcode.V128_LOAD;
      default -> null;
    };
  }

  /**
   * Leaves out a check if one before was for as many bytes above the same address, or above one below it. If it has a
   * value, that of the other check takes its place, for accesses must depend on what was checked.
   */
  private void bounds(int at) {
    int address = graph.a(at);
    int memory = graph.aux(at);
    long needed = graph.imm(at);
    boolean clamps = graph.type(at) != IrType.VOID;
    int before = checked(address, needed, memory, graph.type(at));
    if (before != NONE) {
      if (clamps) {
        replacements.replace(at, before);
      }
      graph.remove(at);
      return;
    }
    if (!clamps && graph.type(address) == IrType.I32 && graph.is(address, Opcode.I32_ADD)
        && graph.is(graph.b(address), IrOp.CONST)) {
      long above = graph.imm(graph.b(address));
      if (checked(graph.a(address), above + needed, memory, IrType.VOID) != NONE) {
        graph.remove(at);
        return;
      }
    }
    if (graph.type(address) == IrType.I32 || isNear(needed) && !(graph.is(address, IrOp.CONST)
        && !isNear(graph.imm(address)))) {
      table.add(CHECKED, address, NONE, NONE, graph.type(at), memory, 0, at);
    }
  }

  /** Of a 64-bit address no more than this is proved by a check from further above, or of a constant elsewhere. */
  private static boolean isNear(long bytes) {
    return Long.compareUnsigned(bytes, Integer.MAX_VALUE) <= 0;
  }

  /** The BOUNDS before for at least so many bytes, or none. */
  private int checked(int address, long needed, int memory, byte type) {
    int entry = table.find(CHECKED, address, NONE, NONE, type, memory, 0);
    if (entry == NONE || needed < 0) {
      return NONE;
    }
    int before = (int) table.value(entry);
    return Long.compareUnsigned(graph.imm(before), needed) >= 0 ? before : NONE;
  }
}
