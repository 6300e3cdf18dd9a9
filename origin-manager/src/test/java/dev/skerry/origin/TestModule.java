package dev.skerry.origin;

import dev.skerry.bindings.HostModule;
import dev.skerry.bindings.abi.Binding;
import java.util.Arrays;
import java.util.List;

/** A host module of an embedder, made of rows. */
record TestModule(String name, List<Binding> functions) implements HostModule {

  TestModule(String name, Binding... rows) {
    this(name, Arrays.asList(rows));
  }
}
