package dev.skerry.wasm.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.ir.BuildOptions;
import dev.skerry.wasm.ir.CompilationRefused;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.GraphBuilder;
import dev.skerry.wasm.testing.Code;
import dev.skerry.wasm.testing.ModuleBuilder;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Collections;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The largest functions that a module may have are built and improved, or refused, in seconds of CPU time. */
class HostileGraphTest {

  private static final int PARAMS = 8;
  private static final String TYPE = "i32 ".repeat(PARAMS) + "-> i32";

  /** Ten times what the slowest takes on an idle machine, cold. */
  private static final double SECONDS = 12;
  private static final int MANY = 50_000;

  private record Body(String name, int locals, Consumer<Code> code) {

    @Override
    public String toString() {
      return name;
    }
  }

  /** Makes a local something that only a run tells. */
  private static Code change(Code code, int i) {
    return code.get((i + 1) % PARAMS).i32(2 * i + 3).op(Opcode.I32_MUL).set(i % PARAMS);
  }

  private static Code arguments(Code code) {
    for (int i = 0; i < PARAMS; i++) {
      code.get(i);
    }
    return code;
  }

  /** Stores what two comparisons become, each of which is joined with the other again and again. */
  private static void conditions(Code code) {
    code.get(0).op(Opcode.I32_LOAD, 2, 0).get(2).op(Opcode.I32_LT_S).set(PARAMS);
    code.get(0).op(Opcode.I32_LOAD, 2, 0).get(3).op(Opcode.I32_LT_S).set(PARAMS + 1);
    for (int i = 0; i < 60; i++) {
      code.get(PARAMS).get(PARAMS + 1).op(i % 3 == 0 ? Opcode.I32_XOR : Opcode.I32_AND).set(PARAMS + 2);
      code.get(PARAMS).get(PARAMS + 1).op(i % 3 == 0 ? Opcode.I32_AND : Opcode.I32_OR).set(PARAMS + 1);
      code.get(PARAMS + 2).set(PARAMS);
    }
    code.get(0).get(PARAMS).op(Opcode.I32_STORE, 2, 0);
  }

  static Stream<Body> bodies() {
    return Stream.of(
        new Body("blocks one after the other, each of which a branch leaves", 8, code -> {
          for (int i = 0; i < MANY; i++) {
            code.block().get(i % 8).brIf(0).get(i % 7).i32(1).op(Opcode.I32_ADD).set(i % 8).end();
          }
        }),
        new Body("branches out of everything, from one block after the other", 8, code -> {
          code.block();
          for (int i = 0; i < MANY; i++) {
            change(code.get(i % 8).brIf(0), i);
          }
          code.end();
        }),
        new Body("blocks in blocks, each left from the innermost", 8, code -> {
          for (int i = 0; i < MANY; i++) {
            code.block();
          }
          for (int i = 0; i < MANY; i++) {
            change(code.get(i % 8).brIf(i), i);
          }
          for (int i = 0; i < MANY; i++) {
            code.end();
          }
        }),
        new Body("loops in loops, each repeated from the innermost", 1, code -> {
          for (int i = 0; i < MANY; i++) {
            code.loop();
          }
          for (int i = 0; i < MANY; i++) {
            code.get(0).i32(1).op(Opcode.I32_ADD).op(Opcode.LOCAL_TEE, 0).brIf(i);
          }
          for (int i = 0; i < MANY; i++) {
            code.end();
          }
        }),
        new Body("a br_table to loops in loops", 1, code -> {
          for (int i = 0; i < MANY; i++) {
            code.loop();
          }
          long[] labels = new long[MANY];
          for (int i = 0; i < MANY; i++) {
            labels[i] = i;
          }
          code.get(0).i32(1).op(Opcode.I32_ADD).op(Opcode.LOCAL_TEE, 0).op(Opcode.BR_TABLE, labels);
          for (int i = 0; i < MANY; i++) {
            code.end();
          }
        }),
        new Body("large br_tables to few labels", 4, code -> {
          long[] labels = new long[65_000];
          for (int i = 0; i < labels.length; i++) {
            labels[i] = i % 3;
          }
          for (int i = 0; i < 100; i++) {
            code.block().block().block().get(i % 4).op(Opcode.BR_TABLE, labels).end().end().end();
          }
        }),
        new Body("if in if", 3, code -> {
          for (int i = 0; i < MANY; i++) {
            change(code.get(i % 8).op(Opcode.IF, Code.EMPTY), i);
          }
          for (int i = 0; i < MANY; i++) {
            change(code.op(Opcode.ELSE), i).end();
          }
        }),
        new Body("all locals, assigned in many loops", 49_000, code -> {
          for (int i = PARAMS; i < 49_000; i++) {
            code.get(i % PARAMS).set(i);
          }
          for (int i = 0; i < 2_000; i++) {
            code.loop().get(i).set(i + 1).get(i).brIf(0).end();
          }
        }),
        new Body("a value that is long computed", 1, code -> {
          code.get(1);
          for (int i = 0; i < 1_200_000; i++) {
            code.i32(i).op(i % 2 == 0 ? Opcode.I32_ADD : Opcode.I32_XOR);
          }
          code.set(0);
        }),
        new Body("accesses to one address, and stores", 2, code -> {
          for (int i = 0; i < 300_000; i++) {
            code.get(0).get(0).op(Opcode.I32_LOAD, 2, i % 1000).op(Opcode.I32_STORE, 2, i % 999);
          }
        }),
        new Body("loops that may run on vectors, of conditions made of conditions", 3, code -> {
          for (int i = 0; i < 200; i++) {
            conditions(code.loop());
            code.get(0).i32(4).op(Opcode.I32_ADD).set(0);
            code.get(1).i32(1).op(Opcode.I32_SUB).op(Opcode.LOCAL_TEE, 1).brIf(0).end();
          }
        }),
        new Body("calls in trys in trys", 1, code -> {
          code.block();
          for (int i = 0; i < 1_000; i++) {
            code.op(Opcode.TRY_TABLE, Code.EMPTY, 0, 0, i);
          }
          for (int i = 0; i < 20_000; i++) {
            code.op(Opcode.LOCAL_GET, 0).op(Opcode.MEMORY_GROW, 0).set(1);
            arguments(code).call(0).set(0);
          }
          for (int i = 0; i <= 1_000; i++) {
            code.end();
          }
        }));
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void givenAHostileBodyThenItIsDoneInSeconds(Body body) throws CompileError {
    byte[] bytes = new ModuleBuilder().memory(1, -1).tag("->")
        .local(TYPE, Collections.nCopies(body.locals, ValType.I32), code -> {
          body.code.accept(code);
          code.get(0);
        }).build();
    ModuleInfo info = ModuleReader.read(bytes, Module.FEATURES);
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    String outcome;
    try {
      Graph graph = GraphBuilder.build(info, 0, BuildOptions.CHECKED);
      Passes.run(graph);
      outcome = graph.order().length + " blocks";
    } catch (CompilationRefused refused) {
      assertEquals(CompilationRefused.Reason.LIMIT, refused.reason(), refused.getMessage());
      outcome = refused.getMessage();
    }
    double seconds = (threads.getCurrentThreadCpuTime() - before) / 1e9;
    String what = body.name + ", " + bytes.length + " bytes: " + outcome + ", " + seconds + " s";
    assertTrue(seconds < SECONDS, what);
  }

}
