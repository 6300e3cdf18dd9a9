package dev.skerry.wasm.pass;

import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import java.util.List;

/**
 * A loop with one header, to which all ways into it and all ways back lead, and what {@link Inductions} found out about
 * it. A turn begins whenever the header does.
 */
public final class NaturalLoop {

  private final Inductions all;
  /** Its first block, by which all ways lead in. */
  public final int header;
  /** The loop around it, or null. */
  public final NaturalLoop outer;
  int entry = Graph.NONE;
  int[] backEdges = {};
  int[] blocks = {};
  int[] exits = {};
  int number;
  int lastInside;
  boolean innermost = true;
  boolean calls;
  int changes;
  List<Induction> inductions = List.of();
  TripCount tripCount;

  NaturalLoop(Inductions all, int header, NaturalLoop outer) {
    this.all = all;
    this.header = header;
    this.outer = outer;
  }

  /** The only edge that leads in from outside, or {@link Graph#NONE}. */
  public int entry() {
    return entry;
  }

  /** The edges that lead back to the header from inside. */
  public int[] backEdges() {
    return backEdges;
  }

  /** Says whether no other loop is inside. */
  public boolean isInnermost() {
    return innermost;
  }

  /** Of innermost loops: its blocks in the graph's order, the header first; else empty. */
  public int[] blocks() {
    return blocks;
  }

  /** Of innermost loops: the edges that lead out; else empty. */
  public int[] exits() {
    return exits;
  }

  /** Says whether a block is inside, in this loop or one that is. */
  public boolean contains(int block) {
    NaturalLoop at = all.innermost(block);
    return at != null && at.number >= number && at.number <= lastInside;
  }

  /** Says whether a value is the same in all turns because it is a constant or made before the first one. */
  public boolean isInvariant(int value) {
    return all.graph().is(value, IrOp.CONST) || !contains(all.graph().block(value));
  }

  /** Says whether anything inside may run other code: calls, what the runtime does, throws. A poll is none. */
  public boolean calls() {
    return calls;
  }

  /** Says whether anything inside may write to memory. */
  public boolean writesMemory() {
    return (changes & Kills.MEMORY) != 0;
  }

  /** Says whether the length of a memory may change inside. */
  public boolean changesLength() {
    return (changes & Kills.LENGTH) != 0;
  }

  /** The header's parameters that change by the same sum in each turn. */
  public List<Induction> inductions() {
    return inductions;
  }

  /** The induction of a parameter of the header, or null. */
  public Induction induction(int parameter) {
    for (Induction induction : inductions) {
      if (induction.parameter() == parameter) {
        return induction;
      }
    }
    return null;
  }

  /** Of innermost loops that are left in one place, by a comparison with an invariant: when; else null. */
  public TripCount tripCount() {
    return tripCount;
  }
}
