package dev.skerry.origin.cli;

import dev.skerry.bindings.GuestExit;
import dev.skerry.bindings.WasiPreview1;
import dev.skerry.memory.NativeMemoryException;
import dev.skerry.origin.TerminalText;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.Extern;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.StoreLimits;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.WasmException;
import dev.skerry.wasm.cache.CodeCache;
import dev.skerry.wasm.format.ImportType;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code skerry run}: a WASI preview 1 command as if it were a native program, with its own streams and exit code. It
 * reaches no file, and no variable of the environment, but those that an option names.
 */
@Command(name = "run", mixinStandardHelpOptions = true, versionProvider = Commands.Version.class,
    description = "Runs a WebAssembly program (a WASI preview 1 command) with this terminal's input and output.",
    footer = {"", "Options stand before FILE; everything after it belongs to the program.",
        "The exit code is the program's own; 1 after a trap, 2 if the command line is wrong."})
final class RunCommand implements Callable<Integer> {

  private static final String WASI = "wasi_snapshot_preview1";
  /** Frames that a backtrace shows at either end. */
  private static final int SHOWN_FRAMES = 16;

  private final Streams streams;

  @Mixin
  private EngineChoice engineChoice = new EngineChoice();

  @Mixin
  private CodeCacheChoice codeCache = new CodeCacheChoice();

  @Option(names = "--dir", paramLabel = "HOST[::GUEST]",
      description = "Gives the program a folder, under the name GUEST. May be repeated.")
  private List<String> folders = new ArrayList<>();

  @Option(names = "--env", paramLabel = "NAME[=VALUE]",
      description = "Sets a variable of the program's environment; without VALUE as it is here. May be repeated.")
  private List<String> variables = new ArrayList<>();

  @Option(names = "--invoke", paramLabel = "NAME",
      description = "Calls this exported function instead of _start, with ARGS as numbers, and prints its results.")
  private String function;

  @Option(names = "--timeout", paramLabel = "SECONDS", description = "Stops the program after that time.")
  private Double timeout;

  @Option(names = "--fuel", paramLabel = "UNITS",
      description = "Stops the program after so many instructions, the same number on every machine and in every tier.")
  private Long fuel;

  @Option(names = "--max-memory", paramLabel = "SIZE",
      description = "Limits the program's memory: bytes, or with K, M or G.")
  private String maxMemory;

  @Parameters(index = "0", paramLabel = "FILE", description = "The module, a .wasm file; - reads it "
      + "from standard input, and a pipe is read to its end.")
  private String file;

  @Parameters(index = "1..*", paramLabel = "ARGS", description = "The program's arguments.")
  private List<String> arguments = new ArrayList<>();

  RunCommand(Streams streams) {
    this.streams = streams;
  }

  /** The command without options: the program and its arguments follow the word run. */
  RunCommand plain(String[] args) {
    file = args[1];
    arguments = List.of(args).subList(2, args.length);
    return this;
  }

  @Override
  public Integer call() throws IOException {
    Map<String, Path> preopens = RunArguments.preopens(folders);
    Map<String, String> environment = RunArguments.environment(variables);
    StoreLimits limits = maxMemory == null ? StoreLimits.DEFAULT
        : StoreLimits.DEFAULT.withMemoryBytes(RunArguments.bytes("--max-memory", maxMemory));
    if (timeout != null && !(timeout > 0 && timeout < 1e9)) {
      throw new CommandFailure(ExitCode.USAGE, "--timeout must be a number of seconds above 0, not " + timeout + ".");
    }
    if (fuel != null && fuel < 0) {
      throw new CommandFailure(ExitCode.USAGE, "--fuel must be a number of units, 0 or more, not " + fuel + ".");
    }
    EngineOptions options = fuel == null ? engineChoice.options() : engineChoice.options().withFuel(true);
    try (CodeCache cache = codeCache.open(options)) {
      return call(preopens, environment, limits, Engine.createWithCache(options, cache));
    }
  }

  private int call(Map<String, Path> preopens, Map<String, String> environment, StoreLimits limits, Engine engine)
      throws IOException {
    Module module = ModuleFile.compile(engine, file, streams.in());
    checkImports(module);
    List<String> command = new ArrayList<>(arguments.size() + 1);
    command.add(file);
    command.addAll(arguments);
    WasiPreview1.Config config = new WasiPreview1.Config(command, environment, streams.in(),
        new ProgramOutput(streams.out()), new ProgramOutput(streams.err()), preopens);
    try (WasiPreview1 wasi = new WasiPreview1(config.withTerminal(streams.outIsTerminal()));
        Store store = engine.newStore(limits)) {
      if (fuel != null) {
        store.setFuel(fuel);
      }
      if (timeout == null) {
        return run(store, module, wasi);
      }
      Deadline deadline = new Deadline(store, timeout, this::abandon);
      try {
        return run(store, module, wasi);
      } finally {
        deadline.close();
      }
    } catch (IllegalArgumentException error) {
      throw new CommandFailure(ExitCode.USAGE, error.getMessage() + ".", error);
    } catch (NativeMemoryException error) {
      throw new CommandFailure(ExitCode.FAILED, "the system refused memory for " + name() + ": " + error.getMessage(),
          error);
    }
  }

