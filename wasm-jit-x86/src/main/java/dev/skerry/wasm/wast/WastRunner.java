package dev.skerry.wasm.wast;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Global;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.WasmException;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Runs a test script of the specification, in the {@code json-from-wast} schema, over the engine's public face. A
 * script has a store of its own, with the host module {@code spectest}.
 */
public final class WastRunner implements AutoCloseable {

  /** A command that can't be run here, with the reason; not an error. */
  private static final class Skip extends Exception {

    private static final long serialVersionUID = 1L;

    Skip(String reason) {
      super(reason, null, false, false);
    }
  }

  /** A command that came out otherwise than the script says. */
  private static final class Mismatch extends Exception {

    private static final long serialVersionUID = 1L;

    Mismatch(String message) {
      super(message, null, false, false);
    }
  }

  /** Why assertions are skipped where accesses are masked: they ask for a trap, or for what no access changed. */
  static final String MASKED = "a masked access does not trap";
  static final String AFTER_MASKED = "memory after a masked access";
  private static final String MODULE_SKIPPED = "needs a module that was not instantiated";

  private final Engine engine;
  private final Path file;
  private final Set<Integer> tolerated;
  private final Store store;
  private final Linker linker;
  private final Slots slots;
  private final Map<String, Module> definitions = new HashMap<>();
  private final Map<String, Instance> instances = new HashMap<>();
  /** Shared memories of the script that this one is a thread of, by module. */
  private final Map<String, Map<String, Memory>> inherited = new HashMap<>();
  /** Instances that accessed memory outside of its length. */
  private final Set<Instance> masked = new HashSet<>();
  private final Map<String, ScriptThread> threads = new HashMap<>();
  private final Map<String, Integer> skips = new TreeMap<>();
  private final List<WastResult.Failure> failures = new ArrayList<>();
  private Module definition;
  private Instance current;
  private boolean registrationMissing;
  private int passed;
  private int skipped;
  private int texts;

  private WastRunner(Engine engine, Path file, Set<Integer> tolerated) throws LinkError {
    this.engine = engine;
    this.file = file;
    this.tolerated = tolerated;
    store = engine.newStore();
    linker = new Linker(store);
    slots = new Slots(store);
    Spectest.define(linker, store);
  }

  /** Runs a script. */
  public static WastResult run(Engine engine, Path file) throws IOException {
    return run(engine, file, Set.of());
  }

  /**
   * Runs a script.
   *
   * @param tolerated lines of commands that count as skipped where they would fail
   * @throws IOException when the script, or a file that it names, can't be read
   */
  public static WastResult run(Engine engine, Path file, Set<Integer> tolerated) throws IOException {
    try (ScriptReader script = new ScriptReader(file); WastRunner runner = new WastRunner(engine, file, tolerated)) {
      for (Command command = script.next(); command != null; command = script.next()) {
        runner.run(command);
      }
      return new WastResult(file, runner.passed, runner.skipped, runner.texts, runner.failures, runner.skips);
    } catch (LinkError e) {
      throw new IOException("the module spectest can't be made: " + e.getMessage(), e);
    }
  }

  private void run(Command command) throws IOException {
    try {
      perform(command);
      passed++;
    } catch (Skip skip) {
      skip(skip.getMessage());
    } catch (Mismatch | CompileError | LinkError | RuntimeException | StackOverflowError e) {
      if (tolerated.contains(command.line())) {
        skip("tolerated line");
      } else {
        String seen = e instanceof Mismatch ? e.getMessage() : "saw " + e;
        failures.add(new WastResult.Failure(file, command.line(), command.type() + ": " + seen));
      }
    }
  }

  private void skip(String reason) {
    skipped++;
    skips.merge(reason, 1, Integer::sum);
  }

  private void perform(Command command) throws IOException, Skip, Mismatch, CompileError, LinkError {
    switch (command.type()) {
      case "module" -> module(command);
      case "module_definition" -> define(command);
      case "module_instance" -> instantiate(command);
      case "register" -> register(command);
      case "action" -> act(action(command));
      case "assert_return" -> assertReturn(command);
      case "assert_trap", "assert_exhaustion" -> assertTrap(command);
      case "assert_exception" -> assertException(command);
      case "assert_invalid" -> assertRefused(command, CompileError.Kind.INVALID);
      case "assert_malformed" -> assertRefused(command, CompileError.Kind.MALFORMED);
      case "assert_unlinkable" -> assertUnlinkable(command);
      case "thread" -> thread(command);
      case "wait" -> await(command);
      case "assert_uninstantiable" -> assertUninstantiable(command);
      default -> throw new Mismatch("there is no such command");
    }
  }

