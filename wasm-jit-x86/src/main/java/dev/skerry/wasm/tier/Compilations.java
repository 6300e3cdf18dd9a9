package dev.skerry.wasm.tier;

import dev.skerry.memory.NativeMemoryException;
import dev.skerry.wasm.CompileReport;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.cache.CachePartition;
import dev.skerry.wasm.cache.CacheStatistics;
import dev.skerry.wasm.cache.CachedModule;
import dev.skerry.wasm.cache.CodeCache;
import dev.skerry.wasm.cache.CodeId;
import dev.skerry.wasm.cache.ModuleDigest;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.ir.CompilationRefused;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.runtime.ModuleCode;
import dev.skerry.wasm.runtime.NativeTier;
import dev.skerry.wasm.runtime.Tiering;
import dev.skerry.wasm.verify.Contract;
import dev.skerry.wasm.verify.ProvedCode;
import dev.skerry.wasm.verify.VerificationError;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Gives functions machine code for one engine: all of them when they are first called, or in the background those that
 * are found running again and again. A function that the compiler refuses stays in tier 0, for good. Thread-safe.
 */
public final class Compilations implements Tiering {

  /**
   * How often a function or loop must be found running at least: one look says little. But large modules spend their
   * time in so many functions that few are found twice.
   */
  private static final int HOT = 2;
  /** And once more for so many bytes of the function: about as long as compiling takes. */
  private static final int BYTES_PER_LOOK = 1 << 11;
  /** As often again where a former run had not found it hot: what that left out is seldom worth it now. */
  private static final int UNEXPECTED = 16;
  /** Looks before a function is compiled from which on its branches are counted, and after which they no longer are. */
  private static final int COUNTED_LOOKS = 6;
  private static final int MOST_COUNTED_LOOKS = 64;
  /** Branches that are counted before a function is compiled, unless that takes more looks than the above. */
  private static final int COUNTED = 2000;
  /** Machine code of one engine at most. */
  private static final long CODE_BYTES = 256L << 20;

  /** Longer code from the cache takes milliseconds to prove. */
  private static final int LOADED_AT_ONCE = 32 << 10;
  /** A guest waits no longer for what the background loads; most of it takes a tenth of that. */
  private static final long LONGEST_WAIT = TimeUnit.MILLISECONDS.toNanos(5);
  /** And no longer for what ran for milliseconds in a former run, ten times slower than it will then. */
  private static final long LONGEST_WAIT_FOR_HOT = TimeUnit.MILLISECONDS.toNanos(100);
  /** How long closing a cache may take for that. */
  private static final Duration LONGEST_FINISH = Duration.ofSeconds(1);
  /** Bytes of the bodies that are compiled for the next run if they are called at all. */
  private static final int KEPT_BYTES = 1 << 16;
  /** Bytes of a large module. */
  private static final int LARGE = 1 << 18;
  /** Shorter modules may be done before somebody has opened the cache. */
  private static final int HASHED_FIRST = 1 << 14;

  private final EngineOptions options;
  private final CpuFeatures features;
  private final CodeCache cache;
  /** Null for what engines have: nothing of the compiler is loaded before something is compiled. */
  private final CompileSteps steps;
  private final CompileLog log = new CompileLog();
  private final KeptFunctions kept = new KeptFunctions(this::compileForNextRun);
  /** Compilers that nobody uses just now. */
  private final ConcurrentLinkedQueue<Compiler> idle = new ConcurrentLinkedQueue<>();
  private final Map<Set<Feature>, String> flavours = new ConcurrentHashMap<>();
  private final AtomicBoolean prepared = new AtomicBoolean();
  private final Map<ModuleCode, ModuleProgress> progress = Collections.synchronizedMap(new WeakHashMap<>());

  /** @param cache where code is taken from, and given to; or null */
  public Compilations(EngineOptions options, CodeCache cache) {
    this(options, CpuFeatures.current(), cache);
  }

  /** Without a cache, for another CPU than this one. */
  Compilations(EngineOptions options, CpuFeatures features) {
    this(options, features, null);
  }

