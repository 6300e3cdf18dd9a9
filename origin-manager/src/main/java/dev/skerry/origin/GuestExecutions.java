package dev.skerry.origin;

import dev.skerry.bindings.Sequence;
import dev.skerry.bindings.abi.Awaited;
import dev.skerry.wasm.AtomicWait;
import dev.skerry.wasm.Execution;
import dev.skerry.wasm.Trap;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Guest code in the tasks of one agent. An execution leaves its thread in two ways. One that waits for something (its
 * host function called {@code Call.await}) ends its task, and other tasks of its agent run meanwhile; its answer
 * resumes it as a task of its own. One that was asked to yield leaves its task unfinished, and nothing else of its
 * agent runs before that task has ended.
 *
 * <p>Guests keep a stack of their own in linear memory, which modules that are linked share. So executions of one
 * {@link Stack} are resumed in the reverse order of their beginning: an answer that comes while a younger execution
 * waits is kept until that one has ended. The event loop alone uses this.
 */
final class GuestExecutions {

  private final WindowAgent agent;
  private final Limits limits;
  private final Set<Run> waiting = new LinkedHashSet<>();
  /** The size of that set, for other threads. */
  private volatile int waitingCount;
  private final ArrayDeque<Consumer<Runnable>> microtasks = new ArrayDeque<>(1);
  /** Calls that the unfinished task wants to make once its execution has ended. */
  private final ArrayDeque<Runnable> postponed = new ArrayDeque<>(1);
  private Run unfinished;
  /** Guest code that lies on the Java stack. */
  private int depth;
  private boolean inCheckpoint;

  /** What becomes of a call. */
  interface Outcome {

    /** The guest waits: the task goes on without it. Called at most once, and not after {@link #ended}. */
    default void waits() {
    }

    /** The call has ended, perhaps in another task than it began in; the failure is null if it returned. */
    void ended(Execution execution, Throwable failure);

    /** The agent ended while the guest waited; it will never go on. */
    default void dropped() {
    }
  }

  /** A call that runs to its end at once. */
  interface NestedCall<T, E extends Exception> {

    T run() throws E;
  }

  /** What a stack in linear memory is shared by: executions of one document. */
  static final class Stack {

    private final ArrayDeque<Run> waiting = new ArrayDeque<>(1);
  }

  /** One call. */
  private static final class Run {

    private final Stack stack;
    private final Outcome outcome;
    private Execution execution;
    private boolean announced;
    /** Set while it waits. */
    private Waiting awaited;
    private boolean answered;

    Run(Stack stack, Outcome outcome) {
      this.stack = stack;
      this.outcome = outcome;
    }
  }

  /**
   * What an execution waits for.
   *
   * @param whenDone runs something once that is there, on any thread
   * @param results what the execution is resumed with; null where it goes on by itself
   */
  private record Waiting(Consumer<Runnable> whenDone, Supplier<Object[]> results) {

    /** Null for an execution that was only asked to yield. */
    static Waiting of(Execution execution) {
      if (execution.awaited() instanceof Awaited<?> answer) {
        return new Waiting(answer::whenDone, answer::results);
      }
      return execution.awaited() instanceof AtomicWait wait ? new Waiting(wait::onReady, null) : null;
    }
  }

  GuestExecutions(WindowAgent agent, Limits limits) {
    this.agent = agent;
    this.limits = limits;
  }

  /** Whether guest code called the host function that runs now: what that calls can neither wait nor yield. */
  boolean isNested() {
    return depth > 0;
  }

  /** Whether the task that ran has left an execution in the middle. */
  boolean isUnfinished() {
    return unfinished != null;
  }

  /** Executions that wait for something; any thread may ask. */
  int waiting() {
    return waitingCount;
  }

  /**
   * Calls guest code, where none is on the Java stack; at once, or when the execution has ended that the task left
   * unfinished.
   */
  void call(Stack stack, Supplier<Execution> start, Outcome outcome) {
    Run run = new Run(stack, outcome);
    Runnable begin = () -> enter(run, () -> run.execution = start.get());
    if (unfinished != null) {
      postponed.add(begin);
    } else {
      begin.run();
    }
  }

  /** Calls guest code that can neither wait nor yield. */
  <T, E extends Exception> T callNested(NestedCall<T, E> call) throws E {
    depth++;
    try {
      return call.run();
    } finally {
      depth--;
    }
  }

  private void enter(Run run, Runnable action) {
    Throwable fault = null;
    depth++;
    try {
      action.run();
    } catch (RuntimeException | Error thrown) {
      fault = thrown;
    } finally {
      depth--;
    }
    if (fault instanceof Error error) {
      run.outcome.ended(run.execution, error);
      throw error;
    }
    if (fault != null) {
      ended(run, fault);
    } else {
      settle(run);
    }
  }

