package dev.skerry.wasm.interp;

import dev.skerry.wasm.TestModule;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.Immediate;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Writes a random valid function that ends: blocks, branches with values, loops that count a local down, calls of
 * earlier functions, and every numeric operator but those that would let a NaN's payload or sign out.
 */
public final class RandomProgram {

  private static final List<ValType> NUMBERS = List.of(ValType.I32, ValType.I64, ValType.F32, ValType.F64);
  /** Marks the i32 locals that count loops: nothing else may write them. */
  private static final ValType COUNTER = ValType.FUNCREF;
  private static final String NAMES = "iIfF";
  private static final List<Opcode> OPERATORS = Arrays.stream(Opcode.values())
      .filter(op -> op.signature != null && op.immediate == Immediate.NONE)
      .filter(op -> op.signature.matches("[iIfF]{1,2}:[iIfF]"))
      .filter(op -> !op.mnemonic.matches("i.*reinterpret.*|.*copysign")).toList();

  private final Random random;
  private final TestModule module;
  private final List<FuncType> callees;
  private final StringBuilder text = new StringBuilder();
  private final List<ValType> locals = new ArrayList<>();
  private final List<ValType> stack = new ArrayList<>();
  private final List<Label> labels = new ArrayList<>();
  private final int params;
  private int budget;

  /** Types that a branch carries; null for loops, which only their own counter enters again. */
  private record Label(List<ValType> types, int height) {
  }

  private RandomProgram(Random random, TestModule module, List<FuncType> callees, FuncType type) {
    this.random = random;
    this.module = module;
    this.callees = callees;
    this.budget = 20 + random.nextInt(100);
    locals.addAll(type.params());
    params = locals.size();
    for (int i = random.nextInt(6); i > 0; i--) {
      locals.add(number());
    }
  }

  /** Adds a function and exports it under that name. */
  public static void write(Random random, TestModule module, List<FuncType> callees, FuncType type, String name) {
    RandomProgram program = new RandomProgram(random, module, callees, type);
    program.labels.add(new Label(type.results(), 0));
    program.body(type.results());
    String declared = String.join(" ",
        program.locals.subList(program.params, program.locals.size()).stream()
            .map(local -> local.equals(COUNTER) ? "i32" : local.toString()).toList());
    module.func(name, type.toString(), declared, program.text.toString());
  }

  public static FuncType type(Random random) {
    return new FuncType(types(random, 4), types(random, 3));
  }

  /** A type with the results of another, so that one function can end in a call of the other. */
  public static FuncType similar(Random random, FuncType other) {
    return new FuncType(types(random, 6), other.results());
  }

