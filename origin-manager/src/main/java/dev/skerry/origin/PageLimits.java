package dev.skerry.origin;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/** The limits of one page, and which that are no single agent's were reached: each is told once. Thread-safe. */
final class PageLimits {

  private final Limits limits;
  private final Consumer<Limit> listener;
  private final Set<Limit> reached = EnumSet.noneOf(Limit.class);

  PageLimits(Limits limits, Consumer<Limit> listener) {
    this.limits = limits;
    this.listener = listener;
  }

  long get(Limit limit) {
    return limits.get(limit);
  }

  int count(Limit limit) {
    return limits.count(limit);
  }

  /** Notes that more was wanted; the sentence that says so. */
  String exceeded(Limit limit) {
    boolean first;
    synchronized (reached) {
      first = reached.add(limit);
    }
    if (first) {
      listener.accept(limit);
    }
    return sentence(limit);
  }

  /** The sentence that says that more was wanted. */
  String sentence(Limit limit) {
    return limits.exceeded(limit);
  }
}
