package dev.skerry.wasm.runtime;

import dev.skerry.memory.ProcessBarrier;
import dev.skerry.memory.RefusingKernel;
import dev.skerry.wasm.MemoryBudget;
import dev.skerry.wasm.StoreLimits;
import dev.skerry.wasm.Timeout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/**
 * Stores on a machine that refuses memory, threads or barriers, as the argument says; prints what came of it. For a JVM
 * of its own.
 */
final class LeaseRefusalProgram {

  /** More than a reservation takes. */
  private static final int MANY = 3_000;
  private static final ThreadFactory DAEMONS = task -> {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  };

  private static final Tiering NOTHING_COMPILED = new Tiering() {
    @Override
    public void firstCall(ModuleCode module, int function) {
    }

    @Override
    public boolean sampled(ModuleCode module, int function, int loop) {
      return false;
    }
  };

  private final StoreState store = new StoreState(null, new TypeRegistry(), StoreLimits.DEFAULT,
      MemoryBudget.UNLIMITED, null, false);
  private final Entrance entrance = store.entrance();
  private final ExecutorService other = Executors.newSingleThreadExecutor(DAEMONS);
  private Object[] hoard;

  public static void main(String[] args) throws Exception {
    LeaseRefusalProgram program = new LeaseRefusalProgram();
    switch (args[0]) {
      case "memory" -> program.withoutMemory();
      case "threads" -> program.withoutThreads();
      case "barriers" -> program.withoutBarriers();
      default -> throw new IllegalArgumentException(args[0]);
    }
    program.store.close();
    program.print("closed", program.entrance::enter);
  }

  /** Something that may be refused. */
  private interface Attempt {

    Object get() throws Exception;
  }

  private void print(String what, Attempt attempt) {
    String result;
    try {
      result = String.valueOf(attempt.get());
    } catch (ExecutionException e) {
      result = e.getCause().getClass().getSimpleName() + " " + e.getCause().getMessage();
    } catch (Exception | OutOfMemoryError e) {
      result = e.getClass().getSimpleName() + " " + e.getMessage();
    }
    System.out.println(what + ": " + result);
  }

  private boolean visit() {
    boolean entered = entrance.enter();
    entrance.leave(entrance.lease.seat);
    return entered;
  }

  private boolean visitElsewhere() throws Exception {
    return other.submit(this::visit).get();
  }

  private void reserve() {
    ProcessBarrier.prepare();
    while (!ProcessBarrier.isReady()) {
      Thread.onSpinWait();
    }
    for (int i = 0; i < MANY; i++) {
      visit();
    }
  }

  private void withoutMemory() throws Exception {
    reserve();
    visitElsewhere();
    // The thread comes back just as a limit is set, and then cannot enter.
    reserve();
    Lease.Seat seat = entrance.lease.seat;
    seat.comesBack();
    long hour = Duration.ofHours(1).toNanos();
    TimeLimit limit = other.submit(() -> store.timeLimits().begin(Timeout.Clock.CPU, hour)).get();
    seat.goes();
    entrance.lease.giveUp(seat);
    boolean refused = false;
    hoardAll();
    try {
      entrance.enter();
    } catch (OutOfMemoryError e) {
      refused = true;
    }
    hoard = null;
    System.out.println("refused: " + refused);
    long used = limit.usedNanos();
    for (long end = System.nanoTime() + Duration.ofMillis(50).toNanos(); System.nanoTime() < end;) {
      Thread.onSpinWait();
    }
    System.out.println("used meanwhile: " + (limit.usedNanos() - used));
    limit.close();
    print("elsewhere", this::visitElsewhere);
    print("here", this::visit);
  }

  /** Takes all memory that there is, down to the last word. */
  private void hoardAll() {
    for (int length = 1 << 20; length > 0;) {
      try {
        Object[] more = new Object[length];
        more[0] = hoard;
        hoard = more;
      } catch (OutOfMemoryError e) {
        length /= 2;
      }
    }
  }

  private void withoutThreads() throws InterruptedException {
    List<Thread> all = new ArrayList<>();
    CountDownLatch end = new CountDownLatch(1);
    try {
      for (;;) {
        Thread thread = DAEMONS.newThread(() -> await(end));
        thread.start();
        all.add(thread);
      }
    } catch (OutOfMemoryError expected) {
      System.out.println("threads: " + !all.isEmpty());
    }
    for (int i = 0; i < MANY; i++) {
      visit();
    }
    System.out.println("ready: " + ProcessBarrier.isReady());
    print("limit", () -> store.timeLimits().begin(Timeout.Clock.CPU, 1));
    print("here", this::visit);
    StoreState ticked = new StoreState(null, new TypeRegistry(), StoreLimits.DEFAULT, MemoryBudget.UNLIMITED,
        new NativeTier(CodeRegion.current(), NOTHING_COMPILED, false), false);
    print("ticked", ticked.entrance()::enter);
    end.countDown();
    for (Thread thread : all) {
      thread.join();
    }
    print("ticked later", () -> other.submit(ticked.entrance()::enter).get());
  }

  private static void await(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void withoutBarriers() throws Exception {
    reserve();
    visitElsewhere();
    reserve();
    RefusingKernel.refuse(RefusingKernel.Refusal.BARRIERS);
    print("elsewhere", this::visitElsewhere);
    print("upkeep", store::dropIdleStack);
    print("entered", entrance::isEntered);
    print("limit", () -> store.timeLimits().begin(Timeout.Clock.CPU, 1));
    print("here", this::visit);
    // It gave its reservation up then.
    print("elsewhere after", this::visitElsewhere);
    RefusingKernel.allow();
    reserve();
    RefusingKernel.refuse(RefusingKernel.Refusal.BARRIERS);
    print("close", () -> {
      store.close();
      return "done";
    });
    print("enter", this::visitElsewhere);
    RefusingKernel.allow();
  }
}
