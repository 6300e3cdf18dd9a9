package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The queue of one agent. */
final class EventLoopTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final WorkerPool pool = new WorkerPool(2);
  private final AtomicInteger released = new AtomicInteger();
  private final AtomicInteger yields = new AtomicInteger();
  private final AtomicInteger inTurn = new AtomicInteger();
  private final List<String> done = Collections.synchronizedList(new ArrayList<>());
  private final EventLoop loop = new EventLoop(pool, new Bodies());
  private final Activity activity = new Activity();

  /** Runs bodies; what asked to be left unfinished is so once, and then ends. */
  private final class Bodies implements EventLoop.Runner {

    private boolean leaves;

    @Override
    public void enter() {
      inTurn.incrementAndGet();
    }

    @Override
    public boolean run(Task task) {
      task.body().run();
      leaves = task.name().startsWith("long");
      return !leaves;
    }

    @Override
    public boolean goOn(Task task) {
      done.add("rest of " + task.name());
      return true;
    }

    @Override
    public long leave() {
      inTurn.decrementAndGet();
      return 0;
    }

    @Override
    public void yield() {
      yields.incrementAndGet();
    }

    @Override
    public void release() {
      released.incrementAndGet();
    }
  }

  @AfterEach
  void closePool() {
    pool.close();
  }

  private void post(String name, Runnable body) {
    loop.post(new Task(name, activity.begin(), body, () -> done.add("dropped " + name)));
  }

  private boolean settles() throws InterruptedException {
    return activity.await(PATIENCE, () -> Long.MAX_VALUE);
  }

  @Test
  void givenTasksFromManyThreadsWhenTheyRunThenNeverTwoAtOnceAndEachThreadsInOrder() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int number = t;
      Thread thread = new Thread(() -> {
        for (int i = 0; i < 500; i++) {
          String name = number + ":" + i;
          post(name, () -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            done.add(name);
            inside.decrementAndGet();
          });
        }
      });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertTrue(settles());
    assertEquals(1, most.get());
    assertEquals(2_000, done.size());
    for (int t = 0; t < 4; t++) {
      String prefix = t + ":";
      List<Integer> order = done.stream().filter(name -> name.startsWith(prefix))
          .map(name -> Integer.valueOf(name.substring(2))).toList();
      assertEquals(order.stream().sorted().toList(), order);
    }
  }

  @Test
  void givenARunningAndAQueuedTaskWhenTheLoopClosesThenTheSecondIsDroppedAndTheReleaseWaitsForTheFirst()
      throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    post("first", () -> {
      started.countDown();
      try {
        gate.await();
      } catch (InterruptedException interrupted) {
        done.add("interrupted");
      }
      done.add("first");
    });
    post("second", () -> done.add("second"));
    assertTrue(started.await(60, TimeUnit.SECONDS));
    loop.close();
    loop.close();
    assertEquals(List.of("dropped second"), done);
    assertEquals(0, released.get());
    assertFalse(loop.awaitRelease(Duration.ofMillis(1)));
    gate.countDown();
    assertTrue(loop.awaitRelease(PATIENCE));
    assertEquals(List.of("dropped second", "first"), done);
    assertEquals(1, released.get());
  }

  @Test
  void givenAnIdleLoopWhenItClosesThenItIsReleasedAtOnceAndLaterTasksAreDropped() {
    loop.close();
    assertEquals(1, released.get());
    post("late", () -> done.add("late"));
    assertEquals(List.of("dropped late"), done);
    assertEquals("looked", loop.between(() -> "looked"));
  }

  @Test
  void givenAClosedPoolWhenATaskIsPostedThenItIsDroppedAndTheLoopReleased() throws Exception {
    pool.close();
    post("late", () -> done.add("late"));
    assertEquals(List.of("dropped late"), done);
    assertTrue(loop.awaitRelease(PATIENCE));
    assertTrue(settles());
  }

  @Test
  void givenATaskThatIsLeftUnfinishedWhenOthersArePostedThenItEndsBeforeTheyBegin() throws Exception {
    CountDownLatch posted = new CountDownLatch(1);
    post("long one", () -> {
      done.add("long one");
      try {
        posted.await();
      } catch (InterruptedException interrupted) {
        done.add("interrupted");
      }
    });
    post("next", () -> done.add("next"));
    posted.countDown();
    assertTrue(settles());
    assertEquals(List.of("long one", "rest of long one", "next"), done);
  }

  @Test
  void givenAnUnfinishedTaskWhenTheLoopClosesThenItGoesOnOnceMoreAndThenTheLoopIsReleased() throws Exception {
    post("long one", loop::close);
    assertTrue(loop.awaitRelease(PATIENCE));
    assertEquals(List.of("rest of long one"), done);
    assertEquals(1, released.get());
    assertEquals(0, inTurn.get());
  }

  @Test
  void givenThreadsThatAreAllBusyWhenAnotherLoopHasATaskThenTheyAreAskedToYield() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    try (Watchdog watchdog = new Watchdog(pool)) {
      watchdog.begin(() -> { });
      for (int i = 0; i < 3; i++) {
        new EventLoop(pool, new Bodies()).post(new Task("busy", Activity.UNCOUNTED, () -> {
          while (yields.get() == 0) {
            Thread.onSpinWait();
          }
          gate.countDown();
        }, () -> { }));
      }
      assertTrue(gate.await(120, TimeUnit.SECONDS));
    }
  }

  @Test
  void givenMoreBusyLoopsThanThreadsWhenOneMoreHasATaskThenThePoolGrowsForIt() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    try (Watchdog watchdog = new Watchdog(pool)) {
      Runnable check = () -> { };
      watchdog.begin(check);
      for (int i = 0; i < 2 + 2 * Runtime.getRuntime().availableProcessors(); i++) {
        new EventLoop(pool, new Bodies()).post(new Task("busy", Activity.UNCOUNTED, () -> {
          try {
            gate.await();
          } catch (InterruptedException interrupted) {
            done.add("interrupted");
          }
        }, () -> { }));
      }
      CountDownLatch ran = new CountDownLatch(1);
      post("patient", ran::countDown);
      assertTrue(ran.await(60, TimeUnit.SECONDS));
      gate.countDown();
    }
  }
}
