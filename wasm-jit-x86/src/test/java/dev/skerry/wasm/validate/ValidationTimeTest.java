package dev.skerry.wasm.validate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileOptions;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.MemoryBudget;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.decode.ModuleReader;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Validation takes time in the length of a module and not in its square, and can be ended. */
class ValidationTimeTest {

  private static final int VALUES = 1_000;
  private static final int LABELS = 65_520;
  private static final int TABLES = 75;
  private static final int FUNCTIONS = 2;
  /** Comparing labels takes a fraction of it, checking the values of each takes more. */
  private static final long MOST_CPU_SECONDS = 3;

  @Test
  void givenMillionsOfLabelsOfAThousandValuesThenTheyAreValidatedInSeconds() throws CompileError {
    byte[] module = module();
    long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    assertEquals(FUNCTIONS, ModuleReader.read(module).bodies().length());
    long used = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin;
    assertTrue(used < TimeUnit.SECONDS.toNanos(MOST_CPU_SECONDS), used / 1_000_000 + " ms");
  }

  /**
   * Bodies of nothing but instructions that take and leave a thousand values: blocks, branches, calls. One by one they
   * took five seconds.
   */
  @ParameterizedTest
  @CsvSource({"blocks, 02 01 0b", "loops, 03 01 0b", "calls, 10 00", "branches, 41 00 0d 00", "ifs, 41 00 04 01 05 0b"})
  void givenABodyOfInstructionsOfAThousandValuesThenItIsValidatedInAFractionOfASecond(String name, String instruction)
      throws CompileError {
    byte[] module = repeated(HexFormat.ofDelimiter(" ").parseHex(instruction));
    ModuleReader.read(repeated(new byte[] {1}));
    long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    assertEquals(1, ModuleReader.read(module).bodies().length());
    long used = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin;
    assertTrue(used < TimeUnit.SECONDS.toNanos(MOST_CPU_SECONDS), used / 1_000_000 + " ms");
  }

  @Test
  void givenFunctionsOfManyLocalsThenTheyTakeTimeByTheirSize() throws CompileError {
    ByteArrayOutputStream bodies = new ByteArrayOutputStream();
    int functions = 1_000_000;
    number(bodies, functions);
    for (int i = 0; i < functions; i++) {
      bodies.writeBytes(new byte[] {9, 1, (byte) 0xd0, (byte) 0x86, 3, 0x7f, 0x20, 7, 0x1a, 0x0b});
    }
    ByteArrayOutputStream module = bytes(0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3);
    ByteArrayOutputStream types = new ByteArrayOutputStream();
    number(types, functions);
    types.writeBytes(new byte[functions]);
    append(module, types);
    module.write(10);
    append(module, bodies);
    long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    assertEquals(functions, ModuleReader.read(module.toByteArray()).bodies().length());
    long used = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin;
    assertTrue(used < TimeUnit.SECONDS.toNanos(MOST_CPU_SECONDS), used / 1_000_000 + " ms");
  }

  @Test
  void givenAPollThatThrowsThenTheCompileEndsAtOnceAndNothingStaysTaken() {
    byte[] module = repeated(new byte[] {2, 1, 0x0b});
    AtomicInteger polls = new AtomicInteger();
    AtomicLong taken = new AtomicLong();
    MemoryBudget memory = new MemoryBudget() {
      @Override
      public String take(long bytes) {
        taken.addAndGet(bytes);
        return null;
      }

      @Override
      public void giveBack(long bytes) {
        taken.addAndGet(-bytes);
      }
    };
    CompileOptions options = CompileOptions.DEFAULT.withMemory(memory).withPoll(() -> {
      if (polls.incrementAndGet() > 100) {
        throw new CancellationException("enough");
      }
    });
    assertThrows(CancellationException.class, () -> Module.compile(Engine.create(), module, options));
    assertEquals(101, polls.get());
    assertEquals(0, taken.get());
  }

