package dev.skerry.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.StoreLimits;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.FuncType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * An instance that imports every function of some host modules and can be made to call each. Element {@link #CALLBACK}
 * of its table is a callback that tells {@link #onCallback}; {@link #WRONG_TYPE} has another type; {@link #HOLE} and
 * element 0 are null.
 */
final class Guest implements AutoCloseable {

  static final int CALLBACK = 1;
  static final int WRONG_TYPE = 2;
  static final int HOLE = 3;
  static final int TABLE_SIZE = 4;
  static final int END = Memory.PAGE;

  /** Here, a listener that dispatches nests twice: once for its own call and once for the function that it calls. */
  private static final int NESTING = 128;

  static final CallbackRunner RUNNER = (callback, then, arguments) -> {
    long[] slots = new long[Math.max(arguments.length, 1)];
    System.arraycopy(arguments, 0, slots, 0, arguments.length);
    callback.invoke(slots);
    then.run();
  };

  final Store store;
  final Instance instance;
  IntConsumer onCallback = data -> { };

  private Guest(Store store, boolean memory, boolean table, HostModule... modules) throws Exception {
    this.store = store;
    Linker linker = new Linker(store);
    List<ModuleBytes.Import> imports = new ArrayList<>();
    imports.add(new ModuleBytes.Import("test", "callback", FuncType.of("i32 ->")));
    imports.add(new ModuleBytes.Import("test", "wrong", FuncType.of("i32 i32 ->")));
    linker.define("test", "callback", FuncType.of("i32 ->"), (caller, slots) -> onCallback.accept((int) slots[0]));
    linker.define("test", "wrong", FuncType.of("i32 i32 ->"), (caller, slots) -> { });
    for (HostModule module : modules) {
      module.define(linker);
      module.functions()
          .forEach(row -> imports.add(new ModuleBytes.Import(module.name(), row.name(), row.type())));
    }
    byte[] bytes = ModuleBytes.of(imports, memory, table ? List.of(0, 1) : null);
    instance = linker.instantiate(Module.compile(store.engine(), bytes));
  }

  static Guest of(HostModule... modules) throws Exception {
    StoreLimits limits = StoreLimits.DEFAULT;
    return new Guest(Engine.create().newStore(new StoreLimits(limits.memoryBytes(), limits.tableElements(),
        limits.instances(), limits.stackBytes(), NESTING)), true, true, modules);
  }

  /** Another instance in the same store. */
  Guest beside(HostModule... modules) throws Exception {
    return new Guest(store, true, true, modules);
  }

  static Guest bare(HostModule... modules) throws Exception {
    return new Guest(Engine.create().newStore(), false, false, modules);
  }

  Object[] results(String function, Object... arguments) {
    return instance.func(function).orElseThrow().call(arguments);
  }

  int call(String function, Object... arguments) {
    return (Integer) results(function, arguments)[0];
  }

  Object ref(String function, Object... arguments) {
    return results(function, arguments)[0];
  }

  /** Expects a host trap that names the function and contains the words. */
  void traps(String words, String function, Object... arguments) {
    Trap trap = assertThrows(Trap.class, () -> results(function, arguments));
    assertEquals(Trap.Kind.HOST, trap.kind());
    assertTrue(trap.getMessage().contains(function + ": "), trap::getMessage);
    assertTrue(trap.getMessage().contains(words), trap::getMessage);
  }

  Func func(String name) {
    return instance.func(name).orElseThrow();
  }

  Memory memory() {
    return instance.memory("memory").orElseThrow();
  }

  /** Writes UTF-8 at an address; its length. */
  int put(int address, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    memory().write(address, bytes, 0, bytes.length);
    return bytes.length;
  }

  String get(int address, int length) {
    return new String(memory().read(address, length), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    store.close();
  }
}
