package dev.skerry.wasm.runtime;

import dev.skerry.memory.NativeAccess;
import dev.skerry.memory.NativeBlock;
import dev.skerry.memory.NativeMemoryException;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.decode.LineTable;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.Allowance;
import dev.skerry.wasm.format.ExternType;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.GlobalType;
import dev.skerry.wasm.format.Reservation;
import dev.skerry.wasm.format.TableType;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.interp.BranchProfile;
import dev.skerry.wasm.interp.CountingCode;
import dev.skerry.wasm.interp.HandlerTable;
import dev.skerry.wasm.interp.LoopTable;
import dev.skerry.wasm.interp.Op;
import dev.skerry.wasm.interp.TranslatedFunction;
import dev.skerry.wasm.interp.Translator;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.verify.Contract;
import dev.skerry.wasm.verify.ProvedCode;
import java.lang.ref.Cleaner;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A module as stores use it: what the decoder read, and code that grows function by function as they are first called.
 * Shared by all instances of the module, which keep it reachable; the code's memory goes when it no longer is.
 * Thread-safe.
 */
public final class ModuleCode {

  private static final Cleaner CLEANER = Cleaner.create();
  /** Bytes of the objects that belong to a function's code, beside its words and offsets. */
  private static final int FUNCTION_OVERHEAD = 128;
  /** Bytes that code which counts branches may take. */
  private static final long COUNTING_BYTES = 16L << 20;

  private final ModuleInfo info;
  private final boolean canonicalNaN;
  private final boolean fuel;
  private final ModuleLayout layout;
  private final CanonicalType[] types;
  /** By own function; null where none was translated yet. */
  private final Published[] published;
  /** By function: the code that counts its branches, of those that were found running. */
  private final Map<Integer, Counting> counting = new HashMap<>();
  private long countingBytes;
  private final CodeMemory memory = new CodeMemory();
  private final Reservation reservation;
  /** Null as long as nobody asked; two threads may both make it. */
  private volatile LineTable lines;
  private NativeModule machine;

  /** The code of one function: its address, and what belongs to it. */
  private record Published(long entry, int[] offsets, HandlerTable handlers, LoopTable loops) {

    private boolean contains(long pc) {
      return pc >= entry && pc < entry + (long) offsets.length * Op.UNIT;
    }
  }

  /** The code of one function that counts its branches. */
  private record Counting(Published code, CountingCode how) {

    private int word(int index) {
      return NativeAccess.getInt(code.entry() + (long) index * Integer.BYTES);
    }
  }

  /** The code of a module that was read, which counts no fuel. */
  public ModuleCode(ModuleInfo info, TypeRegistry registry, boolean canonicalNaN, Allowance allowance) {
    this(info, registry, canonicalNaN, false, allowance);
  }

  /**
   * The code of a module that was read.
   *
   * @param canonicalNaN whether arithmetic yields no other NaN than the canonical one
   * @param fuel whether the code counts what it does
   * @param allowance what the module was read with; what was taken for it is given back when it is collected
   */
  public ModuleCode(ModuleInfo info, TypeRegistry registry, boolean canonicalNaN, boolean fuel, Allowance allowance) {
    this.canonicalNaN = canonicalNaN;
    this.fuel = fuel;
    this.info = info;
    this.reservation = allowance.memory();
    this.layout = new ModuleLayout(info);
    this.types = new CanonicalType[info.types().length];
    canonicalize(registry, allowance);
    this.published = new Published[info.bodies().length()];
    CodeMemory toFree = memory;
    Reservation toGiveBack = reservation;
    CLEANER.register(this, () -> {
      toFree.close();
      toGiveBack.close();
    });
  }

  /** The machine code of this module, of which there may be none yet. */
  synchronized NativeModule machine(CodeRegion region) {
    if (machine == null) {
      machine = new NativeModule(region, this, info.importedFunctions(), info.bodies().length());
      CLEANER.register(this, machine);
    }
    return machine;
  }

  /**
   * Makes a function's machine code what runs, from the next call on, in every instance that may run it. Any thread may
   * do so, whatever others do. Code that it supersedes stays until nobody has the module any more.
   *
   * @param proved what it calls directly has machine code, or is reached through its descriptor for ever
   * @throws NativeMemoryException if there is no room for it, or the module may not take it
   */
  public void install(ProvedCode proved) {
    requireOwn(proved, false);
    int function = proved.contract().function();
    takeMachineCode(function, proved.code());
    machine(CodeRegion.current()).install(function, proved.code());
  }

