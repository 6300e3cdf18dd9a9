package dev.skerry.memory;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What machine code costs: a call from Java, and publishing a block in each of the ways that keep W^X. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class CodeBenchmark {

  private static final int SPACE = 16 << 20;

  /** A space of each kind, and a block size. */
  @State(Scope.Thread)
  public static class Spaces {

    @Param({"300", "30000"})
    public int byteLength;

    private CodeSpace byFile;
    private CodeSpace byProtection;
    private byte[] code;
    private int fd;

    @Setup
    public void open() {
      PlatformChoice.current();
      byFile = CodeSpace.on(new FileCodePages(SPACE), SPACE);
      byProtection = CodeSpace.on(new ProtectedCodePages(SPACE, "the benchmark asks for it"), SPACE);
      code = new byte[byteLength];
      fd = SystemCalls.memfd("skerry-benchmark", SPACE, true);
    }

    @TearDown
    public void close() {
      byFile.close();
      byProtection.close();
      SystemCalls.close(fd);
    }
  }

  @Benchmark
  public long callFromJava() {
    return MachineCode.Caller.call(Add.ADDRESS, 1, 2);
  }

  /** A System V function of two numbers. */
  private static final class Add {

    private static final CodeBlock BLOCK = CodeSpace.reserve(1 << 16).allocate(MachineCode.addAnd(0).length);
    private static final long ADDRESS = BLOCK.address();

    static {
      BLOCK.publish(MachineCode.addAnd(0));
    }
  }

  /** A load that faults, the signal, the handler and the way out. */
  @Benchmark
  public long faultInGuard(Guarded guarded) {
    return guarded.loader.load(guarded.memory.address() + guarded.memory.byteLength());
  }

  /** A memory with a guard, and code that may fault in it. */
  @State(Scope.Thread)
  public static class Guarded {

    private LinearMemory memory;
    private FaultSignalTest.Loader loader;

    @Setup
    public void open() {
      memory = LinearMemory.reserve(1 << 16, 1 << 16, MemoryLayout.GUARDED);
      CodeSpace space = CodeSpace.reserve(1 << 16);
      loader = new FaultSignalTest.Loader(space);
      loader.claimFaults(space);
    }

    @TearDown
    public void close() {
      memory.close();
    }
  }

  @Benchmark
  public void publishByFileAndFree(Spaces spaces) {
    try (CodeBlock block = spaces.byFile.allocate(spaces.byteLength)) {
      block.publish(spaces.code);
    }
  }

  @Benchmark
  public void publishByProtectionAndFree(Spaces spaces) {
    try (CodeBlock block = spaces.byProtection.allocate(spaces.byteLength)) {
      block.publish(spaces.code);
    }
  }

  /** The third way, which the product does not go: a second mapping of the file, writable while code is written. */
  @Benchmark
  public void writeBySecondMapping(Spaces spaces) {
    long page = Unsafes.PAGE_BYTES;
    long room = (spaces.byteLength + page - 1) & -page;
    long alias = SystemCalls.mmap(0, room, SystemCalls.PROT_READ | SystemCalls.PROT_WRITE, SystemCalls.MAP_SHARED,
        spaces.fd, 0);
    NativeAccess.copy(spaces.code, 0, alias, spaces.byteLength);
    SystemCalls.munmap(alias, room);
  }
}
