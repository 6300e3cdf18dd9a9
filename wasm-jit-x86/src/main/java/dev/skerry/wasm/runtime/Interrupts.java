package dev.skerry.wasm.runtime;

import dev.skerry.memory.NativeAccess;
import dev.skerry.wasm.Trap;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is asked of whatever runs in a store ({@link Interrupt}): a word of the store's context, at which guest code
 * looks when it polls. Thread-safe, also after the store was freed; then nothing is written any more.
 */
public final class Interrupts {

  private final long context;
  /** What waits at addresses of shared memories. */
  private final Set<AtomicWaiter> waiters = ConcurrentHashMap.newKeySet();
  /** Whether the context is there. */
  private boolean open = true;
  /** Whether nothing is to run any more. */
  private boolean ending;

  Interrupts(long context) {
    this.context = context;
  }

  /** What is asked at this moment, for a thread that is inside. */
  int pending() {
    return NativeAccess.getInt(context + Layout.STORE_INTERRUPT);
  }

  /** Ends whatever runs and begins, until {@link #clear}. */
  public void interrupt() {
    raise(Interrupt.KILL);
    nudge();
  }

  /** Lets code run again, unless the store is about to be closed. */
  public synchronized void clear() {
    if (!ending) {
      drop(Interrupt.KILL);
    }
  }

  /** As {@link #interrupt}, for good. */
  void end() {
    synchronized (this) {
      ending = true;
    }
    interrupt();
  }

  public void requestYield() {
    raise(Interrupt.YIELD);
  }

  /** Asks whatever runs what it is. */
  void requestSample() {
    raise(Interrupt.SAMPLE);
  }

  /** Lets whoever waits at an address look whether it is to end. */
  void nudge() {
    waiters.forEach(AtomicWaiter::nudge);
  }

  synchronized void raise(int asked) {
    if (open) {
      set(pending() | asked);
    }
  }

  synchronized void drop(int asked) {
    if (open) {
      set(pending() & ~asked);
    }
  }

  /** What begins now was not meant by whoever asked before. */
  void forgetYield() {
    forget(Interrupt.YIELD);
  }

  /** A look that took longer than a tick, as the first one does, must not find itself. */
  void forgetSample() {
    forget(Interrupt.SAMPLE);
  }

  private void forget(int asked) {
    if ((pending() & asked) != 0) {
      drop(asked);
    }
  }

  /** Takes the requests that are pending away, for whoever is inside; what ends it stays. */
  synchronized int take() {
    int bits = pending();
    set(bits & Interrupt.END);
    return bits;
  }

  synchronized void throwIfInterrupted() {
    if (!open || (pending() & Interrupt.KILL) != 0) {
      throw new Trap(Trap.Kind.INTERRUPTED, null, List.of());
    }
  }

  /** Under the lock. The limit is moved last: whoever sets it to what it should be looks for interrupts after that. */
  private void set(int bits) {
    NativeAccess.putInt(context + Layout.STORE_INTERRUPT, bits);
    if (bits != 0) {
      VarHandle.fullFence();
      NativeAccess.putLong(context + Layout.STORE_NATIVE_LIMIT, -1);
    }
  }

  /** Tells a waiter when what runs is to end. */
  void add(AtomicWaiter waiter) {
    waiters.add(waiter);
  }

  void remove(AtomicWaiter waiter) {
    waiters.remove(waiter);
  }

  /** The context is about to be freed. */
  synchronized void close() {
    open = false;
  }
}
