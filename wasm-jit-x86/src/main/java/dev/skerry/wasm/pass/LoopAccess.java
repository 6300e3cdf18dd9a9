package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Opcode;

/**
 * An access to memory, or a check for some, in each turn of a loop: bytes at {@code offset} above where its group is.
 *
 * @param instruction the load, store or BOUNDS
 * @param place its place in the block
 * @param opcode of a load or store, else null
 * @param group what has addresses a constant apart
 * @param offset bytes above the group's lowest address, static offset included; 0 or more
 */
record LoopAccess(int instruction, int place, Opcode opcode, AccessGroup group, long offset, long bytes) {

  boolean isCheck() {
    return opcode == null;
  }

  boolean isStore() {
    return opcode != null && opcode.signature.endsWith(":");
  }

  /** Says whether it shares bytes with another access of its group so many turns later. */
  boolean meets(LoopAccess other, int turns) {
    long distance = other.offset + turns * group.stride - offset;
    return distance < bytes && -distance < other.bytes;
  }
}
