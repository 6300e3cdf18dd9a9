package dev.skerry.origin;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The problems of one page, in bounded space. Any thread adds. */
final class Problems {

  private static final int MOST = 1_000;
  /** The page counts as loaded all the same. */
  private static final Set<Problem.Kind> HARMLESS =
      EnumSet.of(Problem.Kind.FRAME, Problem.Kind.IMPORT_MAP, Problem.Kind.NAVIGATION);

  private final List<Problem> list = new ArrayList<>();
  private final Consumer<Problem> listener;
  private boolean fatal;

  Problems(Consumer<Problem> listener) {
    this.listener = listener;
  }

  /** @param frame the frame whose document has the problem */
  void add(Problem.Kind kind, Navigable frame, String message) {
    boolean counts = frame.isTop() && !HARMLESS.contains(kind);
    Problem problem = new Problem(kind, frame.url(), counts, message);
    synchronized (this) {
      fatal |= counts;
      if (list.size() < MOST) {
        list.add(problem);
      }
    }
    listener.accept(problem);
  }

  /** The page has another document: what failed before does not count for it. */
  synchronized void restart() {
    fatal = false;
  }

  synchronized List<Problem> list() {
    return List.copyOf(list);
  }

  /** Says whether the page counts as failed. */
  synchronized boolean anyFatal() {
    return fatal;
  }
}
