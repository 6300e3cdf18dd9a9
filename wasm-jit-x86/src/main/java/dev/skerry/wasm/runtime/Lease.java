package dev.skerry.wasm.runtime;

import dev.skerry.memory.ProcessBarrier;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
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
 */
final class Lease {

  /** How often in a row a thread comes before the store is reserved for it: that costs others a system call. */
  private static final int OFTEN = 1_000;

  private static final int EMPTY = 0;
  /** Somebody is inside, or has the store reserved. */
  private static final int TAKEN = 1;
  /** Somebody is inside for some microseconds, on behalf of nobody: others wait for it. */
  private static final int UPKEEP = 2;

  private final AtomicInteger state = new AtomicInteger();
  private final Seat nobody = new Seat(null);
  /** Of the last one that came; changed by whoever took the store while it was empty. */
  private volatile Seat seat = nobody;
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

    private static final int OUTSIDE = 0;
    private static final int INSIDE = 1;
    /** Outside, with the store reserved as far as the thread knows. */
    private static final int RESERVED = 2;

    private int entries;
    /** Written by the thread alone; read and written between fences. */
    private int place;
    /** Set by the thread while it has the store, for good. */
    private volatile boolean reserved;
    /** Whether the reservation was taken away. */
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

    private boolean isInside() {
      boolean now = place == INSIDE;
      VarHandle.acquireFence();
      return now;
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
   * Enters; true if the caller must {@link #leave}, false if this thread is inside already.
   *
   * @throws IllegalStateException if the store is closed or another thread is inside
   */
  boolean enter() {
    Thread current = Thread.currentThread();
    Seat own = seat;
    if (own.refersTo(current)) {
      if (own.isInside()) {
        return false;
      }
      if (own.comesBack()) {
        return true;
      }
    }
    take(current);
    return true;
  }

  /** One that no thread comes back to. */
  Seat nobody() {
    return nobody;
  }

  /** Of the thread that came last: while it has the store reserved, its shortest way in. */
  Seat seat() {
    return seat;
  }

  private void take(Thread current) {
    while (!state.compareAndSet(EMPTY, TAKEN)) {
      requireOpen();
      if (!unreserve() && state.get() == TAKEN) {
        throw new IllegalStateException("the store is in use by another thread, one at a time may enter it");
      }
      Thread.onSpinWait();
    }
    try {
      sit(current);
    } catch (Throwable thrown) {
      // No memory for a seat, or no stack.
      seat.place = Seat.OUTSIDE;
      empty();
      throw thrown;
    }
    if (closing) {
      leave();
      requireOpen();
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

  /** Leaves; false if the caller must tell those who want to know who comes and goes. */
  boolean leave() {
    return leave(seat);
  }

  private boolean leave(Seat own) {
    own.write(own.reserved ? Seat.RESERVED : Seat.OUTSIDE);
    if (own.reserved && !own.revoked) {
      return true;
    }
    giveUp(own);
    return false;
  }

  /** Lets others in, or keeps the store for the thread, which is outside. */
  void giveUp(Seat own) {
    if (own.revoked) {
      settle(own);
      if (closing) {
        tryFree();
      }
    } else if (own.entries < often || watched.getAsBoolean()) {
      empty();
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
      empty();
      ProcessBarrier.prepare();
    }
  }

  /** Gives the store up, for whoever has taken it. */
  private void empty() {
    state.set(EMPTY);
    if (closing) {
      tryFree();
    }
  }

  /** Gives up a store whose reservation was taken away, once, if its thread is not inside; says whether it did. */
  private synchronized boolean settle(Seat own) {
    if (own.vacated || own.isInside()) {
      return false;
    }
    own.vacated = true;
    state.set(EMPTY);
    return true;
  }

  /**
   * Takes a reservation away; true if that left the store empty, false if there was none or its thread is inside.
   *
   * @throws dev.skerry.memory.NativeMemoryException if the system refuses the barrier that it gave before; the store
   *     stays as it is then
   */
  synchronized boolean unreserve() {
    Seat other = seat;
    if (other.vacated || !other.reserved) {
      return false;
    }
    other.revoked = true;
    if (!other.fenced) {
      ProcessBarrier.everywhere();
      other.fenced = true;
    }
    return settle(other);
  }

  /** Does something quick if nobody is inside and the store is open; false if it did not. */
  boolean whileEmpty(Runnable action) {
    unreserve();
    if (closing || !state.compareAndSet(EMPTY, UPKEEP)) {
      return false;
    }
    try {
      if (closing) {
        return false;
      }
      action.run();
      return true;
    } finally {
      empty();
    }
  }

  /** The thread that is inside, or null; exact if there is no reservation. */
  Thread owner() {
    Seat last = seat;
    return state.get() == TAKEN && last.isInside() ? last.get() : null;
  }

  boolean isClosing() {
    return closing;
  }

  /** Refuses newcomers from now on. */
  void startClosing() {
    closing = true;
    unreserve();
  }

  /** Waits until the last thread has left and all is freed; a thread that is inside returns at once. */
  void finishClosing() {
    if (owner() == Thread.currentThread()) {
      return;
    }
    tryFree();
    boolean interrupted = false;
    while (freed.getCount() > 0) {
      try {
        freed.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void tryFree() {
    if (freed.getCount() > 0 && state.compareAndSet(EMPTY, TAKEN)) {
      try {
        sit(Thread.currentThread());
        if (freed.getCount() > 0) {
          free.run();
          freed.countDown();
        }
      } finally {
        seat.write(Seat.OUTSIDE);
        state.set(EMPTY);
      }
    }
  }
}
