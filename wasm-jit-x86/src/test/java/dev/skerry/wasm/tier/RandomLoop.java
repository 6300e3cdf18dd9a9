package dev.skerry.wasm.tier;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.testing.Code;
import dev.skerry.wasm.testing.ModuleBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A module with a function {@code f} of one loop over three arrays, of the kind that may run on vectors, or just not:
 * with its body several times in a turn, counted in several ways, with recurrences, reductions, choices, conversions,
 * and stores that may meet loads. It takes three addresses, how many turns there are, and four invariants.
 */
final class RandomLoop {

  static final String TYPE = "i32 i32 i32 i32 i32 i64 f32 f64 -> i32 i64 f32 f64";
  static final int ARRAYS = 3;
  static final int TURNS = ARRAYS;
  private static final int FIRST_INVARIANT = ARRAYS + 1;
  private static final int COUNTER = 8;
  private static final int WIDE_COUNTER = 9;
  private static final int LIMIT = 10;
  /** Locals of each type: what is reduced or was computed last, what was loaded one element before, and now. */
  private static final int REDUCED = 11;
  private static final int BEFORE = 15;
  private static final int NOW = 19;
  private static final int DEPTH = 3;
  private static final int EXIT_INSIDE = 7;

  private static final List<ValType> TYPES = List.of(ValType.I32, ValType.I64, ValType.F32, ValType.F64);
  private static final String[] NAMES = {"I32", "I64", "F32", "F64"};
  private static final String[][] BINARY = {
      {"ADD", "SUB", "MUL", "AND", "OR", "XOR", "SHL", "SHR_S", "SHR_U"},
      {"ADD", "SUB", "AND", "OR", "XOR", "SHL", "SHR_S", "SHR_U", "ADD"},
      {"ADD", "SUB", "MUL", "DIV", "MIN", "MAX", "COPYSIGN", "ADD", "MUL"},
      {"ADD", "SUB", "MUL", "DIV", "MIN", "MAX", "COPYSIGN", "ADD", "MUL"}};
  private static final String[] TAME = {"ADD", "MUL", "MIN", "MAX"};
  private static final String[] FOLDS = {"ADD", "SUB", "MUL", "MIN", "MAX"};
  private static final String[] UNARY = {"ABS", "NEG", "SQRT", "CEIL", "FLOOR", "TRUNC", "NEAREST"};
  private static final String[][] COMPARISONS = {
      {"EQ", "NE", "LT_S", "LT_U", "GT_S", "GT_U", "LE_S", "LE_U", "GE_S", "GE_U"},
      {"EQ", "NE", "LT_S", "GT_S", "LE_S", "GE_S", "LT_U"},
      {"EQ", "NE", "LT", "GT", "LE", "GE"}, {"EQ", "NE", "LT", "GT", "LE", "GE"}};
  private static final String[][] ACCESSES = {
      {"I32_LOAD", "I32_LOAD8_U", "I32_LOAD8_S", "I32_LOAD16_U", "I32_LOAD16_S"},
      {"I64_LOAD", "I64_LOAD32_U", "I64_LOAD32_S", "I64_LOAD16_U"}, {"F32_LOAD"}, {"F64_LOAD"}};

  /** What an array holds. */
  private record Array(int type, Opcode load, Opcode store) {

    int bytes() {
      return load.accessBytes();
    }
  }

  /**
   * A counter of its own, which goes by a step to a limit that is near where numbers change their sign or wrap, so that
   * a loop with another relation than that of the way it goes ends at once.
   */
  private static final class Count {
    private static final long[] NEAR = {0, 1L << 31, 1L << 32, Long.MIN_VALUE};
    private static final String[] RELATIONS = {"LT_S", "LT_U", "LE_S", "LE_U", "GT_S", "GT_U", "GE_S", "GE_U", "NE"};
    private static final int APART = 1_000;

    final String relation;
    final long step;
    final long limit;
    /** What the counter begins with besides whole steps, for comparisons of order. */
    final long more;
    final boolean exchanged;

