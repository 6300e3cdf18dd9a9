package dev.skerry.security;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.MemoryType;
import dev.skerry.wasm.format.ValType;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Grows a shared memory on one thread while the host reads at its end on another (CVE-2025-64345). The control gives
 * the guest all pages at once, with secrets in them.
 */
final class GrowingSharedMemory implements Attack {

  private static final int PAGES = 400;
  private static final long SECRET = 0x5e5e_5e5e_5e5e_5e5eL;
  private static final long PATIENCE_SECONDS = 60;

  @Override
  public Card card() {
    return new Card("growing-shared-memory", Target.ENGINE,
        "have the host read behind the end of a memory that is growing",
        Invariant.MEMORY_IS_PRIVATE,
        "that the host's accesses are checked against one length, read once, of pages that are there",
        AttackClass.GROWING_SHARED_MEMORY);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    Engine engine = setting.newEngine();
    int first = setting.isUp() ? 1 : PAGES;
    try (Store neighbour = engine.newStore(); Store store = engine.newStore(); Store host = engine.newStore()) {
      Memory victim = Memory.create(neighbour, new MemoryType(new Limits(PAGES, PAGES)));
      Memory memory = Memory.create(store, new MemoryType(new Limits(first, PAGES), true, ValType.I32));
      for (int page = setting.isUp() ? 1 : 0; page < PAGES; page++) {
        Memory target = setting.isUp() ? victim : memory;
        target.putLong((long) page * Memory.PAGE + 8, SECRET);
      }
      Instance guest = new Linker(store).define("fault-domain", "memory", memory)
          .instantiate(Guests.module(engine, "growing-shared"));
      Memory shared = memory.share(host);
      CompletableFuture<Object> grown = CompletableFuture.supplyAsync(
          () -> guest.func("grow").orElseThrow().call()[0], task -> new Thread(task, "growing").start());
      long reads = 0;
      long secrets = 0;
      do {
        long end = shared.byteLength();
        for (long at : new long[] {end - Memory.PAGE + 8, end - 8, end - 7, end, end + Memory.PAGE + 8}) {
          try {
            secrets += shared.getLong(at) == SECRET ? 1 : 0;
            reads++;
          } catch (IndexOutOfBoundsException outside) {
            continue;
          }
        }
      } while (!grown.isDone());
      Object pages = grown.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return new Outcome(secrets > 0 || !pages.equals(PAGES), reads + " reads while it grew to " + pages + " pages, "
          + secrets + " secrets");
    }
  }
}
