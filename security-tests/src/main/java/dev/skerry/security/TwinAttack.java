package dev.skerry.security;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.Trap;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * One operation in two forms: with a constant operand, for which compilers have short ways, and with the same operand
 * as a parameter; and each of them in the interpreter too. A program that sees two answers knows that one is wrong, and
 * whoever trusted it as a bound is lost. The control gives the second form another operand.
 */
final class TwinAttack implements Attack {

  private static final long[] EDGES = {0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL,
      0x1_0000_0000L, Long.MAX_VALUE, Long.MIN_VALUE, -1, -2, -641};
  private static final int RANDOM_INPUTS = 10;

  private final Operation operation;

  /** What is done in two forms. */
  enum Operation {
    DIVISIONS(AttackClass.DIVISION_BY_CONSTANT, "division-by-constant"),
    VECTORS(AttackClass.VECTOR_LOWERING, "vector-lowering");

    private final AttackClass kind;
    private final String attack;

    Operation(AttackClass kind, String attack) {
      this.kind = kind;
      this.attack = attack;
    }

    String guest() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  TwinAttack(Operation operation) {
    this.operation = operation;
  }

  @Override
  public Card card() {
    return new Card(operation.attack, Target.ENGINE,
        "get two answers to one question",
        Invariant.MEMORY_IS_PRIVATE,
        "one meaning of each instruction, in every form and tier", operation.kind);
  }

  @Override
  public Outcome run(Setting setting) throws LinkError {
    EngineOptions interpreter = setting.engine().withTier(Tier.INTERP);
    Engine engine = setting.newEngine();
    Engine reference = Engine.create(interpreter);
    int answers = 0;
    int pairs = 0;
    int apart = 0;
    try (Store store = engine.newStore(); Store other = reference.newStore()) {
      Instance guest = instance(engine, store);
      Instance model = instance(reference, other);
      for (String name : guest.exports().keySet()) {
        if (!name.endsWith(" const")) {
          continue;
        }
        String twin = name.substring(0, name.lastIndexOf(' '));
        long constant = Long.parseUnsignedLong(decimal(twin.substring(twin.lastIndexOf(' ') + 1)));
        String difference = null;
        for (long input : inputs()) {
          String expected = answer(model, twin + " const", input, 0);
          String fixed = answer(guest, twin + " const", input, 0);
          String given = answer(guest, twin + " var", input, setting.isUp() ? constant : ~constant);
          answers += 3;
          if (!fixed.equals(given) || !fixed.equals(expected)) {
            difference = twin + " of " + input + ": " + fixed + ", " + given + " and " + expected;
          }
        }
        if (difference != null && setting.isUp()) {
          return Outcome.reached(difference);
        }
        pairs++;
        apart += difference == null ? 0 : 1;
      }
    }
    // Operations that hardly depend on their operand may agree by chance.
    return setting.isUp() ? Outcome.stopped(answers + " answers agree")
        : new Outcome(apart > pairs * 3 / 4, apart + " of " + pairs + " pairs were told apart");
  }

  private Instance instance(Engine engine, Store store) throws LinkError {
    return new Linker(store).instantiate(Guests.module(engine, operation.guest()));
  }

  private static String decimal(String constant) {
    return constant.startsWith("0x") ? Long.toUnsignedString(Long.parseUnsignedLong(constant.substring(2), 16))
        : constant;
  }

  private static String answer(Instance instance, String name, long input, long operand) {
    Func func = instance.func(name).orElseThrow();
    long[] slots = {input, operand};
    try {
      func.invoke(slots);
      return Long.toHexString(slots[0]);
    } catch (Trap trap) {
      return trap.kind().message();
    }
  }

  private static long[] inputs() {
    Random random = new Random(29);
    long[] inputs = Arrays.copyOf(EDGES, EDGES.length + RANDOM_INPUTS);
    for (int i = EDGES.length; i < inputs.length; i++) {
      inputs[i] = random.nextLong() >> random.nextInt(64);
    }
    return inputs;
  }
}
