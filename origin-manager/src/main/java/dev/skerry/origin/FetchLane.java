package dev.skerry.origin;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/** The requests of one agent: so many at a time, in the order of asking; all of them aborted by closing. */
final class FetchLane {

  private final int atOnce;
  private final Runnable full;
  private final Queue<Flight> waiting = new ArrayDeque<>();
  private final Set<Flight> flying = new LinkedHashSet<>();
  private boolean starting;
  private boolean closed;

  /** A request that takes a place in the lane from its beginning until {@link FetchLane#ended}. */
  interface Flight {

    void begin();

    /** Ends it, wherever it is; any thread. */
    void abort();
  }

  /** @param full hears of each request that must wait, on the thread that submits it */
  FetchLane(int atOnce, Runnable full) {
    this.atOnce = atOnce;
    this.full = full;
  }

  /** Begins the request when there is room; aborts it when the lane is closed. */
  void submit(Flight next) {
    boolean refused;
    boolean waits;
    synchronized (this) {
      refused = closed;
      waits = !refused && flying.size() + waiting.size() >= atOnce;
      if (!refused) {
        waiting.add(next);
      }
    }
    if (waits) {
      full.run();
    }
    if (refused) {
      next.abort();
    } else {
      startWaiting();
    }
  }

  /** Begins what there is room for. A request that ends while it begins is no recursion: one thread loops here. */
  private void startWaiting() {
    synchronized (this) {
      if (starting) {
        return;
      }
      starting = true;
    }
    for (Flight next = take(); next != null; next = take()) {
      next.begin();
    }
  }

  private synchronized Flight take() {
    Flight next = flying.size() < atOnce ? waiting.poll() : null;
    if (next == null) {
      starting = false;
    } else {
      flying.add(next);
    }
    return next;
  }

  /** A request has ended, or will never begin. */
  void ended(Flight flight) {
    synchronized (this) {
      flying.remove(flight);
      waiting.remove(flight);
    }
    startWaiting();
  }

  /** Requests that have begun and not ended. */
  synchronized int inFlight() {
    return flying.size();
  }

  void close() {
    List<Flight> all;
    synchronized (this) {
      closed = true;
      all = new ArrayList<>(waiting);
      all.addAll(flying);
      waiting.clear();
    }
    all.forEach(Flight::abort);
  }
}
