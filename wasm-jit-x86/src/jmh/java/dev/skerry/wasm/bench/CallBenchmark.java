package dev.skerry.wasm.bench;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.StoreLimits;
import dev.skerry.wasm.TestModule;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What crossing a border costs: between host and guest, between functions, to the runtime, to a new instance. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class CallBenchmark {

  private static final int CALLS = 1000;
  /** The loop around an instruction that is measured so many times. */
  private static final String LOOP = "loop; %s; local.get 0; i32.const 1; i32.sub; local.tee 0; br_if 0; end";
  /** How often a memory grows before its store is replaced. */
  private static final int GROWTHS = 1000;

  @Param({"INTERP", "JIT"})
  public Tier tier;

  private Engine engine;
  private Store store;
  private Module small;
  private Module growing;
  private Func nothing;
  private Func hostCalls;
  private Func indirectCalls;
  private final long[] slots = new long[1];

  /** Loads the guest. */
  @Setup
  public void load() throws CompileError, LinkError {
    engine = Engine.create(EngineOptions.fromProperties().withTier(tier));
    TestModule module = new TestModule().importFunc("host", "nothing", "->").memory(1, -1)
        .table(ValType.FUNCREF, 1, 1).elements("i32.const 0", 1)
        .func("nothing", "->", "")
        .func("host", "i32 ->", LOOP.formatted("call 0"))
        .func("indirect", "i32 ->", LOOP.formatted("i32.const 0; call_indirect ->"));
    store = engine.newStore();
    Linker linker = new Linker(store).define("host", "nothing", FuncType.of("->"), (caller, ignored) -> { });
    var instance = linker.instantiate(Module.compile(engine, module.bytes()));
    nothing = instance.func("nothing").orElseThrow();
    hostCalls = instance.func("host").orElseThrow();
    indirectCalls = instance.func("indirect").orElseThrow();
    small = Module.compile(engine, new TestModule().memory(1, 1).func("f", "i32 -> i32", "local.get 0").bytes());
    growing = Module.compile(engine, new TestModule().memory(1, -1)
        .func("grow", "i32 ->", LOOP.formatted("i32.const 1; memory.grow 0; drop")).bytes());
  }

  @TearDown
  public void close() {
    store.close();
  }

  @Benchmark
  public void hostToWasm() {
    nothing.invoke(slots);
  }

  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void wasmToHost() {
    slots[0] = CALLS;
    hostCalls.invoke(slots);
  }

  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void indirectCall() {
    slots[0] = CALLS;
    indirectCalls.invoke(slots);
  }

  /** Growing by a page, making and freeing the memory included. */
  @Benchmark
  @OperationsPerInvocation(GROWTHS)
  public void growByOnePage() throws LinkError {
    try (Store own = engine.newStore(StoreLimits.DEFAULT)) {
      Func grow = new Linker(own).instantiate(growing).func("grow").orElseThrow();
      slots[0] = GROWTHS;
      grow.invoke(slots);
    }
  }

  @Benchmark
  public Object instantiateSmall() throws LinkError {
    try (Store own = engine.newStore()) {
      return new Linker(own).instantiate(small);
    }
  }
}
