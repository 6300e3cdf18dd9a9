package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Copies an i64 from one place in memory to another as two i32 where a part of it was stored by itself shortly before,
 * earlier in the block or anywhere in an innermost loop: a processor hands what was stored on to a load that it holds
 * all of, and makes any other wait until it is in memory. The upper half is stored first: if it is within memory, so is
 * the lower one, and if it is not, nothing was written. What is known of places is a guess, on which nothing relies.
 */
final class SplitCopies {

  private static final int NONE = Graph.NONE;
  private static final int HALF = Integer.BYTES;
  private static final long MOST_OFFSET = 1 << 30;
  /** Accesses of a loop or block that are looked at; those behind them are taken for none. */
  private static final int MOST_ACCESSES = 96;

  private final Graph graph;
  /** By i64 that is loaded: the store in the same block that is the only one to use it. */
  private final Map<Integer, Integer> copies = new HashMap<>();

  /** Where an access is: an address, and bytes above it. */
  private record Place(LinearForm address, int memory, long offset, long bytes) {

    /** How many bytes the other begins behind where this does, or {@link Long#MAX_VALUE} if nothing is known. */
    long distance(Place other) {
      return memory == other.memory && address.hasTermsOf(other.address)
          ? LinearForm.signed(IrType.I32, other.address.constant() - address.constant()) + other.offset - offset
          : Long.MAX_VALUE;
    }

    boolean meets(Place other) {
      long distance = distance(other);
      return distance != Long.MAX_VALUE && distance < bytes && -distance < other.bytes;
    }

    boolean isWithin(Place other) {
      long distance = distance(other);
      return distance <= 0 && bytes - distance <= other.bytes;
    }
  }

  private SplitCopies(Graph graph) {
    this.graph = graph;
  }

  static void run(Graph graph) {
    if (!graph.hasSharedMemory()) {
      new SplitCopies(graph).run();
    }
  }

  private void run() {
    find();
    if (copies.isEmpty()) {
      return;
    }
    Set<Integer> inLoops = new HashSet<>();
    for (NaturalLoop loop : Inductions.of(graph).loops()) {
      if (loop.isInnermost() && holdsCopy(loop.blocks())) {
        split(loop.blocks(), false);
        for (int block : loop.blocks()) {
          inLoops.add(block);
        }
      }
    }
    for (int block : graph.order()) {
      if (!inLoops.contains(block) && holdsCopy(new int[] {block})) {
        split(new int[] {block}, true);
      }
    }
  }

  /** Finds copies. */
  private void find() {
    for (int block : graph.order()) {
      for (int at = graph.first(block); at != NONE; at = graph.next(at)) {
        if (graph.is(at, Opcode.I64_STORE) && graph.is(graph.b(at), Opcode.I64_LOAD)
            && graph.block(graph.b(at)) == block && copies.put(graph.b(at), at) != null) {
          copies.put(graph.b(at), NONE);
        }
      }
    }
    if (copies.isEmpty()) {
      return;
    }
    for (int block : graph.order()) {
      for (int at = graph.first(block); at != NONE; at = graph.next(at)) {
        used(graph.a(at), at);
        used(graph.b(at), at);
        used(graph.c(at), at);
        for (int i = 0; i < graph.listSize(at); i++) {
          used(graph.listValue(at, i), at);
        }
      }
      for (int k = 0; k < graph.edgeCount(block); k++) {
        int edge = graph.firstEdge(block) + k;
        for (int i = 0; i < graph.argumentCount(edge); i++) {
          used(graph.argument(edge, i), NONE);
        }
      }
    }
    copies.values().removeIf(store -> store == NONE);
  }

  private void used(int value, int by) {
    Integer store = copies.get(value);
    if (store != null && store != by) {
      copies.put(value, NONE);
    }
  }

  private boolean holdsCopy(int[] blocks) {
    for (int block : blocks) {
      for (int at = graph.first(block); at != NONE; at = graph.next(at)) {
        if (copies.containsKey(at)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Splits copies in blocks that are a loop, or in one block in which only what is before counts. */
  private void split(int[] blocks, boolean inOrder) {
    List<Integer> loads = new ArrayList<>();
    List<Place> loaded = new ArrayList<>();
    List<Integer> stores = new ArrayList<>();
    List<Place> stored = new ArrayList<>();
    List<Integer> apart = new ArrayList<>();
    for (int block : blocks) {
      for (int at = graph.first(block); at != NONE; at = graph.next(at)) {
        Opcode opcode = graph.opcode(at);
        Place place = opcode != null && opcode.accessBytes() > 0 && loads.size() + stores.size() < MOST_ACCESSES
            ? place(at) : null;
        if (place != null && graph.type(at) == IrType.VOID) {
          stores.add(at);
          stored.add(place);
        } else if (place != null) {
          loads.add(at);
          loaded.add(place);
          if (inOrder && copies.containsKey(at) && isHandedOnInParts(place, stored)) {
            apart.add(at);
          }
        }
      }
    }
    for (int i = 0; i < loads.size(); i++) {
      if (!inOrder && copies.containsKey(loads.get(i)) && isHandedOnInParts(loaded.get(i), stored)) {
        apart.add(loads.get(i));
      }
    }
    for (int load : apart) {
      int store = stores.indexOf(copies.get(load));
      boolean whole = store < 0;
      for (int i = 0; i < loads.size() && !whole; i++) {
        Place to = stored.get(store);
        whole = loaded.get(i).bytes > HALF && !apart.contains(loads.get(i)) && loaded.get(i).meets(to);
      }
      if (!whole) {
        split(load, copies.get(load));
      }
    }
  }

  private static boolean isHandedOnInParts(Place place, List<Place> stored) {
    return stored.stream().anyMatch(store -> store.meets(place) && !place.isWithin(store));
  }

  /** The place of a load or store, or null if it is none in a memory with 32-bit addresses. */
  private Place place(int access) {
    int address = graph.a(access);
    long offset = graph.imm(access);
    if (graph.is(address, IrOp.MASKED)) {
      offset += graph.imm(address);
      address = graph.a(address);
    } else if (graph.is(address, IrOp.BOUNDS)) {
      address = graph.a(address);
    }
    return graph.type(address) != IrType.I32 || offset < 0 || offset > MOST_OFFSET ? null
        : new Place(LinearForm.ofAligned(graph, address), graph.memory(access), offset,
            graph.opcode(access).accessBytes());
  }

  private void split(int load, int store) {
    int low = insert(load, Opcode.I32_LOAD, IrType.I32, NONE, 0);
    int high = insert(load, Opcode.I32_LOAD, IrType.I32, NONE, HALF);
    insert(store, Opcode.I32_STORE, IrType.VOID, high, HALF);
    insert(store, Opcode.I32_STORE, IrType.VOID, low, 0);
    graph.remove(store);
    graph.remove(load);
  }

  private int insert(int whole, Opcode opcode, byte type, int value, int above) {
    int half = graph.make(opcode.ordinal(), type, graph.a(whole), value, NONE, graph.imm(whole) + above,
        graph.aux(whole), graph.position(whole));
    graph.insertBefore(whole, half);
    return half;
  }
}
