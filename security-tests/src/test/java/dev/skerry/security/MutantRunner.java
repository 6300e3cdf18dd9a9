package dev.skerry.security;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Extern;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Global;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.StoreLimits;
import dev.skerry.wasm.Table;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.WasmException;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.GlobalType;
import dev.skerry.wasm.format.ImportType;
import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.MemoryType;
import dev.skerry.wasm.format.TableType;
import dev.skerry.wasm.format.ValType;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs a module that nobody vouches for: in a small store, with whatever it imports, every export called with
 * arguments at the edges, each call interrupted after a while. Host functions that it imports grow its memory and
 * tables and call back.
 */
final class MutantRunner implements AutoCloseable {

  private static final StoreLimits LIMITS = new StoreLimits(16 << 20, 100_000, 16, 64 << 10, 8);
  private static final long CALL_MILLIS = 10;
  /** Of processor time, which another program on the machine takes from nobody. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int MAX_CALLS = 40;
  private static final byte CANARY = 0x5a;
  private static final long[] EDGES = {
    0, 1, 2, 7, 255, 65_535, 65_536, 65_537, 0x7fff_ffffL, 0x8000_0000L, 0xffff_fff8L, 0xffff_ffffL, -1L, 1L << 32,
    Long.MIN_VALUE, Long.MAX_VALUE, 0x7fc0_0000L, 0x7ff8_0000_0000_0000L, 0x4f00_0000L, 0x41e0_0000_0000_0000L
  };

  private final Engine engine = Engine.create();
  private final Store neighbour = engine.newStore();
  private final Memory canaries;
  private final byte[] expected = new byte[Memory.PAGE];
  private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor();
  private final SplittableRandom random;

  MutantRunner(SplittableRandom random) {
    this.random = random;
    Arrays.fill(expected, CANARY);
    try {
      canaries = Memory.create(neighbour, new MemoryType(new Limits(1, 1)));
    } catch (LinkError e) {
      throw new IllegalStateException(e);
    }
    canaries.write(0, expected, 0, expected.length);
  }

  /** Says whether the module was valid; a wrong outcome of any kind is an {@link AssertionError} with the module. */
  boolean run(byte[] bytes, String what) {
    long begin = THREADS.getCurrentThreadCpuTime();
    try {
      Module module = Module.compile(engine, bytes);
      try (Store store = engine.newStore(LIMITS)) {
        callAll(store, module);
      }
    } catch (CompileError refused) {
      return false;
    } catch (RuntimeException | Error e) {
      throw new AssertionError(what + ": " + HexFormat.of().formatHex(bytes), e);
    }
    if (THREADS.getCurrentThreadCpuTime() - begin > PATIENCE_NANOS) {
      throw new AssertionError(what + " took too long: " + HexFormat.of().formatHex(bytes));
    }
    if (!Arrays.equals(canaries.read(0, Memory.PAGE), expected)) {
      throw new AssertionError(what + " wrote into another store: " + HexFormat.of().formatHex(bytes));
    }
    return true;
  }

  private void callAll(Store store, Module module) {
    Instance[] made = new Instance[1];
    try {
      Linker linker = linker(store, module);
      guarded(store, () -> made[0] = linker.instantiate(module));
    } catch (LinkError refused) {
      return;
    }
    if (made[0] == null) {
      return;
    }
    List<Func> functions = made[0].exports().values().stream()
        .filter(Func.class::isInstance).map(Func.class::cast).toList();
    for (int i = 0; i < Math.min(MAX_CALLS, 2 * functions.size()); i++) {
      Func function = functions.get(random.nextInt(functions.size()));
      long[] slots = slots(function.type(), store);
      try {
        guarded(store, () -> function.invoke(slots));
      } catch (LinkError e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private interface Action {
    void run() throws LinkError;
  }

  /** Runs it until it ends, traps, or the time is up. */
  private void guarded(Store store, Action action) throws LinkError {
    ScheduledFuture<?> alarm = watchdog.schedule(store::interrupt, CALL_MILLIS, TimeUnit.MILLISECONDS);
    try {
      action.run();
    } catch (Trap trap) {
      trap.frames();
    } catch (WasmException exception) {
      exception.frames();
    } finally {
      alarm.cancel(false);
      store.clearInterrupt();
    }
  }

  private Linker linker(Store store, Module module) throws LinkError {
    Linker linker = new Linker(store);
    for (ImportType wanted : module.imports()) {
      if (wanted.type() instanceof FuncType type) {
        linker.define(wanted.module(), wanted.name(), type, (caller, slots) -> answer(caller, type, slots));
      } else if (wanted.type() instanceof MemoryType type) {
        linker.define(wanted.module(), wanted.name(), Memory.create(store, type));
      } else if (wanted.type() instanceof TableType type) {
        linker.define(wanted.module(), wanted.name(), Table.create(store, type, 0));
      } else if (wanted.type() instanceof GlobalType type) {
        linker.define(wanted.module(), wanted.name(), Global.create(store, type, value(type.value(), store)));
      }
    }
    return linker;
  }

  /** What an imported function does. */
  private void answer(Instance caller, FuncType type, long[] slots) {
    Store store = caller.store();
    for (Extern export : caller.exports().values()) {
      if (random.nextInt(4) != 0) {
        continue;
      }
      if (export instanceof Memory memory) {
        memory.grow(1);
      } else if (export instanceof Table table) {
        table.grow(random.nextInt(100), 0);
      } else if (export instanceof Func function) {
        function.invoke(slots(function.type(), store));
        break;
      }
    }
    System.arraycopy(slots(type, store), 0, slots, 0, type.resultSlots());
  }

  /** Arguments, or results, of a type. */
  private long[] slots(FuncType type, Store store) {
    long[] slots = new long[Math.max(type.paramSlots(), type.resultSlots())];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = EDGES[random.nextInt(EDGES.length)];
    }
    return references(type.params(), references(type.results(), slots, store), store);
  }

  private long[] references(List<ValType> types, long[] slots, Store store) {
    int slot = 0;
    for (ValType type : types) {
      if (type.isReference()) {
        slots[slot] = value(type, store);
      }
      slot += type.slots();
    }
    return slots;
  }

  private long value(ValType type, Store store) {
    if (!type.isReference()) {
      return EDGES[random.nextInt(EDGES.length)];
    }
    return type.equals(ValType.EXTERNREF) ? store.refOf(random.nextBoolean() ? this : null) : 0;
  }

  @Override
  public void close() {
    watchdog.shutdownNow();
    neighbour.close();
  }
}
