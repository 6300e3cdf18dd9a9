package dev.skerry.wasm.bench;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.TestModule;
import dev.skerry.wasm.format.FuncType;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What the host pays for a look into a guest's memory, while no guest runs and within a function that one called. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(3)
@Warmup(iterations = 4, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
public class HostAccessBenchmark {

  /** Enough for the call to count for nothing. */
  private static final int ACCESSES = 10_000;
  private static final int PLACES = 0xFFF8;

  private Store store;
  private Memory memory;
  private Func reader;
  private Func writer;
  private final long[] slots = new long[1];
  private final byte[] bytes = new byte[16];
  private int place;

  /** Loads the guest. */
  @Setup
  public void load() throws CompileError, LinkError {
    Engine engine = Engine.create(EngineOptions.fromProperties());
    store = engine.newStore();
    Linker linker = new Linker(store)
        .define("host", "read", FuncType.of("-> i64"), (caller, values) -> values[0] = readAll())
        .define("host", "write", FuncType.of("->"), (caller, values) -> writeAll());
    var instance = linker.instantiate(Module.compile(engine, new TestModule()
        .importFunc("host", "read", "-> i64").importFunc("host", "write", "->").memory(1, 1).export("memory", 2, 0)
        .func("reader", "-> i64", "call 0").func("writer", "->", "call 1").bytes()));
    memory = instance.memory("memory").orElseThrow();
    reader = instance.func("reader").orElseThrow();
    writer = instance.func("writer").orElseThrow();
    for (int i = 0; i < ACCESSES; i++) {
      useAll();
    }
  }

  /** What a host does: HotSpot has seen it all when it compiles one of them. */
  private void useAll() {
    memory.putByte(next(), memory.getByte(next()));
    memory.putShort(next(), (short) place);
    memory.putInt(next(), memory.getInt(next()));
    memory.putLong(next(), memory.getLong(next()));
    memory.read(next() & ~Long.BYTES, bytes, 0, bytes.length);
    memory.write(next() & ~Long.BYTES, bytes, 0, bytes.length);
  }

  @TearDown
  public void close() {
    store.close();
  }

  private long readAll() {
    long sum = 0;
    for (int i = 0; i < ACCESSES; i++) {
      sum += memory.getInt(i);
    }
    return sum;
  }

  private void writeAll() {
    for (int i = 0; i < ACCESSES; i++) {
      memory.putLong(i, i);
    }
  }

  private int next() {
    place = place + Long.BYTES & PLACES;
    return place;
  }

  @Benchmark
  public int getInt() {
    return memory.getInt(next());
  }

  @Benchmark
  public void putLong() {
    memory.putLong(next(), place);
  }

  /** What a host function does with most of its arguments. */
  @Benchmark
  public byte[] readShort() {
    memory.read(next() & ~Long.BYTES, bytes, 0, bytes.length);
    return bytes;
  }

  @Benchmark
  public byte[] writeShort() {
    memory.write(next() & ~Long.BYTES, bytes, 0, bytes.length);
    return bytes;
  }

  @Benchmark
  @OperationsPerInvocation(ACCESSES)
  public long getIntInside() {
    reader.invoke(slots);
    return slots[0];
  }

  @Benchmark
  @OperationsPerInvocation(ACCESSES)
  public void putLongInside() {
    writer.invoke(slots);
  }
}