  /** What a command does; it must do something. */
  private static Command.Action action(Command command) throws Mismatch {
    if (command.action() == null) {
      throw new Mismatch("the command has no action");
    }
    return command.action();
  }

  /** The words that a command asks for; it must have some. */
  private static String text(Command command) throws Mismatch {
    String text = command.attribute("text");
    if (text == null) {
      throw new Mismatch("the command has no text");
    }
    return text;
  }

  private Module compile(Command command) throws IOException, Skip, CompileError {
    String binary = command.binaryFile();
    if (binary == null) {
      throw new Skip("text form");
    }
    return Module.compile(engine, Files.readAllBytes(file.resolveSibling(binary)));
  }

  private void module(Command command) throws IOException, Skip, CompileError, LinkError {
    current = null;
    instances.put(command.attribute("name"), null);
    current = instantiate(compile(command));
    instances.put(command.attribute("name"), current);
  }

  private void define(Command command) throws IOException, Skip, CompileError {
    definition = null;
    definition = compile(command);
    definitions.put(command.attribute("name"), definition);
  }

  private void instantiate(Command command) throws Skip, LinkError {
    String name = command.attribute("module");
    Module module = name == null ? definition : definitions.get(name);
    if (module == null) {
      throw new Skip(MODULE_SKIPPED);
    }
    current = instantiate(module);
    instances.put(command.attribute("instance"), current);
  }

  private Instance instantiate(Module module) throws Skip, LinkError {
    try {
      return linker.instantiate(module);
    } catch (LinkError e) {
      if (registrationMissing) {
        throw new Skip(MODULE_SKIPPED);
      }
      throw e;
    }
  }

  /** Begins to run a thread's commands in a store of its own, which has the shared memories of one module. */
  private void thread(Command command) throws Skip, LinkError {
    WastRunner runner = new WastRunner(engine, file, tolerated);
    String module = command.attribute("shared_module");
    if (module != null) {
      Map<String, Memory> memories = new HashMap<>();
      for (Map.Entry<String, Memory> memory : sharedMemories(module).entrySet()) {
        memories.put(memory.getKey(), memory.getValue().share(runner.store));
      }
      runner.inherited.put(module, memories);
    }
    threads.put(command.attribute("name"), new ScriptThread(() -> {
      for (Command inner : command.commands()) {
        runner.run(inner);
      }
    }, runner));
  }

  private Map<String, Memory> sharedMemories(String module) throws Skip {
    if (inherited.containsKey(module)) {
      return inherited.get(module);
    }
    Map<String, Memory> memories = new HashMap<>();
    instance(module).exports().forEach((name, extern) -> {
      if (extern instanceof Memory memory && memory.type().shared()) {
        memories.put(name, memory);
      }
    });
    return memories;
  }

  /** Waits for a thread; what came out of its commands counts. */
  private void await(Command command) throws IOException, Skip, Mismatch {
    ScriptThread thread = threads.remove(command.attribute("thread"));
    if (thread == null) {
      throw new Skip("a thread that was not started");
    }
    if (!thread.join()) {
      throw new Mismatch("the thread does not end");
    }
    WastRunner runner = thread.runner();
    passed += runner.passed;
    skipped += runner.skipped;
    texts += runner.texts;
    failures.addAll(runner.failures);
    runner.skips.forEach((reason, count) -> skips.merge(reason, count, Integer::sum));
  }

  /** Ends whatever runs in this runner's store. */
  void interrupt() {
    store.interrupt();
    threads.values().forEach(thread -> thread.runner().interrupt());
  }

  private void register(Command command) throws Skip {
    Map<String, Memory> memories = inherited.get(command.attribute("name"));
    if (memories != null) {
      memories.forEach((name, memory) -> linker.define(command.attribute("as"), name, memory));
      return;
    }
    try {
      linker.define(command.attribute("as"), instance(command.attribute("name")));
    } catch (Skip skip) {
      registrationMissing = true;
      throw skip;
    }
  }

  private Instance instance(String name) throws Skip {
    Instance instance = name == null ? current : instances.get(name);
    if (instance == null) {
      throw new Skip(MODULE_SKIPPED);
    }
    return instance;
  }

