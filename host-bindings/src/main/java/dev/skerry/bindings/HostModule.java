package dev.skerry.bindings;

import dev.skerry.bindings.abi.Binding;
import dev.skerry.wasm.Linker;
import java.util.List;

/** A named module of host functions that guests import. What it may reach was handed to its constructor. */
public interface HostModule {

  /** The import's module name, such as {@code web:console}. */
  String name();

  /** The module's functions, one row each: what headers and reference pages are made from. */
  List<Binding> functions();

  /** What a document must have been granted to link it. */
  default Capability capability() {
    return Capability.EMBEDDER;
  }

  /** Defines every function of this module in the linker. */
  default void define(Linker linker) {
    functions().forEach(function -> function.define(linker, name()));
  }
}
