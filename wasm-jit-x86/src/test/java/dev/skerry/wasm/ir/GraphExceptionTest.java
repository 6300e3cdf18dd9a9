package dev.skerry.wasm.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.WasmException;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.testing.Code;
import dev.skerry.wasm.testing.ModuleBuilder;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random functions with trys of either encoding catch the same by their graphs as in tier 0. */
class GraphExceptionTest {

  private static final long SEED = Long.getLong("skerry.seed", 20_260_501);
  private static final int PROGRAMS = Integer.getInteger("skerry.programs", 300);
  private static final int TAGS = 3;
  private static final int LOCALS = 4;

  /** Writes one function of type i32 to i32 that throws and catches; function 0 throws by its argument. */
  private static final class Program {

    private final Random random;
    private final Code code;
    private final boolean legacy;
    private final int resultOfTag;
    private final int resultOfReference;
    private int budget = 60;
    /** What is open: 0 a block or try_table, or 1 the catch of a try, from the innermost outwards. */
    private final StringBuilder open = new StringBuilder();

    Program(Random random, Code code, boolean legacy, int resultOfTag, int resultOfReference) {
      this.random = random;
      this.code = code;
      this.legacy = legacy;
      this.resultOfTag = resultOfTag;
      this.resultOfReference = resultOfReference;
    }

    private int local() {
      return random.nextInt(1 + LOCALS);
    }

    private void value() {
      if (random.nextInt(3) == 0) {
        code.i32(random.nextInt(12));
      } else {
        code.get(local());
      }
    }

    void body(int depth) {
      for (int i = 1 + random.nextInt(4); i > 0 && budget > 0; i--) {
        statement(depth);
      }
    }

    private void statement(int depth) {
      budget--;
      switch (random.nextInt(depth > 5 ? 5 : 9)) {
        case 0, 1 -> {
          value();
          value();
          code.op(Opcode.I32_ADD).set(local());
        }
        case 2 -> {
          value();
          code.call(0).set(local());
        }
        case 3 -> {
          value();
          code.op(Opcode.IF, Code.EMPTY);
          open.insert(0, '0');
          raise();
          open.deleteCharAt(0);
          code.end();
        }
        case 4 -> {
          value();
          code.op(Opcode.IF, Code.EMPTY);
          open.insert(0, '0');
          body(depth + 1);
          open.deleteCharAt(0);
          code.op(Opcode.ELSE);
          open.insert(0, '0');
          body(depth + 1);
          open.deleteCharAt(0);
          code.end();
        }
        default -> {
          if (legacy) {
            legacyTry(depth);
          } else {
            tryTable(depth);
          }
        }
      }
    }

    private void raise() {
      int at = open.indexOf("1");
      if (legacy && at >= 0 && random.nextBoolean()) {
        code.op(Opcode.RETHROW, at);
        return;
      }
      value();
      code.op(Opcode.THROW, random.nextInt(TAGS));
    }

    private void legacyTry(int depth) {
      code.op(Opcode.TRY, Code.EMPTY);
      open.insert(0, '0');
      body(depth + 1);
      if (random.nextInt(4) == 0) {
        open.deleteCharAt(0);
        code.op(Opcode.DELEGATE, random.nextInt(open.length() + 1));
        return;
      }
      open.setCharAt(0, '1');
      for (int i = random.nextInt(3); i > 0; i--) {
        code.op(Opcode.CATCH, random.nextInt(TAGS)).set(local());
        body(depth + 1);
      }
      if (random.nextInt(3) == 0) {
        code.op(Opcode.CATCH_ALL);
        body(depth + 1);
      }
      open.deleteCharAt(0);
      code.end();
    }

