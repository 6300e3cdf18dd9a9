package dev.skerry.security;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Extern;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.MemoryType;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Every load and store of every width, with every kind of static offset, at addresses just past the end, far past it,
 * and where 32-bit arithmetic would wrap, of a memory of one page and of one without any. The control gives the same
 * program a fault domain that spans the addresses it aims at.
 */
final class OutOfBoundsAccess implements Attack {

  private static final Pattern NAME = Pattern.compile("([if])(32|64)\\.(load|store)(\\d*)\\S* offset=(\\d+)");
  private static final long[] INDICES = {
      0, 1, 7, 65_528, 65_529, 65_532, 65_533, 65_534, 65_535, 65_536, 131_072, 0x7fff_ffffL, 0x8000_0000L,
      0xffff_0000L, 0xffff_fff8L, 0xffff_ffffL};
  private static final long SECRET = 0x5ec2_e75e_c2e7_5ec2L;
  private static final long MARK = 0x1111_1111_1111_1111L;
  private static final long OWN_WORD = 0x2222_2222_2222_2222L;
  private static final long CONTROL_PAGES = 65_536;

  /** One exported instruction: its width in bytes and its static offset. */
  private record Probe(String name, Func func, boolean load, int width, long offset) {

    static Probe of(String name, Extern func) {
      Matcher parts = NAME.matcher(name);
      if (!parts.matches()) {
        throw new IllegalStateException("unexpected export " + name);
      }
      String bits = parts.group(4).isEmpty() ? parts.group(2) : parts.group(4);
      return new Probe(name, (Func) func, parts.group(3).equals("load"), Integer.parseInt(bits) / 8,
          Long.parseLong(parts.group(5)));
    }

    long address(long index) {
      return index + offset;
    }

    /** The value loaded, 0 for a store. */
    long run(long index, long stored) {
      long[] slots = {index, stored};
      func.invoke(slots);
      return load ? slots[0] : 0;
    }
  }

  @Override
  public Card card() {
    return new Card("out-of-bounds-access", Target.ENGINE,
        "read or write a byte outside the guest's own linear memory",
        Invariant.MEMORY_IS_PRIVATE,
        "the check of every effective address, index plus offset in 33 bits, against the memory's length",
        AttackClass.WIDE_ACCESSES, AttackClass.ZERO_PAGES);
  }

  @Override
  public Outcome run(Setting setting) throws LinkError {
    if (setting.isDown()) {
      return control(setting.newEngine());
    }
    Outcome empty = attack(setting.newEngine(), setting.engine().memory(), 0);
    return empty.reached() ? empty : attack(setting.newEngine(), setting.engine().memory(), 1);
  }

  private static Outcome attack(Engine engine, MemoryStrategy strategy, int pages) throws LinkError {
    try (Surroundings around = new Surroundings(engine); Store store = engine.newStore()) {
      around.add(2);
      Memory own = filled(store, pages, MARK);
      List<Probe> probes = probes(engine, store, own, pages == 0 ? "out-of-bounds-empty" : "out-of-bounds");
      around.add(2);
      return around.beside(() -> attack(probes, own, strategy, around), own);
    }
  }

  private static Outcome attack(List<Probe> probes, Memory own, MemoryStrategy strategy, Surroundings around) {
    int stopped = 0;
    for (Probe probe : probes) {
      for (long index : INDICES) {
        if (probe.address(index) + probe.width() <= own.byteLength()) {
          continue;
        }
        try {
          long seen = probe.run(index, OWN_WORD);
          if (strategy != MemoryStrategy.MASK || !isOwn(seen)) {
            return Outcome.reached(probe.name() + " at index " + index + " went through and saw " + seen);
          }
          fill(own, MARK);
          stopped++;
        } catch (Trap trap) {
          if (trap.kind() != Trap.Kind.MEMORY_OUT_OF_BOUNDS) {
            return Outcome.reached(probe.name() + " at index " + index + " ended with " + trap.kind());
          }
          stopped++;
        }
      }
      String damage = around.damage();
      if (!holdsOnly(own, MARK) || !damage.isEmpty()) {
        return Outcome.reached(probe.name() + ": " + (damage.isEmpty() ? "a store that trapped had written before"
            : damage));
      }
    }
    return Outcome.stopped(stopped + " accesses trapped or were led back, and no byte of others changed");
  }

  private Outcome control(Engine engine) throws LinkError {
    try (Store store = engine.newStore()) {
      Memory wide = Memory.create(store, new MemoryType(new Limits(CONTROL_PAGES, CONTROL_PAGES)));
      int reached = 0;
      for (Probe probe : probes(engine, store, wide, "out-of-bounds")) {
        for (long index : INDICES) {
          long address = probe.address(index);
          if (address + probe.width() <= Memory.PAGE || address + probe.width() > wide.byteLength()) {
            continue;
          }
          put(wide, address, probe.width(), probe.load() ? SECRET : 0);
          long seen = probe.run(index, SECRET);
          long expected = SECRET << (64 - 8 * probe.width());
          long found = (probe.load() ? seen : get(wide, address, probe.width())) << (64 - 8 * probe.width());
          if (found != expected) {
            return Outcome.stopped(probe.name() + " at index " + index + " missed its target");
          }
          reached++;
        }
      }
      return Outcome.reached(reached + " accesses reached the bytes they aimed at");
    }
  }

  private static List<Probe> probes(Engine engine, Store store, Memory memory, String guest) throws LinkError {
    Linker linker = new Linker(store).define("fault-domain", "memory", memory);
    Instance instance = linker.instantiate(Guests.module(engine, guest));
    Map<String, Extern> exports = instance.exports();
    return exports.entrySet().stream().map(export -> Probe.of(export.getKey(), export.getValue())).toList();
  }

  private static Memory filled(Store store, int pages, long word) throws LinkError {
    Memory memory = Memory.create(store, new MemoryType(new Limits(pages, pages)));
    fill(memory, word);
    return memory;
  }

  private static void fill(Memory memory, long word) {
    for (long at = 0; at < memory.byteLength(); at += Long.BYTES) {
      memory.putLong(at, word);
    }
  }

  /** Whether each byte is one that the guest's own memory had or got: a mask leads accesses back into that. */
  private static boolean isOwn(long seen) {
    for (int i = 0; i < Long.BYTES; i++) {
      long octet = seen >>> 8 * i & 0xff;
      if (octet != 0 && octet != (MARK & 0xff) && octet != (OWN_WORD & 0xff)) {
        return false;
      }
    }
    return true;
  }

  private static boolean holdsOnly(Memory memory, long word) {
    for (long at = 0; at < memory.byteLength(); at += Long.BYTES) {
      if (memory.getLong(at) != word) {
        return false;
      }
    }
    return true;
  }

  private static void put(Memory memory, long address, int width, long value) {
    for (int i = 0; i < width; i++) {
      memory.putByte(address + i, (byte) (value >>> (8 * i)));
    }
  }

  private static long get(Memory memory, long address, int width) {
    long value = 0;
    for (int i = 0; i < width; i++) {
      value |= (memory.getByte(address + i) & 0xffL) << (8 * i);
    }
    return value;
  }
}
