package dev.skerry.wasm;

import dev.skerry.wasm.format.FuncType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Many threads enter, trap, suspend, resume elsewhere, grow, interrupt and close, while garbage collections are forced,
 * null pointers are followed in Java, and code is published and freed; half of the guests have machine code written by
 * hand, the others are C. Arguments: seconds, seed.
 */
final class StressProgram {

  private static final int WORKERS = 6;
  private static final int MAX_SUSPENDED = 64;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);
  private static final Duration INSTANT = Duration.ofNanos(100_000);

  private static Object nothing;

  private final Engine engine = Engine.create(EngineOptions.fromProperties().withTier(Tier.AUTO), null);
  private final long deadline;
  private final BlockingQueue<Execution> suspended = new ArrayBlockingQueue<>(MAX_SUSPENDED);
  /** Stores that run what never ends. */
  private final Set<Store> victims = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Module> shared = new AtomicReference<>(StressGuest.compile(engine));
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Map<String, AtomicLong> counts = new TreeMap<>();
  private final CompiledStress compiled = new CompiledStress(this::count, victims);

  private StressProgram(long seconds) {
    deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    for (String what : List.of("calls", "faults", "traps", "exhausted", "suspended", "resumed", "interrupted", "closed",
        "installed", "modules", "collections", "null pointers", "host exceptions", "yields", "time limits",
        "compiled modules", "compiled calls", "compiled traps", "waiting", "woken")) {
      counts.put(what, new AtomicLong());
    }
  }

  public static void main(String[] args) throws InterruptedException {
    new StressProgram(Long.parseLong(args[0])).run(Long.parseLong(args[1]));
  }

  private void run(long seed) throws InterruptedException {
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < WORKERS; i++) {
      Random random = new Random(seed + i);
      workers.add(start("worker " + i, i % 2 == 0 ? () -> work(random) : () -> compiled.step(random)));
    }
    List<Thread> threads = new ArrayList<>(workers);
    threads.add(start("collector", () -> {
      System.gc();
      count("collections");
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }));
    threads.add(start("null pointers", StressProgram.this::followNull));
    threads.add(start("installer", this::publish));
    Random random = new Random(~seed);
    threads.add(start("attacker", () -> {
      do {
        victims.forEach(store -> attack(store, random));
        LockSupport.parkNanos(100_000);
      } while (workers.stream().anyMatch(Thread::isAlive));
    }));
    for (Thread thread : threads) {
      thread.join();
    }
    for (Execution left : suspended) {
      left.store().close();
    }
    compiled.close();
    if (failure.get() != null) {
      failure.get().printStackTrace();
      System.out.println("seed " + seed + " failed");
      System.exit(1);
    }
    counts.forEach((what, number) -> System.out.println(what + " " + number));
    System.out.println("functions compiled " + compiled.compiled() + ", refused " + compiled.refusals());
    boolean all = hasAllHappened() && compiled.compiled() > 0 && compiled.refusals() == 0;
    System.out.println(all ? "survived" : "something never happened");
  }

  private Thread start(String name, Runnable step) {
    Thread thread = new Thread(() -> {
      try {
        while (goesOn()) {
          step.run();
        }
      } catch (Throwable thrown) {
        failure.compareAndSet(null, thrown);
      }
    }, name);
    thread.start();
    return thread;
  }

  /** Until time is up and everything has happened, which takes longer where others use the machine. */
  private boolean goesOn() {
    long left = deadline - System.nanoTime();
    return failure.get() == null && (left > 0 || !hasAllHappened() && left > -PATIENCE_NANOS);
  }

  private boolean hasAllHappened() {
    return counts.values().stream().allMatch(number -> number.get() > 0);
  }

  private void count(String what) {
    counts.get(what).incrementAndGet();
  }

  private void followNull() {
    for (int i = 0; i < 1000; i++) {
      try {
        nothing.hashCode();
      } catch (NullPointerException e) {
        count("null pointers");
      }
    }
    LockSupport.parkNanos(1_000_000);
  }

  /** New code for modules that run, and modules that are soon forgotten. */
  private void publish() {
    StressGuest.install(shared.get());
    count("installed");
    shared.set(StressGuest.compile(engine));
    count("modules");
    LockSupport.parkNanos(2_000_000);
  }

  /** Interrupts, yields or closes a store of somebody else's. */
  private void attack(Store store, Random random) {
    switch (random.nextInt(5)) {
      case 0 -> {
        store.close();
        count("closed");
      }
      case 1 -> {
        store.requestYield();
        count("yields");
      }
      case 2 -> {
        Timeout limit = store.limitTime(random.nextBoolean() ? Timeout.Clock.WALL : Timeout.Clock.CPU, INSTANT);
        count("time limits");
        LockSupport.parkNanos(200_000);
        limit.close();
      }
      default -> {
        store.interrupt();
        count("interrupted");
        LockSupport.parkNanos(200_000);
        store.clearInterrupt();
      }
    }
  }

  private void work(Random random) {
    Execution other = random.nextBoolean() ? suspended.poll() : null;
    if (other != null) {
      resume(other, random);
      return;
    }
    Store store = engine.newStore();
    boolean open = false;
    try {
      Instance instance = instantiate(store, random);
      for (int i = random.nextInt(20); i >= 0; i--) {
        step(store, instance, random);
      }
      open = store.state().isClosed() || suspend(instance, random);
    } catch (IllegalStateException e) {
      requireClosed(store, e);
    } finally {
      if (!open) {
        store.close();
      }
    }
  }

  private static void requireClosed(Store store, IllegalStateException e) {
    if (!store.state().isClosed()) {
      throw e;
    }
  }

  private Instance instantiate(Store store, Random random) {
    Linker linker = new Linker(store).define("h", "f", FuncType.of("i32 -> i32"), (caller, slots) -> {
      switch ((int) slots[0] & 7) {
        case 0 -> slots[0] = nothing.hashCode();
        case 1 -> store.suspend("waits");
        case 2 -> slots[0] = (int) caller.func(slots[0] > 100 ? "host" : "count").orElseThrow().call(50)[0];
        case 3 -> throw Trap.host("no");
        default -> slots[0]++;
      }
    });
    try {
      return linker.instantiate(shared.get());
    } catch (LinkError e) {
      throw new AssertionError(e);
    }
  }

  private void step(Store store, Instance instance, Random random) {
    int what = random.nextInt(11);
    String name = List.of("count", "count0", "fault", "trap", "deepFault", "loop", "loop0", "grow", "host", "host0",
        "count").get(what);
    Object[] args = switch (what) {
      case 3, 5, 6 -> new Object[0];
      case 2 -> new Object[] {random.nextInt()};
      case 4 -> new Object[] {random.nextInt(40_000)};
      case 10 -> new Object[] {100_000};
      default -> new Object[] {random.nextInt(200)};
    };
    boolean endless = what == 5 || what == 6;
    if (endless) {
      victims.add(store);
    }
    try {
      Object[] results = instance.func(name).orElseThrow().call(args);
      count("calls");
      if (what < 2 && (int) results[0] != 2 * (int) args[0] + what) {
        throw new AssertionError(name + args[0] + " gave " + results[0]);
      }
      if (endless || what == 3 || what == 4 || what == 10) {
        throw new AssertionError(name + " ended");
      }
    } catch (Trap trap) {
      caught(trap, what, name);
    } catch (NullPointerException e) {
      count("host exceptions");
    } finally {
      victims.remove(store);
    }
  }

  private static boolean isEnd(Trap trap) {
    return trap.kind() == Trap.Kind.INTERRUPTED || trap.kind() == Trap.Kind.TIMED_OUT;
  }

  private void caught(Trap trap, int what, String name) {
    switch (trap.kind()) {
      case MEMORY_OUT_OF_BOUNDS -> count("faults");
      case INTEGER_OVERFLOW -> count("traps");
      case STACK_EXHAUSTED -> count("exhausted");
      case INTERRUPTED, TIMED_OUT, HOST -> { }
      default -> throw new AssertionError(name, trap);
    }
    boolean expected = switch (what) {
      case 2 -> trap.kind() == Trap.Kind.MEMORY_OUT_OF_BOUNDS;
      case 3 -> trap.kind() == Trap.Kind.INTEGER_OVERFLOW;
      case 4 -> trap.kind() == Trap.Kind.MEMORY_OUT_OF_BOUNDS || trap.kind() == Trap.Kind.STACK_EXHAUSTED;
      case 10 -> trap.kind() == Trap.Kind.STACK_EXHAUSTED;
      default -> true;
    };
    if (!expected && !isEnd(trap)) {
      throw new AssertionError(name, trap);
    }
  }

  /**
   * Goes on as long as it was only asked to yield: an attacker that found its store when that ran what never ends may
   * have to wait for a processor, and comes later.
   */
  static void untilItWaits(Execution execution) {
    while (execution.state() == Execution.State.SUSPENDED && execution.awaited() == null) {
      execution.resume();
    }
  }

  /** Leaves an execution to others; true if the store is theirs now. */
  private boolean suspend(Instance instance, Random random) {
    Execution execution = instance.func(random.nextBoolean() ? "host" : "host0").orElseThrow().start(1);
    untilItWaits(execution);
    if (execution.state() == Execution.State.SUSPENDED && suspended.offer(execution)) {
      count("suspended");
      return true;
    }
    execution.close();
    return false;
  }

  private void resume(Execution execution, Random random) {
    try {
      if (random.nextInt(4) > 0) {
        execution.resume(77);
        untilItWaits(execution);
        // Throws what ended it: an attack may come that late, too.
        if ((int) execution.results()[0] != 77) {
          throw new AssertionError("an execution gave " + execution.results()[0]);
        }
        count("resumed");
      } else {
        execution.close();
      }
    } catch (Trap trap) {
      if (!isEnd(trap)) {
        throw trap;
      }
    } catch (IllegalStateException e) {
      requireClosed(execution.store(), e);
    } finally {
      execution.store().close();
    }
  }
}
