package dev.skerry.wasm.runtime;

import dev.skerry.memory.NativeAccess;
import dev.skerry.wasm.Trap;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * The activations of one store: the one that runs, or ran last and waits for the next call, and those that are stopped:
 * suspended, or further out on the Java stack. The store is entered by whoever calls.
 */
final class Activations {

  private final StoreState store;
  /** The one that is attached, if any. */
  private Activation current;
  private final Set<Activation> stopped = Collections.newSetFromMap(new IdentityHashMap<>());
  /** Levels of all activations that lie on the Java stack. */
  private int nesting;
  /** Whether the store is among those that keep a stack. */
  private boolean listed;
  /** A hint to whoever looks for stacks that nobody needs. */
  private volatile long lastRunNanos = System.nanoTime() - IdleStacks.IDLE_NANOS;
  private final int most;

  Activations(StoreState store) {
    this.store = store;
    this.most = store.limits().nesting();
  }

  /** Calls a function with raw slots. */
  void call(FunctionInstance function, long[] slots) {
    Activation idle = current;
    int exit = idle == null ? Activation.NOT_ENTERED : idle.tryEnter(function, slots);
    if (exit != Exit.DONE) {
      callSetUp(function, slots, exit);
    }
  }

  /**
   * Calls with a level for all that may happen.
   *
   * @param entered {@link Activation#NOT_ENTERED}, or why the machine code stopped that it entered on an empty stack
   */
  void callSetUp(FunctionInstance function, long[] slots, int entered) {
    if (current == null) {
      attach(store.own(new Activation(store)));
      keepIdle();
    }
    nest();
    try {
      current.call(function, slots, entered);
    } finally {
      nesting--;
    }
  }

  private void keepIdle() {
    if (!listed) {
      listed = true;
      IdleStacks.add(store);
    }
  }

  long lastRunNanos() {
    return lastRunNanos;
  }

  /** Gives back the stack that is kept for the next call; nobody is inside. */
  void dropIdle() {
    listed = false;
    Activation idle = current;
    if (idle != null) {
      attach(null);
      store.release(idle);
    }
  }

  private void nest() {
    if (nesting == most) {
      store.usage().refuseNesting();
      throw new Trap(Trap.Kind.STACK_EXHAUSTED, null, List.of());
    }
    nesting++;
  }

  /** Wherever Java's stack ends in this, no activation takes over what the store says of another one's stack. */
  private void attach(Activation next) {
    NativeAccess.putInt(store.context() + Layout.STORE_EXIT, Exit.STOPPED);
    if (current != null) {
      current.stack().detach();
      current = null;
    }
    if (next != null) {
      next.stack().attach();
      current = next;
      if (next.depth() == 0) {
        NativeAccess.putInt(store.context() + Layout.STORE_EXIT, Exit.DONE);
      }
    }
  }

  /** Attaches the activation whose guest code goes on, unless it is. */
  void attachAgain(Activation activation) {
    if (current != activation) {
      attach(activation);
      stopped.remove(activation);
    }
  }

  /** An activation for a call that may be suspended, detached. */
  Activation take() {
    Activation idle = current;
    if (idle != null && idle.depth() == 0) {
      attach(null);
      return idle;
    }
    return store.own(new Activation(store));
  }

  /** Takes an activation back that has no levels more, or will not be resumed. */
  void give(Activation activation) {
    stopped.remove(activation);
    if (current == activation) {
      // Java's stack ended when it was to be detached.
      attach(null);
    }
    if (current == null && activation.depth() == 0) {
      attach(activation);
      lastRunNanos = System.nanoTime();
      keepIdle();
    } else {
      store.release(activation);
    }
  }

  /** What a detached activation does while it is attached. */
  interface Run {

    /** Answers whether the activation's call ended. */
    boolean run();
  }

  /**
   * Runs an activation, then attaches again what was so before.
   *
   * @return whether its call ended; else it is suspended
   */
  boolean run(Activation activation, Run run) {
    nest();
    Activation outer = current;
    boolean suspended = false;
    try {
      if (outer != null && outer.depth() > 0) {
        stopped.add(outer);
      }
      stopped.remove(activation);
      attach(activation);
      store.interrupts().forgetYield();
      suspended = !run.run();
    } finally {
      nesting--;
      if (outer != null) {
        outer.unsettle();
      }
      attach(outer);
      stopped.remove(outer);
      if (suspended) {
        stopped.add(activation);
      }
    }
    return !suspended;
  }

  /** Says whether no host function is on the Java stack below the guest code that runs. */
  boolean isOutermost() {
    return nesting == 1;
  }

  /** The activation whose guest code called the host function that runs now, or null. */
  Activation running() {
    return current != null && current.depth() > 0 ? current : null;
  }

  /**
   * Shows every 32-bit value on any stack that could be a reference.
   *
   * @param tier0End where the tier-0 frames of the running activation end
   */
  void scan(long tier0End, ReferenceVisitor visitor) {
    if (current != null) {
      current.stack().scan(tier0End, current.stack().stackPointer(), visitor);
    }
    stopped.forEach(activation -> activation.scan(visitor));
  }
}
