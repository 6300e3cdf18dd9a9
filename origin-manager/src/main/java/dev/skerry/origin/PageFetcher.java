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
import java.util.function.Predicate;

/**
 * The requests of one page: counted, limited, reported, and aborted together when the page closes. Each agent has a
 * lane of its own, so that one whose servers are slow keeps nobody else waiting; it closes when the agent ends.
 */
final class PageFetcher {

  private final FetchClient client;
  /** What a page may fetch, in blocks; that of the default limit has 64 KiB. */
  private static final long BLOCKS = 1 << 13;

  private final MemoryBudget memory;
  private final PageLimits limits;
  private final Activity activity;
  private final Consumer<RequestReport> listener;
  private final List<RequestReport> reports = new ArrayList<>();
  /** The lane of the person who opened the page is under null. */
  private final Map<WindowAgent, FetchLane> lanes = new HashMap<>();
  private final Predicate<WindowAgent> ofTheTop;
  private final PageShares requests;
  private final PageShares bytes;
  private boolean closed;

  /** Takes the outcome of a fetch; exactly one method is called, on any thread. It must only post a task. */
  interface Outcome {

    void response(FetchResponse response);

    void error(FetchError error);
  }

  /**
   * @param memory what bodies that are read whole may take of Java's heap while they arrive
   * @param ofTheTop whether an agent is the top document's
   */
  PageFetcher(FetchClient client, MemoryBudget memory, PageLimits limits, Activity activity,
      Predicate<WindowAgent> ofTheTop, Consumer<RequestReport> listener) {
    this.memory = memory;
    this.ofTheTop = ofTheTop;
    requests = new PageShares(limits.get(Limit.REQUESTS), limits.get(Limit.REQUESTS));
    bytes = new PageShares(limits.get(Limit.FETCHED_BYTES), BLOCKS);
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
    boolean top = initiator == null || ofTheTop.test(initiator);
    return new PageRequest(this, lane(initiator, listener), request, signal, listener, top).submit(admit(top));
  }

  CompletableFuture<StreamedResponse> send(FetchRequest request, AbortSignal signal) {
    return client.stream(request, signal);
  }

  private Limit admit(boolean top) {
    if (!requests.take(top, 1)) {
      return Limit.REQUESTS;
    }
    return bytes.left(top) <= 0 ? Limit.FETCHED_BYTES : null;
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

  /** Counts the bytes of a body from some of it to more; false if that is over the limit. */
  boolean take(PageRequest fetched, long from, long to) {
    FetchRequest request = fetched.request();
    boolean exact = request.mode() != FetchRequest.Mode.NAVIGATE
        || request.destination() == FetchRequest.Destination.DOCUMENT;
    return bytes.add(fetched.isOfTheTop(), exact ? to - from : bytes.inBlocks(to) - bytes.inBlocks(from));
  }

  /** Requests and bytes of bodies so far, of the top document's origin or of all others, whichever is more. */
  Map<Limit, Long> usage() {
    return Map.of(Limit.REQUESTS, requests.used(), Limit.FETCHED_BYTES, bytes.used());
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
