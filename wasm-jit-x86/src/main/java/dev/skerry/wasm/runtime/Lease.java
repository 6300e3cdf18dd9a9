package dev.skerry.wasm.runtime;

import dev.skerry.memory.NativeMemoryException;
import dev.skerry.memory.ProcessBarrier;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.BooleanSupplier;

/**
 * Who is inside a store. One thread at a time; another one that comes meanwhile is refused, not queued. Native memory
 * is freed exactly once, by whoever leaves last or closes.
 *
 * <p>A thread that came often, with no other one between, keeps the store reserved while it is outside: it comes and
 * goes by plain writes to its seat. Whoever else wants something takes the reservation away first, behind a barrier on
 * every thread of the process; after that the thread is seen inside, or sees that it has no reservation.
 *
 * <p>That needs of the compiler that it keeps a write, and what is read behind it, in order where fences stand between
 * them: the Java memory model promises it of a full fence alone, HotSpot's compilers move no access across any fence.
 *
 * <p>Java's stack may end at any call, on the way out too. So what belongs together is written with no call between,
 * and a thread that has no stack to leave says so by a write, or ends: then it is outside, and whoever comes next gives
 * the store up for it.
 */
final class Lease {

  /** How often in a row a thread comes before the store is reserved for it: that costs others a system call. */
  private static final int OFTEN = 1_000;

  private static final int EMPTY = 0;
  /** Somebody is inside, or has the store reserved. */
  private static final int TAKEN = 1;
  /** Somebody is inside for some microseconds, on behalf of nobody: others wait for it. */
  private static final int UPKEEP = 2;

  /** How often whoever waits for the end looks for a thread that left without a word. */
  private static final long LOOK_MILLIS = 20;

  private static final AtomicIntegerFieldUpdater<Lease> STATE =
      AtomicIntegerFieldUpdater.newUpdater(Lease.class, "state");

  private volatile int state = EMPTY;
  private final Seat nobody = new Seat(null);
  /**
   * Of the last one that came: while it has the store reserved, its shortest way in. Changed by whoever took the store
   * while it was empty.
   */
  volatile Seat seat = nobody;
  private final CountDownLatch freed = new CountDownLatch(1);
  private final Runnable free;
  private final BooleanSupplier watched;
  private final int often;
  private volatile boolean closing;

  /**
   * A store that nobody is in.
   *
   * @param watched whether somebody wants to be told who comes and goes: then the store is not reserved. Whoever begins
   *     to want that takes a reservation away that there may be
   */
  Lease(Runnable free, BooleanSupplier watched) {
    this(free, watched, OFTEN);
  }

  /** @param often how often in a row a thread comes before the store is reserved for it */
  Lease(Runnable free, BooleanSupplier watched, int often) {
    this.free = free;
    this.watched = watched;
    this.often = often;
  }

  /**
   * A thread that came, as long as no other one does, and until a reservation is taken away from it. Stores do not keep
   * threads that ended.
   */
  final class Seat extends WeakReference<Thread> {

    static final int INSIDE = 1;
    private static final int OUTSIDE = 0;
    /** Outside, with the store reserved as far as the thread knows. */
    private static final int RESERVED = 2;

    private int entries;
    /** Written by the thread alone; read and written between fences. */
    int place;
    /**
     * Set by the thread, for good, where it is outside but had no stack to leave, so that its place is inside; the only
     * thing that code outside of this class may write.
     */
    volatile boolean left;
    /** Set by the thread while it has the store, for good. */
    private volatile boolean reserved;
    /** Whether the reservation was taken away, or the store given up for the thread. */
    private volatile boolean revoked;
    /** Under the lease's lock: whether all threads passed a barrier since; whether the store was given up then. */
    private boolean fenced;
    private boolean vacated;

    private Seat(Thread thread) {
      super(thread);
    }

    /**
     * Enters again, if the store is reserved for this thread, which is outside, and somebody else wants neither it nor
     * to be told. True if the caller must {@link #goes}; else nothing has changed.
     */
    boolean comesBack() {
      if (place != RESERVED || !refersTo(Thread.currentThread())) {
        return false;
      }
      try {
        write(INSIDE);
      } catch (StackOverflowError e) {
        // Others may be inside: so this thread must not say that it is.
        place = RESERVED;
        throw e;
      }
      if (!revoked) {
        return true;
      }
      place = RESERVED;
      // Whoever took the reservation away meanwhile may have seen this thread inside, and wait.
      giveUp(this);
      return false;
    }

    /** Leaves after {@link #comesBack}; false if the caller must {@link Lease#giveUp} the store. */
    boolean goes() {
      write(RESERVED);
      return !revoked;
    }

    /** Whether this is the calling thread's, which is inside. */
    boolean isInside() {
      return place == INSIDE && refersTo(Thread.currentThread()) && !left;
    }

    /** Whether the thread is inside, for others; not if it left without a word. */
    private boolean isHeld() {
      boolean now = !isGone() && place == INSIDE;
      VarHandle.acquireFence();
      return now;
    }

    /** Whether the thread left, and nobody gave the store up: the place of a thread that is gone is its last. */
    private boolean isAbandoned() {
      return isGone() && place == INSIDE;
    }

    private boolean isGone() {
      if (left) {
        return true;
      }
      Thread thread = get();
      boolean ended = thread == null || !thread.isAlive();
      VarHandle.acquireFence();
      return ended;
    }

