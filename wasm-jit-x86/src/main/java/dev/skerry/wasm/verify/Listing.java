package dev.skerry.wasm.verify;

import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Symbol;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.Decoder;
import dev.skerry.wasm.x64.Instruction;
import dev.skerry.wasm.x64.InstructionScanner;
import java.util.Arrays;

/**
 * The instructions of a function as numbers, read once from its first byte to its last, each where the one before ends,
 * and which rows of the function's tables belong to them. One listing is used again for other functions.
 */
final class Listing {

  static final int NONE = -1;

  private static final int JUMP_TABLE_ENTRY = Integer.BYTES;
  private static final int CALL_REL32 = ControlRows.CALL_REL32.id();
  private static final int JMP_REL32 = ControlRows.JMP_REL32.id();
  private static final int SYMBOLS = Symbol.values().length;
  private static final byte RELOCATED = 1;
  private static final byte CALL = 2;
  private static final byte TRAP = 4;
  private static final byte FAULT = 8;
  /** Tables longer than that are not kept for the next function. */
  private static final int KEPT = 1 << 18;
  /** Bytes of code with bits in one word of {@link #starts}, as a power of 2. */
  private static final int PLACE_BITS = 6;

  /** Its words say whether an instruction is allowed. */
  private InstructionScanner scanner;
  private boolean[] allowed;
  private CompiledFunction code;
  private int function;
  private int end;
  private int count;
  /** By instruction, and one more: where it starts. */
  private int[] offsets;
  /** Rows, operands, and the address of the one in memory, as {@link InstructionScanner} has them. */
  private long[] words;
  private long[] numbers;
  /** Which of the following say something of it. */
  private byte[] sites = new byte[256];
  /** Of calls and jumps: the row of the relocation that fills in the displacement. */
  private int[] relocations = new int[256];
  /** The rows of the tables of calls, traps and faults that speak of the offset where it starts. */
  private int[] calls = new int[256];
  private int[] traps = new int[256];
  private int[] faults = new int[256];
  /** By 64 bytes of code: at which of them instructions start, and the end is; and how many start before. */
  private long[] starts = new long[32];
  private int[] before = new int[32];
  /** The instructions that branch, jump, call or return. */
  private int[] controls = new int[256];
  private int controlCount;

  /** Reads a function's code, which may have the rows that are allowed. */
  void read(CompiledFunction compiled, int index, boolean[] rowsAllowed) throws VerificationError {
    allow(rowsAllowed);
    code = compiled;
    function = index;
    end = code.codeBytes();
    count = 0;
    if (end <= 0 || end > code.code().length || code.entry() < 0 || code.entry() >= end) {
      throw error(Rule.INSTRUCTIONS, 0, "the code has no such entry or length");
    }
    decode();
  }

  /** Makes what reads code that may have those rows. */
  void allow(boolean[] rowsAllowed) {
    if (rowsAllowed != allowed) {
      allowed = rowsAllowed;
      scanner = new InstructionScanner(Effects.tags(allowed));
    }
  }

  /** Reads all instructions, one behind the other. */
  private void decode() throws VerificationError {
    scanner.open(code.code(), end);
    count = scanner.readAll(middle());
    if (count >= Value.SYMBOL_LIMIT) {
      throw error(Rule.INSTRUCTIONS, 0, "the function is too large to be proved");
    }
    offsets = scanner.offsets;
    words = scanner.words;
    numbers = scanner.numbers;
    makeRoom();
    noteStarts();
    if (offsets[count] != end) {
      throw error(Rule.INSTRUCTIONS, offsets[count], "no known instruction");
    }
    Arrays.fill(sites, 0, count + 1, (byte) 0);
    readRelocations();
    mark(code.callSites(), CompiledFunction.CALL_SITE_FIELDS, calls, CALL, "calls");
    mark(code.trapSites(), CompiledFunction.TRAP_SITE_FIELDS, traps, TRAP, "traps");
    mark(code.faultSites(), CompiledFunction.FAULT_SITE_FIELDS, faults, FAULT, "faults");
  }

