package dev.skerry.wasm.runtime;

import dev.skerry.wasm.MemoryBudget;
import dev.skerry.wasm.StoreLimits;
import dev.skerry.wasm.Timeout;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Threads whose stacks end in what a store counts, at another place each time; after each of them the counts are looked
 * at.
 */
final class StoreStackEndProgram {

  private static final int STACK_BYTES = 256 << 10;
  /** Frames; more than what is called takes. */
  private static final int STRIDE = 20;
  /** What is seen of processor time at least. */
  private static final long WORK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  /** Calls before what may be compiled is. */
  private static final int WARM = 3_000;
  static final int ENDS = 4 * STRIDE;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final StoreState store = new StoreState(null, new TypeRegistry(), StoreLimits.DEFAULT,
      MemoryBudget.UNLIMITED, null, false);
  private final Entrance entrance = store.entrance();
  private int ends;

  public static void main(String[] args) throws InterruptedException {
    Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {
      thrown.printStackTrace();
      Runtime.getRuntime().halt(1);
    });
    StoreStackEndProgram program = new StoreStackEndProgram();
    program.warmUp();
    for (int i = 0; i < STRIDE; i++) {
      int shift = i;
      program.onThreadOfItsOwn(() -> program.endAsActivationsRun(shift));
      program.onThreadOfItsOwn(() -> program.endAsTheStoreIsEnteredAgain(shift));
    }
    program.store.close();
    System.out.println(program.ends + " stacks ended");
  }

  private void warmUp() {
    try (TimeLimit limit = store.timeLimits().begin(Timeout.Clock.CPU, Duration.ofHours(1).toNanos())) {
      for (int i = 0; i < WARM; i++) {
        store.inside(() -> limit);
      }
    }
  }

  private void onThreadOfItsOwn(Runnable work) throws InterruptedException {
    Thread thread = new Thread(null, work, "visitor", STACK_BYTES);
    thread.start();
    thread.join();
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException(what);
    }
  }

  /** Does something until the stack ends, so many frames deeper each time; the first time after some of them. */
  private void untilTheStackEnds(int shift, Runnable action) {
    boolean ended = false;
    try {
      deeper(shift, action);
    } catch (StackOverflowError expected) {
      ended = true;
    }
    require(ended, "recursion ends");
    ends++;
  }

  private static int deeper(int frames, Runnable action) {
    if (frames == 0) {
      action.run();
    }
    return deeper(frames == 0 ? STRIDE : frames - 1, action) + 1;
  }

  private void endAsActivationsRun(int shift) {
    Activations all = store.activations();
    store.inside(() -> {
      Activation activation = all.take();
      untilTheStackEnds(shift, () -> all.run(activation, () -> true));
      all.run(activation, () -> {
        require(all.isOutermost(), "a nesting was not given back");
        return true;
      });
      GuestStack stack = activation.stack();
      long limit = stack.machineLimit();
      untilTheStackEnds(shift, stack::restoreMachineLimit);
      require(stack.machineLimit() == limit, "where machine code must end is forgotten");
      all.give(activation);
      return null;
    });
  }

  private void endAsTheStoreIsEnteredAgain(int shift) {
    entrance.enter();
    try (TimeLimit limit = store.timeLimits().begin(Timeout.Clock.CPU, Duration.ofHours(1).toNanos())) {
      untilTheStackEnds(shift, () -> require(!entrance.enter(), "it was inside"));
      require(isCounted(limit), "a thread that is inside is not counted");
      entrance.leave(entrance.lease.seat);
      require(!isCounted(limit), "a thread that left is counted");
      entrance.enter();
      require(isCounted(limit), "a thread that came again is not counted");
      untilTheStackEnds(shift, this::enterAndLeave);
      require(isCounted(limit), "a thread that came more than once is not counted");
    } finally {
      entrance.leave(entrance.lease.seat);
    }
  }

  private void enterAndLeave() {
    require(store.inside(() -> entrance.lease.owner() == Thread.currentThread()), "it was inside");
  }

  /** Whether what this thread does now is counted. */
  private static boolean isCounted(TimeLimit limit) {
    long used = limit.usedNanos();
    long end = THREADS.getCurrentThreadCpuTime() + WORK_NANOS;
    while (THREADS.getCurrentThreadCpuTime() < end) {
      Thread.onSpinWait();
    }
    return limit.usedNanos() - used >= WORK_NANOS;
  }
}
