package dev.skerry.security;

import dev.skerry.memory.LinearMemory;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Table;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.MemoryType;
import dev.skerry.wasm.format.TableType;
import dev.skerry.wasm.format.ValType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Spectre v1 on calls and jumps through tables: the processor is to run, before it knows better, a function behind the
 * table's end, one of another type, or a case that the index does not choose. Each would touch a line of memory. The
 * control is a call through a table in machine code of the harness, without a clamp.
 */
final class SpeculativeCalling implements Attack {

  private static final long PROBE_AT = 1 << 20;
  private static final int PAGES = 32;
  private static final int ELEMENTS = 8;
  /** The table as the guest is to have it; what is behind is another's. */
  private static final int OWN_ELEMENTS = 4;
  private static final int OTHER_TYPE = 5;
  private static final int BEHIND = 6;
  private static final long JUMP_INDEX_AT = 8192;
  private static final long[] JUMPS = {5, 6, 8, 16, 1 << 20, 0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL};
  private static final int PATIENCE = 10;

  @Override
  public Card card() {
    return new Card("speculative-calling", Target.PROCESSOR,
        "have the processor run in speculation what the guest's table does not hold, or a case that is not chosen",
        Invariant.CONTROL_FLOW_STAYS_INSIDE,
        "indices and callees clamped without a branch, whatever the strategy", AttackClass.SPECTRE_V1);
  }

  @Override
  public Outcome run(Setting setting) throws LinkError {
    return CacheTimer.look(clock -> setting.isUp() ? attack(setting.engine(), clock) : control(clock));
  }

  private static Outcome control(CacheTimer.Calibration clock) {
    for (int i = 0; i < PATIENCE; i++) {
      try (LinearMemory bytes = LinearMemory.reserve(2 << 20, 2 << 20)) {
        for (int line = 0; line < SpeculationProbe.LINES; line++) {
          bytes.putByte(PROBE_AT + (long) line * SpeculationProbe.STRIDE + 64, (byte) 1);
        }
        for (int element = 0; element < ELEMENTS; element++) {
          bytes.putLong(element * 8L, element == BEHIND ? CacheTimer.touch() : CacheTimer.nothing());
        }
        long limit = bytes.address() + 0x2000;
        bytes.putLong(0x2000, OWN_ELEMENTS);
        SpeculationProbe probe = new SpeculationProbe(bytes.address() + PROBE_AT, clock.threshold());
        SpeculationProbe.Sight sight = probe.look(
            index -> CacheTimer.call(bytes.address(), limit, index, probe.base()), 0, BEHIND, limit);
        if (sight.value() == SpeculationProbe.TOUCHED) {
          return Outcome.reached("a call through a table in machine code without a clamp ran what is behind it, in "
              + sight.hits()[SpeculationProbe.TOUCHED] + " of " + sight.rounds() + " rounds; " + clock);
        }
      }
    }
    return Outcome.unshown("a call through a table without a clamp runs nothing from behind it either; " + clock);
  }

  private static Outcome attack(EngineOptions options, CacheTimer.Calibration clock) throws LinkError {
    Engine engine = Engine.create(options.tier() == Tier.INTERP ? options : options.withTier(Tier.JIT));
    try (Store store = engine.newStore()) {
      Memory memory = Memory.create(store, new MemoryType(new Limits(PAGES, PAGES)));
      Table table = Table.create(store, new TableType(ValType.FUNCREF, new Limits(ELEMENTS, ELEMENTS)), 0);
      Instance instance = new Linker(store).define("fault-domain", "memory", memory)
          .define("fault-domain", "table", table).instantiate(Guests.module(engine, "bounds-bypass-calls"));
      for (int line = 0; line < SpeculationProbe.LINES; line++) {
        memory.putByte(PROBE_AT + (long) line * SpeculationProbe.STRIDE + 64, (byte) 1);
      }
      SpeculationProbe probe =
          new SpeculationProbe(EngineInsides.bytes(memory) + PROBE_AT, clock.threshold());
      Func call = instance.func("call").orElseThrow();
      List<String> leaks = new ArrayList<>();
      long size = EngineInsides.record(table) + Long.BYTES;
      long other = EngineInsides.descriptor(instance.func("other").orElseThrow());
      look(probe, call, OTHER_TYPE, leaks, "a function of another type", other);
      // The record is the harness's to change: what is behind the end now is what another table would be.
      CacheTimer.poke(size, OWN_ELEMENTS);
      try {
        look(probe, call, BEHIND, leaks, "a function behind the table's end", size);
      } finally {
        CacheTimer.poke(size, ELEMENTS);
      }
      Func jump = instance.func("jump").orElseThrow();
      long late = EngineInsides.bytes(memory) + JUMP_INDEX_AT;
      for (long wrong : JUMPS) {
        look(probe, jump, wrong, leaks, "a case that " + wrong + " does not choose", late);
      }
      return new Outcome(!leaks.isEmpty(), leaks.isEmpty() ? "of " + (2 + JUMPS.length)
          + " ways to what is not the guest's to run none was taken; " + clock : String.join(", ", leaks));
    }
  }

  private static void look(SpeculationProbe probe, Func func, long wrong, List<String> leaks, String what,
                           long... bounds) {
    long[] slots = new long[1];
    SpeculationProbe.Sight sight = probe.look(index -> {
      slots[0] = index;
      try {
        func.invoke(slots);
      } catch (Trap expected) {
        slots[0] = 0;
      }
    }, 0, wrong, bounds);
    if (sight.value() != 0) {
      leaks.add(what + " touched line " + sight.value() + " in " + Arrays.stream(sight.hits()).max().orElse(0)
          + " of " + sight.rounds() + " rounds");
    }
  }
}
