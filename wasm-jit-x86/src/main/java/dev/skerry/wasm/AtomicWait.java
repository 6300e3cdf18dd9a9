package dev.skerry.wasm;

/**
 * What a suspended {@link Execution} awaits whose guest code waits at an address of a shared memory
 * ({@code memory.atomic.wait32}, {@code memory.atomic.wait64}; threads proposal, "Wait and Notify operators"). Once it
 * is ready, {@link Execution#resume} without results goes on: with what the instruction gives, or the trap that an
 * interrupt or limit of time asks for. Resumed earlier, the execution is suspended again.
 */
public interface AtomicWait {

  /** Says whether another guest notified it, its time is up, or its store is to end what runs. */
  boolean isReady();

  /**
   * Calls the action once when this is ready, which may be now: on a thread of the engine's, so it must be short, as
   * handing the execution to whoever resumes it is.
   */
  void onReady(Runnable action);
}
