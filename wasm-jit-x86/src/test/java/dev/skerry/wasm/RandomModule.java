package dev.skerry.wasm;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.Immediate;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A random module that uses what there is: memories, tables, globals, host functions, vectors, atomics, bulk
 * operations, references and calls of every kind. Each call of a function takes one of the global {@link #FUEL}, and
 * traps when there is none, so that recursion ends. Exports: functions {@code f0} on, memories {@code m0} on, tables
 * {@code t0} and {@code t1}, globals {@code g0} on.
 */
public final class RandomModule implements RandomProgram.Scope {

  /** By global; references are in some modules only. */
  static final List<ValType> TYPES =
      List.of(ValType.I32, ValType.I64, ValType.F32, ValType.F64, ValType.V128, ValType.FUNCREF);
  static final int TABLES = 2;
  /** Export of the i32 global that counts calls down. */
  static final String FUEL = "fuel";
  /** The host functions, in the order of their imports. */
  static final List<FuncType> HOSTS = List.of(FuncType.of("i32 f64 i64 -> i64"), FuncType.of("v128 f32 -> f32 v128"),
      FuncType.of("i32 ->"));

  private static final List<List<ValType>> TAGS =
      List.of(List.of(), List.of(ValType.I32), List.of(ValType.V128, ValType.F64, ValType.I64));
  private static final int ELEMENTS = 16;
  private static final int FUEL_GLOBAL = TYPES.size();
  private static final List<ValType> VALUES = TYPES.subList(0, FUEL_GLOBAL - 1);
  private static final FuncType PROVIDED = FuncType.of("i64 v128 f32 i32 -> i32 v128");
  private static final int DATA_BYTES = 300;
  private static final List<Opcode> OPERATORS = Arrays.stream(Opcode.values())
      .filter(op -> op.signature != null && op.signature.matches("[iIfFV]+:[iIfFV]|:i"))
      .filter(op -> switch (op.immediate) {
        case NONE, LANE, SHUFFLE, MEMARG, MEMARG_LANE, MEMORY, TABLE -> true;
        case ATOMIC -> !op.mnemonic.contains("wait");
        default -> false;
      }).toList();
  private static final List<Opcode> STORES = Arrays.stream(Opcode.values())
      .filter(op -> op.signature != null && op.signature.matches("i[iIfFV]+:"))
      .filter(op -> op.immediate == Immediate.MEMARG || op.immediate == Immediate.MEMARG_LANE
          || op.immediate == Immediate.ATOMIC).toList();

  private final TestModule module = new TestModule();
  private final List<FuncType> functions = new ArrayList<>(HOSTS);
  private final boolean exceptions;
  private final RandomExceptions exception = new RandomExceptions(TAGS);
  private final List<ValType> types;
  private final RandomPlaces places;
  private final int imported;
  private final List<Integer> elements = new ArrayList<>();

  /** The same module for the same state of the generator. */
  public RandomModule(Random random) {
    for (int i = 0; i < HOSTS.size(); i++) {
      module.importFunc("host", "h" + i, HOSTS.get(i).toString()).export("h" + i, 0, i);
    }
    exceptions = random.nextInt(4) == 0;
    types = random.nextInt(4) == 0 ? TYPES : VALUES;
    places = new RandomPlaces(random, PROVIDED);
    if (places.provider().isPresent()) {
      module.importFunc(RandomPlaces.PROVIDER, RandomPlaces.FUNCTION, PROVIDED.toString())
          .export(RandomPlaces.FUNCTION, 0, functions.size());
      functions.add(PROVIDED);
    }
    imported = functions.size();
    places.declare(module, ELEMENTS);
    TAGS.forEach(values -> module.tag(new FuncType(values, List.of()).toString()));
    module.global(ValType.I32, true, "i32.const 0").export(FUEL, 3, FUEL_GLOBAL);
    int count = 2 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      functions.add(i > 0 && random.nextBoolean()
          ? RandomProgram.similar(random, types, functions.get(functions.size() - 1))
          : RandomProgram.type(random, types));
    }
    for (int i = 0; i < ELEMENTS; i++) {
      elements.add(random.nextInt(8) == 0 ? -1 : random.nextInt(functions.size()));
      if (elements.get(i) >= 0) {
        module.elements(places.tableAddress(0) + ".const " + i, elements.get(i));
      }
    }
    module.passiveElements(random.ints(5, 0, functions.size()).toArray());
    byte[] bytes = new byte[DATA_BYTES];
    random.nextBytes(bytes);
    module.data(places.address(0) + ".const 8", bytes).passiveData(Arrays.copyOf(bytes, DATA_BYTES / 2));
    for (int i = 0; i < count; i++) {
      RandomProgram.write(random, this, functions.get(imported + i), "f" + i);
    }
  }

  @Override
  public TestModule module() {
    return module;
  }

  /** The types of the functions {@code f0} on. */
  List<FuncType> functions() {
    return functions.subList(imported, functions.size());
  }

  int memories() {
    return places.memories();
  }

  /** Whether a memory has addresses of 64 bits. */
  public boolean hasWideMemory() {
    return places.hasWideMemory();
  }

  /** What exports the imports from {@link RandomPlaces#PROVIDER}, if there are any. */
  Optional<TestModule> provider() {
    return places.provider();
  }

  @Override
  public List<ValType> types() {
    return types;
  }

  @Override
  public List<Opcode> operators() {
    return OPERATORS;
  }

  @Override
  public List<FuncType> callees() {
    return functions;
  }

  @Override
  public String prologue() {
    return "global.get %1$d\ni32.eqz\nif\nunreachable\nend\nglobal.get %1$d\ni32.const 1\ni32.sub\nglobal.set %1$d\n"
        .formatted(FUEL_GLOBAL);
  }

  @Override
  public void special(RandomProgram program, Opcode opcode) {
    Random random = program.random();
    switch (opcode.immediate) {
      case LANE -> {
        program.operands(opcode, 0);
        program.emit("%s %d", opcode.mnemonic, random.nextInt(opcode.lanes()));
      }
      case SHUFFLE -> {
        program.operands(opcode, 0);
        StringBuilder lanes = new StringBuilder(opcode.mnemonic);
        for (int i = 0; i < 16; i++) {
          lanes.append(' ').append(random.nextInt(32));
        }
        program.emit("%s", lanes);
      }
      case MEMORY -> {
        int memory = random.nextInt(places.memories());
        program.operands(opcode, 0);
        if (opcode == Opcode.MEMORY_GROW) {
          program.emit("%s", RandomPlaces.widened(places.address(memory)));
        }
        program.emit("%s %d", opcode.mnemonic, memory);
        program.emit("%s", RandomPlaces.narrowed(places.address(memory)));
      }
      case TABLE -> {
        int table = random.nextInt(TABLES);
        program.emit("%s %d", opcode.mnemonic, table);
        program.emit("%s", RandomPlaces.narrowed(places.tableAddress(table)));
      }
      default -> access(program, opcode);
    }
  }

  /** A load or a store, seldom out of bounds, often near others. */
  private void access(RandomProgram program, Opcode opcode) {
    Random random = program.random();
    boolean wild = random.nextInt(24) == 0;
    boolean atomic = opcode.immediate == Immediate.ATOMIC;
    int memory = atomic || random.nextInt(3) > 0 ? 0 : random.nextInt(places.memories());
    ValType address = places.address(memory);
    program.value(address);
    if (!wild) {
      program.emit("%s.const %d", address, atomic ? 0x3ff8 : 0x3fff);
      program.emit("%s.and", address);
    }
    program.operands(opcode, 1);
    boolean wide = address.equals(ValType.I64);
    String offset = switch (random.nextInt(6)) {
      case 0, 1 -> "0";
      case 2 -> "" + random.nextInt(8) * 8;
      case 3 -> Long.toUnsignedString(wild ? program.bits() & (wide ? -1 : 0xffff_ffffL) : random.nextInt(1 << 12) * 8);
      default -> "" + (atomic ? 16 : random.nextInt(100));
    };
    program.emit("%s %s%s", opcode.mnemonic, offset, opcode.immediate == Immediate.MEMARG_LANE
        ? " " + memory + " " + random.nextInt(opcode.lanes()) : memory == 0 ? "" : " " + memory);
  }

  @Override
  public void statement(RandomProgram program) {
    Random random = program.random();
    switch (random.nextInt(exceptions ? 20 : 16)) {
      case 0, 1, 2, 3, 4 -> access(program, STORES.get(random.nextInt(STORES.size())));
      case 5, 6 -> {
        Indirect indirect = indirect(random, random.nextInt(ELEMENTS));
        program.call(indirect.type(), indirect.element(), indirect.called("call_indirect"));
      }
      case 7, 8 -> {
        int function = random.nextInt(functions.size());
        FuncType type = functions.get(function);
        program.call(type, "ref.func " + function + "\n", "call_ref " + module.type(type.toString()));
      }
      case 9 -> {
        int memory = random.nextInt(places.memories());
        bulk(program, "memory.fill " + memory, places.address(memory), ValType.I32, places.address(memory));
      }
      case 10 -> {
        int to = random.nextInt(places.memories());
        int from = random.nextInt(places.memories());
        bulk(program, "memory.copy " + to + " " + from, places.address(to), places.address(from),
            RandomPlaces.shorter(places.address(to), places.address(from)));
      }
      case 11 -> {
        int memory = random.nextInt(places.memories());
        bulk(program, "memory.init 1 " + memory, places.address(memory), ValType.I32, ValType.I32);
      }
      case 12, 13 -> tables(program);
      case 14 -> references(program);
      case 16, 17, 18, 19 -> exception.statement(program);
      default -> {
        switch (random.nextInt(12)) {
          case 0 -> program.emit("data.drop 1");
          case 1 -> program.emit("elem.drop 1");
          case 2 -> pause(program);
          default -> program.emit("atomic.fence");
        }
        program.push(program.type());
      }
    }
  }

  /** Waits for no time at all. */
  private void pause(RandomProgram program) {
    boolean wide = program.random().nextBoolean();
    ValType address = places.address(0);
    program.value(address);
    program.emit("%s.const %d\n%s.and", address, 0x3ff8, address);
    program.value(wide ? ValType.I64 : ValType.I32);
    program.emit("i64.const 0\nmemory.atomic.wait%d 8\ndrop", wide ? 64 : 32);
  }

  private void tables(RandomProgram program) {
    Random random = program.random();
    int table = random.nextInt(TABLES);
    ValType address = places.tableAddress(table);
    switch (random.nextInt(8)) {
      case 0 -> {
        int from = random.nextInt(TABLES);
        bulk(program, "table.copy " + table + " " + from, address, places.tableAddress(from),
            RandomPlaces.shorter(address, places.tableAddress(from)));
      }
      case 1 -> bulk(program, "table.init 1 " + table, address, ValType.I32, ValType.I32);
      case 2 -> {
        reference(program);
        program.emit("%s.const %d\ntable.grow %d\ndrop", address, random.nextInt(3), table);
      }
      case 3 -> {
        program.emit("%s.const %d", address, random.nextInt(ELEMENTS));
        reference(program);
        program.emit("%s.const %d\ntable.fill %d", address, random.nextInt(4), table);
      }
      default -> {
        program.emit("%s.const %d", address, random.nextInt(ELEMENTS));
        reference(program);
        program.emit("table.set %d", table);
      }
    }
  }

  private void references(RandomProgram program) {
    Random random = program.random();
    switch (random.nextInt(types.contains(ValType.FUNCREF) ? 5 : 3)) {
      case 0 -> {
        reference(program);
        program.emit("i32.const 2\ncall 2\ndrop");
      }
      case 1 -> {
        reference(program);
        program.emit("ref.is_null\nglobal.set 0");
      }
      case 2 -> {
        int depth = program.target(results -> true);
        if (depth >= 0) {
          reference(program);
          program.emit("br_on_null %d\ndrop", depth);
        }
      }
      case 3 -> {
        int depth = program.target(results ->
            !results.isEmpty() && results.get(results.size() - 1).equals(ValType.FUNCREF));
        if (depth >= 0) {
          program.emit("br_on_non_null %d", depth);
          program.pop();
        }
      }
      default -> {
        reference(program);
        program.emit("ref.as_non_null\nglobal.set %d", TYPES.indexOf(ValType.FUNCREF));
      }
    }
  }

  @Override
  public void reference(RandomProgram program) {
    switch (program.random().nextInt(4)) {
      case 0 -> program.emit("ref.null func");
      case 1 -> {
        int table = program.random().nextInt(TABLES);
        program.emit("%s.const %d", places.tableAddress(table), program.random().nextInt(ELEMENTS));
        program.emit("table.get %d", table);
      }
      default -> program.emit("ref.func %d", program.random().nextInt(functions.size()));
    }
  }

  /** Operands of those types, mostly small. */
  private void bulk(RandomProgram program, String instruction, ValType... operands) {
    int mask = instruction.startsWith("memory.init") ? 0x7f : instruction.startsWith("memory") ? 0x3fff : 3;
    for (int i = 0; i < operands.length; i++) {
      program.value(operands[i]);
      if (program.random().nextInt(32) > 0) {
        program.emit("%s.const %d", operands[i], i == 2 ? mask >> 2 : mask);
        program.emit("%s.and", operands[i]);
      }
    }
    program.emit("%s", instruction);
  }

  /** A type, and what calls an element that mostly has it; in the second table mostly not. */
  private record Indirect(FuncType type, String element, int table) {

    String called(String instruction) {
      return instruction + " " + type + (table == 0 ? "" : " @" + table);
    }
  }

  private Indirect indirect(Random random, int element) {
    int function = elements.get(element);
    FuncType type = functions.get(function < 0 || random.nextInt(8) == 0 ? random.nextInt(functions.size()) : function);
    int table = random.nextInt(8) == 0 ? 1 : 0;
    return new Indirect(type, places.tableAddress(table) + ".const "
        + (random.nextInt(24) == 0 ? random.nextInt() : element) + "\n", table);
  }

  @Override
  public boolean tailCall(RandomProgram program, List<ValType> results) {
    Random random = program.random();
    int element = random.nextInt(ELEMENTS);
    Indirect indirect = indirect(random, element);
    int function = elements.get(element);
    if (random.nextBoolean() && indirect.type().results().equals(results)) {
      program.call(indirect.type(), indirect.element(), indirect.called("return_call_indirect"));
      return true;
    }
    if (function >= 0 && functions.get(function).results().equals(results)) {
      FuncType type = functions.get(function);
      program.call(type, "ref.func " + function + "\n", "return_call_ref " + module.type(type.toString()));
      return true;
    }
    return false;
  }
}