  /** Notes where instructions start, and which of them go on elsewhere. */
  private void noteStarts() throws VerificationError {
    int branching = 0;
    long refused = 0;
    int i = 0;
    for (int place = 0; i <= count; place++) {
      before[place] = i;
      long bits = 0;
      for (int stop = (place + 1) * Long.SIZE; i < count && offsets[i] < stop; i++) {
        long word = words[i];
        bits |= 1L << offsets[i];
        controls[branching] = i;
        branching += Effects.isControl(word);
        refused |= word;
      }
      if (i == count && offsets[i] / Long.SIZE == place) {
        bits |= 1L << offsets[i++];
      }
      starts[place] = bits;
    }
    if (refused < 0) {
      throw refused();
    }
    controlCount = branching;
  }

  /** Where some instruction starts near the middle, if the tables are right, or 0. */
  private int middle() {
    int best = nearest(code.callSites(), CompiledFunction.CALL_SITE_FIELDS);
    int other = nearest(code.faultSites(), CompiledFunction.FAULT_SITE_FIELDS);
    return Math.abs(other - end / 2) < Math.abs(best - end / 2) ? other : best;
  }

  private int nearest(int[] table, int fields) {
    int low = 0;
    int high = table.length / fields;
    while (low < high) {
      int row = low + high >>> 1;
      if (table[row * fields] < end / 2) {
        low = row + 1;
      } else {
        high = row;
      }
    }
    return low * fields < table.length ? table[low * fields] : 0;
  }

  /** The first instruction that is not allowed. */
  private VerificationError refused() {
    int i = 0;
    while (words[i] >= 0) {
      i++;
    }
    int row = row(i);
    String reason = Effects.of(row) == null ? "an instruction that is not allowed"
        : "the processor has no " + InstructionScanner.row(row).feature();
    return new VerificationError(Rule.INSTRUCTIONS, function, offsets[i], instruction(i).toString(), reason, "");
  }

  /** Every relocation fills in the displacement of a call or jump, and nothing else: code is proved as it will run. */
  private void readRelocations() throws VerificationError {
    int[] table = code.relocations();
    long last = Long.MIN_VALUE;
    for (int row = 0; row < table.length; row += CompiledFunction.RELOCATION_FIELDS) {
      if (table[row] <= last || table.length % CompiledFunction.RELOCATION_FIELDS != 0) {
        throw unordered("relocations");
      }
      last = table[row];
      int start = table[row] - 1;
      int i = start >= end ? NONE : find(start);
      if (i == NONE || row(i) != CALL_REL32 && row(i) != JMP_REL32 || after(i) != start + 1 + Integer.BYTES
          || table[row + 1] < 0 || table[row + 1] >= SYMBOLS) {
        throw error(Rule.BRANCHES, Math.max(0, Math.min(start, end - 1)),
            "a relocation of something that is no call or jump");
      }
      relocations[i] = row;
      sites[i] |= RELOCATED;
    }
  }

  /** Notes which row of a table speaks of which instruction, or of the end. */
  private void mark(int[] table, int fields, int[] byInstruction, byte mark, String what) throws VerificationError {
    boolean sorted = table.length % fields == 0;
    long last = Long.MIN_VALUE;
    for (int row = 0; sorted && row < table.length; row += fields) {
      int offset = table[row];
      int i = find(offset);
      if (i != NONE) {
        byInstruction[i] = row;
        sites[i] |= mark;
      }
      sorted = last < offset;
      last = offset;
    }
    if (!sorted) {
      throw unordered(what);
    }
  }

  private void makeRoom() {
    if (controls.length <= count) {
      int room = count + (count >> 2) + 1;
      sites = new byte[room];
      relocations = new int[room];
      calls = new int[room];
      traps = new int[room];
      faults = new int[room];
      controls = new int[room];
    }
    if (starts.length <= end / Long.SIZE) {
      starts = new long[end / Long.SIZE + 1];
      before = new int[end / Long.SIZE + 1];
    }
  }

  /** Whether so much room was needed that it is better given back. */
  boolean isLarge() {
    return offsets != null && offsets.length > KEPT;
  }

  private VerificationError unordered(String what) {
    return error(Rule.INSTRUCTIONS, 0, "the table of " + what + " is not in order");
  }

  int count() {
    return count;
  }

  /** How many instructions branch, jump, call or return. */
  int controlCount() {
    return controlCount;
  }

  /** The instruction that is the next one that branches, jumps, calls or returns. */
  int control(int index) {
    return controls[index];
  }

