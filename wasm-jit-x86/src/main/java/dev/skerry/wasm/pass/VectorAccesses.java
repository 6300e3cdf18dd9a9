package dev.skerry.wasm.pass;

import dev.skerry.memory.MemoryLayout;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Loads and stores at a distance from where groups of accesses are, in one block, with what keeps them within memory: a
 * check or mask for all of a group if one can do for all, as the builder of graphs makes them.
 */
final class VectorAccesses {

  private static final int NONE = Graph.NONE;

  private final Graph graph;
  private final LoopAccesses accesses;
  private final BlockWriter writer;
  /** The memory's length or mask, made before the loop. */
  private final int limit;
  private final Map<List<Object>, Integer> within = new HashMap<>();

  VectorAccesses(Graph graph, LoopAccesses accesses, BlockWriter writer, int limit) {
    this.graph = graph;
    this.accesses = accesses;
    this.writer = writer;
    this.limit = limit;
  }

  /**
   * Adds a load or store.
   *
   * @param address where the group is in this turn, an i32
   * @param end behind the last byte that is accessed of the group in one turn on vectors, above its address
   * @param offset where to access, above the address
   * @param value what to store, or NONE
   * @param type what is loaded, or VOID
   * @param bytes how many are accessed
   * @param lane the lane that is loaded or stored, or 0
   */
  int access(Opcode opcode, AccessGroup group, int address, long end, long offset, int value, byte type, long bytes,
      int lane) {
    int memory = accesses.memory();
    boolean guarded = accesses.kind() == LoopAccesses.Kind.GUARDED;
    int at = address;
    long above = offset;
    if (!guarded && end <= small(memory)) {
      at = within.computeIfAbsent(List.of(group, address), absent -> checked(address, end, 0));
    } else if (!guarded) {
      at = checked(address, bytes, offset);
      above = accesses.kind() == LoopAccesses.Kind.CHECKED ? offset : 0;
    }
    return writer.add(opcode.ordinal(), type, at, value, NONE, above,
        Graph.access(memory, lane, guarded));
  }

  /** Bytes above a masked or clamped address that are the memory's own. */
  private long small(int memory) {
    return switch (accesses.kind()) {
      case MASKED -> MemoryLayout.TAIL_BYTES;
      case CLAMPED -> Math.max(MemoryLayout.CHECKED.guardBytes(), graph.leastLength(memory));
      default -> Long.MAX_VALUE;
    };
  }

  /** What accesses up to so many bytes behind an address plus an offset use as their address. */
  private int checked(int address, long bytes, long offset) {
    int memory = accesses.memory();
    switch (accesses.kind()) {
      case MASKED -> {
        return writer.add(IrOp.MASKED.code, IrType.I64, address, limit, NONE, offset, memory);
      }
      case CLAMPED -> {
        int sum = offset == 0 ? address : writer.sum(writer.wide(address), offset);
        return writer.add(IrOp.BOUNDS.code, IrType.I64, sum, limit, NONE, bytes, memory);
      }
      default -> {
        writer.add(IrOp.BOUNDS.code, IrType.VOID, address, limit, NONE, bytes + offset, memory);
        return address;
      }
    }
  }
}