    Count(Random random) {
      relation = RELATIONS[random.nextInt(RELATIONS.length)];
      long size = random.nextInt(3) == 0 ? 3 : 1L << random.nextInt(4);
      boolean up = relation.startsWith("N") ? random.nextBoolean() : relation.startsWith("L");
      step = up ? size : -size;
      limit = NEAR[random.nextInt(NEAR.length)] + (random.nextBoolean() ? APART : -APART);
      more = relation.startsWith("N") ? 0 : random.nextInt((int) size);
      exchanged = random.nextInt(4) == 0;
    }

    Opcode opcode(int type) {
      String turned = relation.startsWith("L") ? relation.replace('L', 'G') : relation.replace('G', 'L');
      return RandomLoop.opcode(type, exchanged ? turned : relation);
    }
  }

  private final Random random;
  private final boolean tame;
  private final int copies;
  private final int form;
  private final Count count;
  private final long staticOffset;
  private final Array[] arrays = new Array[ARRAYS];
  /** By array: how many elements further the next one lies; 0 for as many as the invariant i32 says. */
  private final int[] steps = new int[ARRAYS];
  private final boolean[] carried = new boolean[TYPES.size()];

  /** @param tame says that floats are to stay such that no NaN comes of them, and nothing but them is in memory */
  RandomLoop(Random random, boolean tame) {
    this.random = random;
    this.tame = tame;
    copies = 1 << Math.max(0, random.nextInt(5) - 2);
    form = random.nextInt(copies > 1 ? 8 : 7);
    count = new Count(random);
    staticOffset = random.nextInt(4) > 0 ? 0 : random.nextInt(3) * 5000;
    boolean narrow = !tame && random.nextInt(4) == 0;
    int type = tame ? 2 + random.nextInt(2) : narrow ? 0 : random.nextInt(TYPES.size());
    int access = narrow ? 1 + random.nextInt(ACCESSES[0].length - 1) : 0;
    for (int i = 0; i < ARRAYS; i++) {
      if (random.nextInt(6) == 0 && !tame && !narrow) {
        type = random.nextInt(TYPES.size());
      }
      String load = ACCESSES[type][narrow ? access
          : tame || random.nextBoolean() ? 0 : random.nextInt(ACCESSES[type].length)];
      String store = load.replace("LOAD", "STORE").replaceAll("_[US]$", "");
      boolean same = i > 0 && arrays[0].type == type && random.nextBoolean();
      arrays[i] = same ? arrays[0] : new Array(type, Opcode.valueOf(load), Opcode.valueOf(store));
      steps[i] = same || random.nextInt(6) > 0 ? 1 : random.nextInt(4);
    }
  }

  /** Bytes of an element of the widest array. */
  int elementBytes() {
    int bytes = 1;
    for (Array array : arrays) {
      bytes = Math.max(bytes, array.bytes());
    }
    return bytes;
  }

  byte[] module() {
    List<ValType> locals = new ArrayList<>(List.of(ValType.I32, ValType.I64, ValType.I32));
    for (int i = 0; i < 3; i++) {
      locals.addAll(TYPES);
    }
    return new ModuleBuilder().memory(1, 1).export("memory", 2, 0).function("f", TYPE, locals, this::body).build();
  }

