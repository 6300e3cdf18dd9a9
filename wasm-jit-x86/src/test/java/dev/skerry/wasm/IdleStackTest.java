package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.NativeUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Stores that run nothing share a bounded number of stacks. */
class IdleStackTest {

  private static final int STORES = 700;
  private static final int MOST = 300;

  @Test
  void givenManyStoresWhenTheyRunInTurnThenFewKeepTheirStacksAndAllGoOn() throws Exception {
    Engine engine = Engine.create();
    Module module = new TestModule().func("add", "i32 i32 -> i32", "local.get 0; local.get 1; i32.add").compile(engine);
    List<Store> stores = new ArrayList<>();
    List<Func> functions = new ArrayList<>();
    long before = NativeUsage.current().stacks().count();
    try {
      for (int i = 0; i < STORES; i++) {
        stores.add(engine.newStore());
        functions.add(new Linker(stores.get(i)).instantiate(module).func("add").orElseThrow());
      }
      List<CompletableFuture<Void>> threads = new ArrayList<>();
      for (int part = 0; part < 4; part++) {
        List<Func> own = functions.subList(part * STORES / 4, (part + 1) * STORES / 4);
        threads.add(CompletableFuture.runAsync(() -> {
          for (int round = 0; round < 3; round++) {
            for (int i = 0; i < own.size(); i++) {
              assertEquals(i + round, own.get(i).call(i, round)[0]);
            }
          }
        }));
      }
      for (CompletableFuture<Void> thread : threads) {
        thread.get(60, TimeUnit.SECONDS);
      }
      long kept = NativeUsage.current().stacks().count() - before;
      assertTrue(kept <= MOST, kept + " stacks are kept");
    } finally {
      stores.forEach(Store::close);
    }
    assertTrue(NativeUsage.current().stacks().count() <= before);
  }

  @Test
  void givenManyStoresWhenTheirExecutionsTakeTurnsOftenThenEachKeepsItsStack() throws Exception {
    Engine engine = Engine.create();
    Module module = new TestModule().func("add", "i32 i32 -> i32", "local.get 0; local.get 1; i32.add").compile(engine);
    List<Store> stores = new ArrayList<>();
    List<Func> functions = new ArrayList<>();
    long before = NativeUsage.current().stacks().count();
    try {
      for (int i = 0; i < STORES; i++) {
        stores.add(engine.newStore());
        functions.add(new Linker(stores.get(i)).instantiate(module).func("add").orElseThrow());
      }
      // Only what runs again within a second is in use: on a machine that was too busy for that, once more.
      long kept = 0;
      for (int tries = 0; tries < 100 && kept < STORES; tries++) {
        for (Func function : functions) {
          assertEquals(3, function.start(1, 2).results()[0]);
        }
        kept = NativeUsage.current().stacks().count() - before;
      }
      assertEquals(STORES, kept);
    } finally {
      stores.forEach(Store::close);
    }
  }
}
