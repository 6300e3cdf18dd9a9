package dev.skerry.bindings.abi;

import dev.skerry.wasm.Trap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;

/**
 * What a guest waits for inside a call of a host function; whoever runs the guest finds it in
 * {@link dev.skerry.wasm.Execution#awaited}, and resumes with the results when it is done.
 */
public final class Awaited<T> {

  private final Call call;
  private final CompletableFuture<T> value;
  private final BiConsumer<Call, T> then;

  Awaited(Call call, CompletableFuture<T> value, BiConsumer<Call, T> then) {
    this.call = call;
    this.value = value;
    this.then = then;
  }

  /** Runs that once when there is a value or a failure: at once, or on the thread that brings it. */
  public void whenDone(Runnable action) {
    value.whenComplete((result, failure) -> action.run());
  }

  /**
   * Does what the host function does with the value; called once, when it is done, by the thread that is about to
   * resume the guest.
   *
   * @return the results of the host function, as for {@link dev.skerry.wasm.Execution#resume}
   * @throws Trap if there is a failure instead of a value, or the host function traps
   */
  public Object[] results() {
    T result;
    try {
      result = value.join();
    } catch (CompletionException failure) {
      if (failure.getCause() instanceof Trap trap) {
        throw trap;
      }
      throw call.trap(String.valueOf(failure.getCause().getMessage()));
    }
    then.accept(call, result);
    return call.awaitedResults();
  }
}
