package dev.skerry.wasm.regalloc;

import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.SseFloatRows;
import dev.skerry.wasm.x64.SseIntegerRows;
import dev.skerry.wasm.x64.Xmm;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Makes random functions with two integer parameters and one result: nested loops, branches, tables, calls, fixed
 * registers, two-address forms, permutations on edges, more values than registers. All end.
 */
final class RandomLir {

  private static final Row[] BINARY = {IntegerRows.ADD_R_RM.of(64), IntegerRows.SUB_R_RM.of(64),
      IntegerRows.XOR_R_RM.of(64), IntegerRows.AND_R_RM.of(64), IntegerRows.OR_R_RM.of(64),
      IntegerRows.IMUL_R_RM.of(64)};
  private static final Row[] VECTOR = {SseIntegerRows.PADDQ, SseIntegerRows.PXOR, SseIntegerRows.PSUBQ};
  private static final Row[] SHIFTS =
      {IntegerRows.SHL_RM_CL.of(64), IntegerRows.SHR_RM_CL.of(64), IntegerRows.ROL_RM_CL.of(64)};

  private final Random random;
  private final Lir lir = new Lir();
  /** Registers that have values here, by type. */
  private final List<Integer> integers = new ArrayList<>();
  private final List<Integer> vectors = new ArrayList<>();
  private final List<Integer> doubles = new ArrayList<>();
  private final List<Integer> words = new ArrayList<>();
  private final int[] stackSlots = new int[2];
  private int budget;
  private int offset;

  private RandomLir(Random random, int budget) {
    this.random = random;
    this.budget = budget;
  }

  static Lir of(Random random, int budget) {
    return new RandomLir(random, budget).make();
  }

  private Lir make() {
    lir.begin(lir.block(), 0, 0);
    lir.entry();
    int first = lir.register(Lir.I64);
    int second = lir.register(Lir.I64);
    lir.fixedDef(first, Lir.of(Gpr.RDI));
    lir.fixedDef(second, Lir.of(Gpr.RSI));
    integers.add(first);
    integers.add(second);
    for (int i = 0; i < stackSlots.length; i++) {
      stackSlots[i] = lir.newSlot(8);
      lir.emit(IntegerRows.MOV_RM_R.of(64), lir.slot(stackSlots[i]), first);
    }
    int values = 1 + random.nextInt(30);
    for (int i = 0; i < values; i++) {
      makeConstant();
    }
    for (int i = 0; i < 1 + values / 3; i++) {
      makeVector();
    }
    makeDouble();
    makeWord();
    region(0);
    int sum = lir.register(Lir.I64);
    lir.load(sum, lir.immediate(1));
    for (int value : integers) {
      lir.emit(IntegerRows.IMUL_R_RM_IMM.of(64), sum, sum, lir.immediate(31));
      lir.emit(IntegerRows.ADD_R_RM.of(64), sum, maybeOnStack(value));
    }
    for (int value : words) {
      lir.emit(IntegerRows.SUB_R_RM.of(64), sum, value);
    }
    vectors.addAll(doubles);
    for (int value : vectors) {
      int low = lir.register(Lir.I64);
      lir.emit(SseIntegerRows.MOVQ_RM64_XMM, low, value);
      lir.emit(IntegerRows.ROL_RM_UIMM8.of(64), sum, lir.immediate(7));
      lir.emit(IntegerRows.XOR_R_RM.of(64), sum, low);
    }
    lir.ret();
    lir.fixedUse(sum, Lir.of(Gpr.RAX));
    return lir;
  }

  // Control.

  /** Instructions and statements; ends in the block that it leaves open. */
  private void region(int depth) {
    int statements = 1 + random.nextInt(6);
    for (int i = 0; i < statements && budget > 0; i++) {
      straight();
      if (budget > 0) {
        switch (depth < 4 ? random.nextInt(7) : 6) {
          case 0, 1 -> choice(depth);
          case 2, 3 -> loop(depth);
          case 4 -> table(depth);
          default -> straight();
        }
      }
    }
  }

