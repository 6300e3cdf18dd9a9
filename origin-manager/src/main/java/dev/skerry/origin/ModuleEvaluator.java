package dev.skerry.origin;

import dev.skerry.bindings.GuestExit;
import dev.skerry.bindings.Sequence;
import dev.skerry.wasm.Execution;
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
import java.util.function.Consumer;
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

  /**
   * Runs a script's module: its graph, then {@code _initialize}, or else {@code _start}.
   *
   * @param begun told once, when all has run, or something failed, or waits: then the rest runs in later tasks, and
   *     what fails there is a problem of the document. Null or the failure
   */
  void run(ModuleRecord root, Consumer<LoadError> begun) {
    Evaluation evaluation = new Evaluation(begun);
    List<ModuleRecord> order = new ArrayList<>();
    try {
      link(root, new LinkedHashSet<>());
      order(root, new HashSet<>(), order);
    } catch (LoadError error) {
      evaluation.ended(error);
      return;
    }
    Sequence.run(order.iterator(), (module, next) -> evaluate(module, evaluation, next), () -> start(root, evaluation));
  }

  /** What becomes of a script: told once, later failures are problems. */
  private final class Evaluation {

    private final Consumer<LoadError> begun;
    private boolean told;

    Evaluation(Consumer<LoadError> begun) {
      this.begun = begun;
    }

    /** @param error null if all went well, or waits */
    void ended(LoadError error) {
      document.flushOutput();
      if (!told) {
        told = true;
        begun.accept(error);
      } else if (error != null) {
        document.problem(Problem.Kind.MODULE, error.getMessage());
      }
    }
  }

  /** Depth first, as modules are instantiated. */
  private void order(ModuleRecord module, Set<ModuleRecord> seen, List<ModuleRecord> order) {
    if (seen.add(module)) {
      module.dependencies().values().forEach(dependency -> order(dependency, seen, order));
      order.add(module);
    }
  }

  private void start(ModuleRecord root, Evaluation evaluation) {
    boolean isReactor = root.instance().func(INITIALIZE).isPresent();
    if (!isReactor && root.instance().func(START).isPresent() && root.takeStart()) {
      call(root, START, evaluation, evaluation::ended);
    } else {
      evaluation.ended(null);
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

  private void evaluate(ModuleRecord module, Evaluation evaluation, Runnable next) {
    if (module.isEvaluating()) {
      evaluation.ended(null);
      module.whenEvaluated(() -> evaluate(module, evaluation, next));
    } else if (module.error() != null) {
      evaluation.ended(module.error());
    } else if (module.instance() != null) {
      next.run();
    } else {
      evaluateFirst(module, evaluation, next);
    }
  }

  private void evaluateFirst(ModuleRecord module, Evaluation evaluation, Runnable next) {
    try {
      module.instantiated(instantiate(module));
    } catch (LoadError error) {
      module.failed(error);
      evaluation.ended(error);
      return;
    }
    if (module.instance().func(INITIALIZE).isEmpty()) {
      next.run();
      return;
    }
    module.evaluating();
    call(module, INITIALIZE, evaluation, error -> {
      if (error != null) {
        module.failed(error);
      }
      module.evaluated();
      if (error == null) {
        next.run();
      } else {
        evaluation.ended(error);
      }
    });
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
      Instance instance = instantiate(linker, module);
      document.instances().add(instance);
      document.agent().log().instantiated(module.module());
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

  /** The start function can neither wait nor yield: instantiation is one step of a module's evaluation. */
  private Instance instantiate(Linker linker, ModuleRecord module) throws LinkError {
    return document.agent().executions().callNested(() -> linker.instantiate(module.module()));
  }

  /** Calls a function without parameters; {@code after} gets null or the failure. */
  private void call(ModuleRecord module, String export, Evaluation evaluation, Consumer<LoadError> after) {
    Func function = module.instance().func(export).orElseThrow();
    if (!function.type().params().isEmpty()) {
      after.accept(new LoadError("module " + module.href() + " exports " + export
          + " with parameters; it must have none"));
      return;
    }
    document.agent().executions().call(document.stack(),
        () -> function.startSlots(new long[function.type().resultSlots()]), new GuestExecutions.Outcome() {
          @Override
          public void waits() {
            evaluation.ended(null);
          }

          @Override
          public void ended(Execution execution, Throwable failure) {
            after.accept(failure == null ? null : error(module, export, failure));
          }
        });
  }

  private LoadError error(ModuleRecord module, String export, Throwable failure) {
    if (failure instanceof Trap trap) {
      return trapped(module, export + " of ", trap);
    }
    if (failure instanceof WasmException exception) {
      return trapped(module, export + " of ", exception.uncaught());
    }
    if (failure instanceof GuestExit exit) {
      return exit.code() == 0 ? null
          : new LoadError("module " + module.href() + " ended with exit code " + exit.code(), exit);
    }
    throw GuestCalls.unexpected(failure);
  }

  private LoadError trapped(ModuleRecord module, String what, Trap trap) {
    document.agent().trapped(what + module.href(), document.url().href(), trap);
    return new LoadError("module " + module.href() + " trapped: " + trap.getMessage(), trap);
  }
}