    /** Blocks for what clauses give: nothing, a value, a value and a reference; then what was caught may go on. */
    private void tryTable(int depth) {
      code.block().op(Opcode.BLOCK, resultOfReference).op(Opcode.BLOCK, resultOfTag);
      open.insert(0, "000");
      long[] clauses = new long[1 + 3 * random.nextInt(4)];
      clauses[0] = Code.EMPTY;
      for (int i = 1; i < clauses.length; i += 3) {
        int kind = random.nextInt(4) == 3 ? 2 : random.nextInt(2);
        clauses[i] = kind;
        clauses[i + 1] = random.nextInt(TAGS);
        clauses[i + 2] = kind == 2 ? 2 : kind == 1 ? 1 : 0;
      }
      code.op(Opcode.TRY_TABLE, clauses);
      open.insert(0, '0');
      body(depth + 1);
      open.deleteCharAt(0);
      code.end().br(2).end();
      open.deleteCharAt(0);
      code.set(local());
      body(depth + 1);
      code.br(1).end();
      open.deleteCharAt(0);
      if (random.nextBoolean()) {
        code.op(Opcode.THROW_REF);
      } else {
        code.op(Opcode.DROP).set(local());
      }
      code.end();
      open.deleteCharAt(0);
    }
  }

  private static byte[] module(Random random, boolean legacy) {
    ModuleBuilder module = new ModuleBuilder();
    int ofTag = module.type("-> i32");
    int ofReference = legacy ? 0 : module.type("-> i32 exnref");
    for (int i = 0; i < TAGS; i++) {
      module.tag("i32 ->");
    }
    module.local("i32 -> i32", List.of(), code -> {
      for (int tag = 0; tag < TAGS; tag++) {
        code.get(0).i32(7 + tag).op(Opcode.I32_EQ).op(Opcode.IF, Code.EMPTY).get(0).op(Opcode.THROW, tag).end();
      }
      code.get(0).i32(1).op(Opcode.I32_ADD);
    });
    module.function("run", "i32 -> i32", List.of(ValType.I32, ValType.I32, ValType.I32, ValType.I32), code -> {
      new Program(random, code, legacy, ofTag, ofReference).body(0);
      code.get(0);
      for (int i = 1; i <= LOCALS; i++) {
        code.i32(31).op(Opcode.I32_MUL).get(i).op(Opcode.I32_ADD);
      }
    });
    return module.build();
  }

  private static String outcome(LongSupplier call) {
    try {
      return Long.toString(call.getAsLong());
    } catch (Trap trap) {
      return trap.kind().message();
    } catch (WasmException | GuestState.Thrown thrown) {
      return "thrown";
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void givenRandomTrysThenGraphsCatchWhatTierZeroCatches(boolean legacy) throws CompileError, LinkError {
    Engine engine = Engine.create(EngineOptions.fromProperties().withTier(Tier.INTERP));
    int caught = 0;
    int thrown = 0;
    for (int i = 0; i < PROGRAMS; i++) {
      long seed = SEED + i;
      byte[] bytes = module(new Random(seed), legacy);
      ModuleInfo info = ModuleReader.read(bytes, Module.FEATURES);
      try (Store store = engine.newStore()) {
        Func run = new Linker(store).instantiate(Module.compile(engine, bytes)).func("run").orElseThrow();
        for (int argument : new int[] {0, 1, 7, 8, 9}) {
          String expected = outcome(() -> {
            long[] slots = {argument};
            run.invoke(slots);
            return slots[0];
          });
          for (GraphPipeline pipeline : List.of(GraphPipeline.CHECKED, GraphPipeline.CHECKED_PASSES)) {
            GraphEvaluator evaluator = pipeline.evaluator(new GuestState(info));
            assertEquals(expected, outcome(() -> evaluator.call(1, argument)[0]),
                () -> "seed " + seed + ", argument " + argument + ", " + pipeline);
            caught += evaluator.landings;
          }
          thrown += expected.equals("thrown") ? 1 : 0;
        }
      }
    }
    assertTrue(caught > PROGRAMS && thrown > PROGRAMS / 4, caught + " caught, " + thrown + " not");
  }
}