  private void settle(Run run) {
    switch (run.execution.state()) {
      case SUSPENDED -> {
        Waiting awaited = Waiting.of(run.execution);
        if (awaited == null) {
          unfinished = run;
        } else if (waiting.size() >= limits.get(Limit.WAITING_CALLS)) {
          agent.exceeded(Limit.WAITING_CALLS);
          enter(run, () -> run.execution.fail(Trap.host("cannot wait: " + limits.exceeded(Limit.WAITING_CALLS))));
        } else {
          await(run, awaited);
        }
      }
      case DONE -> ended(run, null);
      default -> ended(run, failure(run.execution));
    }
  }

  private static Throwable failure(Execution execution) {
    try {
      execution.resultSlots();
      return null;
    } catch (RuntimeException | Error failure) {
      return failure;
    }
  }

  private void await(Run run, Waiting awaited) {
    run.awaited = awaited;
    run.stack.waiting.push(run);
    waiting.add(run);
    waitingCount = waiting.size();
    awaited.whenDone().accept(() -> agent.post(
        new Task("answer", agent.activity().begin(), () -> answered(run), () -> { })));
    checkpoint(() -> announce(run));
  }

  private static void announce(Run run) {
    if (!run.announced) {
      run.announced = true;
      run.outcome.waits();
    }
  }

  private void answered(Run run) {
    run.answered = true;
    // One that was dropped is no longer on its stack.
    if (run.stack.waiting.peek() == run) {
      resume(run);
    }
  }

  private void resume(Run run) {
    Waiting awaited = run.awaited;
    run.stack.waiting.pop();
    waiting.remove(run);
    waitingCount = waiting.size();
    run.awaited = null;
    run.answered = false;
    enter(run, awaited.results() == null ? run.execution::resume : () -> {
      Object[] results = null;
      RuntimeException failure = null;
      try {
        results = awaited.results().get();
      } catch (RuntimeException thrown) {
        failure = thrown;
      }
      if (failure == null) {
        run.execution.resume(results);
      } else {
        run.execution.fail(failure);
      }
    });
  }

  private void ended(Run run, Throwable failure) {
    checkpoint(() -> {
      run.announced = true;
      run.outcome.ended(run.execution, failure);
      Run next = run.stack.waiting.peek();
      if (next != null && next.answered) {
        next.answered = false;
        agent.post(new Task("answer", agent.activity().begin(), () -> answered(next), () -> { }));
      }
    });
  }

  /** Goes on with what was left unfinished; false when it was left so again. */
  boolean goOn() {
    Run run = unfinished;
    unfinished = null;
    enter(run, run.execution::resume);
    while (unfinished == null && !postponed.isEmpty()) {
      postponed.poll().run();
    }
    return unfinished == null;
  }

  /**
   * Queues a microtask (HTML §8.1.7.3): it runs when no guest code is left on the stack, before the task goes on.
   *
   * @param steps say when they are done by running what they are given
   */
  void queueMicrotask(Consumer<Runnable> steps) {
    microtasks.add(steps);
  }

  /** Performs a microtask checkpoint where no guest code is on the stack. */
  private void checkpoint(Runnable after) {
    if (depth > 0 || inCheckpoint || microtasks.isEmpty()) {
      after.run();
      return;
    }
    inCheckpoint = true;
    Sequence.run(new Iterator<Consumer<Runnable>>() {
      @Override
      public boolean hasNext() {
        return !microtasks.isEmpty();
      }

      @Override
      public Consumer<Runnable> next() {
        Consumer<Runnable> next = microtasks.poll();
        if (next == null) {
          throw new NoSuchElementException();
        }
        return next;
      }
    }, Consumer::accept, () -> {
      inCheckpoint = false;
      after.run();
    });
  }

  /** Gives up what waits in one document, which is gone. */
  void drop(Stack stack) {
    List<Run> dropped = List.copyOf(stack.waiting);
    stack.waiting.clear();
    waiting.removeAll(dropped);
    waitingCount = waiting.size();
    for (Run run : dropped) {
      if (run.execution.state() == Execution.State.SUSPENDED) {
        run.execution.close();
      }
      run.outcome.dropped();
    }
  }

  /** Gives up what waits: the agent has ended, and its store is about to be closed. */
  void abandon() {
    List<Run> dropped = List.copyOf(waiting);
    waiting.clear();
    waitingCount = 0;
    microtasks.clear();
    postponed.clear();
    dropped.forEach(run -> run.stack.waiting.clear());
    dropped.forEach(run -> run.outcome.dropped());
    unfinished = null;
  }
}
