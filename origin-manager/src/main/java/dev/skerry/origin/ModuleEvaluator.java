package dev.skerry.origin;

import dev.skerry.bindings.GuestExit;
import dev.skerry.wasm.Extern;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.WasmException;
import dev.skerry.wasm.format.ExportType;
import dev.skerry.wasm.format.ImportType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Links and evaluates complete module graphs of one document (WebAssembly ESM integration): nothing runs before the
 * whole graph is known to link; then instances are made depth first, each once. Runs inside a task.
 */
final class ModuleEvaluator {

  private static final String INITIALIZE = "_initialize";
  private static final String START = "_start";

  private final Environment document;
  private final Set<ModuleRecord> linked = new HashSet<>();

  ModuleEvaluator(Environment document) {
    this.document = document;
  }

  void release() {
    linked.clear();
  }

  /** Runs a script's module: its graph, then {@code _initialize}, or else {@code _start}. */
  void run(ModuleRecord root) throws LoadError {
    link(root, new LinkedHashSet<>());
    try {
      evaluate(root);
      boolean isReactor = root.instance().func(INITIALIZE).isPresent();
      if (!isReactor && root.instance().func(START).isPresent() && root.takeStart()) {
        call(root, START);
      }
    } finally {
      document.flushOutput();
    }
  }

  /** @param path the modules that import each other down to this one */
  private void link(ModuleRecord module, LinkedHashSet<ModuleRecord> path) throws LoadError {
    if (module.error() != null) {
      throw module.error();
    }
    if (linked.contains(module)) {
      return;
    }
    if (!path.add(module)) {
      throw cycle(module, path);
    }
    for (ModuleRecord dependency : module.dependencies().values()) {
      if (dependency.error() != null) {
        throw linkError(module, dependency.error().getMessage(), dependency.error());
      }
      link(dependency, path);
    }
    Map<ModuleRecord, Set<String>> exports = new HashMap<>();
    for (ImportType entry : module.module().imports()) {
      document.agent().poll();
      ModuleRecord dependency = module.dependencies().get(entry.module());
      if (dependency != null
          && !exports.computeIfAbsent(dependency, ModuleEvaluator::exports).contains(entry.name())) {
        throw linkError(module, dependency.href() + " has no export '" + entry.name() + "'", null);
      }
    }
    path.remove(module);
    linked.add(module);
  }

  private static Set<String> exports(ModuleRecord module) {
    return module.module().exports().stream().map(ExportType::name).collect(Collectors.toUnmodifiableSet());
  }

  private static LoadError cycle(ModuleRecord again, LinkedHashSet<ModuleRecord> path) {
    List<ModuleRecord> all = new ArrayList<>(path);
    List<ModuleRecord> cycle = new ArrayList<>(all.subList(all.indexOf(again), all.size()));
    cycle.add(again);
    return linkError(again, "WebAssembly modules cannot import each other in a cycle: "
        + cycle.stream().map(ModuleRecord::href).collect(Collectors.joining(" → ")), null);
  }

  private static LoadError linkError(ModuleRecord module, String reason, Throwable cause) {
    return new LoadError("module " + module.href() + " does not link: " + reason, cause);
  }

  private void evaluate(ModuleRecord module) throws LoadError {
    if (module.error() != null) {
      throw module.error();
    }
    if (module.instance() != null) {
      return;
    }
    for (ModuleRecord dependency : module.dependencies().values()) {
      evaluate(dependency);
    }
    try {
      module.instantiated(instantiate(module));
      if (module.instance().func(INITIALIZE).isPresent()) {
        call(module, INITIALIZE);
      }
    } catch (LoadError error) {
      module.failed(error);
      throw error;
    }
  }

  private Instance instantiate(ModuleRecord module) throws LoadError {
    Linker linker = new Linker(document.agent().store());
    Set<String> defined = new HashSet<>();
    try {
      for (ImportType entry : module.module().imports()) {
        ModuleRecord dependency = module.dependencies().get(entry.module());
        if (dependency != null) {
          Extern export = dependency.instance().exports().get(entry.name());
          linker.define(entry.module(), entry.name(), export);
        } else if (defined.add(entry.module())) {
          HostNames.find(document, entry.module()).define(linker);
        }
      }
      Instance instance = linker.instantiate(module.module());
      document.instances().add(instance);
      return instance;
    } catch (LoadError | LinkError error) {
      throw linkError(module, error.getMessage(), error);
    } catch (Trap trap) {
      throw trapped(module, "the start of ", trap);
    } catch (WasmException exception) {
      throw trapped(module, "the start of ", exception.uncaught());
    } catch (GuestExit exit) {
      throw new LoadError("module " + module.href() + " ended with exit code " + exit.code() + " at its start", exit);
    }
  }

  private void call(ModuleRecord module, String export) throws LoadError {
    Func function = module.instance().func(export).orElseThrow();
    if (!function.type().params().isEmpty()) {
      throw new LoadError("module " + module.href() + " exports " + export + " with parameters; it must have none");
    }
    try {
      function.invoke(new long[function.type().resultSlots()]);
    } catch (Trap trap) {
      throw trapped(module, export + " of ", trap);
    } catch (WasmException exception) {
      throw trapped(module, export + " of ", exception.uncaught());
    } catch (GuestExit exit) {
      if (exit.code() != 0) {
        throw new LoadError("module " + module.href() + " ended with exit code " + exit.code(), exit);
      }
    }
  }

  private LoadError trapped(ModuleRecord module, String what, Trap trap) {
    document.agent().trapped(what + module.href(), document.url().href(), trap);
    return new LoadError("module " + module.href() + " trapped: " + trap.getMessage(), trap);
  }
}
