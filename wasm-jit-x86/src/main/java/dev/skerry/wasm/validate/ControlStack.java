package dev.skerry.wasm.validate;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.format.Allowance;
import dev.skerry.wasm.format.ByteReader;
import dev.skerry.wasm.format.ModuleLimits;
import dev.skerry.wasm.format.Opcode;
import java.util.Arrays;

/** The blocks that are open (WASM core appendix 7.3), innermost last, in parallel arrays. */
final class ControlStack {

  /** Bytes of a block in all arrays. */
  private static final int BLOCK_BYTES = 24;

  private final Allowance allowance;
  private Opcode[] opcodes = new Opcode[32];
  private int[][] starts = new int[32][];
  private int[][] ends = new int[32][];
  private int[] outerFloors = new int[32];
  private boolean[] outerPolymorphic = new boolean[32];
  private int[] initialized = new int[32];
  private int depth;

  ControlStack(Allowance allowance) {
    this.allowance = allowance;
  }

  int depth() {
    return depth;
  }

  void clear() {
    depth = 0;
  }

  /**
   * Opens a block.
   *
   * @param floor floor of the operand stack outside of the block
   * @param polymorphic whether the code outside is unreachable
   * @param locals how many locals were initialised outside
   */
  void push(Opcode opcode, int[] start, int[] end, int floor, boolean polymorphic, int locals, int at)
      throws CompileError {
    if (depth == opcodes.length) {
      grow(at);
    }
    opcodes[depth] = opcode;
    starts[depth] = start;
    ends[depth] = end;
    outerFloors[depth] = floor;
    initialized[depth] = locals;
    outerPolymorphic[depth++] = polymorphic;
  }

  private void grow(int at) throws CompileError {
    ByteReader.checkLimit(depth + 1, ModuleLimits.NESTING, "nested blocks", at);
    int size = Math.min(depth * 2, ModuleLimits.NESTING);
    allowance.takeScratch((long) (size - depth) * BLOCK_BYTES, at);
    opcodes = Arrays.copyOf(opcodes, size);
    starts = Arrays.copyOf(starts, size);
    ends = Arrays.copyOf(ends, size);
    outerFloors = Arrays.copyOf(outerFloors, size);
    outerPolymorphic = Arrays.copyOf(outerPolymorphic, size);
    initialized = Arrays.copyOf(initialized, size);
  }

  void pop() {
    depth--;
  }

  /** The innermost block turns to its next part. */
  void turnTo(Opcode opcode) {
    opcodes[depth - 1] = opcode;
  }

  /** The part in which a block that is open stands; label 0 is the innermost. */
  Opcode opcode(int label, int at) throws CompileError {
    ModuleContext.need(label, depth, "label", at);
    return opcodes[depth - 1 - label];
  }

  Opcode opcode() {
    return opcodes[depth - 1];
  }

  int[] start() {
    return starts[depth - 1];
  }

  int[] end() {
    return ends[depth - 1];
  }

  int outerFloor() {
    return outerFloors[depth - 1];
  }

  boolean outerPolymorphic() {
    return outerPolymorphic[depth - 1];
  }

  /** How many locals were initialised before the innermost block. */
  int initialized() {
    return initialized[depth - 1];
  }

  /** What a branch to a label takes; label 0 is the innermost block. */
  int[] label(int label, int at) throws CompileError {
    ModuleContext.need(label, depth, "label", at);
    int frame = depth - 1 - label;
    return opcodes[frame] == Opcode.LOOP ? starts[frame] : ends[frame];
  }
}
