package dev.skerry.wasm;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.Immediate;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/**
 * Writes a random valid function that ends: blocks, branches with values, loops that count a local down, calls, and
 * what else its {@link Scope} has.
 */
public final class RandomProgram {

  static final List<ValType> NUMBERS = List.of(ValType.I32, ValType.I64, ValType.F32, ValType.F64);
  private static final String NAMES = "iIfFV";
  private static final int CHOICES = 16;
  private static final int UNCOUNTED = -2;
  /** What stands behind a jump, on any stack. */
  private static final List<String> DEAD = List.of("block\nloop\nbr 1\nend\nend\ni32.const 1\nif\nelse\nend",
      "i32.add\nf64.convert_i32_s\ndrop", "loop i64\nbr 0\nend\ndrop", "select\ndrop", "br_table 0 0 0", "return",
      "i32.const 0\nif f32\nunreachable\nelse\nf32.const 1\nend\ni32.trunc_f32_s\ndrop", "br_if 0");

  private final Random random;
  private final Scope scope;
  private final StringBuilder text = new StringBuilder();
  private final List<ValType> locals = new ArrayList<>();
  /** The locals that only what put them there may write. */
  private final BitSet kept = new BitSet();
  private final List<ValType> stack = new ArrayList<>();
  private final List<Label> labels = new ArrayList<>();
  private final int params;
  /** Of many instructions, with much on the stack. */
  private final boolean large;
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

    /** Emits a reference, where {@link #types} has such. */
    default void reference(RandomProgram program) {
      throw new IllegalStateException("no references");
    }

    /** Emits a tail call of a function with those results through a reference, or nothing. */
    default boolean tailCall(RandomProgram program, List<ValType> results) {
      return false;
    }
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

  /**
   * A block that is open.
   *
   * @param types what a branch carries; null if there may be none
   * @param counter the local that counts a loop's turns and must allow a branch; or -1
   */
  private record Label(List<ValType> types, int height, int counter) {
  }

  private RandomProgram(Random random, Scope scope, FuncType type) {
    this.random = random;
    this.scope = scope;
    this.large = random.nextInt(24) == 0;
    this.budget = (20 + random.nextInt(100)) * (large ? 8 : 1);
    locals.addAll(type.params());
    params = locals.size();
    for (int i = random.nextInt(large ? 80 : 6); i > 0; i--) {
      locals.add(type());
    }
    text.append(scope.prologue());
  }

  /** Adds a function and exports it under that name. */
  public static void write(Random random, Scope scope, FuncType type, String name) {
    RandomProgram program = new RandomProgram(random, scope, type);
    program.enter(type.results());
    program.body(type.results());
    String declared = String.join(" ",
        program.locals.subList(program.params, program.locals.size()).stream().map(ValType::toString).toList());
    scope.module().func(name, type.toString(), declared, program.text.toString());
  }

  public static FuncType type(Random random, List<ValType> types) {
    return new FuncType(types(random, types, seldomMany(random, 4)), types(random, types, seldomMany(random, 3)));
  }

  /** A type with the results of another, so that one function can end in a call of the other. */
  public static FuncType similar(Random random, List<ValType> types, FuncType other) {
    return new FuncType(types(random, types, seldomMany(random, 6)), other.results());
  }

  /** More than there are registers for, now and then. */
  private static int seldomMany(Random random, int few) {
    return random.nextInt(10) == 0 ? 24 : few;
  }