  private void straight() {
    int count = random.nextInt(12);
    for (int i = 0; i < count; i++) {
      lir.at(offset++);
      budget--;
      instruction();
    }
  }

  private void choice(int depth) {
    int then = lir.block();
    int otherwise = lir.block();
    int join = lir.block();
    boolean cold = random.nextInt(4) == 0;
    compare();
    if (random.nextInt(3) == 0) {
      lir.branchEither(Condition.B, Condition.S, then, otherwise);
    } else {
      lir.branch(random.nextBoolean() ? Condition.B : Condition.NE, then, otherwise);
    }
    arm(then, join, depth, cold);
    arm(otherwise, join, depth, false);
    lir.begin(join, depth, 0);
  }

  private void arm(int block, int join, int depth, boolean cold) {
    int[] before = sizes();
    lir.begin(block, depth, cold ? Lir.COLD : 0);
    if (random.nextInt(4) != 0) {
      region(depth + 1);
    }
    permute(before);
    lir.jump(join);
    forgetSince(before);
  }

  private int[] sizes() {
    return new int[] {integers.size(), vectors.size(), doubles.size(), words.size()};
  }

  private void forgetSince(int[] before) {
    integers.subList(before[0], integers.size()).clear();
    vectors.subList(before[1], vectors.size()).clear();
    doubles.subList(before[2], doubles.size()).clear();
    words.subList(before[3], words.size()).clear();
  }

  private void loop(int depth) {
    int counter = lir.register(Lir.I64);
    int header = lir.block();
    int body = lir.block();
    int exit = lir.block();
    int[] before = sizes();
    lir.move(counter, lir.immediate(1 + random.nextInt(3)));
    permute(before);
    lir.jump(header);
    lir.begin(header, depth + 1, Lir.LOOP_HEADER);
    if (random.nextBoolean()) {
      lir.poll();
    }
    lir.emit(IntegerRows.TEST_RM_R.of(64), counter, counter);
    lir.branch(Condition.E, exit, body);
    lir.begin(body, depth + 1, 0);
    region(depth + 1);
    int next = lir.register(Lir.I64);
    lir.emit(IntegerRows.LEA.of(64), next, lir.memory(counter, -1));
    List<Integer> targets = some(integers.subList(0, before[0]));
    lir.parallelMove();
    lir.pair(counter, next);
    pairs(targets, integers);
    lir.jump(header);
    forgetSince(before);
    lir.begin(exit, depth, 0);
  }

  private void table(int depth) {
    int index = lir.register(Lir.I32);
    int count = 1 + random.nextInt(4);
    lir.emit(IntegerRows.MOV_R_RM.of(32), index, pick(integers));
    lir.emit(IntegerRows.AND_RM_IMM8.of(32), index, lir.immediate(3));
    int[] targets = new int[4];
    int[] blocks = new int[count];
    for (int i = 0; i < count; i++) {
      blocks[i] = lir.block();
    }
    for (int i = 0; i < targets.length; i++) {
      targets[i] = blocks[i % count];
    }
    int join = lir.block();
    lir.jumpTable(index, targets);
    for (int block : blocks) {
      arm(block, join, depth, false);
    }
    lir.begin(join, depth, 0);
  }

  private void permute(int[] before) {
    if (random.nextInt(3) != 0) {
      lir.parallelMove();
      pairs(some(integers.subList(0, before[0])), integers);
      pairs(some(vectors.subList(0, before[1])), vectors);
      pairs(some(doubles.subList(0, before[2])), doubles);
      pairs(some(words.subList(0, before[3])), words);
    }
  }

  private void pairs(List<Integer> targets, List<Integer> sources) {
    boolean rotate = random.nextBoolean();
    for (int i = 0; i < targets.size(); i++) {
      boolean constant = random.nextInt(8) == 0 && sources == integers;
      int source = rotate ? targets.get((i + 1) % targets.size()) : pick(sources);
      lir.pair(targets.get(i), constant ? immediate() : source);
    }
  }

  private List<Integer> some(List<Integer> from) {
    List<Integer> shuffled = new ArrayList<>(from);
    Collections.shuffle(shuffled, random);
    return shuffled.subList(0, Math.min(shuffled.size(), random.nextInt(8)));
  }

