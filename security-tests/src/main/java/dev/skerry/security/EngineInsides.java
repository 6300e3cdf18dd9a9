package dev.skerry.security;

import dev.skerry.wasm.Func;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.Table;
import java.lang.reflect.Method;

/** Where the engine keeps what its checks compare with: addresses no guest can learn, for a harness that cheats. */
final class EngineInsides {

  private EngineInsides() {
  }

  /** Address of a memory's first byte. */
  static long bytes(Memory memory) {
    return (Long) ask(ask(ask(memory, "memory"), "linear"), "address");
  }

  /** Address of the record of a memory: its base, and 8 bytes further its length. */
  static long record(Memory memory) {
    return (Long) ask(ask(memory, "memory"), "record");
  }

  /** Address of the record of a table: its base, and 8 bytes further its size. */
  static long record(Table table) {
    return (Long) ask(ask(table, "table"), "record");
  }

  /** Address of what stands for a function: its type, and its code. */
  static long descriptor(Func function) {
    return (Long) ask(ask(function, "function"), "descriptor");
  }

  private static Object ask(Object object, String method) {
    try {
      Method found = object.getClass().getDeclaredMethod(method);
      found.setAccessible(true);
      return found.invoke(object);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the engine has changed: " + e, e);
    }
  }
}
