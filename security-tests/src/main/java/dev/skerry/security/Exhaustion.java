package dev.skerry.security;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.format.FuncType;

/** The guest that three attacks share: it uses up a stack, a processor or memory. */
final class Exhaustion {

  private Exhaustion() {
  }

  static Instance instantiate(Engine engine, Store store) throws LinkError {
    Linker linker = new Linker(store);
    linker.define("host", "call-back", FuncType.of("i32 -> i32"),
        (caller, slots) -> caller.func("through-host").orElseThrow().invoke(slots));
    return linker.instantiate(Guests.module(engine, "exhaustion"));
  }
}
