package dev.skerry.wasm;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.runtime.FunctionInstance;
import dev.skerry.wasm.runtime.SuspendableCall;
import java.util.List;

/**
 * A call of guest code that may be suspended, by a host function that waits ({@link Store#suspend}) or from any thread
 * ({@link Store#requestYield}). While it is suspended it holds no thread, and its store runs other code; then it is
 * resumed, on whatever thread. Starting and resuming it enters the store, as every call does, and returns when the call
 * is suspended again or has ended.
 *
 * <p>An execution that is not resumed to its end must be closed; closing its store does so too.
 */
public final class Execution implements AutoCloseable {

  /** What an execution is doing. */
  public enum State {
    /** Guest code runs. */
    RUNNING,
    /** It waits to be resumed. */
    SUSPENDED,
    /** It ended, with results. */
    DONE,
    /** It ended with a trap, an exception that no guest caught, or what a host function threw. */
    FAILED,
    /** It was given up. */
    CLOSED
  }

  private final Store store;
  private final FunctionInstance function;
  private final SuspendableCall call;

  Execution(Store store, FunctionInstance function, long[] slots) {
    this.store = store;
    this.function = function;
    this.call = new SuspendableCall(function, slots);
  }

  void start() {
    call.start();
  }

  public Store store() {
    return store;
  }

  /** What it is doing; any thread may ask. */
  public State state() {
    return call.state();
  }

  /**
   * What the host function that waits gave to {@link Store#suspend}; null if it was suspended from outside.
   *
   * @throws IllegalStateException if it is not suspended
   */
  public Object awaited() {
    return store.inside(call::awaited);
  }

  /**
   * Goes on where it was suspended.
   *
   * @param results of the host function that waits, as in {@link Func#call}; none if it was suspended from outside
   * @return the state after that; a failure is not thrown here, but by {@link #results}
   * @throws IllegalArgumentException if the results don't fit that function's type
   * @throws IllegalStateException if it is not suspended, the store is closed or another thread is inside
   */
  public State resume(Object... results) {
    return store.inside(() -> {
      List<ValType> types = awaitedResults();
      if (results.length != types.size()) {
        throw new IllegalArgumentException("what is awaited has " + types.size() + " results, not " + results.length);
      }
      long[] slots = new long[2 * types.size()];
      int slot = 0;
      for (int i = 0; i < results.length; i++) {
        Values.put(store, types.get(i), results[i], slots, slot);
        slot += types.get(i).slots();
      }
      return call.resume(slots, null);
    });
  }

  private List<ValType> awaitedResults() {
    FunctionInstance waiting = call.waiting();
    return waiting == null ? List.of() : waiting.type().type().results();
  }

  /** As {@link #resume}, with raw slots as in {@link HostFunction#call}. */
  public State resumeSlots(long[] slots) {
    return store.inside(() -> {
      FunctionInstance waiting = call.waiting();
      if (waiting != null && slots.length < waiting.type().resultSlots()) {
        throw new IllegalArgumentException("what is awaited has " + waiting.type().resultSlots() + " result slots");
      }
      return call.resume(slots, null);
    });
  }

  /**
   * Goes on as if the host function that waits, or the instruction before which it was suspended, had thrown that. As
   * from every host function, guest code can catch a {@link WasmException} of its store and nothing else.
   *
   * @return the state after that
   * @throws IllegalStateException as {@link #resume}
   */
  public State fail(RuntimeException thrown) {
    return store.inside(() -> call.resume(null, thrown));
  }

  /**
   * The results of an execution that is done, as in {@link Func#call}.
   *
   * @throws Trap or whatever else ended an execution that failed
   * @throws IllegalStateException if it has not ended
   */
  public Object[] results() {
    long[] slots = resultSlots();
    FuncType type = function.type().type();
    Object[] results = new Object[type.results().size()];
    int slot = 0;
    for (int i = 0; i < results.length; i++) {
      results[i] = Values.get(store, type.results().get(i), slots, slot);
      slot += type.results().get(i).slots();
    }
    return results;
  }

  /** As {@link #results}, as raw slots. */
  public long[] resultSlots() {
    if (call.failure() instanceof RuntimeException thrown) {
      throw thrown;
    }
    if (call.failure() instanceof Error thrown) {
      throw thrown;
    }
    if (state() != State.DONE) {
      throw new IllegalStateException("the execution has no results, it is " + state());
    }
    return call.slots();
  }

  /**
   * Gives up an execution that is suspended: its guest code never goes on. One that ended stays as it is.
   *
   * @throws IllegalStateException if it is running, or another thread is inside the store
   */
  @Override
  public void close() {
    if (state() == State.SUSPENDED || state() == State.RUNNING) {
      call.close();
    }
  }
}
