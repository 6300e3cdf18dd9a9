package dev.skerry.origin;

import java.util.ArrayList;
import java.util.List;

/**
 * All frames of one page in the order of their making, and the limits on their number and depth. Those within documents
 * of the top document's origin are counted apart from all others.
 */
final class FrameTree {

  private final PageLimits limits;
  private final List<Navigable> frames = new ArrayList<>();

  FrameTree(PageLimits limits) {
    this.limits = limits;
  }

  /** Takes a new frame in, unless a limit forbids it. */
  synchronized void add(Navigable frame) throws LoadError {
    for (Limit limit : new Limit[] {Limit.FRAMES, Limit.FRAME_DEPTH}) {
      long count = limit == Limit.FRAMES ? 1 + countOfTheTop(isOfTheTop(frame)) : frame.depth();
      if (count > limits.get(limit)) {
        throw new LoadError("the frame is not loaded: " + limits.exceeded(limit));
      }
    }
    frames.add(frame);
  }

  private long countOfTheTop(boolean top) {
    return frames.stream().filter(frame -> isOfTheTop(frame) == top).count();
  }

  private static boolean isOfTheTop(Navigable frame) {
    Environment embedder = frame.embedder();
    return embedder == null || embedder.agent() == topmost(embedder).agent();
  }

  private static Environment topmost(Environment document) {
    Environment above = document;
    while (!above.frame().isTop()) {
      above = above.frame().embedder();
    }
    return above;
  }

  /** Whether that is the agent of the top document, or of the one that is about to be. */
  boolean isOfTheTop(WindowAgent agent) {
    Environment top = all().get(0).active();
    return top == null || top.agent() == agent;
  }

  /** How many frames there are within documents of the top document's origin, or else of others if that is more. */
  synchronized long used() {
    return Math.max(countOfTheTop(true), countOfTheTop(false));
  }

  synchronized void remove(Navigable frame) {
    frames.remove(frame);
  }

  synchronized int size() {
    return frames.size();
  }

  synchronized List<Navigable> all() {
    return List.copyOf(frames);
  }

  /** The documents of that agent that are in a frame; each was there at some moment of the call. */
  List<Environment> documents(WindowAgent agent) {
    return all().stream().map(Navigable::active).filter(document -> document != null && document.agent() == agent)
        .toList();
  }

  /** The frames with a document of that agent; another document may come at any moment. */
  List<Navigable> of(WindowAgent agent) {
    return all().stream().filter(frame -> frame.active() != null && frame.active().agent() == agent).toList();
  }
}
