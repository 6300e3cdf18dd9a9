package dev.skerry.wasm.tier;

import dev.skerry.wasm.CompileReport;
import dev.skerry.wasm.cache.CodeId;
import dev.skerry.wasm.ir.CompilationRefused;
import dev.skerry.wasm.runtime.ModuleCode;
import dev.skerry.wasm.verify.VerificationError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what is compiled and what is refused, and tells the log {@code skerry.compile}: each function at level debug,
 * what the compiler does not do at info, and its own contradictions as warnings. Thread-safe.
 */
final class CompileLog {

  /** Refusals that are kept to be reported. */
  private static final int KEPT = 1000;

  private final Map<CompilationRefused.Reason, Integer> refused = new EnumMap<>(CompilationRefused.Reason.class);
  private final List<Refusal> refusals = new ArrayList<>();
  private volatile Consumer<CompileReport> observer;
  private int functions;
  private int loops;
  private int cached;
  private long bodyBytes;
  private long codeBytes;
  private long nanos;
  private long proofNanos;

  /** Made with the first thing to say: a logger costs a start more than all else that compiling does there. */
  private static final class Holder {
    private static final Logger LOG = LoggerFactory.getLogger("skerry.compile");

    private Holder() {
    }
  }

  static Logger log() {
    return Holder.LOG;
  }

  /** From now on each function and loop that has machine code is told of, on the thread that made it. */
  void observe(Consumer<CompileReport> by) {
    observer = by;
  }

  private void tell(String function, int loop, int bytes, boolean cached, long nanos) {
    Consumer<CompileReport> to = observer;
    if (to != null) {
      to.accept(new CompileReport(
          function, loop, bytes, cached, System.nanoTime() - nanos, Duration.ofNanos(nanos)));
    }
  }

  void compiled(Compilation done, long proofNanos) {
    count(done, proofNanos);
    tell(done.name(), done.loop(), done.code().code().length, false, done.nanos() + proofNanos);
  }

  private synchronized void count(Compilation done, long proofNanos) {
    if (done.loop() < 0) {
      functions++;
    } else {
      loops++;
    }
    bodyBytes += done.bodyBytes();
    codeBytes += done.code().code().length;
    nanos += done.nanos();
    this.proofNanos += proofNanos;
    Logger log = log();
    if (log.isDebugEnabled()) {
      log.debug(String.format(Locale.ROOT, "%s: %d bytes of body, %d of code, %d blocks, %d spill slots, %.2f ms, "
              + "proof %.2f ms",
          done.name(), done.bodyBytes(), done.code().code().length, done.code().blockCount(),
          done.code().spillSlots(), done.nanos() / 1e6, proofNanos / 1e6));
    }
  }

  /** Code from the cache was proved and published: a start may have thousands, so none is named in vain. */
  void loaded(ModuleCode module, CodeId id, int bytes, long proofNanos) {
    countLoaded(bytes, proofNanos);
    if (observer != null) {
      tell(module.describe(id.function()), id.loop(), bytes, true, proofNanos);
    }
    Logger log = log();
    if (log.isDebugEnabled()) {
      log.debug(String.format(Locale.ROOT, "%s%s: %d bytes of code from the cache, proof %.2f ms",
          module.describe(id.function()), id.loop() < 0 ? "" : ", loop at byte " + id.loop(), bytes,
          proofNanos / 1e6));
    }
  }

  private synchronized void countLoaded(int bytes, long proofNanos) {
    cached++;
    codeBytes += bytes;
    this.proofNanos += proofNanos;
  }

  synchronized void refused(Refusal refusal, Throwable cause) {
    refused.merge(refusal.reason(), 1, Integer::sum);
    if (refusals.size() < KEPT) {
      refusals.add(refusal);
    }
    if (cause instanceof VerificationError unproved) {
      log().warn("{} stays interpreted: it is not proved that {}", refusal.function(), unproved.rule().text());
      log().debug("{}: {}", refusal.function(), refusal.message());
    } else if (refusal.reason() == CompilationRefused.Reason.INTERNAL) {
      log().warn("{} stays interpreted, for the compiler failed", refusal.function(), cause);
    } else {
      log().info("{} stays interpreted: {}", refusal.function(), refusal.message());
    }
  }

  synchronized CompileStatistics statistics() {
    return new CompileStatistics(functions, loops, cached, refused, bodyBytes, codeBytes, nanos, proofNanos);
  }

  synchronized List<Refusal> refusals() {
    return List.copyOf(refusals);
  }
}
