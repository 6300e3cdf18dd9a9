package dev.skerry.origin;

import dev.skerry.fetch.SandboxingFlags;
import dev.skerry.fetch.Url;
import dev.skerry.origin.SessionHistory.Handling;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One navigation of a frame (HTML §7.4.2): the latest of a frame wins, and whatever an older one still brings is
 * dropped.
 *
 * @param source the document that navigates; null for the person or program that opened the page. What was shown
 *     before is loaded for its embedder
 * @param by the document that asked for it, which may ask for what was shown before; null for a person or program
 * @param srcdoc the document's source where it has no address; null otherwise
 * @param inherited what a document without a server of its own had, when it was shown before; null otherwise
 * @param kind whether there is something special about it
 * @param sandbox the frame's sandboxing flags when it began (HTML §7.4.2, target snapshot params)
 * @param outcome completes when the document has begun to load, or exceptionally with a {@link LoadError}
 */
record Navigation(Navigable frame, Environment source, Environment by, Url url, String srcdoc, Handling handling,
                  NavigationParams inherited, Kind kind, SandboxingFlags sandbox,
                  CompletableFuture<Environment> outcome) {

  /** RELOAD asks caches again, and takes a new agent; SAME_DOCUMENT changes URL and state alone. */
  enum Kind { USUAL, RELOAD, SAME_DOCUMENT }

  private static final Duration LONGEST_WAIT = Duration.ofDays(365);

  static Navigation to(Navigable frame, Environment source, Url url, Handling handling) {
    return begin(frame, source, source, url, null, handling, null, Kind.USUAL);
  }

  /** Shows again what a frame has shown. */
  static Navigation of(SessionHistory.Entry entry, Environment by, Kind kind) {
    return begin(entry.frame(), entry.frame().embedder(), by, entry.url(), entry.srcdoc(), Handling.TRAVERSE,
        entry.inherited(), kind);
  }

  /** A document whose source the embedding document has. */
  static Navigation inline(Navigable frame, Url url, String srcdoc) {
    return begin(frame, frame.embedder(), frame.embedder(), url, srcdoc, Handling.REPLACE, null, Kind.USUAL);
  }

  private static Navigation begin(Navigable frame, Environment source, Environment by, Url url, String srcdoc,
                                  Handling handling, NavigationParams inherited, Kind kind) {
    return new Navigation(frame, source, by, url, srcdoc, handling, inherited, kind, frame.sandbox(),
        new CompletableFuture<>());
  }

  boolean isCurrent() {
    return frame.ongoing() == this;
  }

  /** Waits for the document; called by those who opened the page. */
  Environment await(Duration time) throws LoadError {
    Duration bounded = time.compareTo(LONGEST_WAIT) < 0 ? time : LONGEST_WAIT;
    try {
      return outcome.get(bounded.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw (LoadError) failed.getCause();
    } catch (TimeoutException late) {
      throw new LoadError("cannot load " + url + ": no document within " + Limit.duration(bounded), late);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LoadError("cannot load " + url + ": interrupted", interrupted);
    }
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
