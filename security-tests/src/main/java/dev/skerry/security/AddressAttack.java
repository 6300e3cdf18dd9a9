package dev.skerry.security;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.StoreLimits;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.MemoryType;
import dev.skerry.wasm.format.ValType;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntBinaryOperator;
import java.util.function.LongUnaryOperator;

/**
 * Attacks that compute an address in a way which compilers got wrong: each load either gives the very bytes of the
 * guest's own memory that the standard says, or traps. The control gives the guest a memory that spans all the
 * addresses, with a secret wherever it aims: so it is seen that each access would have gone just there.
 */
abstract class AddressAttack implements Attack {

  private static final int[] EDGES = {0, 1, 8, 16, 17, 65_528, 65_529, 65_536, 131_064, 131_065, 131_072, 0x0fff_ffff,
      0x1fff_ffff, 0x2000_0000, 0x3fff_ffff, 0x4000_0000, 0x7fff_fff8, 0x7fff_ffff, 0x8000_0000, 0x8000_0008, -131_072,
      -65_536, -17, -16, -8, -1};
  private static final int RANDOM_INPUTS = 60;
  private static final long SECRET = 0x5e5e_5e5e_5e5e_5e5eL;
  private static final StoreLimits ROOMY = StoreLimits.DEFAULT.withMemoryBytes(16L << 30);
  private static final int OWN_PAGES = 2;
  private static final int ALL_PAGES = 65_536;

  /**
   * A function of the guest, from two i32 to the eight bytes at an address.
   *
   * @param export its name
   * @param address what it computes, by the standard
   * @param offset the static offset that is added without wrapping
   */
  record Trick(String export, IntBinaryOperator address, long offset) {

    Trick(String export, IntBinaryOperator address) {
      this(export, address, 0);
    }

    long effective(int a, int b) {
      return Integer.toUnsignedLong(address.applyAsInt(a, b)) + offset;
    }
  }

  /** The guest's name. */
  abstract String guest();

  abstract List<Trick> tricks();

  @Override
  public final Outcome run(Setting setting) throws LinkError {
    Engine engine = setting.newEngine();
    try (Surroundings around = new Surroundings(engine); Store store = engine.newStore(ROOMY)) {
      around.add(2);
      int pages = setting.isUp() ? OWN_PAGES : ALL_PAGES;
      Memory own = memory(store, pages, ValType.I32);
      Memory wide = memory(store, pages, ValType.I64);
      Linker linker = new Linker(store).define("fault-domain", "memory", own)
          .define("fault-domain", "wide memory", wide);
      Instance instance = linker.instantiate(Guests.module(engine, guest()));
      around.add(2);
      if (setting.isDown()) {
        return around.beside(() -> control(instance, own, wide));
      }
      List.of(own, wide).forEach(memory -> fill(memory, at -> at * 0x9e37_79b9_7f4a_7c15L));
      return around.beside(() -> attack(instance, List.of(own, wide), around, setting.engine().memory()), own, wide);
    }
  }

  private Outcome attack(Instance instance, List<Memory> world, Surroundings around, MemoryStrategy strategy) {
    Memory own = world.get(0);
    int exact = 0;
    int stopped = 0;
    for (Trick trick : tricks()) {
      Func func = instance.func(trick.export).orElseThrow();
      for (int[] input : inputs()) {
        long address = trick.effective(input[0], input[1]);
        boolean inside = address + Long.BYTES <= own.byteLength();
        String where = trick.export + " of " + input[0] + " and " + input[1];
        try {
          long seen = call(func, input);
          if (inside ? seen != own.getLong(address) : !mayWrap(strategy) || isSecret(seen)) {
            return Outcome.reached(where + " saw " + Long.toHexString(seen));
          }
          exact++;
        } catch (Trap trap) {
          if (inside || trap.kind() != Trap.Kind.MEMORY_OUT_OF_BOUNDS) {
            return Outcome.reached(where + " ended with " + trap.kind());
          }
          stopped++;
        }
      }
      String damage = around.damage();
      if (!damage.isEmpty() || world.stream().anyMatch(Surroundings::isIn)) {
        return Outcome.reached(trick.export + (damage.isEmpty() ? " brought a secret in" : ": " + damage));
      }
    }
    return Outcome.stopped(stopped + " accesses outside trapped, " + exact + " inside gave the bytes they must");
  }

  /** Under a mask an address outside is another address inside. */
  private static boolean mayWrap(MemoryStrategy strategy) {
    return strategy == MemoryStrategy.MASK;
  }

  /** Whether half of what was seen is a secret's: all its bytes are the same. */
  private static boolean isSecret(long seen) {
    return (int) seen == (int) SECRET || (int) (seen >>> 32) == (int) (SECRET >>> 32);
  }

  private Outcome control(Instance instance, Memory own, Memory wide) {
    int reached = 0;
    for (Trick trick : tricks()) {
      Func func = instance.func(trick.export).orElseThrow();
      Memory memory = trick.export.contains("wide") ? wide : own;
      for (int[] input : inputs()) {
        long address = trick.effective(input[0], input[1]);
        if (address < (long) OWN_PAGES * Memory.PAGE || address + Long.BYTES > memory.byteLength()) {
          continue;
        }
        memory.putLong(address, SECRET);
        if (call(func, input) != SECRET) {
          return Outcome.stopped(trick.export + " of " + input[0] + " and " + input[1] + " missed its target");
        }
        reached++;
      }
    }
    return new Outcome(reached > 0, reached + " secrets were read");
  }

  private static long call(Func func, int[] input) {
    long[] slots = {Integer.toUnsignedLong(input[0]), Integer.toUnsignedLong(input[1])};
    func.invoke(slots);
    return slots[0];
  }

  private static int[][] inputs() {
    Random random = new Random(23);
    int[][] edges = Arrays.stream(EDGES).boxed()
        .flatMap(a -> Arrays.stream(EDGES).mapToObj(b -> new int[] {a, b})).toArray(int[][]::new);
    int[][] inputs = Arrays.copyOf(edges, edges.length + RANDOM_INPUTS);
    for (int i = edges.length; i < inputs.length; i++) {
      inputs[i] = new int[] {random.nextInt() >> random.nextInt(32), random.nextInt() >>> random.nextInt(32)};
    }
    return inputs;
  }

  private static Memory memory(Store store, int pages, ValType address) throws LinkError {
    return Memory.create(store, new MemoryType(new Limits(pages, pages), false, address));
  }

  private static void fill(Memory memory, LongUnaryOperator word) {
    for (long at = 0; at < memory.byteLength(); at += Long.BYTES) {
      memory.putLong(at, word.applyAsLong(at));
    }
  }
}
