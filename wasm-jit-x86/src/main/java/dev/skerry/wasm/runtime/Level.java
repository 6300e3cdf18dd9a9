package dev.skerry.wasm.runtime;

import dev.skerry.wasm.interp.Registers;
import java.util.Arrays;

/**
 * One call from Java into guest code: runs of guest code that alternate between tiers, the innermost one last. Where a
 * run called into the other tier there is a link, which says where it goes on.
 *
 * <p>A run in tier 0 goes on behind the frame whose address is the link's: the callee's, or that of a loop that machine
 * code took over. A run of machine code goes on at the link's stack pointer; the link's address is where the tier-0
 * frames above it begin.
 */
final class Level {

  // Where a run ends up, in place of why machine code stopped ({@link Exit}).
  static final int FINISHED = -1;
  static final int SUSPENDED = -2;
  static final int IN_TIER_0 = -3;

  /** Of a link: address, stack pointer, callee. */
  private static final int WORDS = 3;

  /** Of the innermost run, if that is in tier 0. */
  final Registers registers = new Registers();
  /** Whether the innermost run is machine code; then its stack pointer is the stack's. */
  boolean machine;
  /** The host function that is called, or was when the level was suspended; else null. */
  FunctionInstance host;
  /** What guest code waits for that was suspended so, or null; and the address for the instruction's result. */
  AtomicWaiter wait;
  long waitSlots;
  private long[] slots = new long[8];
  private long[] links = new long[WORDS * 4];
  private int linkCount;

  private final int depth;

  // What was where when the level was opened.
  private long top;
  private long machineLimit;
  private long stackPointer;
  private long tier0Limit;

  /** @param depth how many levels are below it */
  Level(int depth) {
    this.depth = depth;
  }

  /** How many levels are below it. */
  int depth() {
    return depth;
  }

  /** Makes this a level without runs, on a stack that it finds so. */
  void open(GuestStack stack) {
    linkCount = 0;
    host = null;
    wait = null;
    top = stack.top();
    machineLimit = stack.machineLimit();
    stackPointer = stack.stackPointer();
    tier0Limit = stack.tier0Limit();
  }

  /** As {@link #open}, with machine code that was entered on an empty stack. */
  void openEmpty(GuestStack stack) {
    linkCount = 0;
    host = null;
    wait = null;
    machine = true;
    top = stack.bottom();
    machineLimit = stack.machineLimitAbove(top);
    stackPointer = stack.buffer();
    tier0Limit = stack.buffer();
  }

  /** Leaves the stack as it was. */
  void close(GuestStack stack) {
    stack.top(top);
    stack.stackPointer(stackPointer);
    stack.tier0Limit(tier0Limit);
    stack.machineLimit(machineLimit);
  }

  /** Where the level's tier-0 frames begin. */
  long base() {
    return top;
  }

  /** Room for a host function's values, kept for the next one. */
  long[] slots(CanonicalType type) {
    int count = Math.max(type.paramSlots(), type.resultSlots());
    if (slots.length < count) {
      slots = new long[count];
    }
    return slots;
  }

  int links() {
    return linkCount;
  }

  long address(int link) {
    return links[WORDS * link];
  }

  long stackPointer(int link) {
    return links[WORDS * link + 1];
  }

  /** The descriptor of the function that the link called. */
  long callee(int link) {
    return links[WORDS * link + 2];
  }

  /** Begins a run in the other tier. */
  void push(long address, long linkStackPointer, long callee) {
    int at = WORDS * linkCount;
    if (at == links.length) {
      links = Arrays.copyOf(links, 2 * at);
    }
    links[at] = address;
    links[at + 1] = linkStackPointer;
    links[at + 2] = callee;
    linkCount++;
    machine = !machine;
  }

  /** Ends the innermost run, which is not the only one; its link, whose index this is, stays until the next begins. */
  int pop() {
    cut(linkCount - 1);
    return linkCount;
  }

  /** Ends all runs but the first ones, so that so many links are left. */
  void cut(int count) {
    machine ^= (linkCount - count & 1) != 0;
    linkCount = count;
  }
}
