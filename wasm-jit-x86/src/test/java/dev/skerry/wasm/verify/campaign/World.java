package dev.skerry.wasm.verify.campaign;

import dev.skerry.memory.MemoryLayout;
import dev.skerry.memory.NativeAccess;
import dev.skerry.memory.NativeBlock;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.GlobalType;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.runtime.ModuleLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * All that a compiled function may see: contexts, records, tables, descriptors, memories, a stack, made for one module
 * by {@link Layout} alone, and what it may do with each byte of them. It is real memory, so that a processor can run
 * the function in it too. {@link #reset} fills it with other hostile content; {@link #disturb} does what a callee may.
 */
final class World implements Bus, AutoCloseable {

  /** An access that the page tables stop under {@code GUARD}. */
  static final class GuardFault extends RuntimeException {

    private static final long serialVersionUID = 1;

    GuardFault() {
      super(null, null, false, false);
    }
  }

  /** A function that descriptors name; type null if the module has no such type. */
  record Callee(long descriptor, FuncType type, int typeId, long context, long memoryBase) {
  }

  static final int PAGE = 1 << 16;
  static final int STACK_BYTES = 1 << 18;
  /** Numbers of types that no module has. */
  private static final int UNKNOWN_TYPE = 7_000;
  private static final int READ = 1;
  private static final int WRITE = 2;
  private static final int GAP = 64;
  private static final int LARGEST_TABLE = 256;
  static final int MOST_PAGES = 128;
  private static final int CALL_BUFFER_BYTES = 2 * 1000 * Long.BYTES;
  private static final long GUARDED_BYTES = 6L << 30;
  private static final int SLOT = 16;

  final Cpu cpu = new Cpu();
  final Adversary adversary = new Adversary(this);
  private final Subject subject;
  private final ModuleInfo info;
  private final ModuleLayout layout;

  final long store;
  final long context;
  final long callBuffer;
  private final long otherContext;
  private final long tierZeroFrame;
  final long stackLow;
  private final long fields;
  private final byte[] rights;
  private final byte[] template;
  private final int fieldBytes;

  private final long[] memoryRecords;
  private final long[] memoryBases;
  private final long[] memoryBytes;
  private final long[] memoryRooms;
  private final long[] tableRecords;
  private final long[][] tableElements;
  private final int[] tableSizes;
  private final int[] tableRooms;
  private final long[] functionTables = new long[2];
  private final int[] current;
  private final long[] importedGlobals;
  final List<Callee> callees = new ArrayList<>();
  private final int references;
  private final NativeBlock block;

  /** Whether an interrupt may come at any time, which moves the limit of the stack; how often that was read. */
  boolean limitMoves;
  private int limitsRead;
  /** Whether a branch went the way that its condition forbids, as a processor may that foresees it wrongly. */
  boolean mispredicted;
  /** Where code is thought to lie, and its bytes. */
  long codeBase;
  private byte[] code = {};
  private int codeBytes;
  /** The stack pointer at entry, and the end of the parameters above it. */
  long entry;
  long frameTop;
  /** Whether the function may move its return address, as tail calls do. */
  boolean movesReturn;
  long limit;

  private long[] undo = new long[1 << 12];
  private int undoCount;
  private int place;
  private byte[] growing = new byte[1 << 16];

  World(Subject subject, long calleeEntry) {
    this.subject = subject;
    info = subject.contract().module();
    layout = subject.contract().layout();
    int memories = info.memories().length;
    int tables = info.tables().length;
    memoryRecords = new long[memories];
    memoryBases = new long[memories];
    memoryBytes = new long[memories];
    memoryRooms = new long[memories];
    tableRecords = new long[tables];
    tableElements = new long[tables][2];
    tableSizes = new int[tables];
    tableRooms = new int[tables];
    current = new int[tables + 1];
    importedGlobals = new long[info.importedGlobals()];
    store = add(Layout.STORE_BYTES);
    context = add((int) layout.byteLength());
    otherContext = add(Layout.INSTANCE_HEADER);
    callBuffer = add(CALL_BUFFER_BYTES);
    int slots = subject.type().paramSlots();
    int frame = Math.max(0, subject.contract().frameBytes());
    tierZeroFrame = add(slots * Long.BYTES + frame) + (long) slots * Long.BYTES;
    for (int i = 0; i < memories; i++) {
      memoryRecords[i] = add(Layout.RECORD_BYTES);
    }
    for (int i = 0; i < tables; i++) {
      tableRecords[i] = add(Layout.RECORD_BYTES);
      tableSizes[i] = (int) Math.min(info.tables()[i].limits().min(), LARGEST_TABLE);
      tableRooms[i] = tableSizes[i] + 4;
      tableElements[i][0] = add(tableRooms[i] * Integer.BYTES);
      tableElements[i][1] = add(tableRooms[i] * Integer.BYTES);
    }
    for (int i = 0; i < importedGlobals.length; i++) {
      importedGlobals[i] = add(Long.BYTES * info.globals()[i].value().slots());
    }
    List<FuncType> types = distinctTypes();
    int functions = info.functions().length;
    references = functions + types.size() + 3;
    functionTables[0] = add(references * Long.BYTES);
    functionTables[1] = add(references * Long.BYTES);
    long firstDescriptor = add(0);
    for (int i = 1; i < references; i++) {
      add(Layout.FUNCTION_BYTES);
    }
    fieldBytes = place;
    rights = Arrays.copyOf(growing, fieldBytes);
    growing = null;
    long room = 0;
    // Memory 0 comes last: nothing lies in its guard zone.
    for (int i = memories - 1; i >= 0; i--) {
      long least = Math.min(info.memories()[i].limits().min(), MOST_PAGES) * PAGE;
      long most = info.memories()[i].limits().max();
      boolean grows = most == -1 || Long.compareUnsigned(most * PAGE, least) > 0;
      memoryBytes[i] = least;
      memoryRooms[i] = least + (grows ? PAGE : 0);
      memoryBases[i] = room;
      room += region(memoryRooms[i]) + 2 * PAGE;
    }
    block = NativeBlock.allocate(fieldBytes + STACK_BYTES + room + 2 * PAGE);
    fields = block.address();
    stackLow = fields + fieldBytes + 63 & -64;
    long first = stackLow + STACK_BYTES + PAGE & -PAGE;
    for (int i = 0; i < memories; i++) {
      memoryBases[i] += first;
    }
    template = new byte[fieldBytes];
    link(calleeEntry, types, firstDescriptor);
    NativeAccess.copy(fields, template, 0, fieldBytes);
    Random random = new Random(1);
    for (int i = 0; i < memories; i++) {
      for (long at = 0; at < memoryRooms[i]; at += Long.BYTES) {
        NativeAccess.putLong(memoryBases[i] + at, adversary.content(random));
      }
    }
  }

  static long region(long bytes) {
    return Math.max(Long.highestOneBit(Math.max(1, bytes - 1)) << 1, PAGE);
  }

  /** Takes room among the fields, and a gap that nobody may touch; where it is, until the fields have an address. */
  private long add(int bytes) {
    int at = place + GAP + SLOT - 1 & -SLOT;
    place = at + bytes + GAP;
    if (place > growing.length) {
      growing = Arrays.copyOf(growing, 2 * place);
    }
    return at;
  }

  private List<FuncType> distinctTypes() {
    List<FuncType> types = new ArrayList<>();
    for (FuncType type : info.types()) {
      if (type != null && !types.contains(type) && types.size() < 40) {
        types.add(type);
      }
    }
    return types;
  }

  long at(long place) {
    return fields + place;
  }

  private void allow(long place, int bytes, int which) {
    for (int i = 0; i < bytes; i++) {
      rights[(int) place + i] |= (byte) which;
    }
  }

  private void pointer(long place, long target) {
    NativeAccess.putLong(at(place), target);
    allow(place, Long.BYTES, READ);
  }

  private void link(long calleeEntry, List<FuncType> types, long firstDescriptor) {
    allow(store + Layout.STORE_INTERRUPT, Integer.BYTES, READ);
    allow(store + Layout.STORE_FUNCTION_COUNT, Integer.BYTES, READ);
    allow(store + Layout.STORE_NATIVE_LIMIT, Long.BYTES, READ);
    allow(store + Layout.STORE_FUEL, Long.BYTES, READ | WRITE);
    pointer(store + Layout.STORE_FUNCTIONS, at(functionTables[0]));
    pointer(store + Layout.STORE_CALL_BUFFER, at(callBuffer));
    allow(callBuffer, CALL_BUFFER_BYTES, READ | WRITE);
    pointer(context + Layout.INSTANCE_STORE, at(store));
    pointer(context + Layout.INSTANCE_MEMORY_BASE, memoryBase());
    for (int i = 0; i < memoryRecords.length; i++) {
      pointer(memoryRecords[i] + Layout.RECORD_BASE, memoryBases[i]);
      allow(memoryRecords[i] + Layout.RECORD_LENGTH, 2 * Long.BYTES, READ);
      pointer(context + layout.memory(i), at(memoryRecords[i]));
    }
    if (memoryRecords.length > 0) {
      pointer(context + Layout.INSTANCE_MEMORY, at(memoryRecords[0]));
    }
    for (int i = 0; i < tableRecords.length; i++) {
      pointer(tableRecords[i] + Layout.RECORD_BASE, at(tableElements[i][0]));
      allow(tableRecords[i] + Layout.RECORD_LENGTH, Long.BYTES, READ);
      pointer(context + layout.table(i), at(tableRecords[i]));
    }
    for (int i = 0; i < info.globals().length; i++) {
      GlobalType type = info.globals()[i];
      int which = type.mutable() ? READ | WRITE : READ;
      if (i < importedGlobals.length) {
        pointer(context + layout.global(i), at(importedGlobals[i]));
        allow(importedGlobals[i], Long.BYTES * type.value().slots(), which);
      } else {
        allow(context + layout.global(i), Long.BYTES * type.value().slots(), which);
      }
    }
    if (subject.contract().replacesFrame()) {
      int below = subject.type().paramSlots() * Long.BYTES;
      allow(tierZeroFrame - below, below + subject.contract().frameBytes(), READ);
    }
    NativeAccess.putLong(at(otherContext) + Layout.INSTANCE_MEMORY_BASE, at(callBuffer));
    allow(otherContext + Layout.INSTANCE_MEMORY_BASE, Long.BYTES, READ);
    long next = firstDescriptor;
    for (int i = 1; i < references; i++) {
      int function = i - 1;
      boolean own = function >= info.importedFunctions() && function < info.functions().length;
      FuncType type;
      int typeId;
      if (function < info.functions().length) {
        type = info.types()[info.functions()[function]];
        typeId = subject.contract().typeIds().applyAsInt(info.functions()[function]);
        pointer(context + layout.function(function), at(next));
      } else if (function - info.functions().length < types.size()) {
        type = types.get(function - info.functions().length);
        typeId = subject.contract().typeIds().applyAsInt(Arrays.asList(info.types()).indexOf(type));
      } else {
        type = null;
        typeId = UNKNOWN_TYPE + i;
      }
      long where = own ? at(context) : at(otherContext);
      pointer(next + Layout.FUNCTION_CONTEXT, where);
      pointer(next + Layout.FUNCTION_ENTRY, calleeEntry);
      NativeAccess.putInt(at(next) + Layout.FUNCTION_TYPE, typeId);
      NativeAccess.putInt(at(next) + Layout.FUNCTION_REF, i);
      allow(next + Layout.FUNCTION_TYPE, 2 * Integer.BYTES, READ);
      NativeAccess.putLong(at(functionTables[0]) + (long) i * Long.BYTES, at(next));
      NativeAccess.putLong(at(functionTables[1]) + (long) i * Long.BYTES, at(next));
      callees.add(new Callee(at(next), type, typeId, where, own ? memoryBase() : at(callBuffer)));
      next += Layout.FUNCTION_BYTES + 2 * GAP + SLOT - 1 & -SLOT;
    }
  }

  long memoryBase() {
    return memoryBases.length == 0 ? 0 : memoryBases[0];
  }

  /** Somewhere that code knows the address of, for values that look like pointers. */
  long somewhere(Random random) {
    return fields + random.nextInt(fieldBytes);
  }

  long memoryLength(int memory) {
    return NativeAccess.getLong(at(memoryRecords[memory]) + Layout.RECORD_LENGTH);
  }

  int memories() {
    return memoryRecords.length;
  }

  int references() {
    return references;
  }

  /** Says what runs. */
  void use(byte[] bytes, int instructions, long base) {
    code = bytes;
    codeBytes = instructions;
    codeBase = base;
  }

  // Content.

  /** Makes everything anew; of the same state of the generator always the same. */
  void reset(Random random, boolean interrupted) {
    while (undoCount > 0) {
      undoCount -= 2;
      NativeAccess.putLong(undo[undoCount], undo[undoCount + 1]);
    }
    NativeAccess.copy(template, 0, fields, fieldBytes);
    limitsRead = 0;
    Arrays.fill(current, 1);
    for (int i = 0; i < memoryRecords.length; i++) {
      length(i, random.nextInt(4) == 0 ? memoryRooms[i] : memoryBytes[i]);
    }
    NativeAccess.putInt(at(store) + Layout.STORE_FUNCTION_COUNT, references);
    entry = stackLow + STACK_BYTES - (1 << 14) - SLOT * random.nextInt(64) - Long.BYTES;
    limit = switch (random.nextInt(6)) {
      case 0 -> entry + Layout.NATIVE_RESERVE + Long.BYTES
          - random.nextInt(random.nextBoolean() ? 8 : 512) * (long) Long.BYTES;
      case 1 -> entry - random.nextInt(64) * Long.BYTES;
      default -> stackLow + (1 << 15);
    };
    NativeAccess.putLong(at(store) + Layout.STORE_FUEL, random.nextInt(4) == 0 ? random.nextInt(100) : Long.MAX_VALUE);
    NativeAccess.putInt(at(store) + Layout.STORE_INTERRUPT, interrupted ? 1 + random.nextInt(3) : 0);
    NativeAccess.putLong(at(store) + Layout.STORE_NATIVE_LIMIT, interrupted ? -1 : limit);
    contents(random, true);
    for (long at = tierZeroFrame - subject.type().paramSlots() * (long) Long.BYTES;
        at < tierZeroFrame + subject.contract().frameBytes(); at += Long.BYTES) {
      NativeAccess.putLong(at(at), adversary.value(random));
    }
  }

  private void length(int memory, long bytes) {
    boolean masks = subject.contract().memory() == MemoryStrategy.MASK && !isWide(memory);
    NativeAccess.putLong(at(memoryRecords[memory]) + Layout.RECORD_LENGTH, bytes);
    NativeAccess.putLong(at(memoryRecords[memory]) + Layout.RECORD_MASK, masks ? region(bytes) - 1 : -1);
  }

  private boolean isWide(int memory) {
    return info.memories()[memory].address().equals(ValType.I64);
  }

  /** What guests and callees can write: globals, tables, the call buffer, memories; and tables that move. */
  private void contents(Random random, boolean first) {
    for (int i = 0; i < info.globals().length; i++) {
      long at = i < importedGlobals.length ? importedGlobals[i] : context + layout.global(i);
      if (info.globals()[i].mutable() || first) {
        for (int k = 0; k < info.globals()[i].value().slots(); k++) {
          NativeAccess.putLong(at(at) + (long) k * Long.BYTES, adversary.value(random));
        }
      }
    }
    for (int i = 0; i < tableRecords.length; i++) {
      int size = tableSizes[i] + (random.nextInt(4) == 0 ? 4 : 0);
      long old = NativeAccess.getLong(at(tableRecords[i]) + Layout.RECORD_LENGTH);
      size = Math.max(size, (int) old);
      move(tableElements[i], i, tableRecords[i] + Layout.RECORD_BASE);
      NativeAccess.putLong(at(tableRecords[i]) + Layout.RECORD_LENGTH, size);
      Arrays.fill(rights, (int) tableElements[i][current[i]],
          (int) tableElements[i][current[i]] + size * Integer.BYTES, (byte) (READ | WRITE));
      for (int k = 0; k < size; k++) {
        NativeAccess.putInt(at(tableElements[i][current[i]]) + (long) k * Integer.BYTES,
            random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(references + 2));
      }
    }
    move(functionTables, current.length - 1, store + Layout.STORE_FUNCTIONS);
    allow(functionTables[current[current.length - 1]], references * Long.BYTES, READ);
    for (int i = 0; i < 32; i++) {
      NativeAccess.putLong(at(callBuffer) + (long) i * Long.BYTES, adversary.value(random));
    }
    for (int i = 0; i < memoryRecords.length; i++) {
      long length = memoryLength(i);
      for (int k = 0; k < 8 && length > 0; k++) {
        long offset = (random.nextBoolean() ? random.nextInt(256) : random.nextInt((int) length)) & -Long.BYTES;
        write(memoryBases[i] + offset, adversary.content(random));
      }
    }
  }

  /** One of two places is no longer readable, the other one is. */
  private void move(long[] places, int which, long pointer) {
    int bytes = which == current.length - 1 ? references * Long.BYTES : tableRooms[which] * Integer.BYTES;
    for (long place : places) {
      Arrays.fill(rights, (int) place, (int) place + bytes, (byte) 0);
    }
    current[which] ^= 1;
    NativeAccess.putLong(at(pointer), at(places[current[which]]));
  }

  /** What any callee, or anything that runs while the function waits, may do. */
  void disturb(Random random) {
    for (int i = 0; i < memoryRecords.length; i++) {
      if (random.nextInt(4) == 0) {
        length(i, memoryRooms[i]);
      }
    }
    contents(random, false);
    for (long at = cpu.gpr[4] - 512 & -Long.BYTES; at < cpu.gpr[4]; at += Long.BYTES) {
      if (at >= stackLow) {
        write(at, adversary.value(random));
      }
    }
  }

  /** Writes 8 bytes of stack or memory that the next reset takes back. */
  void write(long address, long value) {
    if (undoCount + 2 > undo.length) {
      undo = Arrays.copyOf(undo, 2 * undo.length);
    }
    undo[undoCount++] = address;
    undo[undoCount++] = NativeAccess.getLong(address);
    NativeAccess.putLong(address, value);
  }

  /** What the driver does where a check of the stack failed: an interrupt goes by, an exhausted stack does not. */
  boolean goesOnAfterStackCheck() {
    boolean interrupt = NativeAccess.getLong(at(store) + Layout.STORE_NATIVE_LIMIT) == -1;
    NativeAccess.putLong(at(store) + Layout.STORE_NATIVE_LIMIT, limit);
    return interrupt;
  }

  long tierZeroFrame() {
    return at(tierZeroFrame);
  }

  long context() {
    return at(context);
  }

  // Accesses.

  @Override
  public void require(long address, int bytes, boolean writes) {
    long inFields = address - fields;
    if (inFields >= 0 && inFields + bytes <= fieldBytes) {
      int wanted = writes ? WRITE : READ;
      for (int i = 0; i < bytes && !(mispredicted && isFirstElement(inFields)); i++) {
        if ((rights[(int) inFields + i] & wanted) == 0) {
          throw new Violation(Violation.Kind.MEMORY, (writes ? "writes " : "reads ") + bytes + " bytes at "
              + text(address));
        }
      }
      return;
    }
    if (address >= stackLow && address < stackLow + STACK_BYTES) {
      stack(address, bytes, writes);
      return;
    }
    long inCode = address - codeBase;
    if (inCode >= 0 && inCode < code.length) {
      if (writes || inCode < codeBytes || inCode + bytes > code.length) {
        throw new Violation(Violation.Kind.MEMORY, (writes ? "writes" : "reads") + " the code at " + inCode);
      }
      return;
    }
    boolean hardened = subject.contract().memory() == MemoryStrategy.HARDENED;
    if (mispredicted && (!hardened || address >= 0 && address < PAGE)) {
      throw new GuardFault();
    }
    for (int i = memoryBases.length - 1; i >= 0; i--) {
      long offset = address - memoryBases[i];
      if (offset >= 0 && offset < span(i)) {
        linear(i, offset, bytes);
        return;
      }
    }
    throw new Violation(Violation.Kind.MEMORY, (writes ? "writes " : "reads ") + bytes + " bytes at "
        + text(address));
  }

  /**
   * Whether accesses to linear memory that are not clamped, as they need be under {@code HARDENED} alone, reach nothing
   * that looks like another violation: addresses of 32 bits do not.
   */
  boolean showsMisprediction() {
    boolean shows = true;
    for (int i = 0; i < memories(); i++) {
      shows &= !isWide(i);
    }
    return shows || subject.contract().memory() == MemoryStrategy.HARDENED;
  }

  /** Whether a clamped index of an empty table leads there. */
  private boolean isFirstElement(long field) {
    for (int i = 0; i < tableRecords.length; i++) {
      if (field >= tableElements[i][current[i]] && field < tableElements[i][current[i]] + Integer.BYTES) {
        return true;
      }
    }
    return false;
  }

  private boolean isGuarded(int memory) {
    return memory == 0 && subject.contract().memory() == MemoryStrategy.GUARD && !isWide(0);
  }

  private long span(int memory) {
    return isGuarded(memory) ? GUARDED_BYTES : region(memoryRooms[memory]) + PAGE;
  }

  private void linear(int memory, long offset, int bytes) {
    // What is clamped goes to the start, which is nobody else's even if the memory is shorter.
    long length = mispredicted ? Math.max(PAGE, memoryLength(memory)) : memoryLength(memory);
    if (offset + bytes <= length) {
      return;
    }
    if (isGuarded(memory) && offset + bytes <= GUARDED_BYTES) {
      throw new GuardFault();
    }
    boolean masks = subject.contract().memory() == MemoryStrategy.MASK && !isWide(memory);
    if (masks && offset + bytes <= region(length) + MemoryLayout.TAIL_BYTES) {
      return;
    }
    throw new Violation(Violation.Kind.MEMORY, bytes + " bytes at " + offset + " of memory " + memory + ", which has "
        + length);
  }

  private void stack(long address, int bytes, boolean writes) {
    boolean own = address >= cpu.gpr[4] && address + bytes <= frameTop;
    boolean onReturn = address < entry + Long.BYTES && address + bytes > entry;
    if (!own || onReturn && !movesReturn) {
      throw new Violation(Violation.Kind.MEMORY, (writes ? "writes " : "reads ") + bytes + " bytes at entry "
          + (address - entry) + " of the stack, with the stack pointer at " + (cpu.gpr[4] - entry));
    }
  }

  private String text(long address) {
    long field = address - fields;
    if (field < 0 || field >= fieldBytes) {
      return Long.toHexString(address);
    }
    String text = "field " + field;
    if (field >= store && field < store + Layout.STORE_BYTES) {
      text = "the store's " + (field - store);
    } else if (field >= context && field < context + layout.byteLength() + GAP) {
      text = "the context's " + (field - context);
    }
    return text;
  }

  @Override
  public long load(long address, int bytes) {
    require(address, bytes, false);
    if (limitMoves && address == at(store) + Layout.STORE_NATIVE_LIMIT && ++limitsRead % 3 == 0) {
      NativeAccess.putLong(address, -1);
    }
    if (address >= codeBase && address < codeBase + code.length) {
      long value = 0;
      for (int i = 0; i < bytes; i++) {
        value |= (code[(int) (address - codeBase) + i] & 0xFFL) << i * Byte.SIZE;
      }
      return value;
    }
    return switch (bytes) {
      case 1 -> NativeAccess.getByte(address) & 0xFFL;
      case 2 -> NativeAccess.getShort(address) & 0xFFFFL;
      case 4 -> NativeAccess.getInt(address) & 0xFFFF_FFFFL;
      default -> NativeAccess.getLong(address);
    };
  }

  @Override
  public void store(long address, int bytes, long value) {
    require(address, bytes, true);
    long inFuel = address - at(store) - Layout.STORE_FUEL;
    if (inFuel > -bytes && inFuel < Long.BYTES
        && (inFuel != 0 || bytes != Long.BYTES || value > NativeAccess.getLong(address))) {
      throw new Violation(Violation.Kind.MEMORY, "makes fuel");
    }
    boolean inFields = address >= fields && address < fields + fieldBytes;
    if (!inFields) {
      long first = address & -Long.BYTES;
      write(first, NativeAccess.getLong(first));
      if (first + Long.BYTES < address + bytes) {
        write(first + Long.BYTES, NativeAccess.getLong(first + Long.BYTES));
      }
    }
    switch (bytes) {
      case 1 -> NativeAccess.putByte(address, (byte) value);
      case 2 -> NativeAccess.putShort(address, (short) value);
      case 4 -> NativeAccess.putInt(address, (int) value);
      default -> NativeAccess.putLong(address, value);
    }
  }

  /** A number that depends on every byte that a function may write, stack left out. */
  long digest() {
    long digest = 7;
    for (int i = 0; i < fieldBytes; i++) {
      if ((rights[i] & WRITE) != 0) {
        digest = 31 * digest + NativeAccess.getByte(fields + i);
      }
    }
    for (int i = 0; i < memoryBases.length; i++) {
      for (long at = 0; at < memoryRooms[i]; at += Long.BYTES) {
        digest = 31 * digest + NativeAccess.getLong(memoryBases[i] + at);
      }
    }
    return digest;
  }

  /** Bytes of memories that a processor may write unseen: they are written back by {@link #restore}. */
  long[][] copy() {
    long[][] copy = new long[memoryBases.length][];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = new long[(int) (memoryRooms[i] / Long.BYTES)];
      for (int k = 0; k < copy[i].length; k++) {
        copy[i][k] = NativeAccess.getLong(memoryBases[i] + (long) k * Long.BYTES);
      }
    }
    return copy;
  }

  void restore(long[][] copy) {
    for (int i = 0; i < copy.length; i++) {
      for (int k = 0; k < copy[i].length; k++) {
        NativeAccess.putLong(memoryBases[i] + (long) k * Long.BYTES, copy[i][k]);
      }
    }
  }

  @Override
  public void close() {
    block.close();
  }
}
