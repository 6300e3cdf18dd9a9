package dev.skerry.wasm.format;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileError.Kind;
import dev.skerry.wasm.MemoryBudget;
import java.util.Set;

/**
 * What one module may use while it is read: features, memory, and time until somebody ends it. For one thread at a
 * time.
 */
public final class Allowance {

  /** Steps between two polls; one takes a fraction of a microsecond. */
  private static final int POLL_STEPS = 1 << 12;

  private final Set<Feature> features;
  private final Reservation memory;
  private Runnable poll;
  private long scratch;
  private int steps;

  /** @param poll called every fraction of a millisecond; what it throws ends the reading */
  public Allowance(Set<Feature> features, MemoryBudget memory, Runnable poll) {
    this.features = features;
    this.memory = new Reservation(memory);
    this.poll = poll;
  }

  /** Those features, and memory and time without a limit. */
  public static Allowance of(Set<Feature> features) {
    return new Allowance(features, MemoryBudget.UNLIMITED, () -> { });
  }

  /** From now on that is called instead. */
  public void pollWith(Runnable other) {
    poll = other;
  }

  public Set<Feature> features() {
    return features;
  }

  /** What was taken for the module; it outlives the reading. */
  public Reservation memory() {
    return memory;
  }

  /** Takes memory that the module holds as long as it is there, before it is allocated. */
  public void take(long bytes, long offset) throws CompileError {
    String limit = memory.take(bytes);
    if (limit != null) {
      throw new CompileError(Kind.LIMIT, "the module needs more memory than is left of " + limit + ": "
          + memory.bytes() + " bytes were taken, and " + bytes + " more are needed", offset);
    }
  }

  /** Takes memory that is needed until {@link #finished} only. */
  public void takeScratch(long bytes, long offset) throws CompileError {
    take(bytes, offset);
    scratch += bytes;
  }

  /** Gives back what was needed for the reading itself. */
  public void finished() {
    memory.giveBack(scratch);
    scratch = 0;
  }

  /** One step of work was done. */
  public void step() {
    if (++steps >= POLL_STEPS) {
      steps = 0;
      poll.run();
    }
  }

  /** That many steps of work were done. */
  public void steps(int count) {
    steps += Math.min(count, POLL_STEPS);
    if (steps >= POLL_STEPS) {
      steps = 0;
      poll.run();
    }
  }
}