  private void body(Code code) {
    int stride = copies;
    code.get(TURNS).op(Opcode.I32_EQZ).op(Opcode.IF, Code.EMPTY)
        .i32(0).i64(0).f32(0).f64(0).op(Opcode.RETURN).end();
    for (int type = 0; type < TYPES.size(); type++) {
      code.get(FIRST_INVARIANT + type).set(REDUCED + type).get(FIRST_INVARIANT + type).set(BEFORE + type);
    }
    code.get(TURNS).i32(stride).op(Opcode.I32_MUL).set(LIMIT);
    code.get(TURNS).op(Opcode.I64_EXTEND_I32_U).i64(3).op(Opcode.I64_MUL).set(WIDE_COUNTER);
    if (form == 5) {
      code.i32((int) (count.limit + count.more)).get(TURNS).i32((int) count.step).op(Opcode.I32_MUL)
          .op(Opcode.I32_SUB).set(LIMIT);
    } else if (form == 6) {
      code.i64(count.limit + count.more).get(TURNS).op(Opcode.I64_EXTEND_I32_U).i64(count.step).op(Opcode.I64_MUL)
          .op(Opcode.I64_SUB).set(WIDE_COUNTER);
    }
    if (form == EXIT_INSIDE) {
      code.block().loop();
      turn(code);
      code.get(COUNTER).i32(stride).op(Opcode.I32_ADD).set(COUNTER).br(0).end().end();
    } else {
      code.loop();
      turn(code);
      end(code, stride);
    }
    for (int type = 0; type < TYPES.size(); type++) {
      code.get(REDUCED + type);
    }
  }

  private void end(Code code, int stride) {
    switch (form) {
      case 0 -> {
        for (int i = 0; i < ARRAYS; i++) {
          code.get(i);
          times(code.i32(stride * arrays[i].bytes()), steps[i]).op(Opcode.I32_ADD).set(i);
        }
        code.get(TURNS).i32(1).op(Opcode.I32_SUB).op(Opcode.LOCAL_TEE, TURNS).brIf(0);
      }
      case 1, 2, 3 -> {
        Opcode[] goesOn = {Opcode.I32_NE, Opcode.I32_LT_U, Opcode.I32_LT_S};
        code.get(COUNTER).i32(stride).op(Opcode.I32_ADD).op(Opcode.LOCAL_TEE, COUNTER).get(LIMIT)
            .op(goesOn[form - 1]).brIf(0);
      }
      case 5, 6 -> {
        code.get(COUNTER).i32(stride).op(Opcode.I32_ADD).set(COUNTER);
        count(code);
      }
      default -> {
        code.get(COUNTER).i32(stride).op(Opcode.I32_ADD).set(COUNTER);
        code.get(WIDE_COUNTER).i64(3).op(Opcode.I64_SUB).op(Opcode.LOCAL_TEE, WIDE_COUNTER).i64(0)
            .op(Opcode.I64_GT_S).brIf(0);
      }
    }
    code.end();
  }

  private void count(Code code) {
    int type = form - 5;
    int counter = type == 0 ? LIMIT : WIDE_COUNTER;
    if (count.exchanged) {
      number(code, type, count.limit);
    }
    code.get(counter);
    number(code, type, count.step).op(opcode(type, "ADD")).op(Opcode.LOCAL_TEE, counter);
    if (!count.exchanged) {
      number(code, type, count.limit);
    }
    code.op(count.opcode(type)).brIf(0);
  }

  private static Code number(Code code, int type, long number) {
    return type == 0 ? code.i32((int) number) : code.i64(number);
  }

  /** What each copy of the body does is made of the same random numbers. The loop may be left behind the first. */
  private void turn(Code code) {
    long seed = random.nextLong();
    for (int copy = 0; copy < copies; copy++) {
      copy(code, new Random(seed), copy);
      if (form == EXIT_INSIDE && copy == 0) {
        code.get(COUNTER).i32(copies).op(Opcode.I32_ADD).get(LIMIT).op(Opcode.I32_EQ).brIf(1);
      }
    }
  }

