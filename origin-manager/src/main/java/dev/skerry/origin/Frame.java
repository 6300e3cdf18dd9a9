package dev.skerry.origin;

import dev.skerry.wasm.Execution;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.WasmException;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jsoup.nodes.Document;

/**
 * A frame of an open page: a place where documents come and go, the top one or one inside another. Every method may be
 * called from any thread; an object of this class keeps its page open.
 */
public final class Frame {

  private final Page page;
  private final Navigable navigable;

  Frame(Page page, Navigable navigable) {
    this.page = page;
    this.navigable = navigable;
  }

  /** The URL of the document, or of the one that was to be loaded. */
  public String url() {
    return navigable.url();
  }

  /** What is here at this moment. */
  public FrameReport report() {
    return navigable.report();
  }

  /** The frame that embeds this one; empty at the top. */
  public Optional<Frame> parent() {
    return navigable.isTop() ? Optional.empty() : Optional.of(new Frame(page, navigable.parent()));
  }

  /** The frames inside this one's document, in document order. */
  public List<Frame> children() {
    Environment document = navigable.active();
    return document == null ? List.of()
        : document.load().frames().stream().map(child -> new Frame(page, child)).toList();
  }

  /**
   * The agent of the document.
   *
   * @throws IllegalStateException while there is none
   */
  public Agent agent() {
    return new Agent(page, environment().agent());
  }

  /** Says whether it is no longer a part of the page. */
  public boolean isRemoved() {
    return navigable.isRemoved();
  }

  /**
   * A copy of the document as it is now; waits for the task that changes it.
   *
   * @throws IllegalStateException while there is none
   */
  public Document document() {
    Environment document = environment();
    return document.agent().loop().between(() -> document.dom().clone());
  }

  /**
   * Navigates the frame (HTML §7.4.2): returns when the new document has begun to load. Documents that were here end.
   *
   * @param address an absolute URL
   * @throws LoadError when there is no such document; the one that was here stays
   */
  public void navigate(String address, Duration time) throws LoadError {
    page.await(page.context().navigator().open(navigable, page.host().address(address)), time);
  }

  /** Loads the frame's document again, as {@link #navigate} does; one whose agent was ended gets a new agent. */
  public void reload(Duration time) throws LoadError {
    page.await(page.context().navigator().reload(navigable, null), time);
  }

  /** Calls an exported function of the document's modules, as {@link Page#call} does for the top document. */
  public Object[] call(String export, Object... args) {
    Environment document = environment();
    if (document.agent().loop().isCurrent()) {
      return invoke(document, export, args);
    }
    page.refuseWorkers("call");
    return await(callLater(document, export, args));
  }

  /** As {@link #call}, without waiting: as {@link Page#callLater} does for the top document. */
  public CompletableFuture<Object[]> callLater(String export, Object... args) {
    return callLater(environment(), export, args);
  }

  private static CompletableFuture<Object[]> callLater(Environment document, String export, Object... args) {
    CompletableFuture<Object[]> result = new CompletableFuture<>();
    Runnable dropped =
        () -> result.completeExceptionally(new IllegalStateException("cannot call " + export + ": " + end(document)));
    document.agent().post(new Task("call of " + export, document.agent().activity().begin(), () -> {
      try {
        start(document, export, args, result, dropped);
      } catch (RuntimeException | Error failure) {
        result.completeExceptionally(failure);
      }
    }, dropped));
    return result;
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
      Reference.reachabilityFence(page);
    }
  }

  private Environment environment() {
    Environment document = navigable.active();
    if (document == null) {
      throw new IllegalStateException("there is no document in the frame " + navigable.url());
    }
    return document;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Frame frame && frame.navigable == navigable;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(navigable);
  }

  @Override
  public String toString() {
    return navigable.url();
  }
}
