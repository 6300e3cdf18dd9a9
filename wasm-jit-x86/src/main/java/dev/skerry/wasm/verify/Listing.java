package dev.skerry.wasm.verify;

import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Symbol;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.Decoder;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.Instruction;
import dev.skerry.wasm.x64.Operand;
import dev.skerry.wasm.x64.Rel;
import dev.skerry.wasm.x64.Row;
import java.util.Arrays;

/**
 * The instructions of a function, read once from its first byte to its last, each where the one before ends, and the
 * blocks that control flow makes of them.
 */
final class Listing {

  static final int NONE = -1;

  private static final int JUMP_TABLE_ENTRY = Integer.BYTES;

  private final CompiledFunction code;
  private final int function;
  private final int end;
  /** By instruction. */
  private int[] offsets = new int[256];
  private Instruction[] instructions = new Instruction[256];
  private int count;
  /** By byte: which instruction starts there, or -1. */
  private final int[] at;
  /** By instruction: whether a block starts there, and how many ways lead to it, of which some may never be taken. */
  private boolean[] leaders;
  private int[] arrivals;
  /** By instruction: the row of the relocation that fills in its displacement, or -1. */
  private int[] relocations;
  private int[] targets;

  private Listing(CompiledFunction code, int function) {
    this.code = code;
    this.function = function;
    this.end = code.codeBytes();
    this.at = new int[Math.max(0, end)];
    Arrays.fill(at, NONE);
  }

  /** Reads a function's code. */
  static Listing of(CompiledFunction code, int function) throws VerificationError {
    Listing listing = new Listing(code, function);
    if (listing.end <= 0 || listing.end > code.code().length || code.entry() < 0 || code.entry() >= listing.end) {
      throw listing.error(Rule.INSTRUCTIONS, 0, "the code has no such entry or length");
    }
    listing.read();
    listing.relocate();
    listing.mark();
    return listing;
  }

  private void read() throws VerificationError {
    Decoder decoder = new Decoder(code.code(), end);
    for (int offset = 0; offset < end;) {
      Instruction instruction = decoder.at(offset);
      if (instruction == null) {
        throw error(Rule.INSTRUCTIONS, offset, "no known instruction");
      }
      if (Effects.of(instruction.row()) == null) {
        throw new VerificationError(Rule.INSTRUCTIONS, function, offset, instruction.toString(),
            "an instruction that is not allowed", "");
      }
      if (count == offsets.length) {
        offsets = Arrays.copyOf(offsets, 2 * count);
        instructions = Arrays.copyOf(instructions, 2 * count);
      }
      offsets[count] = offset;
      instructions[count] = instruction;
      at[offset] = count++;
      offset += instruction.length();
    }
    if (count > Value.SYMBOL_LIMIT) {
      throw error(Rule.INSTRUCTIONS, 0, "the function is too large to be proved");
    }
    leaders = new boolean[count];
    arrivals = new int[count];
    relocations = new int[count];
    targets = new int[count];
    Arrays.fill(relocations, NONE);
  }

  /** Every relocation fills in the displacement of a call or jump, and nothing else: code is proved as it will run. */
  private void relocate() throws VerificationError {
    requireSorted(code.relocations(), CompiledFunction.RELOCATION_FIELDS, "relocations");
    requireSorted(code.callSites(), CompiledFunction.CALL_SITE_FIELDS, "calls");
    requireSorted(code.trapSites(), CompiledFunction.TRAP_SITE_FIELDS, "traps");
    requireSorted(code.faultSites(), CompiledFunction.FAULT_SITE_FIELDS, "faults");
    int[] rows = code.relocations();
    int at = 0;
    for (int row = 0; row < rows.length; row += CompiledFunction.RELOCATION_FIELDS) {
      while (at < count && after(at) - Integer.BYTES < rows[row]) {
        at++;
      }
      boolean fits = at < count && after(at) - Integer.BYTES == rows[row]
          && (row(at) == ControlRows.CALL_REL32 || row(at) == ControlRows.JMP_REL32)
          && rows[row + 1] >= 0 && rows[row + 1] < Symbol.values().length;
      if (!fits) {
        throw error(Rule.BRANCHES, Math.max(0, Math.min(rows[row], end - 1)),
            "a relocation of something that is no call or jump");
      }
      relocations[at] = row;
    }
  }

  private void requireSorted(int[] table, int fields, String what) throws VerificationError {
    boolean sorted = table.length % fields == 0;
    for (int row = fields; sorted && row < table.length; row += fields) {
      sorted = table[row - fields] < table[row];
    }
    if (!sorted) {
      throw error(Rule.INSTRUCTIONS, 0, "the table of " + what + " is not in order");
    }
  }

