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
 * Writes a random valid function that ends: blocks, branches with values, loops that count a local down, calls, and
 * what else its {@link Scope} has.
 */
public final class RandomProgram {

  static final List<ValType> NUMBERS = List.of(ValType.I32, ValType.I64, ValType.F32, ValType.F64);
  /** Marks the i32 locals that count loops: nothing else may write them. */
  private static final ValType COUNTER = ValType.FUNCREF;
  private static final String NAMES = "iIfFV";
  private static final int CHOICES = 14;

  private final Random random;
  private final Scope scope;
  private final StringBuilder text = new StringBuilder();
  private final List<ValType> locals = new ArrayList<>();
  private final List<ValType> stack = new ArrayList<>();
  private final List<Label> labels = new ArrayList<>();
  private final int params;
  private int budget;

  /** What surrounds the function: what it may use, and how it is written. */
  public interface Scope {

    TestModule module();

    /** The types of values; global i has the i-th. */
    List<ValType> types();

    /** The operators of values, each with as many results as its signature says: one. */
    List<Opcode> operators();

    /** The functions that may be called, by index. */
    List<FuncType> callees();

    /** What stands at the beginning of each body. */
    String prologue();

    /** A statement of the scope's own, without operands or results on the stack. */
    void statement(RandomProgram program);

    /** Emits the operands and the instruction of an operator that is not merely computed from numbers. */
    void special(RandomProgram program, Opcode opcode);
  }

  /** Numbers alone: every numeric operator but those that would let a NaN's payload or sign out. */
  public record Plain(TestModule module, List<FuncType> callees) implements Scope {

    private static final List<Opcode> OPERATORS = Arrays.stream(Opcode.values())
        .filter(op -> op.signature != null && op.immediate == Immediate.NONE)
        .filter(op -> op.signature.matches("[iIfF]{1,2}:[iIfF]"))
        .filter(op -> !op.mnemonic.matches("i.*reinterpret.*|.*copysign")).toList();

    @Override
    public List<ValType> types() {
      return NUMBERS;
    }

    @Override
    public List<Opcode> operators() {
      return OPERATORS;
    }

    @Override
    public String prologue() {
      return "";
    }

    @Override
    public void statement(RandomProgram program) {
      program.push(program.type());
    }

    @Override
    public void special(RandomProgram program, Opcode opcode) {
      throw new IllegalArgumentException(opcode.mnemonic);
    }
  }

  /** Types that a branch carries; null for loops, which only their own counter enters again. */
  private record Label(List<ValType> types, int height) {
  }

  private RandomProgram(Random random, Scope scope, FuncType type) {
    this.random = random;
    this.scope = scope;
    this.budget = 20 + random.nextInt(100);
    locals.addAll(type.params());
    params = locals.size();
    for (int i = random.nextInt(6); i > 0; i--) {
      locals.add(type());
    }
    text.append(scope.prologue());
  }

  /** Adds a function and exports it under that name. */
  public static void write(Random random, Scope scope, FuncType type, String name) {
    RandomProgram program = new RandomProgram(random, scope, type);
    program.labels.add(new Label(type.results(), 0));
    program.body(type.results());
    String declared = String.join(" ",
        program.locals.subList(program.params, program.locals.size()).stream()
            .map(local -> local.equals(COUNTER) ? "i32" : local.toString()).toList());
    scope.module().func(name, type.toString(), declared, program.text.toString());
  }

  public static FuncType type(Random random, List<ValType> types) {
    return new FuncType(types(random, types, 4), types(random, types, 3));
  }

  /** A type with the results of another, so that one function can end in a call of the other. */
  public static FuncType similar(Random random, List<ValType> types, FuncType other) {
    return new FuncType(types(random, types, 6), other.results());
  }