  @Test
  void givenABodyOfWideInstructionsThenPollsAreAFewMillisecondsApart() throws CompileError {
    byte[] module = repeated(new byte[] {2, 1, 0x0b});
    Module.compile(Engine.create(), module);
    long[] last = {System.nanoTime()};
    List<Long> gaps = new ArrayList<>();
    Module.compile(Engine.create(), module, CompileOptions.DEFAULT.withPoll(() -> {
      long now = System.nanoTime();
      gaps.add(now - last[0]);
      last[0] = now;
    }));
    gaps.sort(null);
    long usual = gaps.get(gaps.size() / 2);
    assertTrue(usual < TimeUnit.MILLISECONDS.toNanos(5), "median of " + usual + " ns between polls");
  }

  /** A module with one body: a thousand values, and the instruction again and again. */
  private static byte[] repeated(byte[] instruction) {
    ByteArrayOutputStream same = bytes(0x60);
    for (int side = 0; side < 2; side++) {
      number(same, VALUES);
      same.writeBytes("\u007f".repeat(VALUES).getBytes(StandardCharsets.ISO_8859_1));
    }
    ByteArrayOutputStream types = bytes(2);
    types.writeBytes(same.toByteArray());
    types.writeBytes(same.toByteArray());
    ByteArrayOutputStream body = bytes(0);
    for (int i = 0; i < VALUES; i++) {
      body.writeBytes(new byte[] {0x41, 0});
    }
    while (body.size() < 7_600_000) {
      body.writeBytes(instruction);
    }
    body.write(0x0b);
    ByteArrayOutputStream bodies = bytes(1);
    append(bodies, body);
    ByteArrayOutputStream module = bytes(0, 'a', 's', 'm', 1, 0, 0, 0, 1);
    append(module, types);
    module.writeBytes(new byte[] {3, 2, 1, 0, 10});
    append(module, bodies);
    return module.toByteArray();
  }

  private static byte[] module() {
    ByteArrayOutputStream wide = bytes(0x60, 0);
    number(wide, VALUES);
    wide.writeBytes("\u007f".repeat(VALUES).getBytes(StandardCharsets.ISO_8859_1));
    ByteArrayOutputStream types = bytes(3, 0x60, 0, 0);
    types.writeBytes(wide.toByteArray());
    types.writeBytes(wide.toByteArray());
    ByteArrayOutputStream bodies = bytes(FUNCTIONS);
    for (int i = 0; i < FUNCTIONS; i++) {
      append(bodies, body());
    }
    ByteArrayOutputStream module = bytes(0, 'a', 's', 'm', 1, 0, 0, 0, 1);
    append(module, types);
    module.writeBytes(new byte[] {3, 1 + FUNCTIONS, FUNCTIONS, 0, 0, 10});
    append(module, bodies);
    return module.toByteArray();
  }

  /** Two blocks of types that are equal but not the same, and tables whose labels name them in turn. */
  private static ByteArrayOutputStream body() {
    ByteArrayOutputStream body = bytes(0);
    for (int table = 0; table < TABLES; table++) {
      body.writeBytes(new byte[] {0x02, 1, 0x02, 2});
      for (int i = 0; i <= VALUES; i++) {
        body.writeBytes(new byte[] {0x41, 0});
      }
      body.write(0x0e);
      number(body, LABELS);
      for (int i = 0; i <= LABELS; i++) {
        body.write(i & 1);
      }
      body.writeBytes(new byte[] {0x0b, 0x0b});
      for (int i = 0; i < VALUES; i++) {
        body.write(0x1a);
      }
    }
    body.write(0x0b);
    return body;
  }

  private static ByteArrayOutputStream bytes(int... values) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int value : values) {
      bytes.write(value);
    }
    return bytes;
  }

  private static void append(ByteArrayOutputStream to, ByteArrayOutputStream content) {
    number(to, content.size());
    to.writeBytes(content.toByteArray());
  }

  /** Unsigned LEB128, of a number below 2^28. */
  private static void number(ByteArrayOutputStream to, int number) {
    to.writeBytes(new byte[] {(byte) (number | 0x80), (byte) (number >> 7 | 0x80), (byte) (number >> 14 | 0x80),
        (byte) (number >> 21)});
  }
}
