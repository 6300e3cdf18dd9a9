package dev.skerry.origin;

import dev.skerry.fetch.CspViolation;
import dev.skerry.fetch.Exchange;
import dev.skerry.fetch.FetchObserver;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.Refusal;
import dev.skerry.fetch.Url;
import java.util.ArrayList;
import java.util.List;

/** Hears what becomes of one page's requests: keeps its violations, in bounded space, and tells the embedder. */
final class RequestWatch implements FetchObserver {

  private static final int MOST = 1_000;

  private final FetchObserver embedder;
  private final PageObserver listener;
  private final List<ViolationReport> violations = new ArrayList<>();

  RequestWatch(FetchObserver embedder, PageObserver listener) {
    this.embedder = embedder;
    this.listener = listener;
  }

  @Override
  public void exchange(Exchange exchange) {
    tell(() -> embedder.exchange(exchange));
  }

  @Override
  public void refused(FetchRequest request, Url url, Refusal refusal) {
    tell(() -> embedder.refused(request, url, refusal));
  }

  @Override
  public void progress(Url url, long receivedBytes, long expectedBytes) {
    tell(() -> embedder.progress(url, receivedBytes, expectedBytes));
  }

  @Override
  public void violation(CspViolation violation) {
    ViolationReport report = ViolationReport.of(violation);
    synchronized (this) {
      if (violations.size() < MOST) {
        violations.add(report);
      }
    }
    listener.violation(report);
    tell(() -> embedder.violation(violation));
  }

  /** What an embedder throws disturbs nobody. */
  private static void tell(Runnable event) {
    EmbedderCall.tell("the observer of requests", event);
  }

  synchronized List<ViolationReport> violations() {
    return List.copyOf(violations);
  }
}