  private static List<ValType> types(Random random, List<ValType> choices, int most) {
    List<ValType> types = new ArrayList<>();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      types.add(choices.get(random.nextInt(choices.size())));
    }
    return types;
  }

  Random random() {
    return random;
  }

  ValType type() {
    return scope.types().get(random.nextInt(scope.types().size()));
  }

  void emit(String format, Object... args) {
    text.append(args.length == 0 ? format : String.format(format, args)).append('\n');
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
    results.forEach(this::push);
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
    switch (random.nextInt(CHOICES)) {
      case 0 -> block("block");
      case 1 -> choice();
      case 2 -> loop();
      case 3 -> branchIf();
      case 4 -> branchTable();
      case 5 -> {
        if (!scope.callees().isEmpty()) {
          int function = random.nextInt(scope.callees().size());
          call(scope.callees().get(function), "", "call " + function);
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
        ValType type = type();
        value(type);
        emit("global.set %d", scope.types().indexOf(type));
      }
      case 9 -> endEarly();
      case 10, 11 -> scope.statement(this);
      default -> push(type());
    }
  }

  /** Emits some value of a type and leaves it on the stack, for statements to use. */
  void push(ValType type) {
    value(type);
    stack.add(type);
  }

  /** Emits some value of a type, for an instruction that follows. */
  void value(ValType type) {
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
      case 3 -> emit("global.get %d", scope.types().indexOf(type));
      case 4 -> {
        value(type);
        value(type);
        value(ValType.I32);
        emit("select");
      }
      default -> operator(type);
    }
  }

  private void operator(ValType type) {
    char wanted = NAMES.charAt(indexOf(type));
    List<Opcode> all = scope.operators();
    Opcode opcode;
    do {
      opcode = all.get(random.nextInt(all.size()));
    } while (opcode.signature.charAt(opcode.signature.length() - 1) != wanted);
    if (opcode.immediate != Immediate.NONE) {
      scope.special(this, opcode);
      return;
    }
    operands(opcode, 0);
    emit("%s", opcode.mnemonic);
  }

  /** Values for the operands of an instruction from one of them on. */
  void operands(Opcode opcode, int first) {
    for (int i = first; opcode.signature.charAt(i) != ':'; i++) {
      value(typeOf(opcode.signature.charAt(i)));
      // Most divisions are by odd numbers, so that programs get further than the first few.
      if (i == 1 && opcode.mnemonic.matches("i(32|64)\\.(div|rem)_[su]") && random.nextInt(8) > 0) {
        emit("i%s.const 1", opcode.mnemonic.substring(1, 3));
        emit("i%s.or", opcode.mnemonic.substring(1, 3));
      }
    }
  }

  private static ValType typeOf(char name) {
    return NAMES.indexOf(name) == NUMBERS.size() ? ValType.V128 : NUMBERS.get(NAMES.indexOf(name));
  }

  private static int indexOf(ValType type) {
    return type.equals(ValType.V128) ? NUMBERS.size() : NUMBERS.indexOf(type);
  }

  void constant(ValType type) {
    long bits = bits();
    if (type.equals(ValType.I32)) {
      emit("i32.const %d", (int) bits);
    } else if (type.equals(ValType.I64)) {
      emit("i64.const %d", bits);
    } else if (type.equals(ValType.F32)) {
      emit("f32.const %s", random.nextBoolean() ? (float) bits : random.nextFloat());
    } else if (type.equals(ValType.F64)) {
      emit("f64.const %s", random.nextBoolean() ? (double) bits : random.nextGaussian());
    } else {
      emit("v128.const %d %d", bits, bits());
    }
  }

  /** Numbers of which many are at an edge of something. */
  long bits() {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> -1;
      case 2 -> random.nextBoolean() ? Integer.MIN_VALUE : Integer.MAX_VALUE;
      case 3 -> random.nextBoolean() ? Long.MIN_VALUE : Long.MAX_VALUE;
      case 4 -> random.nextInt(64);
      default -> random.nextLong();
    };
  }

  private FuncType open(String opcode, boolean loop) {
    List<ValType> entering = stack.subList(Math.max(base(), stack.size() - random.nextInt(3)), stack.size());
    FuncType type = new FuncType(entering, types(random, scope.types(), random.nextInt(8) == 0 ? 7 : 2));
    emit("%s %d", opcode, scope.module().type(type.toString()));
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
    type.params().forEach(this::push);
    emit("local.get %d", counter);
    emit("i32.const 1");
    emit("i32.sub");
    emit("local.tee %d", counter);
    emit("br_if 0");
    finish(type.results());
    close(type);
  }

  /** A label that may be branched to, with its values emitted; or -1. */
  private int target() {
    int depth = random.nextInt(labels.size());
    List<ValType> types = labels.get(labels.size() - 1 - depth).types();
    if (types == null) {
      return -1;
    }
    types.forEach(this::push);
    return depth;
  }

  private void branchIf() {
    int depth = target();
    if (depth >= 0) {
      value(ValType.I32);
      emit("br_if %d", depth);
    }
  }

  /** A conditional block that ends in a jump, so that what follows can be reached. */
  private void branchTable() {
    openCondition();
    int depth = target();
    if (depth >= 0) {
      List<ValType> types = labels.get(labels.size() - 1 - depth).types();
      StringBuilder table = new StringBuilder("br_table");
      for (int i = random.nextInt(4); i >= 0; i--) {
        int other = random.nextInt(labels.size());
        List<ValType> wanted = labels.get(labels.size() - 1 - other).types();
        table.append(' ').append(types.equals(wanted) ? other : depth);
      }
      value(ValType.I32);
      emit("%s", table);
      deadCode();
    }
    closeCondition();
  }

  private void endEarly() {
    openCondition();
    leave(labels.get(0).types());
    deadCode();
    closeCondition();
  }

  private void openCondition() {
    value(ValType.I32);
    emit("if");
    labels.add(new Label(List.of(), stack.size()));
  }

  private void closeCondition() {
    emit("end");
    int height = base();
    labels.remove(labels.size() - 1);
    stack.subList(height, stack.size()).clear();
  }

  private void leave(List<ValType> results) {
    List<FuncType> callees = scope.callees();
    for (int i = 0; i < callees.size(); i++) {
      if (callees.get(i).results().equals(results) && random.nextBoolean()) {
        callees.get(i).params().forEach(this::push);
        emit("return_call %d", i);
        return;
      }
    }
    results.forEach(this::push);
    emit(random.nextBoolean() ? "return" : "br " + (labels.size() - 1));
  }

  /** A block that catches exceptions with that tag, or all if it is negative; the values stay on the stack. */
  void guarded(int tag, List<ValType> values) {
    emit("block %d", scope.module().type(new FuncType(List.of(), values).toString()));
    labels.add(new Label(values, stack.size()));
    emit("try_table %d %s", scope.module().type("->"), tag < 0 ? "2,0" : "0," + tag + ",0");
    labels.add(new Label(List.of(), stack.size()));
    body(List.of());
    emit("end");
    labels.remove(labels.size() - 1);
    values.forEach(this::push);
    emit("end");
    int height = base();
    labels.remove(labels.size() - 1);
    stack.subList(height, stack.size()).clear();
    stack.addAll(values);
  }

  /** An exception that is thrown on a condition. */
  void raise(int tag, List<ValType> values) {
    openCondition();
    values.forEach(this::value);
    emit("throw %d", tag);
    deadCode();
    closeCondition();
  }

  private void deadCode() {
    if (random.nextInt(3) == 0) {
      emit("block\nloop\nbr 1\nend\nend\ni32.const 1\nif\nelse\nend");
    }
  }

  /**
   * A call with arguments of that type; its results stay on the stack.
   *
   * @param target what else the instruction takes, behind the arguments
   */
  void call(FuncType type, String target, String instruction) {
    type.params().forEach(this::value);
    text.append(target);
    emit("%s", instruction);
    stack.addAll(type.results());
  }
}
