package dev.skerry.origin;

import dev.skerry.fetch.CspViolation;
import dev.skerry.fetch.FetchClient;
import dev.skerry.fetch.FetchError;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.FetchResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The requests of one page: counted, limited, reported, and aborted together when the page closes. Each agent has a
 * lane of its own, so that one whose servers are slow keeps nobody else waiting; it closes when the agent ends.
 */
final class PageFetcher {

  private final FetchClient client;
  private final Limits limits;
  private final Activity activity;
  private final Consumer<RequestReport> listener;
  private final List<RequestReport> reports = new ArrayList<>();
  /** The lane of the person who opened the page is under null. */
  private final Map<Agent, FetchLane> lanes = new HashMap<>();
  private long requests;
  private long bytes;
  private boolean closed;

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

  /** @param initiator the agent whose document asks; null for the top document */
  void fetch(Agent initiator, FetchRequest request, Outcome outcome) {
    Activity.Token token = activity.begin();
    Limit forbidden = admit();
    long start = System.nanoTime();
    CompletableFuture<FetchResponse> fetch = forbidden != null
        ? CompletableFuture.failedFuture(blocked(request, limits.exceeded(forbidden)))
        : lane(initiator).submit(() -> client.fetch(request));
    fetch.whenComplete((response, failure) -> {
      try {
        finish(request, response, failure, System.nanoTime() - start, outcome);
      } finally {
        token.end();
      }
    });
  }

  private synchronized Limit admit() {
    if (requests >= limits.get(Limit.REQUESTS)) {
      return Limit.REQUESTS;
    }
    requests++;
    return bytes >= limits.get(Limit.FETCHED_BYTES) ? Limit.FETCHED_BYTES : null;
  }

  private synchronized FetchLane lane(Agent initiator) {
    FetchLane lane = lanes.computeIfAbsent(initiator, any -> new FetchLane(limits.count(Limit.REQUESTS_IN_FLIGHT)));
    if (closed) {
      lane.close();
    }
    return lane;
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
    return new FetchError(FetchError.Reason.ABORTED, request.url().href(), "who asked for it is gone", failure);
  }

  private void report(FetchRequest request, FetchResponse response, FetchError error, long nanos) {
    String url = request.url().href();
    String initiator = request.origin() == null ? "" : request.origin().toString();
    RequestReport report = response == null
        ? new RequestReport(url, url, request.destination(), initiator, 0, "", 0, Duration.ofNanos(nanos),
            error.reason(), error.getMessage(),
            error.refusal().orElse(null))
        : new RequestReport(url, response.url().href(), request.destination(), initiator, response.status(),
            response.mimeEssence().orElse(""), response.body().length, Duration.ofNanos(nanos),
            error == null ? null : error.reason(), error == null ? "" : error.getMessage(),
            error == null ? null : error.refusal().orElse(null));
    synchronized (this) {
      reports.add(report);
    }
    listener.accept(report);
  }

  synchronized List<RequestReport> reports() {
    return List.copyOf(reports);
  }

  /** Reports a violation that was found outside of a request. */
  void report(CspViolation violation) {
    client.report(violation);
  }

  /** Aborts what that agent asked for. */
  void abandon(Agent initiator) {
    lane(initiator).close();
  }

  /** Aborts what is in flight, and whatever is asked for from now on. */
  void close() {
    List<FetchLane> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(lanes.values());
    }
    all.forEach(FetchLane::close);
  }
}
