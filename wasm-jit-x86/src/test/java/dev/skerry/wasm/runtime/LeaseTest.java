package dev.skerry.wasm.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skerry.memory.NativeSupport;
import dev.skerry.memory.ProcessBarrier;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One thread at a time is inside a store, also where one that comes often has it reserved. */
@Timeout(120)
class LeaseTest {

  /** More than a reservation takes. */
  private static final int MANY = 3_000;

  private final ExecutorService others = Executors.newCachedThreadPool();
  private final AtomicInteger frees = new AtomicInteger();
  /** Written by whoever is inside alone: what a second one there would break. */
  private int inside;
  private long visits;
  private final Lease lease = new Lease(() -> {
    assertEquals(0, inside);
    frees.incrementAndGet();
  }, () -> false);

  @BeforeEach
  void allowReservations() {
    assumeTrue(NativeSupport.isNative(), "there are no reservations without native code");
    ProcessBarrier.prepare();
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!ProcessBarrier.isReady() && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assumeTrue(ProcessBarrier.isReady(), "the kernel refuses barriers");
  }

  @AfterEach
  void endThreads() {
    others.shutdownNow();
  }

  private boolean visit() {
    boolean entered = lease.enter();
    assertTrue(entered);
    assertEquals(0, inside++);
    visits++;
    assertEquals(1, inside--);
    lease.leave(lease.seat);
    return entered;
  }

  private void visitOften() {
    for (int i = 0; i < MANY; i++) {
      visit();
    }
  }

  private <T> T elsewhere(Callable<T> action) throws Exception {
    return others.submit(action).get();
  }

  @Test
  void givenAThreadThatCameOftenWhenItIsOutsideThenOthersComeInAndItDoesAgain() throws Exception {
    for (int round = 0; round < 20; round++) {
      visitOften();
      assertNull(lease.owner());
      assertTrue(elsewhere(this::visit));
      assertTrue(elsewhere(() -> {
        visitOften();
        return true;
      }));
      visit();
    }
  }

  @Test
  void givenAThreadThatCameOftenWhenItIsInsideThenOthersAreRefusedUntilItLeaves() throws Exception {
    visitOften();
    assertTrue(lease.enter());
    assertSame(Thread.currentThread(), lease.owner());
    assertThrows(IllegalStateException.class, () -> unwrapped(() -> elsewhere(lease::enter)));
    assertFalse(elsewhere(() -> lease.whileEmpty(() -> { })));
    assertFalse(lease.enter(), "it is inside already, also without its reservation");
    lease.leave(lease.seat);
    assertTrue(elsewhere(this::visit));
    assertTrue(elsewhere(() -> lease.whileEmpty(() -> { })));
    visit();
  }

  private static void unwrapped(Callable<?> action) throws Throwable {
    try {
      action.call();
    } catch (java.util.concurrent.ExecutionException e) {
      throw e.getCause();
    }
  }

  @Test
  void givenAThreadThatCameOftenWhenItComesAgainWithinThenItIsToldThatItIsInside() {
    visitOften();
    assertTrue(lease.enter());
    assertFalse(lease.enter());
    lease.leave(lease.seat);
    visit();
  }