  private void copy(Code code, Random choices, int copy) {
    for (int type = 0; type < TYPES.size(); type++) {
      carried[type] = choices.nextInt(4) == 0;
      int array = arrayOf(type, choices);
      carried[type] &= array >= 0;
      if (carried[type]) {
        load(code, array, copy, choices.nextInt(3) - 1);
        code.set(NOW + type);
      }
    }
    int stores = choices.nextInt(4) == 0 ? 2 : choices.nextInt(6) == 0 ? 0 : 1;
    for (int i = 0; i < stores; i++) {
      Array to = arrays[i == 0 ? 0 : choices.nextInt(ARRAYS)];
      int index = to == arrays[0] ? 0 : to == arrays[1] ? 1 : 2;
      int distance = choices.nextInt(5) == 0 ? choices.nextInt(5) - 2 : 0;
      address(code, index, copy, distance);
      value(code, to.type, copy, choices, DEPTH);
      code.op(to.store, 0, staticOffset);
    }
    for (int type = 0; type < 2; type++) {
      if (choices.nextInt(stores == 0 ? 2 : 6) == 0) {
        code.get(REDUCED + type);
        value(code, type, copy, choices, 2);
        String[] joins = {"ADD", "XOR", "OR", "AND"};
        code.op(opcode(type, joins[choices.nextInt(joins.length)])).set(REDUCED + type);
      }
    }
    for (int type = 2; type < TYPES.size(); type++) {
      if (choices.nextInt(8) == 0) {
        String[] joins = tame ? TAME : FOLDS;
        boolean last = choices.nextInt(4) == 0;
        if (!last) {
          code.get(REDUCED + type);
        }
        value(code, type, copy, choices, DEPTH);
        code.op(opcode(type, "SQRT"));
        if (last) {
          code.get(REDUCED + type);
        }
        code.op(opcode(type, joins[choices.nextInt(joins.length)])).set(REDUCED + type);
      }
    }
    for (int type = 0; type < TYPES.size(); type++) {
      if (carried[type]) {
        code.get(NOW + type).set(BEFORE + type);
      }
    }
  }

  private static Opcode opcode(int type, String name) {
    return Opcode.valueOf(NAMES[type] + "_" + name);
  }

  private int arrayOf(int type, Random choices) {
    int from = choices.nextInt(ARRAYS);
    for (int i = 0; i < ARRAYS; i++) {
      if (arrays[(from + i) % ARRAYS].type == type) {
        return (from + i) % ARRAYS;
      }
    }
    return -1;
  }

  private void address(Code code, int array, int copy, int distance) {
    int bytes = arrays[array].bytes();
    int above = (copy + distance) * bytes;
    code.get(array);
    if (steps[array] != 1) {
      if (form == 0) {
        code.i32(copy + distance);
      } else {
        code.get(COUNTER).i32(copy + distance).op(Opcode.I32_ADD);
      }
      times(code, steps[array]).i32(bytes).op(Opcode.I32_MUL).op(Opcode.I32_ADD);
      return;
    }
    if (form == 0) {
      if (above != 0) {
        code.i32(above).op(Opcode.I32_ADD);
      }
      return;
    }
    code.get(COUNTER);
    if (above != 0 && (form & 1) == 0) {
      code.i32(copy + distance).op(Opcode.I32_ADD).i32(bytes).op(Opcode.I32_MUL).op(Opcode.I32_ADD);
    } else {
      code.i32(Integer.numberOfTrailingZeros(bytes)).op(Opcode.I32_SHL).op(Opcode.I32_ADD);
      if (above != 0) {
        code.i32(above).op(Opcode.I32_ADD);
      }
    }
  }

  private static Code times(Code code, int step) {
    return step == 1 ? code : (step == 0 ? code.get(FIRST_INVARIANT) : code.i32(step)).op(Opcode.I32_MUL);
  }

  private void load(Code code, int array, int copy, int distance) {
    address(code, array, copy, distance);
    code.op(arrays[array].load, 0, staticOffset);
  }

