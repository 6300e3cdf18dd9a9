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

  private static final long IMAGE_BYTES = 1 << 20;

  private LinearMemory memory;
  private LinearMemory source;
  private MemoryImage image;
  private long address;
  private long offset = 40;

  @Setup
  public void open() {
    memory = LinearMemory.reserve(KIB_64, MAXIMUM);
    address = memory.address();
    source = LinearMemory.reserve(IMAGE_BYTES, IMAGE_BYTES);
    source.fill(0, IMAGE_BYTES, (byte) 3);
    image = MemoryImage.of(source, IMAGE_BYTES);
  }

  @TearDown
  public void close() {
    memory.close();
    source.close();
    image.close();
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

  /** A memory of 16 MiB that begins with 1 MiB and touches 64 KiB of it, by image. */
  @Benchmark
  public void beginWithImage() {
    try (LinearMemory fresh = LinearMemory.reserve(MIB_16, MAXIMUM, MemoryLayout.CHECKED, image)) {
      fresh.fill(0, KIB_64, (byte) 1);
    }
  }

  /** The same with each of its bytes copied in. */
  @Benchmark
  public void beginWithCopy() {
    try (LinearMemory fresh = LinearMemory.reserve(MIB_16, MAXIMUM)) {
      NativeAccess.copy(source.address(), fresh.address(), IMAGE_BYTES);
      fresh.fill(0, KIB_64, (byte) 1);
    }
  }

  @Benchmark
  public void allocateAndCloseBlockOf64Bytes() {
    NativeBlock.allocate(64).close();
  }

  @Benchmark
  public void takeAndGiveBackStack() {
    try (NativeStack stack = NativeStack.reserve(1 << 20)) {
      NativeAccess.fill(stack.top() - 4096, 4096, (byte) 1);
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
