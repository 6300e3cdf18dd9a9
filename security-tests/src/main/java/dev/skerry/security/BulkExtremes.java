package dev.skerry.security;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Table;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.MemoryType;
import dev.skerry.wasm.format.TableType;
import dev.skerry.wasm.format.ValType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Fills, copies and initialisations of memories and tables whose places and lengths add up past 2^32 and 2^64, or end
 * just behind the end (CVE-2026-34946). The control gives the guest more memory and a longer table, and sees them
 * change behind where they ended before.
 */
final class BulkExtremes implements Attack {

  private static final long[] PLACES = {0, 1, 8, 15, 16, 65_535, 65_536, 65_537, 131_072, 0x7fff_ffffL, 0x8000_0000L,
      0xffff_0000L, 0xffff_ffffL, 0x1_0000_0000L, Long.MAX_VALUE, Long.MIN_VALUE, -65_536, -1};
  private static final long[] LENGTHS = {0, 1, 3, 4, 16, 17, 65_536, 65_537, 100_000, 0xffff_fffeL, 0xffff_ffffL,
      0x1_0000_0000L, Long.MAX_VALUE, -16, -1};
  private static final byte MARK = 0x11;
  private static final int SEGMENT_BYTES = 16;
  private static final int SEGMENT_FUNCTIONS = 3;
  private static final int MORE_PAGES = 8;
  private static final int ELEMENTS = 10;
  private static final int MORE_ELEMENTS = 200_000;

  /** The world of one run. */
  private record World(Instance guest, Memory narrow, Memory wide, Table table, Surroundings around) {
  }

  @Override
  public Card card() {
    return new Card("bulk-extremes", Target.ENGINE,
        "change or read bytes and elements behind the end by a bulk operation",
        Invariant.MEMORY_IS_PRIVATE,
        "that both ranges are checked whole, without wrapping, before the first byte moves", AttackClass.BULK_EXTREMES);
  }

  @Override
  public Outcome run(Setting setting) throws LinkError {
    Engine engine = setting.newEngine();
    try (Surroundings around = new Surroundings(engine); Store store = engine.newStore()) {
      around.add(2);
      int pages = setting.isUp() ? 1 : MORE_PAGES;
      World world = world(engine, store, pages, setting.isUp() ? ELEMENTS : MORE_ELEMENTS, around);
      around.add(2);
      return around.beside(() -> setting.isUp() ? attack(world) : control(world));
    }
  }

  private static World world(Engine engine, Store store, int pages, int elements, Surroundings around)
      throws LinkError {
    Memory narrow = memory(store, pages, ValType.I32);
    Memory wide = memory(store, pages, ValType.I64);
    Table table = Table.create(store, new TableType(ValType.FUNCREF, new Limits(elements, elements)), 0);
    Instance guest = new Linker(store).define("fault-domain", "memory", narrow)
        .define("fault-domain", "wide memory", wide).define("fault-domain", "table", table)
        .instantiate(Guests.module(engine, "bulk-extremes"));
    return new World(guest, narrow, wide, table, around);
  }

  private static Memory memory(Store store, int pages, ValType address) throws LinkError {
    Memory memory = Memory.create(store, new MemoryType(new Limits(pages, pages), false, address));
    byte[] marks = new byte[pages * Memory.PAGE];
    Arrays.fill(marks, MARK);
    memory.write(0, marks, 0, marks.length);
    return memory;
  }

