package dev.skerry.wasm.x64;

/**
 * The bytes of a row (Intel SDM, volume 2, chapter 2).
 *
 * @param prefix operand-size or mandatory prefix: 0, 0x66, 0xF3 or 0xF2; of a VEX row what VEX.pp says
 * @param map 0 for one-byte opcodes, 1 for 0F, 2 for 0F38, 3 for 0F3A
 * @param opcode its last byte
 * @param wide REX.W or VEX.W
 * @param long256 VEX.L
 * @param modRm whether a ModRM byte follows
 * @param digit what ModRM.reg holds, or -1 if an operand or nothing
 * @param tail bytes that follow as they are, at most {@link #MAX_TAIL}, the first in the lowest byte
 * @param tailLength how many
 */
record Encoding(boolean vex, boolean lock, int prefix, int map, int opcode, boolean wide, boolean long256,
    boolean modRm, int digit, long tail, int tailLength) {

  static final int MAX_TAIL = 8;
  /** The values of VEX.pp. */
  private static final int[] PREFIXES = {0, 0x66, 0xF3, 0xF2};

  /** VEX.pp. */
  int pp() {
    return prefix == 0 ? 0 : prefix == 0x66 ? 1 : prefix == 0xF3 ? 2 : 3;
  }

  /** The prefix that VEX.pp stands for. */
  static int prefixOf(int pp) {
    return PREFIXES[pp];
  }
}
