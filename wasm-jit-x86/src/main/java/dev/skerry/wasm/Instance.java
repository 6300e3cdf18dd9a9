package dev.skerry.wasm;

import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.runtime.ModuleInstance;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A module instance (WASM core 4.2.5). */
public final class Instance {

  private final Store store;
  private final Module module;
  private Map<String, Extern> exports = Map.of();

  Instance(Store store, Module module) {
    this.store = store;
    this.module = module;
  }

  /** Makes the exports, before any guest code runs. */
  void bind(ModuleInstance instance) {
    Map<String, Extern> made = new LinkedHashMap<>();
    for (ModuleInfo.Export export : module.info().exports()) {
      made.put(export.name(), switch (export.kind()) {
        case FUNC -> new Func(store, store.state().function(instance.functionRef(export.index())));
        case TABLE -> new Table(store, instance.table(export.index()));
        case MEMORY -> new Memory(store, instance.memory(export.index()));
        case TAG -> new Tag(store, instance.tag(export.index()));
        case GLOBAL -> new Global(store, instance.global(export.index()));
      });
    }
    exports = Collections.unmodifiableMap(made);
  }

  public Store store() {
    return store;
  }

  public Module module() {
    return module;
  }

  /** All exports by name, in module order. */
  public Map<String, Extern> exports() {
    return exports;
  }

  public Optional<Func> func(String name) {
    return export(name, Func.class);
  }

  public Optional<Memory> memory(String name) {
    return export(name, Memory.class);
  }

  public Optional<Table> table(String name) {
    return export(name, Table.class);
  }

  public Optional<Global> global(String name) {
    return export(name, Global.class);
  }

  public Optional<Tag> tag(String name) {
    return export(name, Tag.class);
  }

  private <T extends Extern> Optional<T> export(String name, Class<T> kind) {
    return Optional.ofNullable(exports().get(name)).filter(kind::isInstance).map(kind::cast);
  }
}