  private void mark() throws VerificationError {
    lead(index(code.entry()));
    for (int i = 0; i < count; i++) {
      Effect effect = Effects.of(row(i));
      boolean ends = effect == Effect.JUMP || effect == Effect.RETURN;
      if (i + 1 < count && (ends || effect == Effect.BRANCH || effect == Effect.CALL)) {
        leaders[i + 1] = true;
      }
      if (i + 1 < count && !ends) {
        arrivals[i + 1]++;
      }
      targets[i] = effect == Effect.JUMP || effect == Effect.BRANCH ? directTarget(i) : NONE;
      if (targets[i] != NONE) {
        lead(targets[i]);
      }
    }
    int[] sites = code.callSites();
    for (int row = 0; row < sites.length; row += CompiledFunction.CALL_SITE_FIELDS) {
      int landing = sites[row + CompiledFunction.CALL_LANDING];
      if (landing >= 0) {
        lead(index(landing));
      }
    }
  }

  private void lead(int index) {
    leaders[index] = true;
    arrivals[index]++;
  }

  /** Whether no more than one way leads to the start of a block. */
  boolean hasOneWay(int index) {
    return arrivals[index] <= 1;
  }

  /** Makes the targets of a jump table start blocks. */
  boolean markTable(int[] targets) {
    boolean changed = false;
    for (int target : targets) {
      changed |= !leaders[target] || arrivals[target] < 2;
      leaders[target] = true;
      arrivals[target] = Math.max(2, arrivals[target]);
    }
    return changed;
  }

  int count() {
    return count;
  }

  Row row(int index) {
    return instructions[index].row();
  }

  Instruction instruction(int index) {
    return instructions[index];
  }

  Operand operand(int index, int operand) {
    return instructions[index].operands().get(operand);
  }

  int offset(int index) {
    return offsets[index];
  }

  /** Where the next instruction starts. */
  int after(int index) {
    return offsets[index] + instructions[index].length();
  }

  boolean isLeader(int index) {
    return leaders[index];
  }

  /** The instruction that starts at the offset. */
  int index(int offset) throws VerificationError {
    if (offset < 0 || offset >= end || at[offset] == NONE) {
      throw error(Rule.BRANCHES, Math.max(0, Math.min(offset, end - 1)), "no instruction starts here");
    }
    return at[offset];
  }

  private int directTarget(int index) throws VerificationError {
    Instruction instruction = instructions[index];
    if (relocations[index] != NONE || !(instruction.operands().get(0) instanceof Rel rel)) {
      return NONE;
    }
    long to = (long) after(index) + rel.displacement();
    if (to < 0 || to >= end) {
      throw error(Rule.BRANCHES, offsets[index], "a branch out of the function");
    }
    return index((int) to);
  }

  /** The instruction that a direct jump within the function goes to, or -1 if it is none. */
  int target(int index) {
    return targets[index];
  }

  /** The row of the relocation that fills in the displacement of a call or jump, or -1. */
  int relocation(int index) {
    return relocations[index];
  }

  Symbol symbol(int relocation) {
    return Symbol.of(code.relocations()[relocation + 1]);
  }

  int symbolIndex(int relocation) {
    return code.relocations()[relocation + 2];
  }

  /** The immediate operand with that index, or null. */
  Long immediate(int index, int operand) {
    return operand(index, operand) instanceof Imm imm ? imm.value() : null;
  }

  /**
   * The instructions that a jump table leads to.
   *
   * @param table offset of its first distance
   * @param entries how many there are
   */
  int[] table(int table, long entries) throws VerificationError {
    if (table < end || table % JUMP_TABLE_ENTRY != 0 || entries > (code.code().length - table) / JUMP_TABLE_ENTRY) {
      throw error(Rule.BRANCHES, 0, "no jump table of " + entries + " entries at " + table);
    }
    int[] targets = new int[(int) entries];
    for (int i = 0; i < targets.length; i++) {
      int place = table + i * JUMP_TABLE_ENTRY;
      int distance = code.code()[place] & 0xFF | (code.code()[place + 1] & 0xFF) << 8
          | (code.code()[place + 2] & 0xFF) << 16 | code.code()[place + 3] << 24;
      targets[i] = index(table + distance);
    }
    return targets;
  }

  VerificationError error(Rule rule, int offset, String reason) {
    return new VerificationError(rule, function, offset, "", reason, "");
  }
}
