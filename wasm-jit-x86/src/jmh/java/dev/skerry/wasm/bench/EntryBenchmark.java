package dev.skerry.wasm.bench;

import dev.skerry.memory.CodeBlock;
import dev.skerry.memory.CodeSpace;
import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.TestModule;
import dev.skerry.wasm.Tier;
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

/** Calls of compiled functions from Java, beside the least that HotSpot takes for a native method. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(5)
@Warmup(iterations = 4, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
public class EntryBenchmark {

  private Store store;
  private Func nothing;
  private Func answer;
  private Func next;
  private Func sum;
  private final long[] slots = new long[2];
  private long counter;

  /** Loads the guest. */
  @Setup
  public void load() throws CompileError, LinkError {
    Engine engine = Engine.create(EngineOptions.fromProperties().withTier(Tier.JIT));
    store = engine.newStore();
    var instance = new Linker(store).instantiate(Module.compile(engine, new TestModule().func("nothing", "->", "")
        .func("answer", "-> i32", "i32.const 42").func("next", "i32 -> i32", "local.get 0; i32.const 1; i32.add")
        .func("sum", "i32 i32 -> i32", "local.get 0; local.get 1; i32.add").bytes()));
    nothing = instance.func("nothing").orElseThrow();
    answer = instance.func("answer").orElseThrow();
    next = instance.func("next").orElseThrow();
    sum = instance.func("sum").orElseThrow();
    Bare.bind();
  }

  @TearDown
  public void close() {
    store.close();
  }

  /** A native method that returns at once, and nothing else. */
  @Benchmark
  public long bare() {
    return Bare.call(counter, counter);
  }

  @Benchmark
  public void nothing() {
    nothing.invoke(slots);
  }

  @Benchmark
  public long answer() {
    answer.invoke(slots);
    return slots[0];
  }

  @Benchmark
  public long next() {
    slots[0] = counter;
    next.invoke(slots);
    return slots[0];
  }

  @Benchmark
  public long sum() {
    slots[0] = counter;
    slots[1] = counter;
    sum.invoke(slots);
    return slots[0];
  }

  /** The instruction {@code ret}. */
  private static final class Bare {

    private static final byte[] CODE = {(byte) 0xC3};

    private Bare() {
    }

    static void bind() {
      CodeBlock block = CodeSpace.reserve(1 << 16).allocate(CODE.length);
      block.publish(CODE);
      block.bind(0, Bare.class, "call");
    }

    static native long call(long first, long second);
  }
}
