package dev.skerry.bindings;

import dev.skerry.wasm.Linker;

/** A named module of host functions that guests import. What it may reach was handed to its constructor. */
public interface HostModule {

  /** The import's module name, such as {@code web:console}. */
  String name();

  /** Defines every function of this module in the linker. */
  void define(Linker linker);
}