  private void value(Code code, int type, int copy, Random choices, int depth) {
    int kind = depth == 0 ? choices.nextInt(5) : choices.nextInt(12);
    boolean isFloat = type >= 2;
    switch (kind) {
      case 0, 1, 2 -> {
        int array = arrayOf(type, choices);
        int distance = choices.nextInt(3) == 0 ? choices.nextInt(3) - 1 : 0;
        if (array >= 0) {
          load(code, array, copy, distance);
        } else {
          code.get(FIRST_INVARIANT + type);
        }
      }
      case 3 -> leaf(code, type, copy, choices);
      case 4 -> {
        if (carried[type]) {
          code.get(choices.nextBoolean() ? BEFORE + type : NOW + type);
        } else {
          code.get(FIRST_INVARIANT + type);
        }
      }
      case 5 -> {
        value(code, type, copy, choices, depth - 1);
        value(code, type, copy, choices, depth - 1);
        int compared = choices.nextInt(5) == 0 ? choices.nextInt(TYPES.size()) : type;
        boolean ofBoth = choices.nextBoolean();
        condition(code, compared, copy, choices, depth - 1);
        if (ofBoth) {
          condition(code, compared, copy, choices, depth - 1);
          code.op(choices.nextBoolean() ? Opcode.I32_AND : Opcode.I32_OR);
        }
        code.op(Opcode.SELECT);
      }
      case 6 -> {
        if (!tame && choices.nextBoolean()) {
          converted(code, type, copy, choices, depth);
        } else {
          value(code, type, copy, choices, depth - 1);
        }
      }
      case 7 -> {
        value(code, type, copy, choices, depth - 1);
        if (isFloat && !tame) {
          code.op(opcode(type, UNARY[choices.nextInt(UNARY.length)]));
        } else if (!isFloat) {
          code.get(FIRST_INVARIANT + type).op(opcode(type, choices.nextBoolean() ? "SHL" : "SHR_U"));
        }
      }
      default -> {
        String[] operators = tame && isFloat ? TAME : BINARY[type];
        String operator = operators[choices.nextInt(operators.length)];
        value(code, type, copy, choices, depth - 1);
        if (operator.startsWith("SH")) {
          int count = choices.nextInt(choices.nextBoolean() ? 8 : 40);
          if (type == 0) {
            code.i32(count);
          } else {
            code.i64(count);
          }
        } else {
          value(code, type, copy, choices, depth - 1);
        }
        code.op(opcode(type, operator));
      }
    }
  }

  private void leaf(Code code, int type, int copy, Random choices) {
    if (type < 2 && choices.nextBoolean()) {
      code.get(COUNTER).i32(copy).op(Opcode.I32_ADD);
      if (type == 1) {
        code.op(Opcode.I64_EXTEND_I32_U);
      }
      return;
    }
    int[] numbers = {0, 1, -1, 2, 7, 127, 128, 255, 0xffff, Integer.MIN_VALUE};
    int number = numbers[choices.nextInt(numbers.length)];
    switch (type) {
      case 0 -> code.i32(number);
      case 1 -> code.i64(number);
      case 2 -> code.f32(tame ? 1.5f : number * 0.25f);
      default -> code.f64(tame ? 0.75 : number * 0.125);
    }
  }

  private void condition(Code code, int type, int copy, Random choices, int depth) {
    String relation = COMPARISONS[type][choices.nextInt(COMPARISONS[type].length)];
    value(code, type, copy, choices, depth);
    value(code, type, copy, choices, depth);
    code.op(opcode(type, relation));
    if (choices.nextInt(4) == 0) {
      code.op(Opcode.I32_EQZ);
    }
  }

  private void converted(Code code, int type, int copy, Random choices, int depth) {
    Opcode[][] conversions = {
        {Opcode.I32_WRAP_I64, Opcode.I32_REINTERPRET_F32, Opcode.I32_TRUNC_SAT_F32_S, Opcode.I32_TRUNC_SAT_F32_U},
        {Opcode.I64_EXTEND_I32_S, Opcode.I64_EXTEND_I32_U, Opcode.I64_REINTERPRET_F64},
        {Opcode.F32_CONVERT_I32_S, Opcode.F32_CONVERT_I32_U, Opcode.F32_DEMOTE_F64, Opcode.F32_REINTERPRET_I32},
        {Opcode.F64_CONVERT_I32_S, Opcode.F64_CONVERT_I32_U, Opcode.F64_PROMOTE_F32, Opcode.F64_REINTERPRET_I64}};
    Opcode conversion = conversions[type][choices.nextInt(conversions[type].length)];
    char from = conversion.signature.charAt(0);
    value(code, "iIfF".indexOf(from), copy, choices, depth - 1);
    code.op(conversion);
  }
}
