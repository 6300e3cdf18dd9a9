package dev.skerry.origin;

import dev.skerry.fetch.AbortSignal;
import dev.skerry.fetch.CspViolation;
import dev.skerry.fetch.FetchClient;
import dev.skerry.fetch.FetchError;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.FetchResponse;
import dev.skerry.fetch.MemoryBudget;
import dev.skerry.fetch.PolicyReport;
import dev.skerry.fetch.StreamedResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * The requests of one page: counted, limited, reported, and aborted together when the page closes. Each agent has a
 * lane of its own, so that one whose servers are slow keeps nobody else waiting; it closes when the agent ends.
 */
final class PageFetcher {

  private final FetchClient client;
  private final MemoryBudget memory;
  private final PageLimits limits;
  private final Activity activity;
  private final Consumer<RequestReport> listener;
  private final List<RequestReport> reports = new ArrayList<>();
  /** The lane of the person who opened the page is under null. */
  private final Map<WindowAgent, FetchLane> lanes = new HashMap<>();
  private long requests;
  private long bytes;
  private boolean closed;

  /** Takes the outcome of a fetch; exactly one method is called, on any thread. It must only post a task. */
  interface Outcome {

    void response(FetchResponse response);

    void error(FetchError error);
  }

  /** @param memory what bodies that are read whole may take of Java's heap while they arrive */
  PageFetcher(FetchClient client, MemoryBudget memory, PageLimits limits, Activity activity,
      Consumer<RequestReport> listener) {
    this.memory = memory;
    this.client = client;
    this.limits = limits;
    this.activity = activity;
    this.listener = listener;
  }

  Activity activity() {
    return activity;
  }

  /**
   * Fetches, and reads the body whole.
   *
   * @param initiator the agent whose document asks; null for the top document
   */
  void fetch(WindowAgent initiator, FetchRequest request, Outcome outcome) {
    Activity.Token token = activity.begin();
    long start = System.nanoTime();
    FetchRequest counted = request.withMemory(memory);
    stream(initiator, counted, new AbortSignal()).thenCompose(head -> head.whole(counted, start))
        .whenComplete((response, failure) -> {
          try {
            if (failure == null) {
              outcome.response(response);
            } else {
              outcome.error(errorOf(failure));
            }
          } finally {
            token.end();
          }
        });
  }

  private static FetchError errorOf(Throwable failure) {
    return (FetchError) (failure instanceof CompletionException ? failure.getCause() : failure);
  }

  /**
   * Fetches; completes when the head is there, or exceptionally with a {@link FetchError} alone, on any thread.
   *
   * @param initiator the agent whose document asks; null for the top document
   */
  CompletableFuture<StreamedResponse> stream(WindowAgent initiator, FetchRequest request, AbortSignal signal) {
    Consumer<Limit> listener = initiator == null ? limits::exceeded : initiator::exceeded;
    return new PageRequest(this, lane(initiator, listener), request, signal, listener).submit(admit());
  }

  CompletableFuture<StreamedResponse> send(FetchRequest request, AbortSignal signal) {
    return client.stream(request, signal);
  }

  private synchronized Limit admit() {
    if (requests >= limits.get(Limit.REQUESTS)) {
      return Limit.REQUESTS;
    }
    requests++;
    return bytes >= limits.get(Limit.FETCHED_BYTES) ? Limit.FETCHED_BYTES : null;
  }

  private synchronized FetchLane lane(WindowAgent initiator, Consumer<Limit> full) {
    FetchLane lane = lanes.computeIfAbsent(initiator, any -> new FetchLane(
        initiator == null ? limits.count(Limit.REQUESTS_IN_FLIGHT)
            : initiator.limits().count(Limit.REQUESTS_IN_FLIGHT), () -> full.accept(Limit.REQUESTS_IN_FLIGHT)));
    if (closed) {
      lane.close();
    }
    return lane;
  }

  /** Requests of that agent that have begun and not ended. */
  int inFlight(WindowAgent initiator) {
    FetchLane lane;
    synchronized (this) {
      lane = lanes.get(initiator);
    }
    return lane == null ? 0 : lane.inFlight();
  }

  /** Counts bytes of a body; false if that is over the limit. */
  synchronized boolean take(int length) {
    bytes += length;
    return bytes <= limits.get(Limit.FETCHED_BYTES);
  }

  /** Requests and bytes of bodies so far. */
  synchronized Map<Limit, Long> usage() {
    return Map.of(Limit.REQUESTS, requests, Limit.FETCHED_BYTES, bytes);
  }

  FetchError exceeded(FetchRequest request, Limit limit) {
    return new FetchError(FetchError.Reason.BLOCKED, request.url().href(), limits.sentence(limit), null);
  }

  /** @param error null if all of it arrived */
  void report(PageRequest fetched, FetchError error) {
    FetchRequest request = fetched.request();
    FetchResponse head = fetched.head();
    String url = request.url().href();
    RequestReport report = new RequestReport(url, head == null ? url : head.url().href(), request.destination(),
        request.origin() == null ? "" : request.origin().toString(), head == null ? 0 : head.status(),
        head == null ? "" : head.mimeEssence().orElse(""), fetched.bytes(),
        Duration.ofNanos(System.nanoTime() - fetched.startNanos()), error == null ? null : error.reason(),
        error == null ? "" : error.getMessage(), error == null ? null : error.refusal().orElse(null));
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

  /** Reports what a policy other than the content security policy forbids, or would. */
  void report(PolicyReport report) {
    client.report(report);
  }

  /** Aborts what that agent asked for, and whatever it asks for from now on. */
  void abandon(WindowAgent initiator) {
    lane(initiator, limit -> { }).close();
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
