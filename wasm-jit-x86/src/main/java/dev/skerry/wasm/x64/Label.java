package dev.skerry.wasm.x64;

/**
 * A place in the code of one {@link Assembler}, possibly still ahead. As the target of a branch it is that place; where
 * a row wants memory it is the memory there, relative to RIP.
 */
public final class Label implements Operand {

  private static final int UNBOUND = -1;

  final Assembler owner;
  private int position = UNBOUND;

  Label(Assembler owner) {
    this.owner = owner;
  }

  boolean isBound() {
    return position != UNBOUND;
  }

  /** Bytes from the start of the code; only of a bound label. */
  int position() {
    return position;
  }

  void bind(int place) {
    position = place;
  }

  @Override
  public String toString() {
    return isBound() ? "label at " + position : "label ahead";
  }
}
