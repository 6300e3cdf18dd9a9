package dev.skerry.wasm;

import dev.skerry.wasm.format.ExternType;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ImportType;
import dev.skerry.wasm.format.TagType;
import dev.skerry.wasm.runtime.CanonicalType;
import dev.skerry.wasm.runtime.HostCode;
import dev.skerry.wasm.runtime.Imports;
import dev.skerry.wasm.runtime.ModuleCode;
import dev.skerry.wasm.runtime.ModuleImage;
import dev.skerry.wasm.runtime.ModuleInstance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/** Names for imports, and instantiation (WASM core 4.5.4). Belongs to one store; not thread-safe. */
public final class Linker {

  private final Store store;
  private final Map<Name, Object> definitions = new HashMap<>();

  private record Name(String module, String name) {

    @Override
    public boolean equals(Object other) {
      return other instanceof Name that && module.equals(that.module) && name.equals(that.name);
    }

    @Override
    public int hashCode() {
      return 31 * module.hashCode() + name.hashCode();
    }
  }

  private record HostDefinition(FuncType type, CanonicalType canonical, HostFunction function) {
  }

  public Linker(Store store) {
    this.store = store;
  }

  /** Gives a name to something that exists already; a later definition of the same name replaces an earlier one. */
  public Linker define(String module, String name, Extern extern) {
    if (extern.store() != store) {
      throw new IllegalArgumentException("\"" + module + "\" \"" + name + "\" belongs to another store");
    }
    definitions.put(new Name(module, name), extern);
    return this;
  }

  /** Defines a host function; each instance that imports it gets a {@link Func} of its own, bound to that instance. */
  public Linker define(String module, String name, FuncType type, HostFunction function) {
    definitions.put(new Name(module, name), new HostDefinition(type, store.engine().types().of(type), function));
    return this;
  }

  /** Defines all exports of an instance under a module name. */
  public Linker define(String module, Instance instance) {
    instance.exports().forEach((name, extern) -> define(module, name, extern));
    return this;
  }

  /**
   * Links, instantiates, and runs the start function.
   *
   * @throws LinkError naming the import that is missing or doesn't fit (with both types), or the limit reached; nothing
   *     is left behind
   * @throws Trap when an active segment or the start function traps
   * @throws WasmException when the start function throws an exception that it does not catch
   */
  public Instance instantiate(Module module) throws LinkError {
    return instantiate(module, null);
  }

  /**
   * As {@link #instantiate(Module)}, with an instance that is already initialized: no segment is written and no start
   * function runs.
   *
   * @throws LinkError also if memories or tables, as they are in the image, are over a limit of the store
   */
  public Instance instantiate(InstanceImage image) throws LinkError {
    return instantiate(image.module(), image.contents());
  }

  private Instance instantiate(Module module, ModuleImage image) throws LinkError {
    return store.inside(() -> {
      Instance instance = new Instance(store, module);
      ModuleInstance made = new ModuleInstance(store.state(), module.code(), resolve(module, instance), image);
      instance.bind(made);
      if (image == null) {
        made.initialize();
      }
      return instance;
    });
  }

  /** What an instance is like after its start function, which calls no import. */
  ModuleImage image(Module module) throws LinkError {
    return store.inside(() -> {
      Instance instance = new Instance(store, module);
      ModuleInstance made = new ModuleInstance(store.state(), module.code(), resolve(module, instance), null);
      made.initialize();
      return new ModuleImage(made);
    });
  }

  /** The canonical type of a function that was defined. */
  private CanonicalType canonical(Object definition) {
    return definition instanceof HostDefinition host
        ? host.canonical() : ((Func) definition).function().type();
  }

  private Imports resolve(Module module, Instance importer) throws LinkError {
    Imports imports = new Imports(
        new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    ModuleCode code = module.code();
    for (ImportType wanted : module.imports()) {
      Object found = definitions.get(new Name(wanted.module(), wanted.name()));
      if (found == null) {
        throw new LinkError("unknown import: \"" + wanted.module() + "\" \"" + wanted.name() + "\", "
            + ImportMatch.describe(wanted.type()) + " is needed");
      }
      ExternType given = found instanceof HostDefinition host ? host.type() : ((Extern) found).type();
      boolean fits;
      if (given instanceof FuncType && wanted.type() instanceof FuncType) {
        fits = canonical(found) == code.typeOf(imports.functions().size());
      } else if (found instanceof Tag tag && wanted.type() instanceof TagType) {
        fits = tag.tag().type() == code.tagType(imports.tags().size());
      } else {
        fits = ImportMatch.matches(given, wanted.type());
      }
      if (!fits) {
        throw new LinkError("incompatible import type: \"" + wanted.module() + "\" \"" + wanted.name() + "\" is "
            + ImportMatch.describe(given) + " where " + ImportMatch.describe(wanted.type()) + " is needed");
      }
      if (found instanceof HostDefinition host) {
        HostCode binding = slots -> host.function().call(importer, slots);
        imports.functions().add(binding);
      } else if (found instanceof Func func) {
        imports.functions().add(func.function());
      } else if (found instanceof Table table) {
        imports.tables().add(table.table());
      } else if (found instanceof Memory memory) {
        imports.memories().add(memory.memory());
      } else if (found instanceof Tag tag) {
        imports.tags().add(tag.tag());
      } else {
        imports.globals().add(((Global) found).global());
      }
    }
    return imports;
  }
}