  private static Outcome attack(World world) {
    int trapped = 0;
    int fine = 0;
    for (String operation : world.guest.exports().keySet()) {
      for (boolean inside : new boolean[] {false, true}) {
        for (long[] range : ranges(operation)) {
          if (isInside(world, operation, range) != inside) {
            continue;
          }
          Object ended = call(world, operation, range);
          if (inside != (ended == null)) {
            return Outcome.reached(operation + " of " + Arrays.toString(range)
                + (inside ? " ended with " + ended : " went through"));
          }
          fine += inside ? 1 : 0;
          trapped += inside ? 0 : 1;
        }
        if (!inside && isTouched(world)) {
          return Outcome.reached("a " + operation + " that trapped had written before");
        }
      }
      String damage = world.around.damage();
      if (!damage.isEmpty() || Surroundings.isIn(world.narrow) || Surroundings.isIn(world.wide)) {
        return Outcome.reached(operation + (damage.isEmpty() ? " brought a secret in" : ": " + damage));
      }
      restore(world);
    }
    return Outcome.stopped(trapped + " operations trapped and changed nothing, " + fine + " within bounds went on");
  }

  /** What the attack aims at behind the end is now there to be changed. */
  private static Outcome control(World world) {
    int reached = 0;
    for (String operation : world.guest.exports().keySet()) {
      for (long[] range : ranges(operation)) {
        boolean table = operation.startsWith("table");
        long end = table ? ELEMENTS : Memory.PAGE;
        long mask = operation.startsWith("wide") ? -1 : 0xffff_ffffL;
        boolean beyond = (range[0] & mask) + (range[2] & mask) > end && (range[2] & mask) > 0;
        if (beyond && isInside(world, operation, range)) {
          if (call(world, operation, range) != null) {
            return Outcome.stopped(operation + " of " + Arrays.toString(range) + " was refused");
          }
          reached++;
        }
      }
    }
    return new Outcome(reached > 0 && isTouched(world), reached + " operations reached behind the former end");
  }

  private static List<long[]> ranges(String operation) {
    List<long[]> ranges = new ArrayList<>();
    long[] sources = operation.endsWith("fill") ? new long[1] : PLACES;
    for (long to : PLACES) {
      for (long from : sources) {
        for (long length : LENGTHS) {
          ranges.add(new long[] {to, from, length});
        }
      }
    }
    return ranges;
  }

  private static boolean isInside(World world, String operation, long[] range) {
    boolean wide = operation.startsWith("wide");
    long mask = wide ? -1 : 0xffff_ffffL;
    long size = operation.startsWith("table") ? world.table.size() : world.narrow.byteLength();
    long length = range[2] & (operation.endsWith("init") ? 0xffff_ffffL : mask);
    long source = operation.startsWith("table") ? SEGMENT_FUNCTIONS : SEGMENT_BYTES;
    boolean from = operation.endsWith("fill") || (operation.endsWith("init")
        ? fits(range[1] & 0xffff_ffffL, length, source) : fits(range[1] & mask, length, size));
    return from && fits(range[0] & mask, length, size);
  }

  private static boolean fits(long at, long length, long size) {
    return Long.compareUnsigned(length, size) <= 0 && Long.compareUnsigned(at, size - length) <= 0;
  }

  /** Null where the operation went through, else the kind of the trap. */
  private static Trap.Kind call(World world, String operation, long[] range) {
    try {
      world.guest.func(operation).orElseThrow().invoke(range.clone());
      return null;
    } catch (Trap trap) {
      return trap.kind();
    }
  }

  private static boolean isTouched(World world) {
    for (long i = 0; i < world.table.size(); i++) {
      if (world.table.get(i) != 0) {
        return true;
      }
    }
    return isTouched(world.narrow) || isTouched(world.wide);
  }

  private static boolean isTouched(Memory memory) {
    byte[] bytes = memory.read(0, (int) memory.byteLength());
    for (byte each : bytes) {
      if (each != MARK) {
        return true;
      }
    }
    return false;
  }

  private static void restore(World world) {
    byte[] marks = new byte[(int) world.narrow.byteLength()];
    Arrays.fill(marks, MARK);
    world.narrow.write(0, marks, 0, marks.length);
    world.wide.write(0, marks, 0, marks.length);
    for (long i = 0; i < world.table.size(); i++) {
      world.table.set(i, 0);
    }
  }
}
