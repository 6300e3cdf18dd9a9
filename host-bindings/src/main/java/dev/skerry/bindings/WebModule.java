package dev.skerry.bindings;

import dev.skerry.bindings.abi.Binding;
import dev.skerry.bindings.abi.BindingTable;
import java.util.List;

/** A host module of Skerry's own: its table says everything. */
abstract class WebModule<M extends WebModule<M>> implements HostModule {

  private final BindingTable<M> table;
  private final M self;

  /** @param kind the class of this very object */
  WebModule(BindingTable<M> table, Class<M> kind) {
    this.table = table;
    this.self = kind.cast(this);
  }

  @Override
  public final String name() {
    return table.module();
  }

  @Override
  public final Capability capability() {
    return table.capability();
  }

  @Override
  public final List<Binding> functions() {
    return table.bind(self);
  }
}
