package dev.skerry.origin;

import dev.skerry.fetch.FetchClient;
import dev.skerry.fetch.FetchError;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.FetchResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The requests of one page: counted, limited, reported, and aborted together when the page closes. */
final class PageFetcher {

  private final FetchClient client;
  private final Limits limits;
  private final Activity activity;
  private final Consumer<RequestReport> listener;
  private final Set<CompletableFuture<FetchResponse>> inFlight = ConcurrentHashMap.newKeySet();
  private final List<RequestReport> reports = new ArrayList<>();
  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private int running;
  private long requests;
  private long bytes;
  private volatile boolean closed;

  /** Takes the outcome of a fetch; exactly one method is called, on any thread. It must only post a task. */
  interface Outcome {

    void response(FetchResponse response);

    void error(FetchError error);
  }

  PageFetcher(FetchClient client, Limits limits, Activity activity, Consumer<RequestReport> listener) {
    this.client = client;
    this.limits = limits;
    this.activity = activity;
    this.listener = listener;
  }

  void fetch(FetchRequest request, Outcome outcome) {
    Waiting fetch = new Waiting(request, outcome, activity.begin());
    Limit forbidden = admit();
    if (forbidden != null) {
      fetch.end(null, blocked(request, limits.exceeded(forbidden)));
    } else if (mayStart(fetch)) {
      start(fetch);
    }
  }

  private synchronized Limit admit() {
    if (requests >= limits.get(Limit.REQUESTS)) {
      return Limit.REQUESTS;
    }
    requests++;
    return bytes >= limits.get(Limit.FETCHED_BYTES) ? Limit.FETCHED_BYTES : null;
  }

  private synchronized boolean mayStart(Waiting fetch) {
    if (running < limits.get(Limit.REQUESTS_IN_FLIGHT)) {
      running++;
      return true;
    }
    waiting.add(fetch);
    return false;
  }

  private void start(Waiting next) {
    long start = System.nanoTime();
    CompletableFuture<FetchResponse> fetch = client.fetch(next.request);
    inFlight.add(fetch);
    if (closed) {
      fetch.cancel(true);
    }
    fetch.whenComplete((response, failure) -> {
      inFlight.remove(fetch);
      Waiting follower;
      synchronized (this) {
        follower = waiting.poll();
        running -= follower == null ? 1 : 0;
      }
      next.nanos = System.nanoTime() - start;
      next.end(response, failure);
      if (follower != null) {
        start(follower);
      }
    });
  }

  /** A request on its way; the page has work to do until its outcome was told. */
  private final class Waiting {

    final FetchRequest request;
    final Outcome outcome;
    final Activity.Token token;
    long nanos;

    Waiting(FetchRequest request, Outcome outcome, Activity.Token token) {
      this.request = request;
      this.outcome = outcome;
      this.token = token;
    }

    void end(FetchResponse response, Throwable failure) {
      try {
        finish(request, response, failure, nanos, outcome);
      } finally {
        token.end();
      }
    }
  }

  private void finish(FetchRequest request, FetchResponse response, Throwable failure, long nanos, Outcome outcome) {
    FetchError error = failure == null ? null : errorOf(request, failure);
    if (response != null && !take(response.body().length)) {
      error = blocked(request, limits.exceeded(Limit.FETCHED_BYTES));
    }
    report(request, response, error, nanos);
    if (error == null) {
      outcome.response(response);
    } else {
      outcome.error(error);
    }
  }

  private synchronized boolean take(int length) {
    bytes += length;
    return bytes <= limits.get(Limit.FETCHED_BYTES);
  }

  private static FetchError blocked(FetchRequest request, String why) {
    return new FetchError(FetchError.Reason.BLOCKED, request.url().href(), why, null);
  }

  private static FetchError errorOf(FetchRequest request, Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof FetchError error) {
        return error;
      }
    }
    return new FetchError(FetchError.Reason.ABORTED, request.url().href(), "the page was closed", failure);
  }

  private void report(FetchRequest request, FetchResponse response, FetchError error, long nanos) {
    String url = request.url().href();
    String initiator = request.origin() == null ? "" : request.origin().toString();
    RequestReport report = response == null
        ? new RequestReport(url, url, request.destination(), initiator, 0, "", 0, Duration.ofNanos(nanos),
            error.reason(), error.getMessage())
        : new RequestReport(url, response.url().href(), request.destination(), initiator, response.status(),
            response.mimeEssence().orElse(""), response.body().length, Duration.ofNanos(nanos),
            error == null ? null : error.reason(), error == null ? "" : error.getMessage());
    synchronized (this) {
      reports.add(report);
    }
    listener.accept(report);
  }

  synchronized List<RequestReport> reports() {
    return List.copyOf(reports);
  }

  /** Aborts what is in flight, and whatever is asked for from now on. */
  void close() {
    closed = true;
    inFlight.forEach(fetch -> fetch.cancel(true));
  }
}