  private static List<ValType> types(Random random, int most) {
    List<ValType> types = new ArrayList<>();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      types.add(NUMBERS.get(random.nextInt(NUMBERS.size())));
    }
    return types;
  }

  private ValType number() {
    return NUMBERS.get(random.nextInt(NUMBERS.size()));
  }

  private void emit(String format, Object... args) {
    text.append(String.format(format, args)).append('\n');
  }

  private int base() {
    return labels.get(labels.size() - 1).height();
  }

  private ValType pop() {
    return stack.remove(stack.size() - 1);
  }

  /** A sequence that leaves exactly those types above the innermost block's base. */
  private void body(List<ValType> results) {
    for (int i = random.nextInt(12); i > 0 && budget > 0; i--) {
      statement();
    }
    finish(results);
  }

  private void finish(List<ValType> results) {
    while (stack.size() > base()) {
      drop();
    }
    results.forEach(this::value);
    while (stack.size() > base()) {
      pop();
    }
  }

  private void drop() {
    ValType type = pop();
    int local = localOf(type);
    if (local >= 0 && random.nextBoolean()) {
      emit("local.set %d", local);
    } else {
      emit("drop");
    }
  }

  private int localOf(ValType type) {
    int first = random.nextInt(locals.size() + 1);
    for (int i = 0; i < locals.size(); i++) {
      int local = (first + i) % locals.size();
      if (locals.get(local).equals(type)) {
        return local;
      }
    }
    return -1;
  }

  private void statement() {
    budget--;
    switch (random.nextInt(14)) {
      case 0 -> block("block");
      case 1 -> choice();
      case 2 -> loop();
      case 3 -> branchIf();
      case 4 -> branchTable();
      case 5 -> {
        if (!callees.isEmpty()) {
          call();
        }
      }
      case 6 -> {
        if (stack.size() > base()) {
          drop();
        }
      }
      case 7 -> {
        if (stack.size() > base()) {
          ValType type = stack.get(stack.size() - 1);
          int local = localOf(type);
          if (local >= 0) {
            emit("local.tee %d", local);
          }
        }
      }
      case 8 -> {
        ValType type = number();
        value(type);
        pop();
        emit("global.set %d", NUMBERS.indexOf(type));
      }
      case 9 -> endEarly();
      default -> value(number());
    }
  }

  /** Pushes some value of a type. */
  private void value(ValType type) {
    budget--;
    int local = localOf(type);
    switch (budget <= 0 ? random.nextInt(2) : random.nextInt(8)) {
      case 0 -> constant(type);
      case 1, 2 -> {
        if (local >= 0) {
          emit("local.get %d", local);
        } else {
          constant(type);
        }
      }
      case 3 -> emit("global.get %d", NUMBERS.indexOf(type));
      case 4 -> {
        value(type);
        value(type);
        value(ValType.I32);
        emit("select");
        stack.subList(stack.size() - 3, stack.size()).clear();
      }
      default -> operator(type);
    }
    stack.add(type);
  }

  private void operator(ValType type) {
    Opcode opcode;
    do {
      opcode = OPERATORS.get(random.nextInt(OPERATORS.size()));
    } while (opcode.signature.charAt(opcode.signature.length() - 1) != NAMES.charAt(NUMBERS.indexOf(type)));
    int operands = opcode.signature.indexOf(':');
    for (int i = 0; i < operands; i++) {
      value(NUMBERS.get(NAMES.indexOf(opcode.signature.charAt(i))));
    }
    stack.subList(stack.size() - operands, stack.size()).clear();
    emit("%s", opcode.mnemonic);
  }

  private void constant(ValType type) {
    long bits = switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> -1;
      case 2 -> random.nextBoolean() ? Integer.MIN_VALUE : Integer.MAX_VALUE;
      case 3 -> random.nextBoolean() ? Long.MIN_VALUE : Long.MAX_VALUE;
      case 4 -> random.nextInt(64);
      default -> random.nextLong();
    };
    if (type.equals(ValType.I32)) {
      emit("i32.const %d", (int) bits);
    } else if (type.equals(ValType.I64)) {
      emit("i64.const %d", bits);
    } else if (type.equals(ValType.F32)) {
      emit("f32.const %s", random.nextBoolean() ? (float) bits : random.nextFloat());
    } else {
      emit("f64.const %s", random.nextBoolean() ? (double) bits : random.nextGaussian());
    }
  }

  private FuncType open(String opcode, boolean loop) {
    List<ValType> entering = stack.subList(Math.max(base(), stack.size() - random.nextInt(3)), stack.size());
    FuncType type = new FuncType(entering, types(random, random.nextInt(8) == 0 ? 7 : 2));
    emit("%s %d", opcode, module.type(type.toString()));
    labels.add(new Label(loop ? null : type.results(), stack.size() - type.params().size()));
    return type;
  }

  private void close(FuncType type) {
    emit("end");
    int height = base();
    labels.remove(labels.size() - 1);
    stack.subList(height, stack.size()).clear();
    stack.addAll(type.results());
  }

  private void block(String opcode) {
    FuncType type = open(opcode, false);
    body(type.results());
    close(type);
  }

  private void choice() {
    value(ValType.I32);
    pop();
    FuncType type = open("if", false);
    body(type.results());
    if (type.params().equals(type.results()) && random.nextBoolean()) {
      close(type);
      return;
    }
    emit("else");
    stack.addAll(type.params());
    body(type.results());
    close(type);
  }

  private void loop() {
    int counter = locals.size();
    locals.add(COUNTER);
    emit("i32.const %d", 1 + random.nextInt(4));
    emit("local.set %d", counter);
    FuncType type = open("loop", true);
    for (int i = random.nextInt(6); i > 0 && budget > 0; i--) {
      statement();
    }
    while (stack.size() > base()) {
      drop();
    }
    type.params().forEach(this::value);
    emit("local.get %d", counter);
    emit("i32.const 1");
    emit("i32.sub");
    emit("local.tee %d", counter);
    emit("br_if 0");
    finish(type.results());
    close(type);
  }

  /** A label that may be branched to, with its values pushed; or -1. */
  private int target(boolean pushValues) {
    int depth = random.nextInt(labels.size());
    List<ValType> types = labels.get(labels.size() - 1 - depth).types();
    if (types == null) {
      return -1;
    }
    if (pushValues) {
      types.forEach(this::value);
    }
    return depth;
  }

  private void branchIf() {
    int depth = target(true);
    if (depth >= 0) {
      value(ValType.I32);
      pop();
      emit("br_if %d", depth);
    }
  }

  /** A conditional block that ends in a jump, so that what follows can be reached. */
  private void branchTable() {
    value(ValType.I32);
    pop();
    emit("if");
    labels.add(new Label(List.of(), stack.size()));
    int depth = target(true);
    if (depth >= 0) {
      List<ValType> types = labels.get(labels.size() - 1 - depth).types();
      StringBuilder table = new StringBuilder("br_table");
      for (int i = random.nextInt(4); i >= 0; i--) {
        int other = random.nextInt(labels.size());
        List<ValType> wanted = labels.get(labels.size() - 1 - other).types();
        table.append(' ').append(types.equals(wanted) ? other : depth);
      }
      value(ValType.I32);
      pop();
      emit("%s", table);
      deadCode();
    }
    emit("end");
    int height = base();
    labels.remove(labels.size() - 1);
    stack.subList(height, stack.size()).clear();
  }

  private void endEarly() {
    value(ValType.I32);
    pop();
    emit("if");
    labels.add(new Label(List.of(), stack.size()));
    leave(labels.get(0).types());
    deadCode();
    emit("end");
    int height = base();
    labels.remove(labels.size() - 1);
    stack.subList(height, stack.size()).clear();
  }

  private void leave(List<ValType> results) {
    for (int i = 0; i < callees.size(); i++) {
      if (callees.get(i).results().equals(results) && random.nextBoolean()) {
        callees.get(i).params().forEach(this::value);
        emit("return_call %d", i);
        return;
      }
    }
    results.forEach(this::value);
    emit(random.nextBoolean() ? "return" : "br " + (labels.size() - 1));
  }

  private void deadCode() {
    if (random.nextInt(3) == 0) {
      emit("block\nloop\nbr 1\nend\nend\ni32.const 1\nif\nelse\nend");
    }
  }

  private void call() {
    int function = random.nextInt(callees.size());
    FuncType type = callees.get(function);
    type.params().forEach(this::value);
    stack.subList(stack.size() - type.params().size(), stack.size()).clear();
    emit("call %d", function);
    stack.addAll(type.results());
  }
}