  /** All that an instruction is but displacement and immediate, in the form of {@link InstructionScanner}. */
  long word(int index) {
    return words[index];
  }

  /** All of them, by instruction, and one more, which may be anything. */
  long[] words() {
    return words;
  }

  /** By instruction: the bytes of its displacement and immediate, in the form of {@link InstructionScanner}. */
  long[] numbers() {
    return numbers;
  }

  int row(int index) {
    return InstructionScanner.row(words[index]);
  }

  Effect effect(int index) {
    return Effects.ofWord(words[index]);
  }

  /** The instruction for people, and for what is seldom asked. */
  Instruction instruction(int index) {
    return new Decoder(code.code(), end).at(offsets[index]);
  }

  /** One of four operands: a register, or what {@link InstructionScanner} has numbers for. */
  int operand(int index, int operand) {
    return InstructionScanner.operand(words[index], operand);
  }

  /** Base of the operand in memory, or {@link InstructionScanner#NONE}. */
  int base(int index) {
    return InstructionScanner.base(words[index]);
  }

  /** Index of the operand in memory, or {@link InstructionScanner#NONE}. */
  int indexRegister(int index) {
    return InstructionScanner.index(words[index]);
  }

  int scale(int index) {
    return InstructionScanner.scale(words[index]);
  }

  int displacement(int index) {
    return InstructionScanner.displacement(words[index], numbers[index]);
  }

  long immediate(int index) {
    return InstructionScanner.immediate(words[index], numbers[index]);
  }

  int offset(int index) {
    return offsets[index];
  }

  /** Where the next instruction starts. */
  int after(int index) {
    return offsets[index + 1];
  }

  /** The row of the table of calls for a call that comes back to the start of the instruction, or -1. */
  int callRow(int index) {
    return (sites[index] & CALL) == 0 ? NONE : calls[index];
  }

  /** The row of the table of traps for a call that comes back to the start of the instruction, or -1. */
  int trapRow(int index) {
    return (sites[index] & TRAP) == 0 ? NONE : traps[index];
  }

  /** The row of the table of faults for the instruction, or -1. */
  int faultRow(int index) {
    return (sites[index] & FAULT) == 0 ? NONE : faults[index];
  }

  /** The instruction that starts at the offset. */
  int index(int offset) throws VerificationError {
    int found = offset >= end ? NONE : find(offset);
    if (found == NONE) {
      throw error(Rule.BRANCHES, Math.max(0, Math.min(offset, end - 1)), "no instruction starts here");
    }
    return found;
  }

  /** The instruction that starts at the offset, one more than there are at the end, or -1. */
  private int find(int offset) {
    if (offset < 0 || offset > end) {
      return NONE;
    }
    int place = offset >>> PLACE_BITS;
    long bits = starts[place];
    long bit = 1L << offset;
    return (bits & bit) == 0 ? NONE : before[place] + Long.bitCount(bits & bit - 1);
  }

  /** The instruction that a direct branch or jump within the function goes to, or -1 if it is none. */
  int target(int index) throws VerificationError {
    if ((sites[index] & RELOCATED) != 0 || operand(index, 0) != InstructionScanner.IMMEDIATE) {
      return NONE;
    }
    long to = after(index) + immediate(index);
    if (to < 0 || to >= end) {
      throw error(Rule.BRANCHES, offsets[index], "a branch out of the function");
    }
    return index((int) to);
  }

  /** The row of the relocation that fills in the displacement of a call or jump, or -1. */
  int relocation(int index) {
    return (sites[index] & RELOCATED) == 0 ? NONE : relocations[index];
  }

  /** Whether the instruction is a call of a stub or function by that symbol. */
  boolean calls(int index, Symbol symbol) {
    return row(index) == CALL_REL32 && (sites[index] & RELOCATED) != 0 && symbol(relocations[index]) == symbol;
  }

  /** The number of the symbol that a call or jump is of, or -1. */
  int callee(int index) {
    return (sites[index] & RELOCATED) == 0 ? NONE : code.relocations()[relocations[index] + 1];
  }

  Symbol symbol(int relocation) {
    return Symbol.of(code.relocations()[relocation + 1]);
  }

  int symbolIndex(int relocation) {
    return code.relocations()[relocation + 2];
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
