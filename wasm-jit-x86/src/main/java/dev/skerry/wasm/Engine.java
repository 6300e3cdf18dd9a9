package dev.skerry.wasm;

import dev.skerry.wasm.cache.CacheStatistics;
import dev.skerry.wasm.cache.CodeCache;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.ir.CompilationRefused;
import dev.skerry.wasm.runtime.CodeRegion;
import dev.skerry.wasm.runtime.NativeTier;
import dev.skerry.wasm.runtime.Tiering;
import dev.skerry.wasm.runtime.TypeRegistry;
import dev.skerry.wasm.tier.Compilations;
import dev.skerry.wasm.tier.CompileStatistics;
import dev.skerry.wasm.tier.Dump;
import dev.skerry.wasm.tier.Refusal;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The embedder's engine: configuration and what all its stores share (canonical types, memory platform, limits).
 * Thread-safe.
 */
public final class Engine {

  private final TypeRegistry types = new TypeRegistry();

  private final CompileTurns compiles = new CompileTurns(Runtime.getRuntime().availableProcessors());
  private final EngineOptions wanted;
  private final CodeCache cache;
  private volatile Means means;

  /**
   * What an engine runs code with.
   *
   * @param tiering what makes machine code; null if guests are interpreted only
   */
  private record Means(EngineOptions options, Tiering tiering) {
  }

  private Engine(EngineOptions wanted, CodeCache cache, Means means) {
    this.wanted = wanted;
    this.cache = cache;
    this.means = means;
  }

  /** Finds out what this machine can do, unless somebody did. */
  private Means means() {
    if (means == null) {
      synchronized (this) {
        if (means == null) {
          EngineOptions effective = wanted.supported();
          means = new Means(effective,
              effective.tier() == Tier.INTERP ? null : new Compilations(effective, cache));
        }
      }
    }
    return means;
  }

  private Tiering tiering() {
    return means().tiering;
  }

  TypeRegistry types() {
    return types;
  }

  CompileTurns compiles() {
    return compiles;
  }

  /** An engine with the options that the system properties say. */
  public static Engine create() {
    return create(EngineOptions.fromProperties());
  }

  /** An engine that runs code as the options say. */
  public static Engine create(EngineOptions options) {
    return createWithCache(options, null);
  }

  /**
   * An engine that takes compiled code from a cache, and gives it what it compiles. What the machine can do is found
   * out in the background, beside what the caller does before it needs to know: the first module is read meanwhile.
   *
   * @param cache which the embedder closes, after the last store; null for none
   */
  public static Engine createWithCache(EngineOptions options, CodeCache cache) {
    Engine engine = new Engine(options, cache, null);
    if (cache == null || options.tier() == Tier.INTERP) {
      engine.means();
    } else {
      engine.inBackground(engine::means);
    }
    return engine;
  }

  /** What fails there is thrown to whoever needs it, where it fails again. */
  private void inBackground(Runnable work) {
    Compilations.inBackground(() -> {
      try {
        work.run();
      } catch (RuntimeException | Error thrownAgain) {
        return;
      }
    });
  }

  /** An engine whose machine code comes from somebody else. */
  static Engine create(EngineOptions options, Tiering tiering) {
    return new Engine(options, null, new Means(options.supported(), tiering));
  }

  /** What stores run machine code with; null if guests are interpreted only. */
  NativeTier nativeTier() {
    EngineOptions options = means().options;
    return options.tier() == Tier.INTERP ? null
        : new NativeTier(CodeRegion.current(), tiering(), options.memory() == MemoryStrategy.GUARD);
  }

  /**
   * How this engine runs code: what was asked for, as far as this machine can. Whether the handler for faults can be
   * put in place shows with the first code that needs it: before that it is taken for granted.
   */
  public EngineOptions options() {
    return means().options.supported();
  }

  /**
   * Compiles all functions of a module now, on the calling thread.
   *
   * @throws IllegalStateException if the engine interprets
   */
  public void compileAll(Module module) {
    compilations().compileAll(module.code());
  }

  /**
   * What the compiler makes of one function, as text; the module is left as it is.
   *
   * @param function index of a function that the module defines
   * @throws CompilationRefused if the function stays interpreted
   * @throws IllegalStateException if the engine interprets
   */
  public String dump(Module module, int function, Dump what) {
    if (function < module.info().importedFunctions() || function >= module.info().functions().length) {
      throw new IllegalArgumentException("the module defines no function " + function);
    }
    return compilations().dump(module.code(), function, what);
  }

  /**
   * Whether the cache, if there is one in the end, is asked for a module of that length before the module is read.
   * Waits for nobody who finds out what the machine can do.
   */
  boolean asksFirst(int bytes) {
    return cache != null && wanted.tier() != Tier.INTERP && Compilations.asksFirst(wanted, bytes);
  }

  /** Whether it is known what the machine can do, so that nobody has to wait for that. */
  boolean isReady() {
    return means != null;
  }

  /** Makes ready in the background what loading a module's code takes, while it arrives. */
  void prepare(Set<Feature> accepted) {
    inBackground(() -> {
      Compilations compiler = compiler();
      if (compiler != null) {
        compiler.prepare(accepted);
      }
    });
  }

  /** What makes machine code; null if guests are interpreted, or it comes from somebody else. */
  Compilations compiler() {
    return tiering() instanceof Compilations own ? own : null;
  }

  private Compilations compilations() {
    if (tiering() instanceof Compilations own) {
      return own;
    }
    throw new IllegalStateException("an engine of tier " + means().options.tier() + " compiles nothing");
  }

  /** What this engine compiled to machine code so far; nothing if it interprets. */
  public CompileStatistics compiled() {
    return tiering() instanceof Compilations own ? own.statistics() : CompileStatistics.NONE;
  }

  /**
   * Who hears of each function and loop that has machine code, from now on, in place of whoever did before. Called on
   * the thread that made it: it must be quick, and throw nothing. Nothing is heard of an engine that interprets.
   */
  public void observe(Consumer<CompileReport> observer) {
    if (tiering() instanceof Compilations own) {
      own.observe(observer);
    }
  }

  /** What the engine's cache of compiled code did; nothing if it has none. */
  public CacheStatistics cached() {
    return tiering() instanceof Compilations own ? own.cacheStatistics() : CacheStatistics.NONE;
  }

  /** Functions that stay interpreted although this engine compiles, and why: the first thousand. */
  public List<Refusal> refusals() {
    return tiering() instanceof Compilations own ? own.refusals() : List.of();
  }

  /** A new, empty store with the given limits. One thread at a time may run code in a store. */
  public Store newStore(StoreLimits limits) {
    return newStore(limits, MemoryBudget.UNLIMITED);
  }

  /**
   * As {@link #newStore(StoreLimits)}.
   *
   * @param heap what instances and modules of the store take of Java's heap is counted against, beside the store's own
   *     limit; given back when the store is closed
   */
  public Store newStore(StoreLimits limits, MemoryBudget heap) {
    return new Store(this, limits, heap);
  }

  /** A new, empty store with default limits. */
  public Store newStore() {
    return newStore(StoreLimits.DEFAULT);
  }
}
