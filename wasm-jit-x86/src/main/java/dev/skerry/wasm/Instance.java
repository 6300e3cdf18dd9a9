package dev.skerry.wasm;

import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.runtime.ModuleInstance;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A module instance (WASM core 4.2.5). */
public final class Instance {

  private final Store store;
  private final Module module;
  private ModuleInstance instance;
  /** Exports that somebody asked for; a module may have many, of which most are never used. */
  private final Map<String, Extern> made = new HashMap<>();
  private Map<String, Extern> exports;

  Instance(Store store, Module module) {
    this.store = store;
    this.module = module;
  }

  /** Gives the instance what it stands for, before any guest code runs. */
  void bind(ModuleInstance bound) {
    instance = bound;
  }

  private Extern extern(ModuleInfo.Export export) {
    return made.computeIfAbsent(export.name(), name -> switch (export.kind()) {
      case FUNC -> new Func(store, instance.function(export.index()));
      case TABLE -> new Table(store, instance.table(export.index()));
      case MEMORY -> new Memory(store, instance.memory(export.index()));
      case TAG -> new Tag(store, instance.tag(export.index()));
      case GLOBAL -> new Global(store, instance.global(export.index()));
    });
  }

  public Store store() {
    return store;
  }

  public Module module() {
    return module;
  }

  /** All exports by name, in module order. */
  public synchronized Map<String, Extern> exports() {
    if (exports == null) {
      Map<String, Extern> all = new LinkedHashMap<>();
      if (instance != null) {
        module.info().exports().forEach(export -> all.put(export.name(), extern(export)));
      }
      exports = Collections.unmodifiableMap(all);
    }
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

  private synchronized <T extends Extern> Optional<T> export(String name, Class<T> kind) {
    ModuleInfo.Export export = instance == null ? null : module.export(name);
    return Optional.ofNullable(export == null ? null : extern(export)).filter(kind::isInstance).map(kind::cast);
  }
}
