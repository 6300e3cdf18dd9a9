package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.MemoryLayout;
import dev.skerry.memory.NativeSupport;
import dev.skerry.wasm.format.ValType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@link MemoryStrategy#MASK} promises of accesses outside of a memory, and what still traps. */
class MaskedAccessTest {

  private static final long SEED = Long.getLong("skerry.seed", 8_000_000);
  private static final int STEPS = 4_000;
  private static final int MOST_PAGES = 9;
  private static final long[] OFFSETS = {0, 1, 4087, 4088, 4089, 4095, 4096, 65_536, 0x7fff_fff0L, 0x7fff_ffffL,
      0xffff_ff00L, 0xffff_ffffL};
  private static final int[] WIDTHS = {1, 2, 4, 8};
  private static final String[] LOADS = {"i64.load8_u", "i64.load16_u", "i64.load32_u", "i64.load"};
  private static final String[] STORES = {"i64.store8", "i64.store16", "i64.store32", "i64.store"};

  private static Engine engine(Tier tier) {
    Assumptions.assumeTrue(tier == Tier.INTERP || NativeSupport.current().nativeMemory(), "no machine code here");
    return Engine.create(new EngineOptions(tier, MemoryStrategy.MASK, false, true));
  }

  /** A memory that is masked, as {@link MemoryStrategy#MASK} says. */
  private static final class Model {

    private int pages = 1;
    private ByteBuffer bytes = bytes(1);