  /**
   * Makes machine code known that goes on at the start of a loop, with the address of the tier-0 frame as its only
   * parameter and the function's results.
   *
   * @param loop byte offset in the module of the loop instruction
   */
  public void installLoop(int loop, ProvedCode proved) {
    requireOwn(proved, true);
    int function = proved.contract().function();
    takeMachineCode(function, proved.code());
    machine(CodeRegion.current()).installLoop(function, loop, proved.code());
  }

  private void requireOwn(ProvedCode proved, boolean loop) {
    if (proved.contract().module() != info || proved.contract().replacesFrame() != loop) {
      throw new IllegalArgumentException("the machine code of function " + proved.contract().function()
          + " was proved for another place");
    }
  }

  /**
   * What machine code of a function is proved against.
   *
   * @param loop whether it goes on in a loop, of a function that was translated
   * @param memory how accesses to 32-bit memories are kept in bounds
   */
  public Contract contract(int function, boolean loop, MemoryStrategy memory) {
    return new Contract(info, layout, this::typeId, memory, function, loop ? frameBytes(function) : -1);
  }

  private void takeMachineCode(int function, CompiledFunction compiled) {
    long bytes = compiled.byteLength() + FUNCTION_OVERHEAD;
    String refused = reservation.take(bytes);
    if (refused != null) {
      throw new NativeMemoryException("the machine code of function " + function + " needs " + bytes
          + " bytes, more than is left of " + refused);
    }
  }

  /** Address of a function's machine code, which others of this module may call directly; 0 if it has none. */
  public long nativeEntry(int function) {
    NativeModule known;
    synchronized (this) {
      known = machine;
    }
    return known == null ? 0 : known.entry(function);
  }

  private void canonicalize(TypeRegistry registry, Allowance allowance) {
    int[] canonical = info.groups().canonical();
    int[] starts = info.groups().starts();
    for (int start = 0; start < types.length;) {
      int end = start;
      allowance.step();
      while (end < types.length && starts[end] == start) {
        end++;
      }
      if (canonical[start] == start) {
        List<FuncType> members = Arrays.asList(info.types()).subList(start, end);
        TypeRegistry.Group group = registry.group(members, start, number -> types[number]);
        for (int i = start; i < end; i++) {
          types[i] = group.member(i - start);
        }
      } else {
        for (int i = start; i < end; i++) {
          types[i] = types[canonical[i]];
        }
      }
      start = end;
    }
  }

  public ModuleInfo info() {
    return info;
  }

  /** Where instance contexts of the module keep what. */
  public ModuleLayout layout() {
    return layout;
  }

  /** A type of the module as it is seen from outside: references name types by their numbers in the engine. */
  public ExternType external(ExternType type) {
    if (type instanceof TableType table) {
      return external(table);
    }
    return type instanceof GlobalType global ? external(global) : type;
  }

  TableType external(TableType type) {
    return new TableType(external(type.element()), type.limits(), type.address());
  }

  GlobalType external(GlobalType type) {
    return new GlobalType(external(type.value()), type.mutable());
  }

  private ValType external(ValType type) {
    return type.isConcrete() ? type.withNumber(types[type.number()].id()) : type;
  }

  /** The canonical type of a function. */
  public CanonicalType typeOf(int function) {
    return types[info.functions()[function]];
  }

  /** The canonical type of a tag. */
  public CanonicalType tagType(int tag) {
    return types[info.tags()[tag]];
  }

  /** The address of a function's code if it was translated already, else 0. */
  synchronized long entry(int function) {
    Published known = published[function - info.importedFunctions()];
    return known == null ? 0 : known.entry();
  }

  /** Whether a function was translated for tier 0. */
  public boolean isTranslated(int function) {
    return entry(function) != 0;
  }

  /** Descriptors of own functions that have no code and no context; the first one has that reference. */
  NativeBlock template(int ref) {
    int imported = info.importedFunctions();
    NativeBlock block = NativeBlock.allocate((long) published.length * Layout.FUNCTION_BYTES);
    for (int i = 0; i < published.length; i++) {
      long descriptor = block.address() + (long) i * Layout.FUNCTION_BYTES;
      NativeAccess.putLong(descriptor + Layout.FUNCTION_CODE, Stub.LAZY.address());
      NativeAccess.putInt(descriptor + Layout.FUNCTION_TYPE, typeOf(imported + i).id());
      NativeAccess.putInt(descriptor + Layout.FUNCTION_REF, ref + i);
      NativeAccess.putInt(descriptor + Layout.FUNCTION_INDEX, imported + i);
    }
    return block;
  }

