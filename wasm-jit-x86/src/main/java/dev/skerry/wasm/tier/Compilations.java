package dev.skerry.wasm.tier;

import dev.skerry.memory.NativeMemoryException;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.ir.CompilationRefused;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.runtime.ModuleCode;
import dev.skerry.wasm.runtime.NativeTier;
import dev.skerry.wasm.runtime.Tiering;
import dev.skerry.wasm.verify.Contract;
import dev.skerry.wasm.verify.ProvedCode;
import dev.skerry.wasm.verify.VerificationError;
import java.lang.ref.WeakReference;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Gives functions machine code for one engine: all of them when they are first called, or in the background those that
 * are found running again and again. A function that the compiler refuses stays in tier 0, for good. Thread-safe.
 */
public final class Compilations implements Tiering {

  /** How often a function or loop must be found running before it is compiled; the driver looks every millisecond. */
  private static final int HOT = 2;
  /** Machine code of one engine at most. */
  private static final long CODE_BYTES = 256L << 20;

  private final EngineOptions options;
  private final CpuFeatures features;
  private final CompileLog log = new CompileLog();
  /** Compilers that nobody uses just now. */
  private final ConcurrentLinkedQueue<Compiler> idle = new ConcurrentLinkedQueue<>();
  private final Map<ModuleCode, ModuleProgress> progress = Collections.synchronizedMap(new WeakHashMap<>());

  public Compilations(EngineOptions options) {
    this(options, CpuFeatures.current());
  }

  /** As above, for another CPU than this one. */
  Compilations(EngineOptions options, CpuFeatures features) {
    this.options = options;
    this.features = features;
  }

  private ModuleProgress progress(ModuleCode module) {
    return progress.computeIfAbsent(module, key -> new ModuleProgress(key.info().functions().length));
  }

  @Override
  public void firstCall(ModuleCode module, int function) {
    if (options.tier() != Tier.JIT) {
      return;
    }
    ModuleProgress known = progress(module);
    if (!known.isSettled(function)) {
      compile(module, function, -1);
      known.settle(function);
    }
  }

  @Override
  public void sampled(ModuleCode module, int function, int loop) {
    if (options.tier() != Tier.AUTO) {
      return;
    }
    ModuleProgress known = progress(module);
    if (known.heatUp(function, HOT)) {
      enqueue(module, function, -1, known.heat(function));
    }
    if (loop >= 0 && known.heatUp(function, loop, HOT)) {
      enqueue(module, function, loop, known.heat(function));
    }
  }

  /** The queue does not keep modules that nobody uses. */
  private void enqueue(ModuleCode module, int function, int loop, int heat) {
    WeakReference<ModuleCode> reference = new WeakReference<>(module);
    CompileQueue.add(heat, () -> {
      ModuleCode alive = reference.get();
      if (alive != null) {
        compile(alive, function, loop);
      }
    });
  }

  private void compile(ModuleCode module, int function, int loop) {
    try {
      if (log.statistics().codeBytes() > CODE_BYTES) {
        throw new CompilationRefused(CompilationRefused.Reason.LIMIT,
            "the engine has more than " + CODE_BYTES + " bytes of machine code");
      }
      EngineOptions inForce = inForce();
      Compiler free = idle.poll();
      Compiler compiler = free == null ? new Compiler(inForce, features) : free;
      Compilation done = compiler.compile(module, function, loop, CompileTrace.NONE);
      idle.add(compiler);
      Contract contract = module.contract(function, loop >= 0, inForce.memory());
      ProvedCode proved = options.verify() ? ProvedCode.of(done.code(), contract)
          : ProvedCode.onTrust(done.code(), contract);
      if (loop < 0) {
        module.install(proved);
      } else {
        module.installLoop(loop, proved);
      }
      log.compiled(done, proved.nanos());
      PerfMap.add(module, function, done);
    } catch (CompilationRefused refused) {
      refuse(module, function, loop, refused.reason(), refused);
    } catch (NativeMemoryException full) {
      refuse(module, function, loop, CompilationRefused.Reason.LIMIT, full);
    } catch (VerificationError | RuntimeException | StackOverflowError | OutOfMemoryError defect) {
      refuse(module, function, loop, CompilationRefused.Reason.INTERNAL, defect);
    }
  }

  /** The options, once the handler that guarded code needs is in place, or was refused. */
  private EngineOptions inForce() {
    if (options.memory() == MemoryStrategy.GUARD) {
      NativeTier.guards();
    }
    return options.supported();
  }

  private void refuse(ModuleCode module, int function, int loop, CompilationRefused.Reason reason, Throwable cause) {
    String name = module.describe(function) + (loop < 0 ? "" : ", loop at byte " + loop);
    log.refused(new Refusal(name, reason, String.valueOf(cause.getMessage())), cause);
  }

  /**
   * Compiles a function for people to look at; nothing of it is kept.
   *
   * @throws CompilationRefused if the function stays in tier 0
   */
  public String dump(ModuleCode module, int function, Dump what) {
    Dump.Recorder recorder = what.recorder();
    new Compiler(inForce(), features).compile(module, function, -1, recorder);
    return recorder.text();
  }

  /** Compiles all functions of a module that were not yet, in their order. */
  public void compileAll(ModuleCode module) {
    ModuleProgress known = progress(module);
    for (int i = module.info().importedFunctions(); i < module.info().functions().length; i++) {
      if (known.want(i)) {
        compile(module, i, -1);
        known.settle(i);
      }
    }
  }

  /** What was compiled so far. */
  public CompileStatistics statistics() {
    return log.statistics();
  }

  /** The first thousand functions that stay in tier 0. */
  public List<Refusal> refusals() {
    return log.refusals();
  }
}
