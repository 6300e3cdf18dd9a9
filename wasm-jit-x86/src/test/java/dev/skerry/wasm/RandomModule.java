package dev.skerry.wasm;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.Immediate;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A random module that uses what there is: memories, tables, globals, host functions, vectors, atomics, bulk operations
 * and calls of every kind. Each call of a function takes one of the global {@link #FUEL}, and traps when there is none,
 * so that recursion ends. Exports: functions {@code f0} on, {@code m0} and perhaps {@code m1}, {@code t0}, globals
 * {@code g0} on.
 */
public final class RandomModule implements RandomProgram.Scope {

  static final List<ValType> TYPES = List.of(ValType.I32, ValType.I64, ValType.F32, ValType.F64, ValType.V128);
  /** Export of the i32 global that counts calls down. */
  static final String FUEL = "fuel";
  /** The host functions, in the order of their imports. */
  static final List<FuncType> HOSTS = List.of(FuncType.of("i32 f64 i64 -> i64"), FuncType.of("v128 f32 -> f32 v128"),
      FuncType.of("i32 ->"));

  private static final List<List<ValType>> TAGS =
      List.of(List.of(), List.of(ValType.I32), List.of(ValType.V128, ValType.F64, ValType.I64));
  private static final int ELEMENTS = 16;
  private static final int FUEL_GLOBAL = TYPES.size();
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
  private final int memories;
  private final List<Integer> elements = new ArrayList<>();

  /** The same module for the same state of the generator. */
  public RandomModule(Random random) {
    for (int i = 0; i < HOSTS.size(); i++) {
      module.importFunc("host", "h" + i, HOSTS.get(i).toString()).export("h" + i, 0, i);
    }
    exceptions = random.nextInt(4) == 0;
    memories = random.nextInt(4) == 0 ? 2 : 1;
    for (int i = 0; i < memories; i++) {
      module.memory(1, 3).export("m" + i, 2, i);
    }
    module.table(ValType.FUNCREF, ELEMENTS, 2 * ELEMENTS).export("t0", 1, 0);
    for (int i = 0; i < TYPES.size(); i++) {
      module.global(TYPES.get(i), true, zero(TYPES.get(i))).export("g" + i, 3, i);
    }
    TAGS.forEach(values -> module.tag(new FuncType(values, List.of()).toString()));
    module.global(ValType.I32, true, "i32.const 0").export(FUEL, 3, FUEL_GLOBAL);
    int count = 2 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      functions.add(i > 0 && random.nextBoolean()
          ? RandomProgram.similar(random, TYPES, functions.get(functions.size() - 1))
          : RandomProgram.type(random, TYPES));
    }
    for (int i = 0; i < ELEMENTS; i++) {
      elements.add(random.nextInt(8) == 0 ? -1 : random.nextInt(functions.size()));
      if (elements.get(i) >= 0) {
        module.elements("i32.const " + i, elements.get(i));
      }
    }
    module.passiveElements(random.ints(5, 0, functions.size()).toArray());
    byte[] bytes = new byte[DATA_BYTES];
    random.nextBytes(bytes);
    module.data("i32.const 8", bytes).passiveData(Arrays.copyOf(bytes, DATA_BYTES / 2));
    for (int i = 0; i < count; i++) {
      RandomProgram.write(random, this, functions.get(HOSTS.size() + i), "f" + i);
    }
  }

  private static String zero(ValType type) {
    return type.equals(ValType.V128) ? "v128.const 0 0" : type + ".const 0";
  }

  @Override
  public TestModule module() {
    return module;
  }

  /** The types of the functions {@code f0} on. */
  List<FuncType> functions() {
    return functions.subList(HOSTS.size(), functions.size());
  }

  int memories() {
    return memories;
  }

  @Override
  public List<ValType> types() {
    return TYPES;
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
        program.operands(opcode, 0);
        program.emit("%s %d", opcode.mnemonic, random.nextInt(memories));
      }
      case TABLE -> program.emit("%s 0", opcode.mnemonic);
      default -> access(program, opcode);
    }
  }

  /** A load or a store, seldom out of bounds. */
  private void access(RandomProgram program, Opcode opcode) {
    Random random = program.random();
    boolean wild = random.nextInt(24) == 0;
    boolean atomic = opcode.immediate == Immediate.ATOMIC;
    program.value(ValType.I32);
    if (!wild) {
      program.emit("i32.const %d", atomic ? 0x3ff8 : 0x3fff);
      program.emit("i32.and");
    }
    program.operands(opcode, 1);
    long offset = switch (random.nextInt(6)) {
      case 0, 1 -> 0;
      case 2 -> random.nextInt(8) * 8;
      case 3 -> wild ? program.bits() & 0xffff_ffffL : random.nextInt(1 << 12) * 8;
      default -> atomic ? 16 : random.nextInt(100);
    };
    int memory = atomic || random.nextInt(3) > 0 ? 0 : random.nextInt(memories);
    program.emit("%s %d%s", opcode.mnemonic, offset, opcode.immediate == Immediate.MEMARG_LANE
        ? " " + memory + " " + random.nextInt(opcode.lanes()) : memory == 0 ? "" : " " + memory);
  }

  @Override
  public void statement(RandomProgram program) {
    Random random = program.random();
    switch (random.nextInt(exceptions ? 20 : 16)) {
      case 0, 1, 2, 3, 4, 5 -> access(program, STORES.get(random.nextInt(STORES.size())));
      case 6, 7 -> indirect(program);
      case 8 -> {
        int function = random.nextInt(functions.size());
        FuncType type = functions.get(function);
        program.call(type, "ref.func " + function + "\n", "call_ref " + module.type(type.toString()));
      }
      case 9 -> bulk(program, "memory.fill 0", 0x3fff);
      case 10 -> bulk(program, "memory.copy " + random.nextInt(memories) + " " + random.nextInt(memories), 0x3fff);
      case 11 -> bulk(program, "memory.init 1 0", 0x7f);
      case 12 -> bulk(program, random.nextBoolean() ? "table.copy 0 0" : "table.init 1 0", 3);
      case 13 -> {
        program.emit("i32.const %d", random.nextInt(ELEMENTS));
        reference(program);
        program.emit("table.set 0");
      }
      case 14 -> {
        reference(program);
        program.emit("i32.const %d", random.nextInt(3));
        program.emit(random.nextBoolean() ? "table.grow 0\ndrop" : "i32.const 2\ncall 2\ndrop\ndrop");
      }
      case 16, 17 -> {
        int tag = random.nextInt(TAGS.size() + 1) - 1;
        program.guarded(tag, tag < 0 ? List.of() : TAGS.get(tag));
      }
      case 18, 19 -> {
        int tag = random.nextInt(TAGS.size());
        program.raise(tag, TAGS.get(tag));
      }
      default -> {
        program.emit(random.nextInt(8) > 0 ? "atomic.fence" : random.nextBoolean() ? "data.drop 1" : "elem.drop 1");
        program.push(program.type());
      }
    }
  }

  private void reference(RandomProgram program) {
    switch (program.random().nextInt(4)) {
      case 0 -> program.emit("ref.null func");
      case 1 -> {
        program.emit("i32.const %d", program.random().nextInt(ELEMENTS));
        program.emit("table.get 0");
      }
      default -> program.emit("ref.func %d", program.random().nextInt(functions.size()));
    }
  }

  /** Three operands, mostly small. */
  private void bulk(RandomProgram program, String instruction, int mask) {
    for (int i = 0; i < 3; i++) {
      if (program.random().nextInt(32) > 0) {
        program.value(ValType.I32);
        program.emit("i32.const %d", i == 2 ? mask >> 2 : mask);
        program.emit("i32.and");
      } else {
        program.value(ValType.I32);
      }
    }
    program.emit("%s", instruction);
  }

  private void indirect(RandomProgram program) {
    Random random = program.random();
    int element = random.nextInt(ELEMENTS);
    int function = elements.get(element);
    FuncType type = functions.get(function < 0 || random.nextInt(8) == 0 ? random.nextInt(functions.size()) : function);
    program.call(type, "i32.const " + (random.nextInt(24) == 0 ? random.nextInt() : element) + "\n",
        "call_indirect " + type);
  }
}
