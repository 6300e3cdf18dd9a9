package dev.skerry.origin;

import dev.skerry.bindings.CallbackRunner;
import dev.skerry.bindings.GuestExit;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.WasmException;
import java.util.Arrays;

/** Calls guest callbacks of one document inside the current task; traps are reported and end only the callback. */
record GuestCalls(Environment document, String activity) implements CallbackRunner {

  @Override
  public void run(Func callback, long... arguments) {
    if (document.isGone()) {
      return;
    }
    int slots = Math.max(callback.type().paramSlots(), callback.type().resultSlots());
    try {
      callback.invoke(Arrays.copyOf(arguments, Math.max(slots, arguments.length)));
    } catch (Trap trap) {
      document.trapped(activity, trap);
    } catch (WasmException exception) {
      document.trapped(activity, exception.uncaught());
    } catch (GuestExit exit) {
      if (exit.code() != 0) {
        document.problem(Problem.Kind.SCRIPT, activity + " ended with exit code " + exit.code());
      }
    } finally {
      document.flushOutput();
    }
  }
}
