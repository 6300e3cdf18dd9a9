package dev.skerry.wasm.x64;

import java.util.Arrays;

/**
 * Writes machine code, position-independent, into a buffer of its own: instructions by row, labels, and a pool of
 * constants behind the code. Not for more than one thread; allocates nothing for an instruction.
 */
public final class Assembler {

  private static final int MAX_ALIGNMENT = 64;
  private static final int INT3 = 0xCC;

  private final CodeBuffer out = new CodeBuffer();
  private final Encoder encoder = new Encoder(out);
  private final ConstantPool pool = new ConstantPool(this);
  /** What is still to be filled in: label, place, and what the label's position is counted from. */
  private Label[] fixupLabels = new Label[16];
  private int[] fixups = new int[48];
  private int fixupCount;
  private int codeLength = -1;

  /** Bytes written so far. */
  public int position() {
    return out.size();
  }

  /** A label for a place that is not known yet. */
  public Label label() {
    return new Label(this);
  }

  /** A label for this place. */
  public Label here() {
    Label label = new Label(this);
    bind(label);
    return label;
  }

  /** Sets the label to this place: once. */
  public void bind(Label label) {
    checkOpen();
    checkOwn(label);
    if (label.isBound()) {
      throw new IllegalStateException("a label is bound twice, at " + label.position() + " and at " + position());
    }
    label.bind(position());
  }

  /**
   * Writes an instruction. A {@link Label} serves as target of a branch and as memory.
   *
   * @throws IllegalArgumentException naming row and operand, if the row doesn't take it; nothing is then written
   */
  public void emit(Row row) {
    emit(row, 0, null, null, null, null);
  }

  /** As {@link #emit(Row)}. */
  public void emit(Row row, Operand a) {
    emit(row, 1, a, null, null, null);
  }

  /** As {@link #emit(Row)}. */
  public void emit(Row row, Operand a, Operand b) {
    emit(row, 2, a, b, null, null);
  }

  /** As {@link #emit(Row)}. */
  public void emit(Row row, Operand a, Operand b, Operand c) {
    emit(row, 3, a, b, c, null);
  }

  /** As {@link #emit(Row)}. */
  public void emit(Row row, Operand a, Operand b, Operand c, Operand d) {
    emit(row, 4, a, b, c, d);
  }

  /** Writes an instruction that was decoded, or made, elsewhere. */
  public void emit(Instruction instruction) {
    int count = instruction.operands().size();
    Operand[] all = instruction.operands().toArray(new Operand[4]);
    emit(instruction.row(), count, all[0], all[1], all[2], all[3]);
  }

  /** Jumps, in the short form if the label is behind and in reach. */
  public void jump(Label target) {
    emit(inReach(target) ? ControlRows.JMP_REL8 : ControlRows.JMP_REL32, target);
  }

  /** Jumps if the condition holds, in the short form if the label is behind and in reach. */
  public void jump(Condition condition, Label target) {
    emit((inReach(target) ? ControlRows.JCC_REL8 : ControlRows.JCC_REL32).of(condition), target);
  }

  /**
   * Fills up with long no-operations.
   *
   * @param alignment a power of two up to 64; counts from the start of the code, which is aligned to 64
   */
  public void align(int alignment) {
    if (Integer.bitCount(alignment) != 1 || alignment > MAX_ALIGNMENT || alignment < 1) {
      throw new IllegalArgumentException("code cannot be aligned to " + alignment);
    }
    int gap = -position() & alignment - 1;
    while (gap > 0) {
      int length = Math.min(gap, ControlRows.NOPS.size());
      emit(ControlRows.NOPS.get(length - 1));
      gap -= length;
    }
  }

  /** A label for eight bytes behind the code, aligned to 8; equal ones share their place. */
  public Label constant(long bits) {
    checkOpen();
    return pool.constant(bits);
  }

  /** A label for sixteen bytes behind the code, aligned to 16, lower half first; equal ones share their place. */
  public Label constant(long low, long high) {
    checkOpen();
    return pool.constant(low, high);
  }

  /** Writes the distance from one label to another in four bytes: an entry of a jump table. */
  public void distance(Label from, Label to) {
    checkOpen();
    checkOwn(from);
    checkOwn(to);
    if (!from.isBound()) {
      throw new IllegalArgumentException("the start of a distance must be bound first");
    }
    out.put32(0);
    fix(to, position() - Integer.BYTES, from.position(), Integer.BYTES);
  }

  /** Overwrites four bytes that were written, such as the displacement of a call to another function. */
  public void patch(int at, int value) {
    if (at < 0 || at > position() - Integer.BYTES) {
      throw new IllegalArgumentException("no four bytes at " + at + " of " + position());
    }
    out.set32(at, value);
  }

  /**
   * Writes the pool, fills in the labels, and gives the bytes; nothing can be written after.
   *
   * @throws IllegalStateException if a label that is used is not bound, or too far for the form that uses it
   */
  public byte[] finish() {
    checkOpen();
    int length = position();
    pool.write(out, INT3);
    for (int i = 0; i < fixupCount; i++) {
      fillIn(fixupLabels[i], fixups[3 * i], fixups[3 * i + 1], fixups[3 * i + 2]);
    }
    codeLength = length;
    return out.toBytes();
  }

  /** Bytes of the finished code without its pool. */
  public int codeLength() {
    if (codeLength < 0) {
      throw new IllegalStateException("the code is not finished");
    }
    return codeLength;
  }

  private void emit(Row row, int count, Operand a, Operand b, Operand c, Operand d) {
    checkOpen();
    Label label = a instanceof Label first ? first : b instanceof Label second ? second
        : c instanceof Label third ? third : d instanceof Label fourth ? fourth : null;
    if (label != null) {
      checkOwn(label);
    }
    int at = encoder.encode(row, count, a, b, c, d);
    if (at >= 0) {
      fix(label, at, position(), row.isBranch() ? row.immediateBytes() : Integer.BYTES);
    }
  }

  private void fix(Label label, int at, int origin, int byteLength) {
    if (fixupCount == fixupLabels.length) {
      fixupLabels = Arrays.copyOf(fixupLabels, 2 * fixupCount);
      fixups = Arrays.copyOf(fixups, 6 * fixupCount);
    }
    fixupLabels[fixupCount] = label;
    fixups[3 * fixupCount] = at;
    fixups[3 * fixupCount + 1] = origin;
    fixups[3 * fixupCount + 2] = byteLength;
    fixupCount++;
  }

  private void fillIn(Label label, int at, int origin, int byteLength) {
    if (!label.isBound()) {
      throw new IllegalStateException("a label that is used at " + at + " was never bound");
    }
    int distance = label.position() - origin;
    if (byteLength == Integer.BYTES) {
      out.set32(at, distance);
    } else if (distance == (byte) distance) {
      out.set8(at, distance);
    } else {
      throw new IllegalStateException("a label is " + distance + " bytes from its short jump at " + at);
    }
  }

  private boolean inReach(Label target) {
    return target.isBound() && target.position() - position() - 2 >= Byte.MIN_VALUE;
  }

  private void checkOwn(Label label) {
    if (label.owner != this) {
      throw new IllegalArgumentException("a label belongs to another assembler");
    }
  }

  private void checkOpen() {
    if (codeLength >= 0) {
      throw new IllegalStateException("the code is finished");
    }
  }
}
