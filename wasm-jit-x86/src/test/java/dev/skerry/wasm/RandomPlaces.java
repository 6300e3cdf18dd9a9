package dev.skerry.wasm;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import java.util.Optional;
import java.util.Random;

/**
 * Where a random module keeps things: memories and tables, with addresses of 32 or 64 bits, shared or not, and globals;
 * its own, or those of another module. What is not the first of its kind is always its own.
 */
final class RandomPlaces {

  /** The name that the other module is imported by. */
  static final String PROVIDER = "provider";
  /** The function that the other module exports. */
  static final String FUNCTION = "f";

  private static final int MIN_PAGES = 1;
  private static final int MAX_PAGES = 3;

  private final int memories;
  /** By memory, as bits: addresses of 64 bits. */
  private final int wideMemories;
  private final boolean wideTable;
  private final boolean shared;
  private final TestModule provider;

  /** @param provided the type of the other module's function */
  RandomPlaces(Random random, FuncType provided) {
    memories = random.nextInt(4) == 0 ? 2 + random.nextInt(2) : 1;
    wideMemories = random.nextInt(4) == 0 ? random.nextInt(1 << memories) : 0;
    shared = !isWide(0) && random.nextInt(8) == 0;
    provider = random.nextInt(4) == 0 ? new TestModule() : null;
    wideTable = provider == null && random.nextInt(6) == 0;
    if (provider != null) {
      provide(provided);
    }
  }

  private void provide(FuncType provided) {
    own(provider, 0);
    provider.export("m", 2, 0);
    provider.table(ValType.FUNCREF, 16, 32).export("t", 1, 0);
    for (int i = 0; i < RandomModule.TYPES.size(); i++) {
      ValType type = RandomModule.TYPES.get(i);
      provider.global(type, true, zero(type)).export("g" + i, 3, i);
    }
    provider.func(FUNCTION, provided.toString(), """
        local.get 3
        i32.eqz
        if
        unreachable
        end
        local.get 3
        global.get 0
        i32.sub
        global.set 0
        global.get 0
        local.get 1
        local.get 0
        i64x2.replace_lane 1
        """);
  }

  private void own(TestModule module, int memory) {
    if (isWide(memory)) {
      module.memory64(MIN_PAGES, MAX_PAGES);
    } else if (memory == 0 && shared) {
      module.sharedMemory(MIN_PAGES, MAX_PAGES);
    } else {
      module.memory(MIN_PAGES, MAX_PAGES);
    }
  }

  /** Declares all of it, and exports it. */
  void declare(TestModule module, int elements) {
    if (provider != null) {
      if (isWide(0)) {
        module.importMemory64(PROVIDER, "m", MIN_PAGES, MAX_PAGES);
      } else if (shared) {
        module.importSharedMemory(PROVIDER, "m", MIN_PAGES, MAX_PAGES);
      } else {
        module.importMemory(PROVIDER, "m", MIN_PAGES, MAX_PAGES);
      }
      module.importTable(PROVIDER, "t", ValType.FUNCREF, elements, 2 * elements);
    } else {
      own(module, 0);
      if (wideTable) {
        module.table64(ValType.FUNCREF, elements, 2 * elements);
      } else {
        module.table(ValType.FUNCREF, elements, 2 * elements);
      }
    }
    for (int i = 0; i < memories; i++) {
      if (i > 0) {
        own(module, i);
      }
      module.export("m" + i, 2, i);
    }
    module.table(ValType.FUNCREF, elements / 2, 2 * elements).export("t0", 1, 0).export("t1", 1, 1);
    for (int i = 0; i < RandomModule.TYPES.size(); i++) {
      ValType type = RandomModule.TYPES.get(i);
      if (provider != null) {
        module.importGlobal(PROVIDER, "g" + i, type, true);
      } else {
        module.global(type, true, zero(type));
      }
      module.export("g" + i, 3, i);
    }
  }

  private static String zero(ValType type) {
    return type.isReference() ? "ref.null func" : type.equals(ValType.V128) ? "v128.const 0 0" : type + ".const 0";
  }

  /** What exports the first memory, the first table, the globals and a function, where these are imported. */
  Optional<TestModule> provider() {
    return Optional.ofNullable(provider);
  }

  int memories() {
    return memories;
  }

  boolean hasWideMemory() {
    return wideMemories != 0;
  }

  private boolean isWide(int memory) {
    return (wideMemories >> memory & 1) != 0;
  }

  /** The type of a memory's addresses. */
  ValType address(int memory) {
    return isWide(memory) ? ValType.I64 : ValType.I32;
  }

  /** The type of a table's indices. */
  ValType tableAddress(int table) {
    return table == 0 && wideTable ? ValType.I64 : ValType.I32;
  }

  /** The type of lengths that fit both. */
  static ValType shorter(ValType one, ValType other) {
    return one.equals(ValType.I64) ? other : one;
  }

  /** Makes an i32 an address. */
  static String widened(ValType address) {
    return address.equals(ValType.I64) ? "i64.extend_i32_s" : "nop";
  }

  /** Makes an address an i32. */
  static String narrowed(ValType address) {
    return address.equals(ValType.I64) ? "i32.wrap_i64" : "nop";
  }
}
