package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Immediate;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All accesses to memory of a loop whose blocks follow each other, and the checks for them, if nothing else in it has
 * an effect: of one memory with 32-bit addresses, each at an invariant plus a constant times the number of the turn.
 */
final class LoopAccesses {

  private static final int NONE = Graph.NONE;
  /** Bytes that accesses of a group may be apart, static offsets included: what is left to the guard zone stays so. */
  private static final long REACH = 1 << 30;
  static final long MOST_STRIDE = 1 << 20;
  static final int MOST_ACCESSES = 48;

  /** How accesses are kept within memory. */
  enum Kind { GUARDED, CHECKED, MASKED, CLAMPED }

  final List<AccessGroup> groups = new ArrayList<>();
  private final Map<Integer, LoopAccess> byInstruction = new HashMap<>();
  private final Graph graph;
  private final NaturalLoop loop;
  private int memory = NONE;
  private Kind kind;
  private boolean checked;

  /** An access as it was read, before its group is known whole. */
  private record Found(int instruction, int place, Opcode opcode, AccessGroup group, long constant, long offset,
      long bytes) {
  }

  private final List<Found> found = new ArrayList<>();

  private LoopAccesses(Graph graph, NaturalLoop loop) {
    this.graph = graph;
    this.loop = loop;
  }

  /** The accesses of such an innermost loop, or null if it does anything else or they are not such. */
  static LoopAccesses of(Graph graph, NaturalLoop loop) {
    LoopAccesses accesses = new LoopAccesses(graph, loop);
    return accesses.read() ? accesses : null;
  }

  private boolean read() {
    int place = 0;
    for (int block : loop.blocks()) {
      for (int at = graph.first(block); at != NONE; at = graph.next(at)) {
        if (!read(at, place++)) {
          return false;
        }
      }
    }
    if (kind == null || kind == Kind.CHECKED && !checked || found.size() > MOST_ACCESSES) {
      return false;
    }
    for (Found access : found) {
      access.group.lowest = Math.min(access.group.lowest, access.constant);
    }
    for (Found access : found) {
      AccessGroup group = access.group;
      LoopAccess made = new LoopAccess(access.instruction, access.place, access.opcode, group,
          access.constant - group.lowest + access.offset, access.bytes);
      if (made.offset() + made.bytes() > REACH || made.offset() < 0) {
        return false;
      }
      group.accesses.add(made);
      group.stores |= made.isStore();
      group.loads |= !made.isStore() && !made.isCheck();
      byInstruction.put(access.instruction, made);
    }
    return true;
  }

  private boolean read(int at, int place) {
    Opcode opcode = graph.opcode(at);
    if (opcode == null) {
      return switch (graph.irOp(at)) {
        case PARAMETER, POLL, CONST, MEMORY_LENGTH, MEMORY_MASK, MASKED, MUL_HIGH_S, MUL_HIGH_U, BRANCH, JUMP -> true;
        case BOUNDS -> bounds(at, place);
        default -> false;
      };
    }
    if (opcode.accessBytes() == 0) {
      return Effects.of(graph, at) == Effects.PURE;
    }
    boolean vector = graph.type(at) == IrType.V128 || graph.b(at) != NONE && graph.type(graph.b(at)) == IrType.V128;
    return opcode.immediate == Immediate.MEMARG && !vector && access(at, opcode, place);
  }

  private boolean bounds(int at, int place) {
    boolean clamps = graph.type(at) != IrType.VOID;
    checked |= !clamps;
    return (!clamps || is(Kind.CLAMPED)) && ofMemory(graph.aux(at))
        && found(at, null, place, graph.a(at), 0, graph.imm(at));
  }

  private boolean access(int at, Opcode opcode, int place) {
    int address = graph.a(at);
    long offset = graph.imm(at);
    boolean known;
    if (graph.is(address, IrOp.MASKED)) {
      offset += graph.imm(address);
      address = graph.a(address);
      known = is(Kind.MASKED);
    } else if (graph.is(address, IrOp.BOUNDS)) {
      address = graph.a(address);
      known = is(Kind.CLAMPED);
    } else {
      known = graph.isGuarded(at) ? is(Kind.GUARDED) : kind == Kind.CLAMPED || kind == Kind.MASKED || is(Kind.CHECKED);
    }
    return known && ofMemory(graph.memory(at)) && found(at, opcode, place, address, offset, opcode.accessBytes());
  }

  /** Notes how accesses are kept within memory; what needs nothing goes with all but guarded ones. */
  private boolean is(Kind other) {
    boolean fits = kind == null || kind == other
        || kind == Kind.CHECKED && (other == Kind.CLAMPED || other == Kind.MASKED);
    kind = fits ? other : kind;
    return fits;
  }

  private boolean ofMemory(int other) {
    boolean fits = memory == NONE || memory == other;
    memory = other;
    return fits;
  }

  private boolean found(int at, Opcode opcode, int place, int address, long offset, long bytes) {
    if (graph.type(address) != IrType.I32 || offset < 0 || offset > REACH || bytes < 0 || bytes > REACH) {
      return false;
    }
    LinearForm form = LinearForm.of(graph, address);
    AccessGroup group = group(form);
    if (group == null || Math.abs(form.constant() - group.form.constant()) > REACH) {
      return false;
    }
    found.add(new Found(at, place, opcode, group, form.constant(), offset, bytes));
    return true;
  }

  private AccessGroup group(LinearForm form) {
    for (AccessGroup group : groups) {
      if (group.form.hasTermsOf(form)) {
        return group;
      }
    }
    Stride stride = Stride.of(graph, loop, form);
    if (stride == null || stride.constant() < 0 || stride.constant() > MOST_STRIDE) {
      return null;
    }
    AccessGroup group = new AccessGroup(form, stride);
    groups.add(group);
    return group;
  }

  Kind kind() {
    return kind;
  }

  int memory() {
    return memory;
  }

  /** The access that a load or store is, or null. */
  LoopAccess of(int instruction) {
    return byInstruction.get(instruction);
  }

  List<LoopAccess> stores() {
    List<LoopAccess> stores = new ArrayList<>();
    for (AccessGroup group : groups) {
      group.accesses.stream().filter(LoopAccess::isStore).forEach(stores::add);
    }
    return stores;
  }

  /**
   * Says whether so many turns do the same if first all of them load, and then all of them store, as far as accesses of
   * one group go: nothing is loaded that was stored in a turn before, or before in the same turn, nor stored twice.
   */
  boolean isIndependent(int turns) {
    for (AccessGroup group : groups) {
      for (LoopAccess store : group.accesses) {
        for (LoopAccess other : group.accesses) {
          if (store.isStore() && !other.isCheck() && store != other && meets(store, other, turns)) {
            return false;
          }
        }
      }
      if (group.stores && group.stride == 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean meets(LoopAccess store, LoopAccess other, int turns) {
    boolean behind = other.isStore() || other.place() > store.place();
    for (int turn = behind ? 0 : 1; turn < turns; turn++) {
      if (store.meets(other, turn)) {
        return true;
      }
    }
    return false;
  }
}
