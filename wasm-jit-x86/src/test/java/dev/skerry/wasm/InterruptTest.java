package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.format.FuncType;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Interrupts and closes that come from another thread, whatever the guest is doing. */
class InterruptTest {

  private final Store store = Engine.create().newStore();
  private final CountDownLatch running = new CountDownLatch(1);
  private final Instance instance = guest();

  @AfterEach
  void close() {
    store.close();
  }

  private Instance guest() {
    Linker linker = new Linker(store)
        .define("h", "running", FuncType.of("->"), (caller, slots) -> running.countDown())
        .define("h", "work", FuncType.of("->"), (caller, slots) -> {
          for (;;) {
            store.poll();
          }
        });
    return new TestModule().importFunc("h", "running", "->").importFunc("h", "work", "->").memory(8192, 8192)
        .export("m", 2, 0)
        .func("loop", "->", "call 0; loop; br 0; end")
        .func("branches", "->", "call 0; loop; i32.const 1; br_if 0; end")
        .func("table", "->", "call 0; loop; i32.const 5; br_table 0 0; end")
        .func("calls", "->", "call 0; loop; call 6; br 0; end")
        .func("nothing", "->", "")
        .func("fill", "->", "call 0; loop; i32.const 0; i32.const 1; i32.const 536870912; memory.fill 0; br 0; end")
        .func("copy", "->", "call 0; loop; i32.const 1; i32.const 0; i32.const 536870911; memory.copy 0 0; br 0; end")
        .func("detour", "->", "i32.const 8; f64.const -2147483648; f64.store 0; call 0; loop; i32.const 0; "
            + "i32.const 8; f64.load 0; i32.trunc_f64_s; i32.store 0; br 0; end")
        .func("host", "->", "call 0; call 1")
        .func("fine", "-> i32", "i32.const 1")
        .instantiate(linker, store);
  }

  private CompletableFuture<Trap> start(String name) throws InterruptedException {
    Func func = instance.func(name).orElseThrow();
    CompletableFuture<Trap> result =
        CompletableFuture.supplyAsync(() -> assertThrows(Trap.class, func::call), task -> new Thread(task).start());
    running.await();
    return result;
  }

  @ParameterizedTest
  @ValueSource(strings = {"loop", "branches", "table", "calls", "fill", "copy", "detour", "host"})
  void anInterruptEndsEveryKindOfEndlessWork(String name) throws Exception {
    CompletableFuture<Trap> ended = start(name);

    store.interrupt();

    Trap trap = ended.get(60, TimeUnit.SECONDS);
    assertEquals(Trap.Kind.INTERRUPTED, trap.kind());
    assertEquals(name, trap.frames().get(trap.frames().size() - 1).name());
  }

  @Test
  void anInterruptStaysUntilItIsCleared() {
    Func fine = instance.func("fine").orElseThrow();
    store.interrupt();

    assertEquals(Trap.Kind.INTERRUPTED, assertThrows(Trap.class, fine::call).kind());
    assertEquals(Trap.Kind.INTERRUPTED, assertThrows(Trap.class, fine::call).kind());
    assertThrows(Trap.class, store::poll);
    store.clearInterrupt();
    assertEquals(1, fine.call()[0]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"loop", "calls", "fill", "host"})
  void closingWhileGuestCodeRunsEndsItAndThenFrees(String name) throws Exception {
    CompletableFuture<Trap> ended = start(name);

    store.close();

    assertEquals(Trap.Kind.INTERRUPTED, ended.get(60, TimeUnit.SECONDS).kind());
    assertThrows(IllegalStateException.class, () -> instance.func("fine").orElseThrow().call());
  }

  @Test
  void aSecondThreadIsRefusedWhileOneIsInside() throws Exception {
    CompletableFuture<Trap> ended = start("loop");
    Memory memory = instance.memory("m").orElseThrow();

    assertThrows(IllegalStateException.class, () -> instance.func("fine").orElseThrow().call());
    assertThrows(IllegalStateException.class, () -> memory.getInt(0));
    assertEquals(8192L * Memory.PAGE, store.memoryBytes());

    store.interrupt();
    ended.get(60, TimeUnit.SECONDS);
    store.clearInterrupt();
    assertEquals(1, instance.func("fine").orElseThrow().call()[0]);
  }

  @Test
  void aHostFunctionMayCloseTheStoreThatCallsIt() {
    Linker linker = new Linker(store).define("h", "close", FuncType.of("->"), (caller, slots) -> store.close());
    Func run = new TestModule().importFunc("h", "close", "->").func("run", "->", "call 0; loop; br 0; end")
        .instantiate(linker, store).func("run").orElseThrow();

    assertEquals(Trap.Kind.INTERRUPTED, assertThrows(Trap.class, run::call).kind());
    assertThrows(IllegalStateException.class, run::call);
    assertEquals(0, store.memoryBytes());
  }

  @Test
  void manyThreadsThatRunReadGrowAndCloseNeverMeetFreedMemory() throws Exception {
    for (int round = 0; round < 50; round++) {
      Store shared = Engine.create().newStore();
      Instance target = new TestModule().memory(1, 100).export("m", 2, 0)
          .func("run", "->", "loop; i32.const 0; i32.const 0; i32.load 0; i32.const 1; i32.add; i32.store 0; br 0; end")
          .instantiate(shared);
      Memory memory = target.memory("m").orElseThrow();
      CompletableFuture<?>[] all = {
          race(() -> target.func("run").orElseThrow().call()),
          race(() -> memory.read(0, 65536)),
          race(() -> memory.putInt(65532, 1)),
          race(() -> memory.grow(1)),
          race(shared::close)};
      for (CompletableFuture<?> one : all) {
        try {
          one.get(120, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
          assertTrue(e.getCause() instanceof IllegalStateException || e.getCause() instanceof Trap, e::toString);
        }
      }
      assertEquals(0, shared.memoryBytes());
    }
  }

  private static CompletableFuture<Void> race(Runnable action) {
    return CompletableFuture.runAsync(action, task -> new Thread(task).start());
  }
}