  /** The canonical number of each own function's type. */
  private int[] ownTypes() {
    int[] numbers = new int[published.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = types[info.functions()[info.importedFunctions() + i]].id();
    }
    return numbers;
  }

  /**
   * Writes the descriptors of an instance's own functions, which lie one after the other, every byte of them, and what
   * leads to them; the reference stands right behind the type, and both are written at once, as is the index with what
   * nobody uses behind it. A function that another thread translates meanwhile may be said to have no code yet, and is
   * then found to have it.
   *
   * @param first address of the first descriptor
   * @param context address of the instance context
   * @param ref reference of the first function; the others' follow
   * @param references address of the first one's place in the store's table of functions
   * @param places the same in the instance context
   * @param entry what machine code calls; 0 as long as none may run
   */
  void describe(long first, long context, int ref, long references, long places, long entry) {
    int imported = info.importedFunctions();
    int[] numbers = ownTypes();
    long lazy = Stub.LAZY.address();
    for (int i = 0; i < published.length; i++) {
      long descriptor = first + (long) i * Layout.FUNCTION_BYTES;
      Published known = published[i];
      describe(descriptor, known == null ? lazy : known.entry, context, (long) (ref + i) << Integer.SIZE | numbers[i],
          imported + i, entry);
      NativeAccess.putLong(references + (long) i * Long.BYTES, descriptor);
      NativeAccess.putLong(places + (long) i * Long.BYTES, descriptor);
    }
  }

  /** Apart, for a cold JVM compiles what is called some hundred times, but interprets a loop for a long time. */
  private static void describe(long descriptor, long code, long context, long refAndType, long index, long entry) {
    NativeAccess.putLong(descriptor + Layout.FUNCTION_CODE, code);
    NativeAccess.putLong(descriptor + Layout.FUNCTION_CONTEXT, context);
    NativeAccess.putLong(descriptor + Layout.FUNCTION_TYPE, refAndType);
    NativeAccess.putLong(descriptor + Layout.FUNCTION_INDEX, index);
    NativeAccess.putLong(descriptor + Layout.FUNCTION_ENTRY, entry);
  }

  /**
   * The address of a function's code, translated now if it was not yet. Threads do not wait for each other's
   * translations, which may take long: of two, one is dropped.
   *
   * @param poll called every fraction of a millisecond; what it throws ends the translation
   * @throws Trap if there is no memory left for it of what the module may take
   */
  long translate(int function, Runnable poll) {
    long known = entry(function);
    if (known != 0) {
      return known;
    }
    info.bodies().require(function - info.importedFunctions(), poll);
    return publish(function, Translator.translate(info, layout, this::typeId, canonicalNaN, fuel, function, poll));
  }

  private synchronized long publish(int function, TranslatedFunction made) {
    int own = function - info.importedFunctions();
    if (published[own] == null) {
      long bytes = byteLength(made);
      String refused = reservation.take(bytes);
      if (refused != null) {
        throw Trap.host("the code of function " + function + " needs " + bytes + " bytes, more than is left of "
            + refused);
      }
      published[own] = new Published(memory.add(made.words()), made.offsets(), made.handlers(),
          made.loops());
    }
    return published[own].entry();
  }

  private static long byteLength(TranslatedFunction made) {
    return (long) (made.words().length + made.offsets().length) * Integer.BYTES + made.loops().byteLength()
        + Op.UNIT + FUNCTION_OVERHEAD;
  }

  /** The canonical number of a function type. */
  public int typeId(int type) {
    return types[type].id();
  }

  /** The code of a function that has some in which that address is. */
  private Published at(int function, long pc) {
    Counting counts = counting.get(function);
    return counts != null && counts.code().contains(pc) ? counts.code()
        : published[function - info.importedFunctions()];
  }

  /** Where a function catches exceptions, by units of the code that {@link #entry(int, long)} begins. */
  synchronized HandlerTable handlers(int function, long pc) {
    Published known = at(function, pc);
    return known == null ? HandlerTable.NONE : known.handlers();
  }

  /** The address of that code of a function in which an address is; 0 if it has none. */
  synchronized long entry(int function, long pc) {
    Published known = at(function, pc);
    return known == null ? 0 : known.entry();
  }

  /** Bytes from the frame pointer to the end of a function's frames; it was translated. */
  synchronized int frameBytes(int function) {
    // The first instruction is the ENTER, with that number in its first word.
    return NativeAccess.getInt(published[function - info.importedFunctions()].entry() + Integer.BYTES);
  }

  /** Byte offset in the module of the loop instruction whose body's code in tier 0 begins at that address, or -1. */
  synchronized int loopAt(int function, long pc) {
    Published known = at(function, pc);
    return known == null ? LoopTable.NONE : known.loops().find((pc - known.entry()) / Op.UNIT);
  }

