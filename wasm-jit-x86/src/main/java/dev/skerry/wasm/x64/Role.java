package dev.skerry.wasm.x64;

/** What an instruction does with an operand. */
public enum Role {
  READ, WRITE, READ_WRITE;

  /** Whether the value before the instruction matters. */
  public boolean reads() {
    return this != WRITE;
  }

  /** Whether the value after the instruction is another. */
  public boolean writes() {
    return this != READ;
  }
}