  // Instructions.

  private int pick(List<Integer> from) {
    return from.get(random.nextInt(from.size()));
  }

  private int maybeOnStack(int register) {
    return random.nextBoolean() ? Lir.orStack(register) : register;
  }

  private int immediate() {
    return lir.immediate(random.nextInt(3) == 0 ? random.nextLong() : random.nextInt(1000) - 500);
  }

  private void makeConstant() {
    int made = lir.register(Lir.I64);
    lir.load(made, immediate());
    integers.add(made);
  }

  private void makeVector() {
    int made = lir.register(Lir.V128);
    lir.load(made, random.nextInt(3) == 0 ? lir.constant(0, 0) : lir.constant(random.nextLong(), 7));
    vectors.add(made);
  }

  private void makeDouble() {
    int made = lir.register(Lir.F64);
    lir.load(made, lir.constant(random.nextInt(3) == 0 ? 0 : random.nextLong()));
    doubles.add(made);
  }

  private void makeWord() {
    int made = lir.register(Lir.I32);
    lir.load(made, lir.immediate(random.nextInt()));
    words.add(made);
  }

  private void compare() {
    lir.emit(IntegerRows.CMP_R_RM.of(64), pick(integers), maybeOnStack(pick(integers)));
  }

  /** A register for a result: a new one, or one that has a value. */
  private int target(List<Integer> among, int type) {
    return random.nextInt(3) != 0 ? pick(among) : lir.register(type);
  }

  private void keep(List<Integer> among, int register) {
    if (!among.contains(register)) {
      among.add(register);
    }
  }

  private void instruction() {
    switch (random.nextInt(16)) {
      case 0, 1, 2, 3 -> binary();
      case 4 -> shift();
      case 5 -> divide();
      case 6 -> wideMultiply();
      case 7 -> {
        int to = target(integers, Lir.I64);
        lir.emit(IntegerRows.LEA.of(64), to, lir.memory(pick(integers), pick(integers), 4, 3));
        keep(integers, to);
      }
      case 8 -> select();
      case 9 -> vector();
      case 10 -> {
        if (random.nextInt(3) == 0) {
          call();
        }
      }
      case 11 -> slot();
      case 12 -> {
        makeConstant();
        word();
      }
      case 13 -> flag();
      case 14 -> exchange();
      default -> clear();
    }
  }

  private void binary() {
    int a = pick(integers);
    int b = pick(integers);
    int to = target(integers, Lir.I64);
    Row row = BINARY[random.nextInt(BINARY.length)];
    if (to == b) {
      lir.emit(row, to, maybeOnStack(a));
      return;
    }
    lir.move(to, a);
    lir.emit(row, to, maybeOnStack(b));
    keep(integers, to);
  }

  private void shift() {
    int count = pick(integers);
    int to = lir.register(Lir.I64);
    lir.move(to, pick(integers));
    lir.emit(SHIFTS[random.nextInt(SHIFTS.length)], maybeOnStack(to));
    lir.fixedUse(count, Lir.of(Gpr.RCX));
    keep(integers, to);
  }

  private void divide() {
    int divisor = lir.register(Lir.I64);
    int zero = lir.register(Lir.I64);
    int quotient = target(integers, Lir.I64);
    int remainder = lir.register(Lir.I64);
    lir.move(divisor, pick(integers));
    lir.emit(IntegerRows.OR_RM_IMM8.of(64), divisor, lir.immediate(1));
    lir.load(zero, lir.immediate(0));
    int dividend = pick(integers);
    lir.emit(IntegerRows.DIV.of(64), Lir.late(maybeOnStack(divisor)));
    lir.fixedUse(dividend, Lir.of(Gpr.RAX));
    lir.fixedUse(zero, Lir.of(Gpr.RDX));
    lir.fixedDef(quotient, Lir.of(Gpr.RAX));
    if (random.nextBoolean()) {
      lir.fixedDef(remainder, Lir.of(Gpr.RDX));
      keep(integers, remainder);
    } else {
      lir.clobber(Lir.of(Gpr.RDX));
    }
    keep(integers, quotient);
  }

