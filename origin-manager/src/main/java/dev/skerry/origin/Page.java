package dev.skerry.origin;

import dev.skerry.wasm.Execution;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.WasmException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jsoup.nodes.Document;

/**
 * An open page: a browsing context group with its frames and agents. Every method may be called from any thread, and
 * what it did can still be asked after {@link #close}; a page that is forgotten without closing is closed when it is
 * collected.
 */
public final class Page implements AutoCloseable {

  private final PageHost host;
  private final PageContext context;
  private final Frame top;
  private final WorkerPool workers;
  private final long openedNanos;
  private final Cleaner.Cleanable closing;
  private volatile boolean settled;

  /** @param closer frees everything; must not refer to this page */
  Page(PageHost host, PageContext context, Frame top, WorkerPool workers, long openedNanos, Cleaner cleaner,
       Runnable closer) {
    this.host = host;
    this.context = context;
    this.top = top;
    this.workers = workers;
    this.openedNanos = openedNanos;
    closing = cleaner.register(this, closer);
  }

  /** The URL of the top document, after redirects. */
  public String url() {
    return top.url();
  }

  /**
   * Waits until the page has settled: no runnable task, no fetch, and no timer due within 500 ms, where repeating
   * timers are ignored after their third firing. An agent that was ended has settled. The page goes on living
   * afterwards.
   *
   * @return false when the time ran out first
   */
  public boolean settle(Duration time) {
    refuseWorkers("settle");
    try {
      settled = context.activity().await(time, context.agents()::nanosToNextTimer);
      return settled;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** What the page's guests wrote, oldest first. */
  public List<ConsoleMessage> console() {
    return context.console().messages();
  }

  /** A copy of the top document as it is now; waits for the task that changes it. */
  public Document document() {
    return environment().agent().loop().between(() -> environment().dom().clone());
  }

  /** One report for each origin, in the order in which the page met them. */
  public List<AgentReport> agents() {
    return context.agents().all().stream().map(this::report).toList();
  }

  private AgentReport report(Agent agent) {
    return agent.log().report(agent, context.frames().of(agent).stream().map(Frame::url).toList());
  }

  /** The requests that have ended, in the order of their end. */
  public List<RequestReport> requests() {
    return context.fetcher().reports();
  }

  /** What did not load or run. */
  public List<Problem> problems() {
    return context.problems().list();
  }

  /** Violations of the content security policies of its documents, in the order in which they were found. */
  public List<ViolationReport> violations() {
    return context.watch().violations();
  }

  /** All frames, the top one first. */
  public List<FrameReport> frames() {
    return context.frames().all().stream().map(Frame::report).toList();
  }

  /** Says whether a module of the top document failed, or its agent was ended. */
  public boolean hasFailed() {
    return context.problems().anyFatal();
  }

  /** Everything above at once. */
  public PageReport report() {
    List<FrameReport> frames = frames();
    return new PageReport(url(), frames.get(0).title(), settled, hasFailed(),
        Duration.ofNanos(System.nanoTime() - openedNanos), frames, agents(), console(), context.console().dropped(),
        requests(), problems(), violations(), frames.stream().mapToInt(FrameReport::scriptsNotRun).sum());
  }

  /**
   * Calls an exported function of the top document's modules, as a task of its agent; where several export the name,
   * the one that was instantiated last is meant.
   *
   * @param args as for {@link Func#call}
   * @throws Trap when the guest traps or is over a limit
   * @throws NoSuchElementException when no instance exports a function of that name (yet: see {@link #settle})
   * @throws IllegalStateException when the agent was ended or the page is closed
   */
  public Object[] call(String export, Object... args) {
    Environment document = environment();
    if (document.agent().loop().isCurrent()) {
      return invoke(document, export, args);
    }
    refuseWorkers("call");
    CompletableFuture<Object[]> result = new CompletableFuture<>();
    Runnable dropped =
        () -> result.completeExceptionally(new IllegalStateException("cannot call " + export + ": " + end(document)));
    document.agent().post(new Task("call of " + export, context.activity().begin(), () -> {
      try {
        start(document, export, args, result, dropped);
      } catch (RuntimeException | Error failure) {
        result.completeExceptionally(failure);
      }
    }, dropped));
    return await(result);
  }

  private static void start(Environment document, String export, Object[] args, CompletableFuture<Object[]> result,
                            Runnable dropped) {
    Func function = function(document, export);
    document.agent().executions().call(document.stack(), () -> function.start(args), new GuestExecutions.Outcome() {
      @Override
      public void ended(Execution execution, Throwable failure) {
        document.flushOutput();
        if (failure == null) {
          result.complete(execution.results());
        } else {
          failed(document, export, failure);
          result.completeExceptionally(failure);
        }
      }

      @Override
      public void dropped() {
        dropped.run();
      }
    });
  }

  private static void failed(Environment document, String export, Throwable failure) {
    if (failure instanceof Trap trap) {
      document.agent().trapped("call of " + export, document.url().href(), trap);
    } else if (failure instanceof WasmException exception) {
      document.agent().trapped("call of " + export, document.url().href(), exception.uncaught());
    }
  }

  private static String end(Environment document) {
    return document.agent().wasClosed() ? "the page is closed"
        : "the agent was ended: " + document.agent().verdict().detail();
  }

  private static Object[] invoke(Environment document, String export, Object[] args) {
    try {
      return document.agent().executions().callNested(() -> function(document, export).call(args));
    } catch (Trap | WasmException failure) {
      failed(document, export, failure);
      throw failure;
    } finally {
      document.flushOutput();
    }
  }

  private static Func function(Environment document, String export) {
    Func function = null;
    for (Instance instance : document.instances()) {
      function = instance.func(export).orElse(function);
    }
    if (function == null) {
      throw new NoSuchElementException("no module of " + document.url() + " exports a function '" + export + "'");
    }
    return function;
  }

  private Object[] await(CompletableFuture<Object[]> result) {
    try {
      return result.get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the page", interrupted);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) failed.getCause();
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  private void refuseWorkers(String what) {
    if (workers.isWorker()) {
      throw new IllegalStateException(what + " would wait for the page inside one of the page's own tasks");
    }
  }

  /** The agent of the top document. */
  Agent topAgent() {
    return environment().agent();
  }

  private Environment environment() {
    return top.document();
  }

  /** The host that this page belongs to. */
  public PageHost host() {
    return host;
  }

  /**
   * Ends all agents, aborts all requests and frees all native memory, that of a running task as soon as it has left.
   * Idempotent.
   */
  @Override
  public void close() {
    closing.clean();
  }
}
