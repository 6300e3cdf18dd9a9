package dev.skerry.wasm;

import dev.skerry.wasm.cache.CachedModule;
import dev.skerry.wasm.cache.ModuleDigest;
import dev.skerry.wasm.decode.ArrivingModule;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.Allowance;
import dev.skerry.wasm.runtime.ModuleCode;
import dev.skerry.wasm.tier.Compilations;

/**
 * A module that is decoded and validated while its bytes arrive; one that the cache seemed to know, and did not, is
 * read anew. Whatever pieces they come in, the outcome is the same. For one thread at a time; close it when no more
 * bytes will come.
 */
public final class ModuleStream implements AutoCloseable {

  private final Engine engine;
  private final CompileOptions options;
  private final Allowance allowance;
  private final ArrivingModule module;
  /** Whether the cache is asked before the module is read, so that what it knows need not be validated. */
  private final boolean asksFirst;
  private final Runnable poll = this::poll;
  private CompileTurns.Turn turn;
  private boolean open = true;

  /** @param asksFirst whether the cache is asked for the whole module before that is read, if the engine has one */
  ModuleStream(Engine engine, CompileOptions options, boolean asksFirst) {
    this.asksFirst = asksFirst;
    this.engine = engine;
    this.options = options;
    allowance = new Allowance(options.features(), options.memory(), poll);
    module = new ArrivingModule(allowance, !asksFirst);
    if (asksFirst) {
      engine.prepare(options.features());
    }
  }

  private void poll() {
    turn.poll();
  }

  /** A part of the work, which the next part does not follow if this one throws. */
  private interface Part<T> {

    T run() throws CompileError;
  }

  private <T> T work(Part<T> part, boolean last) throws CompileError {
    if (!open) {
      throw new IllegalStateException("the stream of the module has ended");
    }
    boolean done = false;
    try (CompileTurns.Turn mine = engine.compiles().begin(options.poll())) {
      turn = mine;
      T result = part.run();
      done = true;
      return result;
    } finally {
      open = done && !last;
      if (!done) {
        allowance.memory().close();
      }
    }
  }

  /**
   * Says how long the module will be, before its first byte; then its bytes are held in exactly that much memory. It
   * may turn out longer or shorter.
   *
   * @throws CompileError if that is over a limit
   */
  public void expect(int bytes) throws CompileError {
    work(() -> {
      module.expect(bytes);
      return null;
    }, false);
  }

  /** As {@link #feed(byte[], int, int)}, with a whole array. */
  public void feed(byte[] bytes) throws CompileError {
    feed(bytes, 0, bytes.length);
  }

  /**
   * Takes the next bytes, which are copied.
   *
   * @throws CompileError as soon as it is certain that no module begins like this; the stream has ended then
   * @throws IllegalStateException if the stream has ended
   */
  public void feed(byte[] bytes, int from, int length) throws CompileError {
    work(() -> {
      module.feed(bytes, from, length);
      return null;
    }, false);
  }

  /**
   * The module; no more bytes come.
   *
   * @throws CompileError if it is none
   * @throws IllegalStateException if the stream has ended
   */
  public Module finish() throws CompileError {
    return work(() -> {
      boolean early = asksFirst && !engine.isReady() && module.beginEarly();
      Compilations compiler = engine.compiler();
      CachedModule cached = null;
      if (asksFirst) {
        if (compiler != null) {
          cached = compiler.cached(ModuleDigest.of(module.whole(), poll), options.partition(), options.features());
        }
        boolean known = cached != null && cached.isHit();
        if (!early || !known) {
          module.begin(known);
        }
      }
      ModuleInfo info = module.finish();
      ModuleCode code = new ModuleCode(info, engine.types(), engine.options().canonicalNaN(),
          engine.options().fuel(), allowance);
      if (cached != null) {
        compiler.attach(code, cached);
      } else if (compiler != null && compiler.hasCache()) {
        compiler.attachLater(code, options.partition(), options.features());
      }
      return new Module(info, code);
    }, true);
  }

  /** Gives up a module of which not all came. Idempotent; does nothing after {@link #finish}. */
  @Override
  public void close() {
    if (open) {
      open = false;
      allowance.memory().close();
    }
  }
}
