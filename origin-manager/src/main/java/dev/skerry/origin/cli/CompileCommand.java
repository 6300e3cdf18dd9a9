package dev.skerry.origin.cli;

import dev.skerry.origin.TerminalText;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.MachineSupport;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.cache.CodeCache;
import dev.skerry.wasm.ir.CompilationRefused;
import dev.skerry.wasm.tier.CompileStatistics;
import dev.skerry.wasm.tier.Dump;
import dev.skerry.wasm.tier.Refusal;
import java.io.File;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code skerry compile}: fills the code cache ahead and tells what the compiler makes of a module, as figures, or of
 * one function, as text.
 */
@Command(name = "compile", mixinStandardHelpOptions = true, versionProvider = Commands.Version.class,
    description = "Compiles a module to machine code, keeps that in the code cache for skerry run, and tells how long "
        + "it took, how large it is, and which functions stay interpreted; or shows one function.",
    footer = {"", "FUNCTION is an index, or a name from the module's names or exports.",
        "Exit code 1 if the module is none, if its code cannot be kept, if a function stays interpreted because the "
            + "compiler failed, or all do because this machine runs no machine code."})
final class CompileCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin
  private EngineChoice engineChoice = new EngineChoice();

  @Mixin
  private CodeCacheChoice codeCache = new CodeCacheChoice();

  @Option(names = "--dump", paramLabel = "ir|passes|asm",
      description = "Shows FUNCTION: what is turned into code, after each step before that, or the code.")
  private Dump dump;

  @Parameters(arity = "1..2", paramLabel = "[FUNCTION] FILE", hideParamSyntax = true,
      description = "The function to show, and the module, in either order; - reads it from standard input, and a pipe "
          + "is read to its end.")
  private List<String> words = List.of();

  /** Why the code is not in the cache; null if it is. */
  private volatile String notKept;

  CompileCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    if (words.size() != (dump == null ? 1 : 2)) {
      throw new CommandFailure(ExitCode.USAGE, dump == null ? "a function is shown with --dump ir, passes or asm."
          : "--dump needs a function and a file.");
    }
    boolean fileFirst = dump != null && isFile(words.get(0)) && !isFile(words.get(1));
    String file = words.get(fileFirst ? 0 : words.size() - 1);
    EngineOptions options = engineChoice.options().withTier(Tier.JIT);
    if (dump != null) {
      Engine engine = Engine.create(options);
      return show(engine, read(engine, file), words.get(fileFirst ? 1 : 0), file);
    }
    int exitCode;
    Path folder;
    try (CodeCache cache = codeCache.require(options)) {
      folder = cache == null ? null : cache.folder();
      if (cache != null) {
        cache.whenNotKept(reason -> notKept = reason);
      }
      Engine engine = Engine.createWithCache(options, cache);
      exitCode = report(engine, read(engine, file));
    }
    if (notKept != null) {
      throw new CommandFailure(ExitCode.FAILED,
          ModuleFile.name(file) + " was compiled, but its code is not kept in " + folder + ": " + notKept + ".");
    }
    return exitCode;
  }

  private Module read(Engine engine, String file) {
    Module module = ModuleFile.compile(engine, file, streams.in());
    if (engine.options().tier() == Tier.INTERP) {
      throw new CommandFailure(ExitCode.FAILED, ModuleFile.name(file)
          + " cannot be compiled, for this machine runs no machine code: " + MachineSupport.current().writing() + ".");
    }
    return module;
  }

  private static boolean isFile(String word) {
    return word.equals(ModuleFile.STANDARD_INPUT) || new File(word).exists() && !new File(word).isDirectory();
  }

  private int show(Engine engine, Module module, String function, String file) {
    int index = function.matches("\\d{1,9}") ? Integer.parseInt(function) : module.functionNamed(function);
    try {
      streams.outText().print(engine.dump(module, index, dump));
      return ExitCode.OK;
    } catch (IllegalArgumentException error) {
      throw new CommandFailure(ExitCode.USAGE, ModuleFile.name(file) + " defines no function " + function + ".", error);
    } catch (CompilationRefused refused) {
      throw new CommandFailure(ExitCode.FAILED,
          "function " + function + " of " + ModuleFile.name(file) + " stays interpreted: " + refused.getMessage() + ".",
          refused);
    }
  }

  private int report(Engine engine, Module module) {
    engine.compileAll(module);
    CompileStatistics done = engine.compiled();
    PrintWriter text = streams.outText();
    text.println(String.format(Locale.ROOT, "%d functions compiled: %d bytes of bodies to %d of code in %.0f ms, "
            + "%.2f MB/s; proved in %.0f ms", done.functions(), done.bodyBytes(), done.codeBytes(), done.nanos() / 1e6,
        done.nanos() == 0 ? 0 : done.bodyBytes() * 1e3 / done.nanos(), done.proofNanos() / 1e6));
    if (done.cached() > 0) {
      text.println(done.cached() + " functions were in the code cache already");
    }
    for (Refusal refusal : engine.refusals()) {
      text.println("interpreted: " + TerminalText.escape(refusal.function() + ": " + refusal.message()));
    }
    return done.refused(CompilationRefused.Reason.INTERNAL) == 0 ? ExitCode.OK : ExitCode.FAILED;
  }
}