  static List<ValType> types(Random random, List<ValType> choices, int most) {
    List<ValType> types = new ArrayList<>();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      types.add(choices.get(random.nextInt(choices.size())));
    }
    return types;
  }

  Random random() {
    return random;
  }

  Scope scope() {
    return scope;
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

  ValType pop() {
    return stack.remove(stack.size() - 1);
  }

  /** Opens a block that nothing enters; the instruction comes from elsewhere. */
  void enter(List<ValType> results) {
    labels.add(new Label(results, stack.size(), -1));
  }

  /** Leaves the innermost block, with its results on the stack. */
  void leave(List<ValType> results) {
    int height = base();
    labels.remove(labels.size() - 1);
    stack.subList(height, stack.size()).clear();
    stack.addAll(results);
  }

  /** How many blocks are open, the function's own included. */
  int depth() {
    return labels.size();
  }

  /** A local of the program's own, which nothing else writes. */
  int local(ValType type) {
    kept.set(locals.size());
    locals.add(type);
    return locals.size() - 1;
  }

  /** A sequence that leaves exactly those types above the innermost block's base. */
  void body(List<ValType> results) {
    for (int i = random.nextInt(large ? 36 : 12); i > 0 && budget > 0; i--) {
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
    int local = localOf(type, true);
    int choice = random.nextInt(4);
    if (local >= 0 && choice < 2) {
      emit("local.set %d", local);
    } else if (choice < 3) {
      emit("global.set %d", scope.types().indexOf(type));
    } else {
      emit("drop");
    }
  }

  private int localOf(ValType type, boolean written) {
    int first = random.nextInt(locals.size() + 1);
    for (int i = 0; i < locals.size(); i++) {
      int local = (first + i) % locals.size();
      if (locals.get(local).equals(type) && !(written && kept.get(local))) {
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
          int local = localOf(type, true);
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
      case 10, 11, 12 -> scope.statement(this);
      case 13 -> {
        if (random.nextInt(4) == 0) {
          nest();
        }
      }
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
    int local = localOf(type, false);
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
        emit(type.isReference() || random.nextInt(4) == 0 ? "select " + type : "select");
      }
      default -> operator(type);
    }
  }

  private void operator(ValType type) {
    if (type.isReference()) {
      scope.reference(this);
      return;
    }
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
    if (type.isReference()) {
      scope.reference(this);
    } else if (type.equals(ValType.I32)) {
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

  /** @param counter the local that counts a loop, UNCOUNTED if nothing but its end enters it again, -1 for no loop */
  private FuncType open(String opcode, int counter) {
    List<ValType> entering = stack.subList(Math.max(base(), stack.size() - random.nextInt(3)), stack.size());
    FuncType type = new FuncType(entering, types(random, scope.types(), random.nextInt(8) == 0 ? 7 : 2));
    emit("%s %d", opcode, scope.module().type(type.toString()));
    labels.add(new Label(counter == -1 ? type.results() : counter < 0 ? null : type.params(),
        stack.size() - type.params().size(), Math.max(counter, -1)));
    return type;
  }

  private void close(FuncType type) {
    emit("end");
    leave(type.results());
  }

  private void block(String opcode) {
    FuncType type = open(opcode, -1);
    body(type.results());
    close(type);
  }

  private void choice() {
    value(ValType.I32);
    FuncType type = open("if", -1);
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
    int counter = local(ValType.I32);
    boolean outermost = labels.stream().noneMatch(label -> label.types() == null || label.counter() >= 0);
    emit("i32.const %d", 1 + random.nextInt(outermost && random.nextInt(6) == 0 ? 40 : 4));
    emit("local.set %d", counter);
    boolean counted = random.nextBoolean();
    FuncType type = open("loop", counted ? counter : UNCOUNTED);
    for (int i = random.nextInt(6); i > 0 && budget > 0; i--) {
      statement();
    }
    while (stack.size() > base()) {
      drop();
    }
    type.params().forEach(this::push);
    count(counter);
    if (counted) {
      emit("i32.const 0\ni32.gt_s");
    }
    emit("br_if 0");
    finish(type.results());
    close(type);
  }

  /** Leaves what is left of a loop's turns on the stack. */
  private void count(int counter) {
    emit("local.get %d", counter);
    emit("i32.const 1");
    emit("i32.sub");
    emit("local.tee %d", counter);
  }

  /** Many blocks, one directly within the other, with the same results. */
  private void nest() {
    List<ValType> results = types(random, scope.types(), 2);
    int type = scope.module().type(new FuncType(List.of(), results).toString());
    int depth = 2 + random.nextInt(random.nextInt(8) == 0 ? 200 : 12);
    for (int i = 0; i < depth; i++) {
      emit("block %d", type);
      enter(results);
    }
    int least = budget - 20;
    do {
      branchTable();
    } while (budget > least && random.nextInt(4) > 0);
    body(results);
    for (int i = depth; i > 0; i--) {
      emit("end");
      leave(results);
      if (i > 1 && random.nextInt(8) == 0) {
        finish(results);
      }
    }
  }

  private Label label(int depth) {
    return labels.get(labels.size() - 1 - depth);
  }

  /** A label that may be branched to without asking a counter, with its values emitted; or -1. */
  private int target() {
    return target(types -> true);
  }

  /** As {@link #target()}, with types that are wanted. */
  int target(Predicate<List<ValType>> wanted) {
    int depth = random.nextInt(labels.size());
    Label label = label(depth);
    if (label.types() == null || label.counter() >= 0 || !wanted.test(label.types())) {
      return -1;
    }
    label.types().forEach(this::push);
    return depth;
  }

  private void branchIf() {
    int depth = random.nextInt(labels.size());
    Label label = label(depth);
    if (label.types() == null) {
      return;
    }
    label.types().forEach(this::push);
    if (label.counter() < 0) {
      value(ValType.I32);
    } else {
      count(label.counter());
      emit("i32.const 0\ni32.gt_s");
      if (random.nextBoolean()) {
        value(ValType.I32);
        emit("i32.and");
      }
    }
    emit("br_if %d", depth);
  }

  /** A conditional block that ends in a jump, so that what follows can be reached. */
  private void branchTable() {
    openCondition();
    int depth = target();
    if (depth >= 0) {
      List<ValType> types = label(depth).types();
      StringBuilder table = new StringBuilder("br_table");
      int rows = random.nextInt(random.nextInt(6) > 0 ? 4 : random.nextInt(16) > 0 ? 50 : 3_000);
      for (int i = rows; i >= 0; i--) {
        int other = random.nextInt(labels.size());
        table.append(' ').append(types.equals(label(other).types()) && label(other).counter() < 0 ? other : depth);
      }
      value(ValType.I32);
      if (random.nextBoolean()) {
        emit("i32.const %d", rows + 2);
        emit("i32.rem_u");
      }
      emit("%s", table);
      deadCode();
    }
    closeCondition();
  }

  private void endEarly() {
    openCondition();
    end(labels.get(0).types());
    deadCode();
    closeCondition();
  }

  void openCondition() {
    value(ValType.I32);
    emit("if");
    enter(List.of());
  }

  void closeCondition() {
    emit("end");
    leave(List.of());
  }

  private void end(List<ValType> results) {
    if (random.nextInt(3) == 0 && scope.tailCall(this, results)) {
      return;
    }
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

  /** What cannot be reached, behind a jump out of a block without results. */
  void deadCode() {
    while (random.nextInt(3) == 0) {
      emit("%s", DEAD.get(random.nextInt(DEAD.size())));
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