  /** The types and slots that an action leaves. */
  private record Outcome(List<ValType> types, long[] slots) {
  }

  private Outcome act(Command.Action action) throws Skip, Mismatch {
    if (action.type() == null || action.field() == null) {
      throw new Mismatch("an action without type or field");
    }
    Instance instance = instance(action.module());
    if (action.type().equals("get")) {
      Global global = instance.global(action.field())
          .orElseThrow(() -> new Mismatch("no exported global \"" + action.field() + "\""));
      return new Outcome(List.of(global.type().value()), global.slots());
    }
    Func function = instance.func(action.field())
        .orElseThrow(() -> new Mismatch("no exported function \"" + action.field() + "\""));
    if (!action.type().equals("invoke")) {
      throw new Mismatch("there is no such action: " + action.type());
    }
    FuncType type = function.type();
    if (action.args().size() != type.params().size()) {
      throw new Mismatch(action.args().size() + " arguments for a function of type " + type);
    }
    long[] values = new long[Math.max(type.paramSlots(), type.resultSlots())];
    slots.write(action.args(), values);
    function.invoke(values);
    return new Outcome(type.results(), values);
  }

  private void assertReturn(Command command) throws Skip, Mismatch {
    Outcome outcome = act(action(command));
    if (!slots.match(command.expected(), outcome.types, outcome.slots)) {
      if (masked.contains(instance(command.action().module()))) {
        throw new Skip(AFTER_MASKED);
      }
      throw new Mismatch(command.action().field() + " " + command.action().args() + " expected "
          + command.expected() + ", saw " + Slots.describe(outcome.types, outcome.slots));
    }
  }

  private void assertTrap(Command command) throws Skip, Mismatch {
    try {
      act(action(command));
    } catch (Trap trap) {
      checkTrap(command, trap);
      return;
    }
    if (engine.options().memory() == MemoryStrategy.MASK
        && text(command).equals(Trap.Kind.MEMORY_OUT_OF_BOUNDS.message())) {
      masked.add(instance(command.action().module()));
      throw new Skip(MASKED);
    }
    throw new Mismatch(command.action().field() + " expected the trap \"" + command.attribute("text")
        + "\", but it returned");
  }

  private void assertException(Command command) throws Skip, Mismatch {
    try {
      act(action(command));
    } catch (WasmException thrown) {
      return;
    }
    throw new Mismatch(command.action().field() + " expected an exception, but it returned");
  }

  /** The script may say less than the trap's message, or more: which element is uninitialized. */
  private static void checkTrap(Command command, Trap trap) throws Mismatch {
    String text = text(command);
    if (!trap.getMessage().startsWith(text) && !text.startsWith(trap.kind().message())) {
      throw new Mismatch("expected the trap \"" + text + "\", saw \"" + trap.getMessage() + "\"");
    }
  }

  private void assertRefused(Command command, CompileError.Kind kind) throws IOException, Skip, Mismatch {
    try {
      compile(command);
    } catch (CompileError e) {
      if (e.kind() == CompileError.Kind.UNSUPPORTED) {
        throw new Skip(e.reason());
      }
      if (e.kind() != kind) {
        throw new Mismatch("expected " + kind + " \"" + command.attribute("text") + "\", saw " + e.kind() + " \""
            + e.getMessage() + "\"");
      }
      countText(command, e.reason());
      return;
    }
    throw new Mismatch("expected " + kind + " \"" + command.attribute("text") + "\", but the module was accepted");
  }

  private void countText(Command command, String seen) throws Mismatch {
    if (!seen.startsWith(text(command))) {
      texts++;
    }
  }

  private void assertUnlinkable(Command command) throws IOException, Skip, Mismatch, CompileError {
    Module module = compile(command);
    try {
      linker.instantiate(module);
    } catch (LinkError e) {
      countText(command, e.getMessage());
      return;
    }
    throw new Mismatch("expected \"" + command.attribute("text") + "\", but the module was linked");
  }

  private void assertUninstantiable(Command command) throws IOException, Skip, Mismatch, CompileError, LinkError {
    Module module = compile(command);
    try {
      instantiate(module);
    } catch (Trap trap) {
      checkTrap(command, trap);
      return;
    }
    throw new Mismatch("expected the trap \"" + command.attribute("text") + "\", but the module was instantiated");
  }

  @Override
  public void close() {
    threads.values().forEach(ScriptThread::end);
    store.close();
  }
}
