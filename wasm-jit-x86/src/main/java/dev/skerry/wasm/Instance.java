package dev.skerry.wasm;

import java.util.Map;
import java.util.Optional;

/** A module instance (WASM core 4.2.5). */
public final class Instance {

  public Store store() {
    throw new UnsupportedOperationException();
  }

  public Module module() {
    throw new UnsupportedOperationException();
  }

  /** All exports by name, in module order. */
  public Map<String, Extern> exports() {
    throw new UnsupportedOperationException();
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

  private <T extends Extern> Optional<T> export(String name, Class<T> kind) {
    return Optional.ofNullable(exports().get(name)).filter(kind::isInstance).map(kind::cast);
  }
}
