package dev.skerry.wasm;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.MemoryType;
import dev.skerry.wasm.format.ValType;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * The part of the stress test whose guest is C (guest/stress/stress.c), compiled to machine code while it runs: at the
 * first call, or by what is hot. Any thread may take a step.
 */
final class CompiledStress {

  private static final MemoryType MEMORY = new MemoryType(new Limits(4, 64), true, ValType.I32);
  private static final int MAX_WAITING = 32;
  /** What the guest's sort and waves give in tier 0. */
  private static final int SEEDS = 8;

  private final Consumer<String> count;
  private final Set<Store> victims;
  private final byte[] bytes;
  private final List<Engine> engines;
  /** The newest module of each engine; older ones are soon collected, and their code with them. */
  private final AtomicReferenceArray<Module> modules;
  private final int[] sorted = new int[SEEDS];
  private final double waves;
  private final BlockingQueue<Waiting> waiting = new ArrayBlockingQueue<>(MAX_WAITING);

  /** A guest that waits, and one in another store that can wake it. */
  private record Waiting(Execution execution, Instance waker, Store store) {

    void close() {
      execution.store().close();
      store.close();
    }
  }

  /** @param victims stores that run what never ends are in there meanwhile */
  CompiledStress(Consumer<String> count, Set<Store> victims) {
    this.count = count;
    this.victims = victims;
    EngineOptions options = EngineOptions.fromProperties();
    this.engines = List.of(Engine.create(options.withTier(Tier.JIT)), Engine.create(options.withTier(Tier.AUTO)),
        Engine.create(options.withTier(Tier.JIT).withMemory(MemoryStrategy.CHECK)));
    try (InputStream in = CompiledStress.class.getResourceAsStream("/guest/stress.wasm")) {
      this.bytes = in.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    this.modules = new AtomicReferenceArray<>(engines.size());
    for (int i = 0; i < engines.size(); i++) {
      renew(i);
    }
    try (Store store = Engine.create(options.withTier(Tier.INTERP)).newStore()) {
      Instance instance = instantiate(store, Module.compile(store.engine(), bytes), Memory.create(store, MEMORY));
      for (int seed = 0; seed < SEEDS; seed++) {
        sorted[seed] = (int) call(instance, "sort", seed);
      }
      waves = (double) call(instance, "waves", 1000);
    } catch (CompileError | LinkError e) {
      throw new AssertionError(e);
    }
  }

  private void renew(int engine) {
    try {
      modules.set(engine, Module.compile(engines.get(engine), bytes));
    } catch (CompileError e) {
      throw new AssertionError(e);
    }
  }

  /** Functions that some engine refused to compile, of all. */
  long refusals() {
    return engines.stream().mapToLong(engine -> engine.refusals().size()).sum();
  }

  long compiled() {
    return engines.stream().mapToLong(engine -> engine.compiled().functions()).sum();
  }

  private static Instance instantiate(Store store, Module module, Memory memory) {
    Linker linker = new Linker(store).define("env", "memory", memory)
        .define("h", "f", FuncType.of("i32 -> i32"), (caller, slots) -> {
          switch ((int) slots[0] & 3) {
            case 0 -> throw new IllegalArgumentException("no");
            case 1 -> slots[0] = (int) call(caller, "descend", 50);
            default -> slots[0]++;
          }
        });
    try {
      return linker.instantiate(module);
    } catch (LinkError e) {
      throw new AssertionError(e);
    }
  }

  private static Object call(Instance instance, String name, Object... args) {
    Object[] results = instance.func(name).orElseThrow().call(args);
    return results.length == 0 ? null : results[0];
  }

  /** Wakes a guest of somebody else's, or runs some functions of a new one. */
  void step(Random random) {
    Waiting other = random.nextBoolean() ? waiting.poll() : null;
    if (other != null) {
      wake(other, random);
      return;
    }
    int engine = random.nextInt(engines.size());
    if (random.nextInt(16) == 0) {
      renew(engine);
      count.accept("compiled modules");
    }
    Module module = modules.get(engine);
    Store store = engines.get(engine).newStore();
    boolean open = false;
    try {
      Memory memory = Memory.create(store, MEMORY);
      Instance instance = instantiate(store, module, memory);
      for (int i = random.nextInt(8); i >= 0; i--) {
        run(store, instance, random);
      }
      open = random.nextInt(3) == 0 && waits(store, instance, memory, random);
    } catch (IllegalStateException | LinkError e) {
      if (!store.state().isClosed()) {
        throw new AssertionError(e);
      }
    } finally {
      if (!open) {
        store.close();
      }
    }
  }

  private void run(Store store, Instance instance, Random random) {
    int what = random.nextInt(9);
    Trap.Kind expected = null;
    try {
      switch (what) {
        case 0 -> {
          int seed = random.nextInt(SEEDS);
          require((int) call(instance, "sort", seed) == sorted[seed], "sort");
        }
        case 1 -> require((double) call(instance, "waves", 1000) == waves, "waves");
        case 2 -> require((int) call(instance, "descend", 1000) == 1000, "descend");
        case 3 -> require((int) call(instance, "grow", random.nextInt(3)) == 0, "grow");
        case 4 -> {
          require((int) call(instance, "choose", 0, 21) == 42, "choose");
          call(instance, "choose", 2, random.nextInt(100));
        }
        case 5 -> {
          expected = Trap.Kind.MEMORY_OUT_OF_BOUNDS;
          call(instance, "fall", random.nextInt(200), random.nextInt() | 0x80000000);
        }
        case 6 -> {
          boolean zero = random.nextBoolean();
          expected = zero ? Trap.Kind.INTEGER_DIVIDE_BY_ZERO : Trap.Kind.INTEGER_OVERFLOW;
          call(instance, "divide", Integer.MIN_VALUE, zero ? 0 : -1);
        }
        case 7 -> {
          expected = Trap.Kind.STACK_EXHAUSTED;
          call(instance, "descendForever", 0L);
        }
        default -> spin(store, instance);
      }
      count.accept("compiled calls");
      require(expected == null, "what traps");
    } catch (Trap trap) {
      require(trap.kind() == expected || trap.kind() == Trap.Kind.INTERRUPTED
          || trap.kind() == Trap.Kind.TIMED_OUT, trap.toString());
      count.accept("compiled traps");
    } catch (IllegalArgumentException e) {
      count.accept("host exceptions");
    }
  }

  private void spin(Store store, Instance instance) {
    victims.add(store);
    Timeout limit = store.limitTime(Timeout.Clock.WALL, Duration.ofMillis(5));
    try {
      call(instance, "spin");
      throw new AssertionError("what spins ended");
    } finally {
      victims.remove(store);
      limit.close();
    }
  }

  private static void require(boolean right, String what) {
    if (!right) {
      throw new AssertionError(what);
    }
  }

  /** Leaves a guest that waits to others; true if its store is theirs now. */
  private boolean waits(Store store, Instance instance, Memory memory, Random random) throws LinkError {
    Store other = store.engine().newStore();
    Execution execution = instance.func("waitHere").orElseThrow().start(random.nextBoolean() ? -1L : 1_000_000L);
    StressProgram.untilItWaits(execution);
    boolean left = false;
    try {
      Instance waker = instantiate(other, modules.get(engines.indexOf(store.engine())), memory.share(other));
      left = execution.state() == Execution.State.SUSPENDED && waiting.offer(new Waiting(execution, waker, other));
    } finally {
      if (!left) {
        other.close();
      }
    }
    if (left) {
      count.accept("waiting");
    }
    return left;
  }

  private void wake(Waiting other, Random random) {
    try {
      if (random.nextInt(4) > 0) {
        AtomicWait wait = (AtomicWait) other.execution().awaited();
        int woken = (int) call(other.waker(), "notifyThere");
        require(woken == 1 || wait.isReady(), "nobody waited");
        other.execution().resume();
        StressProgram.untilItWaits(other.execution());
        require((int) other.execution().results()[0] == (woken == 1 ? 0 : 2), "what a wait gave");
        count.accept("woken");
      }
    } catch (Trap trap) {
      require(trap.kind() == Trap.Kind.INTERRUPTED || trap.kind() == Trap.Kind.TIMED_OUT, trap.toString());
    } catch (IllegalStateException e) {
      require(other.execution().store().state().isClosed(), e.toString());
    } finally {
      other.close();
    }
  }

  void close() {
    waiting.forEach(Waiting::close);
  }
}
