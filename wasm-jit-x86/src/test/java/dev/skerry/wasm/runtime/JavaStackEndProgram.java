package dev.skerry.wasm.runtime;

import dev.skerry.memory.ProcessBarrier;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.HostFunction;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.StoreLimits;
import dev.skerry.wasm.Table;
import dev.skerry.wasm.TestModule;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.TableType;
import dev.skerry.wasm.format.ValType;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Threads whose stacks end around calls into one store, at another place each time. While each still lives, the main
 * thread enters, and finds the guest's stack whole. Argument: threads for each function.
 */
final class JavaStackEndProgram {

  private static final int STACK_BYTES = 256 << 10;
  private static final int LONGEST_SHIFT = 20;
  /** So many calls before the store is reserved for a thread. */
  private static final int OFTEN = 1_100;
  private static final int SUM = 3;
  /** What a host function gives that had no stack to call back. */
  private static final int CAUGHT = 100;

  /** As deep as the functions nest, so that a nesting that is not given back is missed. */
  private static final StoreLimits LIMITS = new StoreLimits(StoreLimits.DEFAULT.memoryBytes(),
      StoreLimits.DEFAULT.tableElements(), 1, StoreLimits.DEFAULT.stackBytes(), 2);

  private final Store store = Engine.create(EngineOptions.fromProperties().withTier(Tier.JIT)).newStore(LIMITS);
  private final Instance instance = guest();
  private int ends;

  public static void main(String[] args) throws InterruptedException, LinkError {
    Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> fail(thread.getName() + ": " + thrown));
    ProcessBarrier.prepare();
    JavaStackEndProgram program = new JavaStackEndProgram();
    for (String name : List.of("sum", "host", "three", "back")) {
      program.run(program.instance.func(name).orElseThrow()::invoke, Integer.parseInt(args[0]));
    }
    for (Call way : program.ways()) {
      program.run(way, Integer.parseInt(args[0]));
    }
    program.store.close();
    System.out.println(program.ends + " stacks ended");
  }

  /** A way to call a function of two numbers, which get the sum in place of the first one. */
  private interface Call {

    void invoke(long[] slots);
  }

  /** Ways into the store that are no plain calls. */
  private List<Call> ways() throws LinkError {
    Func started = instance.func("back").orElseThrow();
    Memory memory = instance.memory("memory").orElseThrow();
    memory.putLong(0, SUM);
    Table table = Table.create(store, new TableType(ValType.FUNCREF, new Limits(SUM, SUM)), 0);
    byte[] bytes = new byte[Long.BYTES];
    return List.of(slots -> started.startSlots(slots).resultSlots(), slots -> slots[0] = memory.getLong(0),
        slots -> {
          memory.putLong(0, SUM);
          slots[0] = SUM;
        }, slots -> {
          memory.read(0, bytes, 0, bytes.length);
          slots[0] = bytes[0];
        }, slots -> slots[0] = table.size());
  }

  private Instance guest() {
    HostFunction back = (caller, slots) -> {
      try {
        caller.func("host").orElseThrow().invoke(slots);
      } catch (StackOverflowError e) {
        slots[0] = CAUGHT;
      }
    };
    Linker linker = new Linker(store)
        .define("h", "add", FuncType.of("i64 i64 -> i64"), (caller, slots) -> slots[0] += slots[1])
        .define("h", "back", FuncType.of("i64 i64 -> i64"), back);
    return new TestModule().importFunc("h", "add", "i64 i64 -> i64").importFunc("h", "back", "i64 i64 -> i64")
        .memory(1, 1).export("memory", 2, 0)
        .global(ValType.I32, true, "i32.const 0")
        .func("sum", "i64 i64 -> i64", "local.get 0; local.get 1; i64.add; i64.const 1000; i64.add")
        .func("host", "i64 i64 -> i64", "local.get 0; local.get 1; call 0")
        .func("three", "i64 i64 i64 -> i64", "local.get 0; local.get 1; call 0; local.get 2; i64.add")
        .func("back", "i64 i64 -> i64", "local.get 0; local.get 1; call 1; i64.const 1000; i64.add")
        .func("many", "i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 -> i64", "local.get 0; local.get 11; i64.sub")
        .func("dive", "->", "global.get 0; i32.const 1; i32.add; global.set 0; call 7; global.get 0; drop")
        .func("depth", "-> i32", "global.get 0; i32.const 0; global.set 0")
        .instantiate(linker, store);
  }

  /** How many calls the guest's stack has room for, as seen after a call that begins the long way. */
  private int guestDepth() {
    instance.func("many").orElseThrow().invoke(new long[12]);
    try {
      instance.func("dive").orElseThrow().call();
      throw new IllegalStateException("recursion ends");
    } catch (Trap trap) {
      return (int) instance.func("depth").orElseThrow().call()[0];
    }
  }

  private void run(Call function, int threads) throws InterruptedException {
    guestDepth();
    // From now on all runs as compiled code from its first call on.
    int depth = guestDepth();
    for (int i = 0; i < threads; i++) {
      CountDownLatch ended = new CountDownLatch(1);
      CountDownLatch seen = new CountDownLatch(1);
      int number = i;
      Thread visitor = new Thread(null, () -> visit(function, number, ended, seen), "visitor",
          STACK_BYTES + (number << 10));
      visitor.start();
      if (!ended.await(60, TimeUnit.SECONDS)) {
        fail("a stack of " + STACK_BYTES + " bytes does not end");
      }
      call(instance.func("back").orElseThrow()::invoke);
      int now = guestDepth();
      if (now != depth) {
        fail("the guest's stack has room for " + now + " calls, before it had for " + depth);
      }
      ends++;
      seen.countDown();
      visitor.join();
    }
  }

  private static void visit(Call function, int number, CountDownLatch ended, CountDownLatch seen) {
    for (int i = 0; i < OFTEN * (number & 1); i++) {
      call(function);
    }
    shift(function, number % LONGEST_SHIFT);
    ended.countDown();
    try {
      seen.await();
    } catch (InterruptedException e) {
      fail("nobody interrupts");
    }
    call(function);
  }

  /** Begins some frames deeper, so that the stack ends at different places. */
  private static void shift(Call function, int frames) {
    if (frames > 0) {
      shift(function, frames - 1);
      return;
    }
    try {
      callDeeper(function);
    } catch (StackOverflowError expected) {
      return;
    }
    fail("recursion ends");
  }

  private static int callDeeper(Call function) {
    call(function);
    return callDeeper(function) + 1;
  }

  private static void call(Call function) {
    long[] slots = {1, 2, 0};
    function.invoke(slots);
    long result = slots[0] % 1000;
    if (result != SUM && result != CAUGHT) {
      fail("1 + 2 is " + slots[0]);
    }
  }

  private static void fail(String reason) {
    System.out.println(reason);
    Runtime.getRuntime().halt(1);
  }
}
