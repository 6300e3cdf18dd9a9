package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import java.util.Arrays;

/**
 * Which versions of memory differ from the one before by a single store, so that a load elsewhere finds in both the
 * same. Two accesses of one memory are known to be apart if their addresses are the same number plus constants. That
 * holds under every memory strategy: whatever sums do when they wrap, or masks cut off, moves both alike or far away.
 * Memories are known to be apart if one of them is the instance's own.
 */
final class StoreLog {

  private static final int NONE = Graph.NONE;
  /** How far apart accesses may be for that, which is less than the least region that is masked. */
  private static final long NEAR = 1 << 15;

  private final Graph graph;
  /** By version: the store that made it, or NONE, and the version before. */
  private int[] stores = new int[64];
  private int[] before = new int[64];

  StoreLog(Graph graph) {
    this.graph = graph;
    Arrays.fill(stores, NONE);
  }

  /** Notes what a store made of a version of memory. */
  void note(int store, int version, int after) {
    if (after >= stores.length) {
      int known = stores.length;
      stores = Arrays.copyOf(stores, Math.max(2 * known, after + 1));
      before = Arrays.copyOf(before, stores.length);
      Arrays.fill(stores, known, stores.length, NONE);
    }
    stores[after] = store;
    before[after] = version;
  }

  /** An earlier version of memory in which the load finds the same; NONE if none is known. */
  int earlier(int load, int version) {
    boolean isStore = version < stores.length && stores[version] != NONE;
    return isStore && areApart(load, stores[version]) ? before[version] : NONE;
  }

  private boolean areApart(int load, int store) {
    int first = graph.a(load);
    int second = graph.a(store);
    if (graph.memory(load) != graph.memory(store)) {
      return graph.memories().areDistinct(graph.memory(load), graph.memory(store));
    }
    if (graph.type(first) != IrType.I32 || root(first) != root(second)) {
      return false;
    }
    long distance = (int) (above(first) - above(second)) + graph.imm(load) - graph.imm(store);
    return distance >= width(store) && distance <= NEAR || -distance >= width(load) && -distance <= NEAR;
  }

  private int width(int access) {
    return graph.opcode(access).accessBytes();
  }

  /** What an address is a constant above; NONE for a constant. */
  private int root(int address) {
    return graph.is(address, IrOp.CONST) ? NONE : isSum(address) ? graph.a(address) : address;
  }

  private long above(int address) {
    return graph.is(address, IrOp.CONST) ? graph.imm(address) : isSum(address) ? graph.imm(graph.b(address)) : 0;
  }

  private boolean isSum(int address) {
    return graph.is(address, Opcode.I32_ADD) && graph.is(graph.b(address), IrOp.CONST);
  }
}
