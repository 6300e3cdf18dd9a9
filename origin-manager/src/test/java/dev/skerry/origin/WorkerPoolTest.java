package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who has a turn when more want one than there are threads. */
final class WorkerPoolTest {

  private static final int CROWD = 2_000;

  private final WorkerPool pool = new WorkerPool(1);
  private final AtomicLong freshTurns = new AtomicLong();
  private final CountDownLatch finished = new CountDownLatch(1);

  /** Wants its next turn at once, as one of two that answer each other does, so that some fresh turn always waits. */
  private final class Talker implements WorkerPool.Turn {

    private final long most;

    Talker(long most) {
      this.most = most;
    }

    @Override
    public void run() {
      if (freshTurns.incrementAndGet() < most && finished.getCount() > 0) {
        pool.execute(this, false);
      } else {
        finished.countDown();
      }
    }

    @Override
    public void yield() {
    }
  }

  @AfterEach
  void closePool() {
    pool.close();
  }

  private void talk(long mostTurns) {
    pool.execute(new Talker(mostTurns), false);
    pool.execute(new Talker(mostTurns), false);
  }

  private static WorkerPool.Turn turn(Runnable body) {
    return new WorkerPool.Turn() {
      @Override
      public void run() {
        body.run();
      }

      @Override
      public void yield() {
      }
    };
  }

  @Test
  void givenTurnsThatNeverStopComingWhenManyAgentsHadUsedUpTheirSliceThenTheseAllHaveATurnSoon() throws Exception {
    AtomicInteger ran = new AtomicInteger();
    talk(10_000_000);
    for (int i = 0; i < CROWD; i++) {
      pool.execute(turn(() -> {
        if (ran.incrementAndGet() == CROWD) {
          finished.countDown();
        }
      }), true);
    }
    assertTrue(finished.await(60, TimeUnit.SECONDS));
    assertEquals(CROWD, ran.get(), "after " + freshTurns + " turns of others");
  }

  @Test
  void givenTurnsThatNeverStopComingWhenOneAgentUsesUpEachSliceThenOthersHaveMostOfTheTime() throws Exception {
    int most = 10;
    AtomicInteger slices = new AtomicInteger();
    long start = System.nanoTime();
    WorkerPool.Turn[] loop = new WorkerPool.Turn[1];
    loop[0] = turn(() -> {
      long begin = System.nanoTime();
      while (System.nanoTime() - begin < WorkerPool.SLICE_NANOS) {
        Thread.onSpinWait();
      }
      if (slices.incrementAndGet() == most) {
        finished.countDown();
      } else {
        pool.execute(loop[0], true);
      }
    });
    talk(Long.MAX_VALUE);
    pool.execute(loop[0], true);
    assertTrue(finished.await(60, TimeUnit.SECONDS));
    long elapsed = System.nanoTime() - start;
    assertTrue(elapsed > 4 * most * WorkerPool.SLICE_NANOS, most + " slices within " + elapsed + " ns");
  }

  /** Runs a turn that waits in some way, with another one behind it; how long it was until that had a thread. */
  private long nanosBehind(Runnable waits) throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    pool.execute(turn(() -> {
      begun.countDown();
      waits.run();
    }), false);
    begun.await();
    long start = System.nanoTime();
    pool.execute(turn(finished::countDown), false);
    while (!finished.await(1, TimeUnit.MILLISECONDS)) {
      pool.relieve();
    }
    return System.nanoTime() - start;
  }

  @Test
  void givenATurnThatWaitsForSomethingThenTheNextOneHasAThread() throws Exception {
    CountDownLatch waits = new CountDownLatch(1);
    nanosBehind(() -> {
      try {
        waits.await();
      } catch (InterruptedException nobodysBusiness) {
        Thread.currentThread().interrupt();
      }
    });
    waits.countDown();
  }

  @Test
  void givenATurnThatUsesItsProcessorThenTheNextOneHasAThread() throws Exception {
    nanosBehind(() -> {
      while (finished.getCount() > 0) {
        Thread.onSpinWait();
      }
    });
  }

  @Test
  void givenATurnThatSeemsToWaitForAProcessorThenTheNextOneHasAThreadAfterAWhile() throws Exception {
    Pipe pipe = Pipe.open();
    try (Pipe.SinkChannel sink = pipe.sink(); Pipe.SourceChannel source = pipe.source()) {
      long nanos = nanosBehind(() -> {
        try {
          source.read(ByteBuffer.allocate(1));
        } catch (IOException error) {
          throw new UncheckedIOException(error);
        }
      });
      sink.write(ByteBuffer.allocate(1));
      assertTrue(nanos >= WorkerPool.PATIENCE_NANOS, "a thread was started after " + nanos + " ns");
    }
  }
}
