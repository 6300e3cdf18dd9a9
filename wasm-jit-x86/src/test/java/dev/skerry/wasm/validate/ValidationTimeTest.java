package dev.skerry.wasm.validate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.decode.ModuleReader;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Validation, which no interrupt reaches, takes time in the length of a module and not in its square. */
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