  private void wideMultiply() {
    int high = lir.register(Lir.I64);
    int a = pick(integers);
    lir.emit(IntegerRows.MUL.of(64), maybeOnStack(pick(integers)));
    lir.fixedUse(a, Lir.of(Gpr.RAX));
    lir.fixedDef(high, Lir.of(Gpr.RDX));
    lir.clobber(Lir.of(Gpr.RAX));
    keep(integers, high);
  }

  private void select() {
    int to = lir.register(Lir.I64);
    int a = pick(integers);
    compare();
    lir.move(to, a);
    lir.emit(IntegerRows.CMOVCC_R64_RM64.of(Condition.B), to, maybeOnStack(pick(integers)));
    keep(integers, to);
  }

  private void flag() {
    int to = lir.register(Lir.I32);
    lir.move(to, lir.immediate(0));
    compare();
    lir.emit(IntegerRows.SETCC.of(Condition.NE), to);
    words.add(to);
  }

  private void word() {
    int to = lir.register(Lir.I32);
    lir.move(to, pick(words));
    lir.emit(IntegerRows.ADD_R_RM.of(32), to, maybeOnStack(pick(random.nextBoolean() ? integers : words)));
    words.add(to);
  }

  private void clear() {
    int to = target(integers, Lir.I64);
    lir.emit(IntegerRows.XOR_R_RM.of(32), Lir.fresh(to), Lir.fresh(to));
    keep(integers, to);
  }

  private void exchange() {
    int a = lir.register(Lir.I64);
    int b = lir.register(Lir.I64);
    lir.move(a, pick(integers));
    lir.move(b, pick(integers));
    lir.emit(IntegerRows.XCHG.of(64), a, b);
    keep(integers, a);
    keep(integers, b);
  }

  private void vector() {
    switch (random.nextInt(6)) {
      case 0 -> makeVector();
      case 1 -> makeDouble();
      case 2 -> {
        int to = lir.register(Lir.F64);
        lir.emit(SseIntegerRows.MOVQ_XMM_RM64, to, maybeOnStack(pick(integers)));
        lir.emit(SseIntegerRows.PXOR, to, pick(random.nextBoolean() ? vectors : doubles));
        doubles.add(to);
      }
      default -> {
        int to = lir.register(Lir.V128);
        if (random.nextBoolean()) {
          lir.move(to, pick(vectors));
        } else {
          lir.emit(SseFloatRows.XORPS, Lir.fresh(to), Lir.fresh(to));
        }
        lir.emit(VECTOR[random.nextInt(VECTOR.length)], to, maybeOnStack(pick(vectors)));
        vectors.add(to);
      }
    }
  }

  private void slot() {
    int slot = lir.slot(stackSlots[random.nextInt(stackSlots.length)]);
    if (random.nextBoolean()) {
      lir.emit(IntegerRows.ADD_RM_R.of(64), slot, pick(integers));
    } else {
      int to = target(integers, Lir.I64);
      lir.emit(IntegerRows.MOV_R_RM.of(64), to, slot);
      keep(integers, to);
    }
  }

  private void call() {
    int result = target(integers, Lir.I64);
    int vector = lir.register(Lir.F64);
    int a = pick(integers);
    int b = pick(integers);
    int stackBytes = random.nextInt(3) == 0 ? 16 : 0;
    if (stackBytes > 0) {
      lir.storeArgument(0, pick(integers));
      lir.storeArgument(8, pick(integers));
    }
    lir.call(stackBytes == 0 ? 0 : 1, stackBytes, Lir.USES_MEMORY);
    lir.fixedUse(a, Lir.of(Gpr.RDI));
    lir.fixedUse(b, Lir.of(Gpr.RSI));
    lir.fixedUse(pick(doubles), Lir.of(Xmm.XMM0));
    lir.fixedDef(result, Lir.of(Gpr.RAX));
    if (random.nextBoolean()) {
      lir.fixedDef(vector, Lir.of(Xmm.XMM0));
      doubles.add(vector);
    }
    keep(integers, result);
  }
}