    /**
     * Writes without a barrier, and keeps the compiler from reading before that what is read next. The processor may
     * still do so, unless whoever takes the reservation away stops it.
     */
    private void write(int now) {
      VarHandle.releaseFence();
      place = now;
      VarHandle.releaseFence();
      VarHandle.acquireFence();
    }

    /** Writes so that nothing is read before. */
    private void writeFenced(int now) {
      write(now);
      VarHandle.fullFence();
    }
  }

  /**
   * Enters; true if the caller must {@link #leave(Seat)}, false if this thread is inside already.
   *
   * @throws IllegalStateException if the store is closed or another thread is inside
   */
  boolean enter() {
    Seat own = seat;
    if (own.isInside()) {
      return false;
    }
    if (!own.comesBack()) {
      take(Thread.currentThread());
    }
    return true;
  }

  /** One that no thread comes back to. */
  Seat nobody() {
    return nobody;
  }

  private void take(Thread current) {
    while (!STATE.compareAndSet(this, EMPTY, TAKEN)) {
      requireOpen();
      if (!unreserve() && state == TAKEN) {
        throw new IllegalStateException("the store is in use by another thread, one at a time may enter it");
      }
      Thread.onSpinWait();
    }
    try {
      sit(current);
      requireOpen();
    } catch (Throwable thrown) {
      // No memory for a seat, no stack, or closed meanwhile.
      seat.place = Seat.OUTSIDE;
      state = EMPTY;
      if (closing) {
        tryFree();
      }
      throw thrown;
    }
  }

  private void sit(Thread current) {
    Seat own = seat;
    if (own.revoked || !own.refersTo(current)) {
      own = new Seat(current);
      seat = own;
    }
    own.entries++;
    own.writeFenced(Seat.INSIDE);
  }

  void requireOpen() {
    if (closing) {
      throw new IllegalStateException("the store is closed");
    }
  }

  /**
   * Leaves, for the thread whose seat that is; false if the caller must tell those who want to know who comes and goes.
   */
  boolean leave(Seat own) {
    if (own.reserved && own.goes()) {
      return true;
    }
    giveUp(own);
    return false;
  }

  /** Lets others in, or keeps the store for the thread, which is outside then. */
  void giveUp(Seat own) {
    if (own.revoked) {
      settle(own);
      if (closing) {
        tryFree();
      }
    } else if (own.entries < often || watched.getAsBoolean()) {
      empty(own);
    } else if (ProcessBarrier.isReady()) {
      own.place = Seat.RESERVED;
      own.reserved = true;
      if (closing || watched.getAsBoolean()) {
        unreserve();
      }
      if (closing) {
        tryFree();
      }
    } else {
      own.entries = 0;
      empty(own);
      ProcessBarrier.prepare();
    }
  }

  /** Gives the store up, for the thread that is inside. */
  private void empty(Seat own) {
    own.place = Seat.OUTSIDE;
    state = EMPTY;
    if (closing) {
      tryFree();
    }
  }

  /** Gives up a store for a thread, once, unless that is inside; says whether it did. */
  private synchronized boolean settle(Seat own) {
    if (own.vacated || own.isHeld()) {
      return false;
    }
    own.revoked = true;
    own.vacated = true;
    state = EMPTY;
    return true;
  }

  /**
   * Takes a reservation away, and the store from a thread that left without a word; true if that left the store empty,
   * false if there was nothing to take or the thread is inside.
   *
   * @throws NativeMemoryException if the system refuses the barrier that it gave before; the thread gives its
   *     reservation up when it comes next
   */
  synchronized boolean unreserve() {
    Seat other = seat;
    if (other.vacated) {
      return false;
    }
    if (!other.reserved) {
      return other.isAbandoned() && settle(other);
    }
    other.revoked = true;
    if (!other.fenced) {
      ProcessBarrier.everywhere();
      other.fenced = true;
    }
    return settle(other);
  }

  /** Does something quick if nobody is inside, which can be found out, and the store is open; says whether it did. */
  boolean whileEmpty(Runnable action) {
    try {
      unreserve();
    } catch (NativeMemoryException noBarrier) {
      return false;
    }
    if (closing || !STATE.compareAndSet(this, EMPTY, UPKEEP)) {
      return false;
    }
    try {
      if (closing) {
        return false;
      }
      action.run();
      return true;
    } finally {
      state = EMPTY;
      if (closing) {
        tryFree();
      }
    }
  }

  /** The thread that is inside, or null; exact if there is no reservation. */
  Thread owner() {
    Seat last = seat;
    return state == TAKEN && last.isHeld() ? last.get() : null;
  }

  boolean isClosing() {
    return closing;
  }

  /**
   * Refuses newcomers from now on.
   *
   * @throws NativeMemoryException as {@link #unreserve}; the store can be closed again
   */
  void startClosing() {
    closing = true;
    unreserve();
  }

  /** Waits until the last thread has left and all is freed; a thread that is inside returns at once. */
  void finishClosing() {
    if (owner() == Thread.currentThread()) {
      return;
    }
    boolean interrupted = false;
    try {
      for (boolean done = false; !done;) {
        unreserve();
        tryFree();
        try {
          done = freed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void tryFree() {
    if (freed.getCount() > 0 && STATE.compareAndSet(this, EMPTY, TAKEN)) {
      try {
        sit(Thread.currentThread());
        if (freed.getCount() > 0) {
          free.run();
          freed.countDown();
        }
      } finally {
        seat.place = Seat.OUTSIDE;
        state = EMPTY;
      }
    }
  }
}
