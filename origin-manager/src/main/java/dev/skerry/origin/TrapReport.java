package dev.skerry.origin;

import dev.skerry.wasm.Trap;
import java.util.List;

/**
 * A trap that ended a task.
 *
 * @param activity what the agent was doing, such as {@code "timer"} or {@code "_start of http://…/app.wasm"}
 * @param document the URL of the document whose code it was
 * @param kind the engine's kind of trap
 * @param message the trap's sentence
 * @param frames the guest's frames, innermost first, at most {@link Trap#MAX_FRAMES}
 */
public record TrapReport(String activity, String document, Trap.Kind kind, String message, List<Trap.Frame> frames) {

  public TrapReport {
    frames = List.copyOf(frames);
  }
}