    private static ByteBuffer bytes(int pages) {
      long region = MemoryLayout.regionBytes((long) pages * Memory.PAGE);
      return ByteBuffer.allocate((int) region + MemoryLayout.TAIL_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    int place(long index, long offset, int width) {
      long mask = MemoryLayout.regionBytes((long) pages * Memory.PAGE) - 1;
      return (int) (offset + width <= MemoryLayout.TAIL_BYTES ? (index & mask) + offset : index + offset & mask);
    }

    long load(int place, int width) {
      long value = 0;
      for (int i = width - 1; i >= 0; i--) {
        value = value << Byte.SIZE | bytes.get(place + i) & 0xff;
      }
      return value;
    }

    void store(int place, int width, long value) {
      for (int i = 0; i < width; i++) {
        bytes.put(place + i, (byte) (value >> Byte.SIZE * i));
      }
    }

    void grow() {
      ByteBuffer more = bytes(pages + 1);
      more.put(0, bytes, 0, bytes.capacity());
      bytes = more;
      Arrays.fill(bytes.array(), pages * Memory.PAGE, (pages + 1) * Memory.PAGE, (byte) 0);
      pages++;
    }

    byte[] content() {
      return Arrays.copyOf(bytes.array(), pages * Memory.PAGE);
    }
  }

  private static TestModule guest(boolean shared) {
    TestModule module = shared ? new TestModule().sharedMemory(1, MOST_PAGES) : new TestModule().memory(1, MOST_PAGES);
    module.export("m", 2, 0).func("grow", "->", "i32.const 1; memory.grow; drop");
    for (int offset = 0; offset < OFFSETS.length; offset++) {
      for (int width = 0; width < WIDTHS.length; width++) {
        String name = offset + " " + width;
        module.func("load " + name, "i32 -> i64", "local.get 0; " + LOADS[width] + " " + OFFSETS[offset]);
        module.func("store " + name, "i32 i64 ->",
            "local.get 0; local.get 1; " + STORES[width] + " " + OFFSETS[offset]);
      }
    }
    return module;
  }

  @ParameterizedTest
  @CsvSource({"INTERP,false", "INTERP,true", "JIT,false", "JIT,true"})
  void givenAccessesAnywhereWhenTheMemoryGrowsTooThenEachGoesWhereTheRuleSaysAndNoneToAnotherMemory(
      Tier tier, boolean shared) {
    Assumptions.assumeTrue(!shared || NativeSupport.current().nativeMemory(), "memory that moves does not grow shared");
    Random random = new Random(SEED);
    Model model = new Model();
    try (Store store = engine(tier).newStore()) {
      Instance instance = guest(shared).instantiate(store);
      Instance neighbour = guest(false).instantiate(store);
      Memory memory = instance.memory("m").orElseThrow();
      for (int step = 0; step < STEPS; step++) {
        if (random.nextInt(STEPS / 16) == 0 && model.pages < MOST_PAGES) {
          instance.func("grow").orElseThrow().call();
          model.grow();
        }
        int offset = random.nextInt(OFFSETS.length);
        int width = random.nextInt(WIDTHS.length);
        long near = (random.nextInt(2 * MOST_PAGES) * 32_768L + random.nextInt(64) - 32) - OFFSETS[offset];
        int index = random.nextBoolean() ? (int) near : random.nextInt();
        int place = model.place(index & 0xffff_ffffL, OFFSETS[offset], WIDTHS[width]);
        String what = "seed " + SEED + ", step " + step + ", index " + index + ", offset " + OFFSETS[offset];
        if (random.nextBoolean()) {
          long value = random.nextLong();
          instance.func("store " + offset + " " + width).orElseThrow().call(index, value);
          model.store(place, WIDTHS[width], value);
        } else {
          assertEquals(model.load(place, WIDTHS[width]),
              instance.func("load " + offset + " " + width).orElseThrow().call(index)[0], what);
        }
      }
      assertTrue(model.pages > 3, "grew to " + model.pages);
      assertEquals(ByteBuffer.wrap(model.content()), ByteBuffer.wrap(memory.read(0, (int) memory.byteLength())));
      assertEquals(ByteBuffer.wrap(new byte[Memory.PAGE]),
          ByteBuffer.wrap(neighbour.memory("m").orElseThrow().read(0, Memory.PAGE)));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INTERP", "JIT"})
  void givenWhatIsNoPlainAccessWhenItIsOutOfBoundsThenItTraps(Tier tier) {
    try (Store store = engine(tier).newStore()) {
      Instance instance = new TestModule().memory(1, 1).table(ValType.FUNCREF, 1, 1).passiveData(new byte[4])
          .func("fill", "->", "i32.const 65535; i32.const 0; i32.const 2; memory.fill")
          .func("copy", "->", "i32.const 0; i32.const 65535; i32.const 2; memory.copy")
          .func("init", "->", "i32.const 65535; i32.const 0; i32.const 2; memory.init 0")
          .func("notify", "->", "i32.const 65536; i32.const 0; memory.atomic.notify 0; drop")
          .func("aligned", "->", "i32.const 65537; i32.atomic.load 0; drop")
          .func("get", "->", "i32.const 1; table.get 0; drop")
          .func("call", "->", "i32.const 1; call_indirect ->").instantiate(store);
      for (String name : new String[] {"fill", "copy", "init", "notify"}) {
        assertEquals(Trap.Kind.MEMORY_OUT_OF_BOUNDS, trap(instance, name), name);
      }
      assertEquals(Trap.Kind.UNALIGNED_ATOMIC, trap(instance, "aligned"));
      assertEquals(Trap.Kind.TABLE_OUT_OF_BOUNDS, trap(instance, "get"));
      assertEquals(Trap.Kind.UNDEFINED_ELEMENT, trap(instance, "call"));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INTERP", "JIT"})
  void givenAMemoryOf64BitAddressesWhenAnAccessIsOutOfBoundsThenItTraps(Tier tier) {
    try (Store store = engine(tier).newStore()) {
      Instance instance = new TestModule().memory64(1, 1)
          .func("load", "->", "i64.const 65529; i64.load 0; drop").instantiate(store);
      assertEquals(Trap.Kind.MEMORY_OUT_OF_BOUNDS, trap(instance, "load"));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INTERP", "JIT"})
  void givenAnAccessOutOfBoundsWhenTheHostReadsThereThenTheHostIsRefused(Tier tier) {
    try (Store store = engine(tier).newStore()) {
      Instance instance = guest(false).instantiate(store);
      instance.func("store 0 3").orElseThrow().call(Memory.PAGE - 4, -1L);
      Memory memory = instance.memory("m").orElseThrow();
      assertThrows(IndexOutOfBoundsException.class, () -> memory.read(Memory.PAGE - 4, 8));
    }
  }

  private static Trap.Kind trap(Instance instance, String function) {
    return assertThrows(Trap.class, () -> instance.func(function).orElseThrow().call(), function).kind();
  }
}