  private int run(Store store, Module module, WasiPreview1 wasi) {
    try {
      Linker linker = new Linker(store);
      wasi.define(linker);
      Instance instance = linker.instantiate(module);
      if (function != null) {
        invoke(instance);
      } else {
        entry(instance).call();
      }
      return ExitCode.OK;
    } catch (GuestExit exit) {
      return exit.code() & 0xff;
    } catch (ProgramOutput.Closed closed) {
      return ExitCode.BROKEN_PIPE;
    } catch (LinkError error) {
      throw new CommandFailure(ExitCode.FAILED, name() + " cannot be linked: " + error.getMessage() + ".", error);
    } catch (Trap trap) {
      if (trap.kind() == Trap.Kind.TIMED_OUT) {
        throw new CommandFailure(ExitCode.FAILED, stopped(), trap);
      }
      if (trap.kind() == Trap.Kind.OUT_OF_FUEL) {
        throw new CommandFailure(ExitCode.FAILED, name() + " was stopped after " + fuel + " units of fuel (--fuel).",
            trap);
      }
      report(trap);
      return ExitCode.FAILED;
    } catch (WasmException exception) {
      report(exception.uncaught());
      return ExitCode.FAILED;
    }
  }

  private String name() {
    return ModuleFile.name(file);
  }

  private void checkImports(Module module) {
    for (ImportType wanted : module.imports()) {
      if (wanted.module().startsWith("web:")) {
        throw new CommandFailure(ExitCode.FAILED, name() + " imports " + wanted.module() + "." + wanted.name()
            + ", which only a page has: load it with skerry open.");
      }
      if (!wanted.module().equals(WASI)) {
        throw new CommandFailure(ExitCode.FAILED, name() + " imports " + wanted.module() + "." + wanted.name()
            + ", which is not offered: skerry run offers " + WASI + ".");
      }
    }
  }

  private void invoke(Instance instance) {
    Func target = exported(instance, function);
    Object[] values = InvokeValues.parse(function, target.type(), arguments);
    if (instance.func("_initialize").isPresent() && !function.equals("_initialize")) {
      instance.func("_initialize").get().call();
    }
    PrintWriter text = streams.outText();
    for (Object result : target.call(values)) {
      text.println(InvokeValues.format(result));
    }
  }

  private Func entry(Instance instance) {
    Func start = exported(instance, "_start");
    if (!start.type().params().isEmpty()) {
      throw new CommandFailure(ExitCode.FAILED, name() + " exports a _start that takes arguments (" + start.type()
          + "), so it is no WASI command: call it with --invoke.");
    }
    return start;
  }

  private Func exported(Instance instance, String name) {
    StringBuilder others = new StringBuilder();
    for (Map.Entry<String, Extern> export : instance.exports().entrySet()) {
      if (export.getValue() instanceof Func found) {
        if (export.getKey().equals(name)) {
          return found;
        }
        others.append(others.length() == 0 ? "" : ", ").append(export.getKey());
      }
    }
    throw new CommandFailure(ExitCode.FAILED, name() + " exports no function " + name + (others.length() == 0
        ? ", nor any other." : ": call another with --invoke (" + others + ")."));
  }

  private void report(Trap trap) {
    PrintWriter text = streams.errText();
    streams.flush();
    text.println("skerry: " + TerminalText.escape(name()) + " trapped: " + TerminalText.escape(trap.getMessage()));
    List<Trap.Frame> frames = trap.frames();
    int hidden = frames.size() - 2 * SHOWN_FRAMES;
    for (int i = 0; i < frames.size(); i++) {
      if (hidden > 1 && i == SHOWN_FRAMES) {
        text.println("  ... " + hidden + " more");
        i += hidden;
      }
      text.println("  at " + describe(frames.get(i)));
    }
  }

  private static String describe(Trap.Frame frame) {
    return TerminalText.escape(frame.describe());
  }

  private String stopped() {
    return name() + " was stopped after " + timeout + " s (--timeout).";
  }

  /** The program waits for something that no interrupt reaches: the process ends with what it has written. */
  private void abandon() {
    streams.errText().println("skerry: " + TerminalText.escape(stopped()));
    streams.flush();
    Runtime.getRuntime().halt(ExitCode.FAILED);
  }
}
