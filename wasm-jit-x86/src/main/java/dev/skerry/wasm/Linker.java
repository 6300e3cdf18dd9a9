package dev.skerry.wasm;

import dev.skerry.wasm.format.FuncType;

/** Names for imports, and instantiation (WASM core 4.5.4). Belongs to one store; not thread-safe. */
public final class Linker {

  public Linker(Store store) {
    throw new UnsupportedOperationException();
  }

  /** Gives a name to something that exists already; a later definition of the same name replaces an earlier one. */
  public Linker define(String module, String name, Extern extern) {
    throw new UnsupportedOperationException();
  }

  /** Defines a host function; each instance that imports it gets a {@link Func} of its own, bound to that instance. */
  public Linker define(String module, String name, FuncType type, HostFunction function) {
    throw new UnsupportedOperationException();
  }

  /** Defines all exports of an instance under a module name. */
  public Linker define(String module, Instance instance) {
    throw new UnsupportedOperationException();
  }

  /**
   * Links, instantiates, and runs the start function.
   *
   * @throws LinkError naming the import that is missing or doesn't fit (with both types), or the limit reached; nothing
   *     is left behind
   * @throws Trap when an active segment or the start function traps
   */
  public Instance instantiate(Module module) throws LinkError {
    throw new UnsupportedOperationException();
  }
}