  @Test
  void givenThreadsThatComeAndGoWithoutEndWhenReservationsChangeThenNeverTwoAreInside() throws Exception {
    AtomicInteger refused = new AtomicInteger();
    long end = System.nanoTime() + Duration.ofMillis(500).toNanos();
    List<Future<Long>> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int pause = i;
      all.add(others.submit(() -> {
        long came = 0;
        for (long turn = 0; System.nanoTime() < end; turn++) {
          came += tryVisit(refused);
          // One comes all the time, the others seldom: so that it is reserved, and taken away.
          for (long wait = pause * 40_000L; wait > 0; wait--) {
            Thread.onSpinWait();
          }
        }
        return came;
      }));
    }
    long came = 0;
    for (Future<Long> one : all) {
      came += one.get();
    }
    assertEquals(came, visits);
  }

  private int tryVisit(AtomicInteger refused) {
    try {
      visit();
      return 1;
    } catch (IllegalStateException e) {
      refused.incrementAndGet();
      return 0;
    }
  }

  @Test
  void givenAStoreThatIsReservedAtOnceWhenOthersTakeThatAwayWithoutEndThenNeverTwoAreInside() throws Exception {
    Lease eager = new Lease(() -> { }, () -> false, 1);
    long end = System.nanoTime() + Duration.ofMillis(500).toNanos();
    Callable<Long> visitor = () -> {
      long came = 0;
      while (System.nanoTime() < end) {
        for (int i = 0; i < 20; i++) {
          came += tryVisit(eager);
        }
      }
      return came;
    };
    Callable<Long> upkeep = () -> {
      long came = 0;
      while (System.nanoTime() < end) {
        eager.unreserve();
        came += eager.whileEmpty(() -> visits++) ? 1 : 0;
      }
      return came;
    };
    long came = 0;
    for (Future<Long> one : List.of(others.submit(visitor), others.submit(upkeep), others.submit(visitor))) {
      came += one.get();
    }
    assertEquals(came, visits);
    elsewhere(() -> {
      eager.startClosing();
      eager.finishClosing();
      return true;
    });
  }

  private int tryVisit(Lease eager) {
    try {
      eager.enter();
    } catch (IllegalStateException e) {
      return 0;
    }
    visits++;
    eager.leave(eager.seat);
    return 1;
  }

  @Test
  void givenAReservationWhenItsThreadEndsThenItIsCollectedAndOthersComeIn() throws Exception {
    Thread visitor = new Thread(this::visitOften);
    visitor.start();
    visitor.join();
    WeakReference<Thread> ended = new WeakReference<>(visitor);
    visitor = null;
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (ended.get() != null && System.nanoTime() < end) {
      System.gc();
    }
    assertNull(ended.get());
    assertNull(lease.owner());
    visit();
  }

  /** Ends inside, as threads do that have no stack to leave. */
  private void endInside(int visitsBefore) throws InterruptedException {
    Thread visitor = new Thread(() -> {
      for (int i = 0; i < visitsBefore; i++) {
        visit();
      }
      lease.enter();
    });
    visitor.start();
    visitor.join();
    assertNull(lease.owner());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, MANY})
  void givenAThreadThatEndedInsideWhenManyComeAtOnceThenOneIsInsideAtATime(int before) throws Exception {
    for (int round = 0; round < 50; round++) {
      endInside(before);
      CyclicBarrier together = new CyclicBarrier(3);
      AtomicInteger refused = new AtomicInteger();
      List<Future<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        all.add(others.submit(() -> {
          together.await();
          return tryVisit(refused);
        }));
      }
      int came = 0;
      for (Future<Integer> one : all) {
        came += one.get();
      }
      assertTrue(came > 0, "all were refused");
      assertEquals(3, came + refused.get());
      assertEquals(0, inside);
      visit();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, MANY})
  void givenAThreadThatEndedInsideThenThereIsUpkeepAndTheStoreIsFreedOnce(int before) throws Exception {
    endInside(before);
    assertTrue(lease.whileEmpty(() -> assertEquals(0, inside)));
    endInside(before);
    lease.startClosing();
    lease.finishClosing();
    assertEquals(1, frees.get());
    assertThrows(IllegalStateException.class, lease::enter);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, MANY})
  void givenSomebodyWhoWaitsForTheEndWhenTheThreadInsideEndsThenTheStoreIsFreed(int before) throws Exception {
    CountDownLatch closing = new CountDownLatch(1);
    CountDownLatch entered = new CountDownLatch(1);
    Thread visitor = new Thread(() -> {
      for (int i = 0; i < before; i++) {
        visit();
      }
      lease.enter();
      entered.countDown();
      awaitUninterrupted(closing);
    });
    visitor.start();
    entered.await();
    Future<?> closer = others.submit(() -> {
      lease.startClosing();
      closing.countDown();
      lease.finishClosing();
    });
    closer.get();
    assertEquals(1, frees.get());
    visitor.join();
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts", e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, MANY})
  void givenAThreadThatCouldOnlySayThatItLeftThenOthersComeInAndItDoesAgain(int before) throws Exception {
    for (int i = 0; i < before; i++) {
      visit();
    }
    assertTrue(lease.enter());
    lease.seat.left = true;
    assertNull(lease.owner());
    visit();
    assertTrue(lease.enter());
    lease.seat.left = true;
    assertTrue(elsewhere(this::visit));
    visitOften();
    lease.startClosing();
    lease.finishClosing();
    assertEquals(1, frees.get());
  }

  @Test
  void givenAThreadWhoseStackEndsAsItLeavesThenItIsInsideUntilItDoes() throws Exception {
    AtomicBoolean ends = new AtomicBoolean();
    Lease left = new Lease(frees::incrementAndGet, () -> {
      if (ends.get()) {
        throw new StackOverflowError();
      }
      return false;
    }, 2);
    assertTrue(left.enter());
    left.leave(left.seat);
    assertTrue(left.enter());
    ends.set(true);
    assertThrows(StackOverflowError.class, () -> left.leave(left.seat));
    assertSame(Thread.currentThread(), left.owner());
    ends.set(false);
    left.leave(left.seat);
    assertTrue(elsewhere(left::enter));
  }

  @Test
  void givenAThreadThatComesAndGoesWhenTheStoreIsClosedThenItIsFreedOnceAndNobodyIsInsideAfter() throws Exception {
    for (int round = 0; round < 120; round++) {
      AtomicInteger freed = new AtomicInteger();
      Lease closed = new Lease(freed::incrementAndGet, () -> false);
      AtomicInteger came = new AtomicInteger();
      Future<?> visitor = others.submit(() -> {
        try {
          for (;;) {
            closed.enter();
            assertEquals(0, freed.get());
            came.incrementAndGet();
            assertEquals(0, freed.get());
            closed.leave(closed.seat);
          }
        } catch (IllegalStateException e) {
          return "the store is closed".equals(e.getMessage());
        }
      });
      while (came.get() < round * 20) {
        Thread.onSpinWait();
      }
      closed.startClosing();
      closed.finishClosing();
      assertEquals(1, freed.get());
      assertEquals(true, visitor.get());
      assertThrows(IllegalStateException.class, closed::enter);
    }
  }

  @Test
  void givenAStoreThatIsReservedWhenItsThreadClosesItThenItIsFreedAtOnce() {
    visitOften();
    lease.startClosing();
    lease.finishClosing();
    assertEquals(1, frees.get());
    assertThrows(IllegalStateException.class, lease::enter);
  }

  @Test
  void givenAThreadInsideWhenItClosesTheStoreThenItIsFreedWhenItLeaves() {
    visitOften();
    assertTrue(lease.enter());
    lease.startClosing();
    lease.finishClosing();
    assertEquals(0, frees.get());
    lease.leave(lease.seat);
    assertEquals(1, frees.get());
  }

  @Test
  void givenAReservationThatWasTakenAwayWhenJavasStackEndsOnTheWayInThenTheThreadIsNotSaidToBeInside()
      throws Exception {
    for (int depth = 0; depth < 40; depth++) {
      int frames = depth;
      Lease taken = new Lease(() -> { }, () -> false, 1);
      AtomicBoolean enters = new AtomicBoolean();
      Thread visitor = new Thread(null, () -> {
        taken.enter();
        taken.leave(taken.seat);
        taken.unreserve();
        comeBackUntilTheStackEnds(taken.seat, frames);
        enters.set(taken.enter());
      }, "visitor", 256 << 10);
      visitor.start();
      visitor.join();
      assertTrue(enters.get(), "it is said to be inside a store that others may enter");
    }
  }

  /** Begins some frames deeper each time, so that the stack ends at different places. */
  private static void comeBackUntilTheStackEnds(Lease.Seat seat, int frames) {
    if (frames > 0) {
      comeBackUntilTheStackEnds(seat, frames - 1);
    } else {
      assertThrows(StackOverflowError.class, () -> comeBackDeeper(seat));
    }
  }

  private static int comeBackDeeper(Lease.Seat seat) {
    assertFalse(seat.comesBack());
    return comeBackDeeper(seat) + 1;
  }
}