  /**
   * Where a run goes on that stopped in a function at a poll.
   *
   * @param counts whether it is to count its branches from there on, as far as there is room for code that does
   * @return the same place in code that counts, or does not; {@code pc} where it has to stay
   */
  long elsewhere(int function, long pc, boolean counts) {
    Counting known;
    Published plain;
    synchronized (this) {
      known = counting.get(function);
      plain = published[function - info.importedFunctions()];
    }
    if (counts && plain.contains(pc)) {
      known = known == null ? publishCounting(function, plain) : known;
      return known == null ? pc
          : known.code().entry() + (long) known.how().place((int) ((pc - plain.entry()) / Op.UNIT)) * Op.UNIT;
    }
    int unit = counts || known == null || !known.code().contains(pc) ? -1
        : known.how().plainUnit((int) ((pc - known.code().entry()) / Op.UNIT));
    return unit < 0 ? pc : plain.entry() + (long) unit * Op.UNIT;
  }

  /** Makes the code of a function that counts; null if it is too long, or there is no room. */
  private Counting publishCounting(int function, Published plain) {
    if (plain.offsets().length > CountingCode.MOST_UNITS) {
      return null;
    }
    int[] words = new int[plain.offsets().length * Op.UNIT / Integer.BYTES];
    for (int i = 0; i < words.length; i++) {
      words[i] = NativeAccess.getInt(plain.entry() + (long) i * Integer.BYTES);
    }
    CountingCode made = CountingCode.of(info,
        new TranslatedFunction(words, plain.offsets(), plain.handlers(), plain.loops()));
    TranslatedFunction code = made.code();
    synchronized (this) {
      long bytes = byteLength(code) + made.byteLength();
      if (!counting.containsKey(function) && countingBytes + bytes <= COUNTING_BYTES
          && reservation.take(bytes) == null) {
        countingBytes += bytes;
        counting.put(function, new Counting(
            new Published(memory.add(code.words()), code.offsets(), code.handlers(), code.loops()), made));
      }
      return counting.get(function);
    }
  }

  private synchronized Counting counting(int function) {
    return counting.get(function);
  }

  /** Says whether a function counted so many of its branches, or does not count at all. */
  public boolean hasCounted(int function, int branches) {
    Counting known = counting(function);
    return known == null || known.how().hasCounted(branches, known::word);
  }

  /** Which way a function's branches went while that was counted. */
  public BranchProfile profile(int function) {
    Counting known = counting(function);
    return known == null ? BranchProfile.NONE : known.how().profile(known::word);
  }

  /**
   * Bytes from the tier-0 frame pointer to the first operand's slot; parameters end at the frame pointer, locals begin
   * behind the header.
   *
   * @throws IllegalStateException if the function was not translated
   */
  public synchronized int operandsAt(int function) {
    Published known = published[function - info.importedFunctions()];
    if (known == null) {
      throw new IllegalStateException("function " + function + " has no code in tier 0");
    }
    return known.loops().operands();
  }

  /** The byte offset in the module of the instruction whose code is at that address. */
  synchronized long offsetOf(int function, long pc) {
    Published known = at(function, pc);
    if (known == null) {
      return -1;
    }
    int[] table = known.offsets();
    long unit = (pc - known.entry()) / Op.UNIT;
    return unit >= 0 && unit < table.length ? table[(int) unit] : -1;
  }

  /** The source line of the instruction at a byte offset in the module, or an empty string. */
  String lineAt(long offset) {
    LineTable table = lines;
    if (table == null) {
      long bytes = LineTable.mostBytes(info);
      if (reservation.take(bytes) != null) {
        return "";
      }
      table = LineTable.of(info);
      reservation.giveBack(bytes - table.byteLength());
      lines = table;
    }
    return table.at(offset);
  }

  /** A function as people know it: the module's name if it has one, then its own name or else its index. */
  public String describe(int function) {
    String module = info.names().module();
    String name = nameOf(function);
    return (module.isEmpty() ? "" : module + ".") + (name.isEmpty() ? "function " + function : name);
  }

  /** The function's name from the name section or an export, or an empty string. */
  String nameOf(int function) {
    String name = info.names().function(function);
    if (!name.isEmpty()) {
      return name;
    }
    return info.exports().stream()
        .filter(export -> export.kind() == ModuleInfo.ExternKind.FUNC && export.index() == function)
        .map(ModuleInfo.Export::name).findFirst().orElse("");
  }
}
