package dev.skerry.bindings.wasi;

import dev.skerry.bindings.abi.Call;
import dev.skerry.bindings.abi.GuestMemory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The functions that are about no file: arguments, environment, clocks, chance. */
public final class SystemCalls {

  private static final int RANDOM_CHUNK = 1 << 12;

  private final byte[][] arguments;
  private final byte[][] environment;
  private final Clocks clocks;

  public SystemCalls(List<String> arguments, List<String> environment, Clocks clocks) {
    this.arguments = terminated(arguments);
    this.environment = terminated(environment);
    this.clocks = clocks;
  }

  /** Puts the three standard streams at 0, 1 and 2. */
  public static void standardStreams(Descriptors descriptors, InputStream in, OutputStream out, OutputStream err,
                                     boolean terminal) throws IOException {
    FileType type = terminal ? FileType.CHARACTER_DEVICE : FileType.UNKNOWN;
    descriptors.add(new Input(in, type));
    descriptors.add(new Output(out, type));
    descriptors.add(new Output(err, type));
  }

  /** Opens a folder that the embedder grants. */
  public static void preopen(Descriptors descriptors, String name, Path folder) throws IOException {
    descriptors.add(OpenDirectory.preopen(folder, name));
  }

  private static byte[][] terminated(List<String> strings) {
    return strings.stream().map(text -> (text + '\0').getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
  }

  /** {@code (argv, argv_buf)}. */
  public void argsGet(Call call) {
    strings(call, arguments, "argv", "argv_buf");
  }

  /** {@code (argc, argv_buf_size)}. */
  public void argsSizesGet(Call call) {
    sizes(call, arguments, "argc", "argv_buf_size");
  }

  /** {@code (environ, environ_buf)}. */
  public void environGet(Call call) {
    strings(call, environment, "environ", "environ_buf");
  }

  /** {@code (count, environ_buf_size)}. */
  public void environSizesGet(Call call) {
    sizes(call, environment, "count", "environ_buf_size");
  }

  private static int size(byte[][] strings) {
    int size = 0;
    for (byte[] string : strings) {
      size += string.length;
    }
    return size;
  }

  private static void strings(Call call, byte[][] strings, String pointers, String buffer) {
    GuestMemory memory = call.memory();
    long pointer = memory.checkArray(pointers, call.u32(0), strings.length, Integer.BYTES);
    long address = memory.check(buffer, call.u32(1), size(strings));
    for (byte[] string : strings) {
      memory.putInt(pointers, pointer, (int) address);
      memory.write(buffer, address, string, 0, string.length);
      pointer += Integer.BYTES;
      address += string.length;
    }
  }

  private static void sizes(Call call, byte[][] strings, String count, String size) {
    GuestMemory memory = call.memory();
    long countAt = memory.check(count, call.u32(0), Integer.BYTES);
    long sizeAt = memory.check(size, call.u32(1), Integer.BYTES);
    memory.putInt(count, countAt, strings.length);
    memory.putInt(size, sizeAt, size(strings));
  }

  /** {@code (id, resolution)}. */
  public void clockResGet(Call call) throws IOException {
    long result = call.memory().check("resolution", call.u32(1), Long.BYTES);
    call.memory().putLong("resolution", result, clocks.resolution(call.i32(0)));
  }

  /** {@code (id, precision, time)}. */
  public void clockTimeGet(Call call) throws IOException {
    long result = call.memory().check("time", call.u32(2), Long.BYTES);
    call.memory().putLong("time", result, clocks.time(call.i32(0)));
  }

  /** {@code (buf, buf_len)}. */
  public void randomGet(Call call) {
    GuestMemory memory = call.memory();
    long size = call.u32(1);
    long buffer = memory.check("buf", call.u32(0), size);
    for (long done = 0; done < size; done += RANDOM_CHUNK) {
      call.poll();
      byte[] bytes = new byte[(int) Math.min(RANDOM_CHUNK, size - done)];
      SystemRandom.current().nextBytes(bytes);
      memory.write("buf", buffer + done, bytes, 0, bytes.length);
    }
  }

  /** {@code (sig)}: a guest has no signals; it ends itself by {@code proc_exit} or a trap. */
  public void procRaise(Call call) throws IOException {
    throw Errno.NOTSUP.failure();
  }

  /** {@code ()}. */
  public void schedYield(Call call) {
    call.poll();
    Thread.yield();
  }
}