  private Compilations(EngineOptions options, CpuFeatures features, CodeCache cache) {
    this(options, features, cache, null);
  }

  /** With other steps than engines have, and without a cache, for what they make is nobody else's. */
  Compilations(EngineOptions options, CompileSteps steps) {
    this(options, CpuFeatures.current(), null, steps);
  }

  private Compilations(EngineOptions options, CpuFeatures features, CodeCache cache, CompileSteps steps) {
    this.options = options;
    this.features = features;
    this.cache = cache;
    this.steps = steps;
    if (cache != null) {
      cache.beforeClosing(this, Compilations::finishForNextRun);
    }
  }

  private void finishForNextRun() {
    try {
      kept.finish(LONGEST_FINISH);
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says whether branches are counted, without the compiler being loaded. */
  private boolean countsBranches() {
    return steps == null ? CodeFlavour.COUNTS_BRANCHES : steps.countsBranches();
  }

  private CompileSteps steps() {
    return steps == null ? CompileSteps.USUAL : steps;
  }

  private ModuleProgress progress(ModuleCode module) {
    return progress.computeIfAbsent(module, key -> new ModuleProgress(key.info().functions().length));
  }

  /** Whether there is a cache to ask. */
  public boolean hasCache() {
    return cache != null;
  }

  /** Whether a cache is asked before a module of that length is validated, and not later in the background. */
  public static boolean asksFirst(EngineOptions options, int bytes) {
    return options.tier() == Tier.JIT || bytes >= HASHED_FIRST;
  }

  /** Does that before anything is compiled, for all engines one after the other, on some other thread. */
  public static void inBackground(Runnable work) {
    CompileQueue.add(Integer.MAX_VALUE, work);
  }

  /**
   * Makes ready in the background what loading code takes, while a module is read: the handler of faults, the
   * instruction tables that the verifier reads with, the cache itself.
   *
   * @param accepted what the module may use
   */
  public void prepare(Set<Feature> accepted) {
    if (options.tier() == Tier.AUTO && prepared.compareAndSet(false, true)) {
      CompileQueue.add(Integer.MAX_VALUE, () -> {
        flavour(accepted);
        cache.prepare();
        inForce();
        ProvedCode.prepare();
      });
    }
  }

  /**
   * What the cache has for a module.
   *
   * @param digest {@link ModuleDigest} of its bytes
   * @param accepted what the module may use: others may be invalid
   */
  public CachedModule cached(byte[] digest, CachePartition partition, Set<Feature> accepted) {
    return cache.module(digest, partition, flavour(accepted));
  }

  private String flavour(Set<Feature> accepted) {
    return flavours.computeIfAbsent(Set.copyOf(accepted), known -> CodeFlavour.of(options, features, known));
  }

  /** From now on the module's code comes from the cache where that has it, what was hot first. */
  public void attach(ModuleCode module, CachedModule found) {
    ModuleProgress known = progress(module);
    known.cached(found);
    found.valid();
    if (options.tier() == Tier.AUTO && found.isHit()) {
      LoadAhead ahead = new LoadAhead(found.inOrderOfCalls(), module.info().importedFunctions(),
          module.info().functions().length);
      known.loadAhead(ahead);
      loadNext(new WeakReference<>(module), ahead);
    }
  }

  /** Loads one function after the other, so that what becomes hot meanwhile does not wait for all of them. */
  private void loadNext(WeakReference<ModuleCode> module, LoadAhead ahead) {
    CompileQueue.add(Integer.MAX_VALUE - 1, () -> {
      ModuleCode alive = module.get();
      int function = alive == null ? LoadAhead.NONE : ahead.next();
      if (function == LoadAhead.NONE) {
        return;
      }
      if (progress(alive).begin(function)) {
        compile(alive, function, -1);
      }
      loadNext(module, ahead);
    });
  }

  /**
   * As {@link #attach}, for a module that was validated already: in the background if it belongs to somebody, but for a
   * small one that others of its partition brought before. Else at once if there is an entry, which a small module has
   * if it ever became hot, or in the background when it is found running, for a program may be done before.
   */
  public void attachLater(ModuleCode module, CachePartition partition, Set<Feature> accepted) {
    if (options.tier() == Tier.JIT) {
      attach(module, cached(ModuleDigest.of(module.info().bytes()), partition, accepted));
      return;
    }
    boolean isPage = !partition.equals(CachePartition.NONE);
    if (isPage && module.info().bytes().length < HASHED_FIRST) {
      CachedModule here = cache.moduleInMemory(ModuleDigest.of(module.info().bytes()), partition, flavour(accepted));
      if (here != null) {
        attach(module, here);
        return;
      }
    }
    if (!isPage) {
      byte[] digest = ModuleDigest.of(module.info().bytes());
      if (cache.isOnDisk(digest, partition, flavour(accepted))) {
        prepare(accepted);
        attach(module, cached(digest, partition, accepted));
        return;
      }
    }
    WeakReference<ModuleCode> reference = new WeakReference<>(module);
    ModuleProgress known = progress(module);
    known.lookup(() -> {
      ModuleCode alive = reference.get();
      try {
        if (alive != null) {
          attach(alive, cached(ModuleDigest.of(alive.info().bytes()), partition, accepted));
        }
      } finally {
        known.lookedUp();
      }
    });
    if (isPage) {
      lookUp(known);
    }
  }

  @Override
  public void firstCall(ModuleCode module, int function) {
    ModuleProgress known = progress(module);
    CachedModule cached = known.cached();
    CodeId id = new CodeId(function, -1);
    if (cached != null) {
      cached.called(id);
    }
    if (options.tier() == Tier.JIT) {
      if (!known.isSettled(function)) {
        compile(module, function, -1);
      }
    } else if (options.tier() == Tier.AUTO && cached != null && !known.isSettled(function)) {
      known.called(function);
      if (cached.has(id)) {
        loadSoon(module, known, cached, id);
      } else if (isWorthKeeping(module, function)) {
        for (int wanted : known.missing(function)) {
          kept.add(module, wanted);
        }
      }
    }
  }

  /**
   * What takes no longer than having it interpreted is loaded at once, or waited for where the background has begun it
   * for this module; the rest by the background, which the guest helps meanwhile.
   */
  private void loadSoon(ModuleCode module, ModuleProgress known, CachedModule cached, CodeId id) {
    if (cached.byteLength(id) > LOADED_AT_ONCE) {
      known.want(id.function());
      enqueue(module, id.function(), -1, Integer.MAX_VALUE);
      loadOthers(module, known, cached, id.function());
    } else if (known.isBegun(id.function())) {
      known.awaitSettled(id.function(), cached.isHot(id) ? LONGEST_WAIT_FOR_HOT : LONGEST_WAIT);
    } else if (!cached.isBeingProved(id) && known.begin(id.function())) {
      compile(module, id.function(), -1);
    }
  }

  /**
   * Loads on the guest's thread what it will call next, as long as the background is busy with a large function that it
   * calls now: for that to be interpreted it would have to be translated, which takes as long and is of no use then.
   */
  private void loadOthers(ModuleCode module, ModuleProgress known, CachedModule cached, int awaited) {
    LoadAhead ahead = known.ahead();
    long deadline = System.nanoTime() + LONGEST_WAIT_FOR_HOT;
    for (long left = LONGEST_WAIT_FOR_HOT; ahead != null && left > 0 && !known.isSettled(awaited);
         left = deadline - System.nanoTime()) {
      int next = ahead.next();
      if (next == LoadAhead.NONE) {
        known.awaitSettled(awaited, left);
      } else if (cached.byteLength(new CodeId(next, -1)) > LOADED_AT_ONCE) {
        enqueue(module, next, -1, Integer.MAX_VALUE - 1);
      } else if (known.begin(next)) {
        compile(module, next, -1);
      }
    }
  }

  private void compileForNextRun(ModuleCode module, int function) {
    if (progress(module).begin(function)) {
      compile(module, function, -1);
    }
  }

  /**
   * Whether the next run should have machine code of a function that is called, but may not become hot in this one:
   * large programs spend much of a short run in such functions, and where all of them come from the cache, nothing has
   * to be translated, and neither the translator nor the interpreter to be compiled by the JVM.
   */
  private static boolean isWorthKeeping(ModuleCode module, int function) {
    return module.info().bytes().length >= LARGE && bodyBytes(module, function) <= KEPT_BYTES;
  }

  @Override
  public boolean sampled(ModuleCode module, int function, int loop) {
    if (options.tier() != Tier.AUTO) {
      return false;
    }
    ModuleProgress known = progress(module);
    lookUp(known);
    found(module, known, new CodeId(function, -1));
    if (loop >= 0) {
      found(module, known, new CodeId(function, loop));
    }
    return countsBranches() && !known.isSettled(function) && counts(module, known, new CodeId(function, -1));
  }

  /** Whether a function is so near to being compiled that its branches are counted; not for ever, if it never is. */
  private boolean counts(ModuleCode module, ModuleProgress known, CodeId id) {
    CachedModule cached = known.cached();
    int left = threshold(module, known, id) - known.heat(id.function(), id.loop());
    return left <= COUNTED_LOOKS && left > -MOST_COUNTED_LOOKS && (cached == null || !cached.has(id));
  }

  /**
   * What a former run had not found hot must become hot once more when all that it had found was loaded: it may have
   * been found only because that was still to come.
   */
  private void found(ModuleCode module, ModuleProgress known, CodeId id) {
    if (!known.heatUp(id.function(), id.loop(), threshold(module, known, id))) {
      return;
    }
    CachedModule cached = known.cached();
    if (known.isExpected() && !cached.has(id) && known.isFirst(id)) {
      CompileQueue.add(0, () -> known.cool(id.function(), id.loop()));
    } else {
      enqueue(module, id.function(), id.loop(), known.heat(id.function(), id.loop()));
    }
  }

  private static void lookUp(ModuleProgress known) {
    Runnable lookup = known.takeLookup();
    if (lookup != null) {
      CompileQueue.add(Integer.MAX_VALUE, lookup);
    }
  }

  /** How often something must be found running, the driver looks every millisecond, before it is given machine code. */
  private int threshold(ModuleCode module, ModuleProgress known, CodeId id) {
    if (known.awaitsLookup()) {
      return Integer.MAX_VALUE;
    }
    CachedModule cached = known.cached();
    if (cached != null && cached.has(id)) {
      return 1;
    }
    int least = module.info().bytes().length < LARGE ? HOT : 1;
    int counting = countsBranches() && !module.hasCounted(id.function(), COUNTED) ? COUNTED_LOOKS : 0;
    return least + bodyBytes(module, id.function()) / BYTES_PER_LOOK + (known.isExpected() ? UNEXPECTED : 0) + counting;
  }

  private static int bodyBytes(ModuleCode module, int function) {
    return module.info().bodies().byteLength(function - module.info().importedFunctions());
  }

  /** The queue does not keep modules that nobody uses. */
  private void enqueue(ModuleCode module, int function, int loop, int heat) {
    WeakReference<ModuleCode> reference = new WeakReference<>(module);
    CompileQueue.add(heat, () -> {
      ModuleCode alive = reference.get();
      if (alive != null && (loop >= 0 || progress(alive).begin(function))) {
        compile(alive, function, loop);
      }
    });
  }

  private void compile(ModuleCode module, int function, int loop) {
    ModuleProgress known = progress(module);
    try {
      compile(module, known, function, loop);
    } finally {
      if (loop < 0) {
        known.settle(function);
      }
    }
  }

  private void compile(ModuleCode module, ModuleProgress known, int function, int loop) {
    try {
      if (log.statistics().codeBytes() > CODE_BYTES) {
        throw new CompilationRefused(CompilationRefused.Reason.LIMIT,
            "the engine has more than " + CODE_BYTES + " bytes of machine code");
      }
      EngineOptions inForce = inForce();
      CachedModule cached = inForce.memory() == options.memory() ? known.cached() : null;
      if (cached != null && load(module, cached, new CodeId(function, loop))) {
        return;
      }
      Compiler free = idle.poll();
      Compiler compiler = free == null ? new Compiler(inForce, features, steps()) : free;
      Compilation done = compiler.compile(module, function, loop, CompileTrace.NONE);
      idle.add(compiler);
      Contract contract = module.contract(function, loop >= 0, inForce.memory());
      ProvedCode proved = options.verify() || cached != null ? prove(done, contract) : null;
      install(module, loop, proved != null ? proved : ProvedCode.onTrust(done.code(), contract));
      log.compiled(done, proved == null ? 0 : proved.nanos());
      PerfMap.add(module, function, done);
      if (cached != null && proved != null) {
        cached.add(new CodeId(function, loop), proved, known.heat(function, loop));
      }
    } catch (CompilationRefused refused) {
      refuse(module, function, loop, refused.reason(), refused);
    } catch (NativeMemoryException full) {
      refuse(module, function, loop, CompilationRefused.Reason.LIMIT, full);
    } catch (VerificationError | RuntimeException | StackOverflowError | OutOfMemoryError defect) {
      refuse(module, function, loop, CompilationRefused.Reason.INTERNAL, defect);
    }
  }

  /**
   * Proves fresh code; null if it cannot be proved and nobody asked for it. For the cache it is tried in any case: only
   * what can be proved is of use to the next process.
   */
  private ProvedCode prove(Compilation done, Contract contract) throws VerificationError {
    try {
      return ProvedCode.of(done.code(), contract);
    } catch (VerificationError unproved) {
      if (options.verify()) {
        throw unproved;
      }
      return null;
    }
  }

  private static void install(ModuleCode module, int loop, ProvedCode proved) {
    if (loop < 0) {
      module.install(proved);
    } else {
      module.installLoop(loop, proved);
    }
  }

  /** Publishes code from the cache if it is there and can be proved, whatever the switch for fresh code says. */
  private boolean load(ModuleCode module, CachedModule cached, CodeId id) {
    CompiledFunction code = cached.load(id, module.info(), module::typeId, options.memory());
    if (code == null) {
      return false;
    }
    try {
      ProvedCode proved = cached.prove(id, code,
          module.contract(id.function(), id.loop() >= 0, options.memory()));
      install(module, id.loop(), proved);
      cached.published(code);
      log.loaded(module, id, code.code().length, proved.nanos());
      return true;
    } catch (VerificationError hostile) {
      cached.refused(id, hostile.getMessage());
      return false;
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
    new Compiler(inForce(), features, steps()).compile(module, function, -1, recorder);
    return recorder.text();
  }

  /** Compiles all functions of a module that were not yet, in their order. */
  public void compileAll(ModuleCode module) {
    ModuleProgress known = progress(module);
    for (int i = module.info().importedFunctions(); i < module.info().functions().length; i++) {
      if (known.want(i)) {
        compile(module, i, -1);
      }
    }
  }

  /**
   * Waits until all that was found hot in the process, by any engine, was compiled.
   *
   * @return false if that took longer
   */
  public static boolean awaitIdle(Duration longest) throws InterruptedException {
    return CompileQueue.awaitIdle(longest);
  }

  /** What the cache did so far; nothing if there is none. */
  public CacheStatistics cacheStatistics() {
    return cache == null ? CacheStatistics.NONE : cache.statistics();
  }

  /** What was compiled so far. */
  public CompileStatistics statistics() {
    return log.statistics();
  }

  /** Who hears of each function and loop that has machine code, on the thread that made it. */
  public void observe(Consumer<CompileReport> observer) {
    log.observe(observer);
  }

  /** The first thousand functions that stay in tier 0. */
  public List<Refusal> refusals() {
    return log.refusals();
  }
}
