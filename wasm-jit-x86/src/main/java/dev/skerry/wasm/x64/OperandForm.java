package dev.skerry.wasm.x64;

/**
 * What a row takes in one place.
 *
 * @param bits how much of the register, or how long the immediate or displacement in the code; 0 where only memory fits
 * @param memoryBits how much memory; 0 where none fits, and where only the address counts ({@code lea})
 * @param fixed the register that it always is, or null; only of {@link Kind#FIXED} and {@link Kind#HIDDEN}
 */
public record OperandForm(Role role, Kind kind, Slot slot, int bits, int memoryBits, Operand fixed) {

  /** What fits. */
  public enum Kind {
    GPR, VECTOR, MEMORY, GPR_OR_MEMORY, VECTOR_OR_MEMORY, SIGNED, UNSIGNED, TARGET,
    /** A register that the syntax names but the code does not. */
    FIXED,
    /** A register that neither names. */
    HIDDEN;

    /** Whether a {@link Gpr} fits. */
    public boolean takesGpr() {
      return this == GPR || this == GPR_OR_MEMORY;
    }

    /** Whether a {@link Xmm} fits. */
    public boolean takesVector() {
      return this == VECTOR || this == VECTOR_OR_MEMORY;
    }

    /** Whether memory fits. */
    public boolean takesMemory() {
      return this == MEMORY || this == GPR_OR_MEMORY || this == VECTOR_OR_MEMORY;
    }

    /** Whether a register is chosen by the code. */
    public boolean takesRegister() {
      return takesGpr() || takesVector();
    }
  }

  /** Where in the code it is said. */
  enum Slot {
    /** ModRM.reg with REX.R. */
    REG,
    /** ModRM.rm with REX.B, and the SIB byte with REX.X. */
    RM,
    /** VEX.vvvv. */
    VVVV,
    /** The upper half of the last byte. */
    IS4,
    /** The lower three bits of the opcode with REX.B. */
    OPCODE,
    /** After everything else. */
    IMMEDIATE,
    NONE
  }

  /** Whether the assembler is given it and the decoder gives it. */
  public boolean explicit() {
    return fixed == null;
  }

  OperandForm in(Slot other) {
    return new OperandForm(role, kind, other, bits, memoryBits, fixed);
  }
}
