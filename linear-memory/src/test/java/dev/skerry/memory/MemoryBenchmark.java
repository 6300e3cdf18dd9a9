package dev.skerry.memory;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What linear memories cost: a byte read, a page grown, a memory taken, touched and given back. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class MemoryBenchmark {

  private static final long KIB_64 = 64 << 10;
  private static final long MIB_16 = 16 << 20;
  private static final long MAXIMUM = 4L << 30;

  private LinearMemory memory;
  private long address;
  private long offset = 40;

  @Setup
  public void open() {
    memory = LinearMemory.reserve(KIB_64, MAXIMUM);
    address = memory.address();
  }

  @TearDown
  public void close() {
    memory.close();
  }

  @Benchmark
  public int rawRead() {
    return NativeAccess.getInt(address + offset);
  }

  @Benchmark
  public int checkedRead() {
    return memory.getInt(offset);
  }

  @Benchmark
  public void reserveAndClose() {
    LinearMemory.reserve(KIB_64, MAXIMUM).close();
  }

  @Benchmark
  public void reserveTouch64KiBAndClose() {
    try (LinearMemory fresh = LinearMemory.reserve(KIB_64, MAXIMUM)) {
      fresh.fill(0, KIB_64, (byte) 1);
    }
  }

  @Benchmark
  public void reserveTouch16MiBAndClose() {
    try (LinearMemory fresh = LinearMemory.reserve(MIB_16, MAXIMUM)) {
      fresh.fill(0, MIB_16, (byte) 1);
    }
  }

  /** 255 growths by 64 KiB, to 16 MiB, with the reservation and its end. */
  @Benchmark
  public void growPageByPageTo16MiB() {
    try (LinearMemory growing = LinearMemory.reserve(KIB_64, MAXIMUM)) {
      for (long length = 2 * KIB_64; length <= MIB_16; length += KIB_64) {
        growing.grow(length);
      }
    }
  }
}
