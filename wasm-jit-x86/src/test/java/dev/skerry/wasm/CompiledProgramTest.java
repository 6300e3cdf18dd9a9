package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.wasm.testing.Kernel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** C that clang compiled (src/test/guest/kernels) computes what the JDK computes. */
class CompiledProgramTest {

  private static final int DIGEST = 65_024;

  private final Engine engine = Engine.create();
  private final Store store = engine.newStore();
  private final Random random = new Random(42);
  private Instance guest;
  private Memory memory;
  private int buffer;

  @BeforeEach
  void load() throws IOException, CompileError, LinkError {
    guest = new Linker(store).instantiate(Module.compile(engine, Kernel.binary("kernels")));
    memory = guest.memory("memory").orElseThrow();
    buffer = (int) call("buffer");
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Object call(String name, Object... args) {
    Object[] results = guest.func(name).orElseThrow().call(args);
    return results.length == 0 ? null : results[0];
  }

  @Test
  void digestsAndChecksums() throws NoSuchAlgorithmException {
    for (int length : new int[] {0, 1, 55, 56, 64, 1000, 40_000}) {
      byte[] input = new byte[length];
      random.nextBytes(input);
      memory.write(buffer, input, 0, length);
      CRC32 crc = new CRC32();
      crc.update(input);

      assertEquals((int) crc.getValue(), call("checksum", length));
      call("digest", length);

      assertArrayEquals(MessageDigest.getInstance("SHA-256").digest(input), memory.read(buffer + DIGEST, 32));
    }
  }

  @Test
  void sortsByRecursion() {
    int[] numbers = random.ints(15_000).toArray();
    ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(numbers);
    int place = (int) call("numbers");
    memory.write(place, bytes.array(), 0, bytes.capacity());

    call("order", numbers.length);

    int[] sorted = new int[numbers.length];
    ByteBuffer.wrap(memory.read(place, bytes.capacity())).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(sorted);
    Arrays.sort(numbers);
    assertArrayEquals(numbers, sorted);
  }
}
