package dev.skerry.origin;

import dev.skerry.fetch.Url;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.Module;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A module of one document's module map (HTML §8.1.3, ECMA-262 16.2.1.5): first loaded or failed, then perhaps
 * evaluated, each once. The document's event loop alone touches it.
 */
final class ModuleRecord {

  private final Url requested;
  /** Module name as it is imported, to the module that it stands for; host modules are not among them. */
  private final Map<String, ModuleRecord> dependencies = new LinkedHashMap<>();
  private Module module;
  private Instance instance;
  private LoadError error;
  private boolean started;
  private boolean evaluating;
  private final List<Runnable> waiting = new ArrayList<>(0);

  ModuleRecord(Url requested) {
    this.requested = requested;
  }

  String href() {
    return requested.href();
  }

  void loaded(Module compiled, Map<String, ModuleRecord> imports) {
    module = compiled;
    dependencies.putAll(imports);
  }

  /** The module did not load, or its evaluation failed: from now on every use of it fails so. */
  void failed(LoadError reason) {
    error = reason;
  }

  /** Says whether the outcome of its own load is known. */
  boolean isSettled() {
    return module != null || error != null;
  }

  LoadError error() {
    return error;
  }

  Module module() {
    return module;
  }

  Map<String, ModuleRecord> dependencies() {
    return dependencies;
  }

  /** The instance, or null before evaluation. */
  Instance instance() {
    return instance;
  }

  void instantiated(Instance made) {
    instance = made;
  }

  /** Says whether its instance is there and its evaluation waits for something. */
  boolean isEvaluating() {
    return evaluating;
  }

  /** Its evaluation goes on in other tasks until {@link #evaluated}. */
  void evaluating() {
    evaluating = true;
  }

  void evaluated() {
    evaluating = false;
    List<Runnable> all = List.copyOf(waiting);
    waiting.clear();
    all.forEach(Runnable::run);
  }

  /** Runs that when its evaluation has ended. */
  void whenEvaluated(Runnable action) {
    waiting.add(action);
  }

  /** True once: whoever gets it calls {@code _start}. */
  boolean takeStart() {
    boolean first = !started;
    started = true;
    return first;
  }
}
