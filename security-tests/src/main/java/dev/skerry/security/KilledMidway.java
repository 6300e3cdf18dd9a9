package dev.skerry.security;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.MemoryType;
import dev.skerry.wasm.format.ValType;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Is killed again and again in the middle of fills and copies of megabytes, beside a neighbour of the same engine and
 * another store. The control lets the neighbour share the memory that is being filled.
 */
final class KilledMidway implements Attack {

  private static final int PAGES = 512;
  private static final int KILLS = 12;
  private static final byte MARK = 0x33;
  private static final long PATIENCE_SECONDS = 60;

  @Override
  public Card card() {
    return new Card("killed-midway", Target.ENGINE,
        "leave a neighbour with traces of an operation that was killed in its middle",
        Invariant.A_GUEST_ENDS_ONLY_ITSELF,
        "that a kill takes effect between steps that leave memory, lengths and stacks whole",
        AttackClass.KILLED_MIDWAY);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    Engine engine = setting.newEngine();
    MemoryType type = new MemoryType(new Limits(PAGES, PAGES), setting.isDown(), ValType.I32);
    try (Store victim = engine.newStore(); Store neighbour = engine.newStore()) {
      Memory memory = Memory.create(victim, type);
      Instance guest = instance(engine, victim, memory);
      Memory other = setting.isDown() ? memory.share(neighbour) : Memory.create(neighbour, type);
      Instance survivor = instance(engine, neighbour, other);
      other.putByte(0, MARK);
      other.putByte(other.byteLength() - 1, MARK);
      for (int kill = 0; kill < KILLS; kill++) {
        String operation = kill % 2 == 0 ? "fill" : "copy";
        Trap.Kind ended = kill(victim, guest, operation, 0x40 + kill, kill);
        if (ended != Trap.Kind.INTERRUPTED) {
          return Outcome.reached("a killed " + operation + " ended with " + ended);
        }
        if (!answers(guest) || !answers(survivor) || memory.byteLength() != (long) PAGES * Memory.PAGE) {
          return Outcome.reached("after kill " + kill + " a store was not whole");
        }
      }
      boolean touched = other.getByte(0) != MARK || other.getByte(other.byteLength() - 1) != MARK;
      return new Outcome(touched, KILLS + " operations were killed, the neighbour's bytes "
          + (touched ? "changed" : "are its own"));
    }
  }

  private static Instance instance(Engine engine, Store store, Memory memory) throws LinkError {
    return new Linker(store).define("fault-domain", "memory", memory)
        .instantiate(Guests.module(engine, memory.type().shared() ? "killed-midway-shared" : "killed-midway"));
  }

  /** Runs an operation without end and kills it some hundred microseconds later. */
  private static Trap.Kind kill(Store store, Instance guest, String operation, int value, int kill) throws Exception {
    CompletableFuture<Trap.Kind> running = CompletableFuture.supplyAsync(() -> {
      try {
        guest.func(operation).orElseThrow().call(value);
        return null;
      } catch (Trap trap) {
        return trap.kind();
      }
    }, task -> new Thread(task, "killed").start());
    TimeUnit.MICROSECONDS.sleep(300L + 700L * kill);
    store.interrupt();
    Trap.Kind kind = running.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    store.clearInterrupt();
    return kind;
  }

  private static boolean answers(Instance instance) {
    return instance.func("ping").orElseThrow().call(41)[0].equals(42);
  }
}
