package dev.skerry.origin;

import dev.skerry.bindings.CallbackRunner;
import dev.skerry.bindings.GuestExit;
import dev.skerry.wasm.Execution;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.WasmException;
import java.util.Arrays;

/**
 * Calls guest callbacks of one document inside the current task; traps are reported and end only the callback. One that
 * a guest's own call makes runs to its end inside that call.
 */
record GuestCalls(Environment document, String activity) implements CallbackRunner {

  @Override
  public void run(Func callback, Runnable then, long... arguments) {
    if (document.isGone()) {
      then.run();
      return;
    }
    int count = Math.max(callback.type().paramSlots(), callback.type().resultSlots());
    long[] slots = arguments.length >= count ? arguments : Arrays.copyOf(arguments, count);
    GuestExecutions executions = document.agent().executions();
    if (executions.isNested()) {
      Throwable failure = null;
      try {
        callback.invoke(slots);
      } catch (Trap | WasmException | GuestExit thrown) {
        failure = thrown;
      }
      ended(failure);
      then.run();
    } else {
      executions.call(document.stack(), () -> callback.startSlots(slots), new CallbackOutcome(then));
    }
  }

  /** Goes on when the callback has ended or waits. */
  private final class CallbackOutcome implements GuestExecutions.Outcome {

    private final Runnable then;
    private boolean waited;

    CallbackOutcome(Runnable then) {
      this.then = then;
    }

    @Override
    public void waits() {
      waited = true;
      document.flushOutput();
      then.run();
    }

    @Override
    public void ended(Execution execution, Throwable failure) {
      GuestCalls.this.ended(failure);
      if (!waited) {
        then.run();
      }
    }
  }

  private void ended(Throwable failure) {
    document.flushOutput();
    if (failure instanceof Trap trap) {
      document.trapped(activity, trap);
    } else if (failure instanceof WasmException exception) {
      document.trapped(activity, exception.uncaught());
    } else if (failure instanceof GuestExit exit) {
      if (exit.code() != 0) {
        document.problem(Problem.Kind.SCRIPT, activity + " ended with exit code " + exit.code());
      }
    } else if (failure != null) {
      throw unexpected(failure);
    }
  }

  /** What guest code cannot be blamed for, to be thrown. */
  static RuntimeException unexpected(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure;
  }
}
