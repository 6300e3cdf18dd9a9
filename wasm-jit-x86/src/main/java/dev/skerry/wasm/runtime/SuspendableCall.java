package dev.skerry.wasm.runtime;

import dev.skerry.wasm.Execution.State;
import dev.skerry.wasm.format.ValType;

/**
 * A call that may be suspended, with raw slots: on an activation of its own, which no Java thread belongs to while it
 * is. Whoever starts, resumes or closes it enters the store.
 */
public final class SuspendableCall {

  private final StoreState store;
  private final FunctionInstance function;
  private final long[] slots;
  private Activation activation;
  private volatile State state = State.RUNNING;
  private Throwable failure;

  /** @param slots the arguments; the results, when the call has ended */
  public SuspendableCall(FunctionInstance function, long[] slots) {
    this.store = function.store();
    this.function = function;
    this.slots = slots;
  }

  /** Runs until the call ends or is suspended. */
  public State start() {
    return inside(() -> {
      activation = store.activations().take();
      run(() -> activation.begin(function, slots));
    });
  }

  /**
   * Goes on where it was suspended.
   *
   * @param answer the results of the host function that waits; null if none does, or it fails
   * @param thrown what that function throws, or null
   * @throws IllegalStateException if the call is not suspended, the store is closed or another thread is inside
   */
  public State resume(long[] answer, RuntimeException thrown) {
    return inside(() -> {
      requireSuspended();
      state = State.RUNNING;
      run(() -> activation.resume(function, slots, answer, thrown));
    });
  }

  private State inside(Runnable action) {
    return store.inside(() -> {
      action.run();
      return state;
    });
  }

  private void run(Activations.Run run) {
    State next = State.FAILED;
    try {
      next = store.activations().run(activation, run) ? State.DONE : State.SUSPENDED;
      if (next == State.DONE) {
        keepResults();
      }
    } catch (RuntimeException thrown) {
      failure = thrown;
    } catch (Error thrown) {
      failure = thrown;
      throw thrown;
    } finally {
      if (next != State.SUSPENDED) {
        store.activations().give(activation);
        activation = null;
      }
      state = next;
    }
  }

  /** Whoever reads the results may do so after other guest code ran. */
  private void keepResults() {
    int slot = 0;
    for (ValType type : function.type().type().results()) {
      if (type.isExternReference()) {
        store.externs().pin((int) slots[slot]);
      }
      slot += type.slots();
    }
  }

  private void requireSuspended() {
    if (state != State.SUSPENDED) {
      throw new IllegalStateException("only a suspended execution can be resumed, this one is " + state);
    }
  }

  /** The host function that waits for its results, or null; the call is suspended. */
  public FunctionInstance waiting() {
    requireSuspended();
    return activation.waiting();
  }

  /** What that function waits for. */
  public Object awaited() {
    requireSuspended();
    return activation.awaited();
  }

  /** Gives up a call that is suspended; one that ended stays as it is. */
  public void close() {
    inside(() -> {
      if (state == State.RUNNING) {
        throw new IllegalStateException("an execution that runs cannot be closed");
      }
      if (state == State.SUSPENDED) {
        state = State.CLOSED;
        store.activations().give(activation);
        activation = null;
      }
    });
  }

  /** What the call is doing; any thread may ask. */
  public State state() {
    return state == State.SUSPENDED && store.isClosed() ? State.CLOSED : state;
  }

  /** What ended a call that failed. */
  public Throwable failure() {
    return failure;
  }

  public long[] slots() {
    return slots;
  }
}
