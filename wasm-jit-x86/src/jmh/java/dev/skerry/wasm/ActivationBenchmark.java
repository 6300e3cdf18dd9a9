package dev.skerry.wasm;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.runtime.ModuleLayout;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Label;
import dev.skerry.wasm.x64.Mem;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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

/** What it costs to enter, leave, trap and suspend machine code, and what a poll costs; guests are written by hand. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgs = "-Xmx512m")
public class ActivationBenchmark {

  private static final int CALLS = 1000;
  private static final int POLLS = 1_000_000;

  private final long[] slots = new long[1];
  private Store store;
  private Store other;
  private Func nothing;
  private Func hostCalls;
  private Func nested;
  private Func trap;
  private Func fault;
  private Func waiting;
  private Func unpolled;
  private Func compared;
  private Func loaded;
  private Process echo;

  /** Makes the guests, and a process that echoes. */
  @Setup
  public void setUp() throws Exception {
    Engine engine = Engine.create(EngineOptions.fromProperties().withTier(Tier.AUTO), null);
    store = engine.newStore();
    other = engine.newStore();
    Module module = new TestModule().importFunc("h", "nothing", "->").importFunc("h", "nested", "->")
        .importFunc("h", "wait", "->").memory(1, 1)
        .func("nothing", "->", "").func("hostCalls", "->", "").func("nested", "->", "").func("trap", "->", "")
        .func("fault", "i32 ->", "").func("waiting", "->", "").func("unpolled", "->", "").func("compared", "->", "")
        .func("loaded", "->", "").compile(engine);
    install(module);
    Func[] foreign = new Func[1];
    Instance instance = instance(module, store, foreign);
    foreign[0] = instance(module, other, foreign).func("nothing").orElseThrow();
    nothing = instance.func("nothing").orElseThrow();
    hostCalls = instance.func("hostCalls").orElseThrow();
    nested = instance.func("nested").orElseThrow();
    trap = instance.func("trap").orElseThrow();
    fault = instance.func("fault").orElseThrow();
    waiting = instance.func("waiting").orElseThrow();
    unpolled = instance.func("unpolled").orElseThrow();
    compared = instance.func("compared").orElseThrow();
    loaded = instance.func("loaded").orElseThrow();
    echo = new ProcessBuilder("cat").start();
  }

  private Instance instance(Module module, Store owner, Func[] foreign) throws LinkError {
    long[] none = new long[1];
    return new Linker(owner).define("h", "nothing", FuncType.of("->"), (caller, values) -> { })
        .define("h", "nested", FuncType.of("->"), (caller, values) -> foreign[0].invoke(none))
        .define("h", "wait", FuncType.of("->"), (caller, values) -> owner.suspend(null)).instantiate(module);
  }

  private static void install(Module module) {
    ModuleLayout layout = new ModuleLayout(module.info());
    new HandAssembled(3, -1, 0).ret().install(module);
    calling(module, layout, 4, 0);
    calling(module, layout, 5, 1);
    new HandAssembled(6, 0, 0).trap(Trap.Kind.UNREACHABLE, 1).install(module);
    HandAssembled fault = new HandAssembled(7, -1, 0).mayFault(1);
    fault.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RAX, Mem.at(Gpr.R14, Gpr.RDI, 1, 0));
    fault.ret().install(module);
    new HandAssembled(8, 0, 0).call(layout, 2, 1).ret().install(module);
    looping(module, 9, loop -> { });
    looping(module, 10, loop -> loop.poll(1));
    looping(module, 11, loop -> {
      loop.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.R15, Layout.INSTANCE_STORE));
      loop.code.emit(IntegerRows.TEST_RM_R.of(32), Mem.at(Gpr.R11, Layout.STORE_INTERRUPT), Gpr.R11);
    });
  }

  private static void calling(Module module, ModuleLayout layout, int function, int callee) {
    HandAssembled calls = new HandAssembled(function, 16, 0);
    calls.code.emit(IntegerRows.MOV_RM_IMM.of(64), Mem.at(Gpr.RSP, 0), new Imm(CALLS));
    Label again = calls.code.here();
    calls.call(layout, callee, 1);
    calls.code.emit(IntegerRows.DEC.of(64), Mem.at(Gpr.RSP, 0));
    calls.code.jump(Condition.NE, again);
    calls.ret().install(module);
  }

  /** A short loop with something to do, as in a checksum. */
  private static void looping(Module module, int function, Consumer<HandAssembled> poll) {
    HandAssembled loop = new HandAssembled(function, 0, 0);
    loop.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RCX, new Imm(POLLS));
    Label again = loop.code.here();
    poll.accept(loop);
    loop.code.emit(IntegerRows.IMUL_R_RM_IMM.of(32), Gpr.RAX, Gpr.RAX, new Imm(0x1000193));
    loop.code.emit(IntegerRows.XOR_R_RM.of(32), Gpr.RAX, Gpr.RCX);
    loop.code.emit(IntegerRows.DEC.of(32), Gpr.RCX);
    loop.code.jump(Condition.NE, again);
    loop.ret().install(module);
  }

  /** Ends the guests. */
  @TearDown
  public void tearDown() {
    echo.destroy();
    store.close();
    other.close();
  }

  /** From Java to machine code and back. */
  @Benchmark
  public void enter() {
    nothing.invoke(slots);
  }

  /** From machine code to a host function and back. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void hostCall() {
    hostCalls.invoke(slots);
  }

  /** From the guest of one store to that of another and back: both, and a host function in between. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void callBetweenStores() {
    nested.invoke(slots);
  }

  /** The same between two processes: a byte there and back. */
  @Benchmark
  public int pipeBetweenProcesses() throws IOException {
    echo.getOutputStream().write(1);
    echo.getOutputStream().flush();
    return echo.getInputStream().read();
  }

  /** A trap that code decides on, with its backtrace. */
  @Benchmark
  public Trap explicitTrap() {
    return trapOf(trap, 0);
  }

  /** A trap by a fault, with its backtrace. */
  @Benchmark
  public Trap hardwareTrap() {
    return trapOf(fault, 65_536);
  }

  private Trap trapOf(Func function, long argument) {
    slots[0] = argument;
    try {
      function.invoke(slots);
      throw new IllegalStateException("no trap");
    } catch (Trap expected) {
      return expected;
    }
  }

  /** Begun, suspended by a host function, resumed, ended. */
  @Benchmark
  public Execution.State suspendAndResume() {
    return waiting.startSlots(slots).resumeSlots(slots);
  }

  /** As {@link #suspendAndResume}, resumed by a thread that spins until there is something. */
  @Benchmark
  public Execution.State suspendAndResumeElsewhere(Elsewhere other) {
    Execution execution = waiting.startSlots(slots);
    other.resume(execution);
    return execution.state();
  }

  /** A thread that resumes. */
  @State(Scope.Thread)
  public static class Elsewhere {

    private final long[] none = new long[1];
    private volatile Execution next;
    private volatile boolean ended;
    private Thread thread;

    /** Starts it. */
    @Setup
    public void start() {
      thread = new Thread(() -> {
        while (!ended) {
          Execution execution = next;
          if (execution != null) {
            execution.resumeSlots(none);
            next = null;
          }
          Thread.onSpinWait();
        }
      });
      thread.start();
    }

    private void resume(Execution execution) {
      next = execution;
      while (next != null) {
        Thread.onSpinWait();
      }
    }

    /** Ends it. */
    @TearDown
    public void end() throws InterruptedException {
      ended = true;
      thread.join();
    }
  }

  /** From the request until the thread that ran an endless loop has caught the trap. */
  @Benchmark
  @BenchmarkMode(Mode.SampleTime)
  public boolean interrupt(Endless endless) {
    endless.store.interrupt();
    while (endless.running) {
      Thread.onSpinWait();
    }
    return endless.running;
  }

  /** A thread that runs an endless loop, in one tier or the other. */
  @State(Scope.Thread)
  public static class Endless {

    /** What runs the loop. */
    @Param({"JIT", "INTERP"})
    public Tier tier;

    private Store store;
    private Func loop;
    private Thread thread;
    private volatile boolean asked;
    private volatile boolean running;
    private volatile boolean ended;

    /** Starts the thread. */
    @Setup
    public void start() throws Exception {
      Engine engine = Engine.create(EngineOptions.fromProperties().withTier(tier));
      store = engine.newStore();
      Linker linker = new Linker(store)
          .define("h", "running", FuncType.of("->"), (caller, values) -> running = true);
      loop = linker.instantiate(new TestModule().importFunc("h", "running", "->")
          .func("loop", "->", "call 0; loop; br 0; end").compile(engine)).func("loop").orElseThrow();
      thread = new Thread(() -> {
        while (!ended) {
          if (asked) {
            asked = false;
            run();
          }
          Thread.onSpinWait();
        }
      });
      thread.start();
    }

    private void run() {
      try {
        loop.call();
      } catch (Trap expected) {
        running = false;
      }
    }

    /** Lets the loop begin. */
    @Setup(Level.Invocation)
    public void begin() {
      store.clearInterrupt();
      asked = true;
      while (!running) {
        Thread.onSpinWait();
      }
    }

    /** Ends the thread. */
    @TearDown
    public void end() throws InterruptedException {
      ended = true;
      store.close();
      thread.join();
    }
  }

  /** A turn of a short loop that does not poll. */
  @Benchmark
  @OperationsPerInvocation(POLLS)
  public void loopWithoutPoll() {
    unpolled.invoke(slots);
  }

  /** A turn of the same loop that compares a flag. */
  @Benchmark
  @OperationsPerInvocation(POLLS)
  public void loopWithFlagCompare() {
    compared.invoke(slots);
  }

  /** A turn of the same loop that reads a flag and does nothing with it. */
  @Benchmark
  @OperationsPerInvocation(POLLS)
  public void loopWithDeadLoad() {
    loaded.invoke(slots);
  }
}
