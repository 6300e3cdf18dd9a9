package dev.skerry.origin;

import java.time.Duration;
import java.util.List;

/**
 * The agent of one origin in an open page (HTML §8.1.2): what runs the guests of all its documents there, and of no
 * others. It stays the same until it is restarted or has no documents any more; every method may be called from any
 * thread, and an object of this class keeps its page open.
 */
public final class Agent {

  private final Page page;
  private final WindowAgent agent;

  Agent(Page page, WindowAgent agent) {
    this.page = page;
    this.agent = agent;
  }

  /** The serialised origin; {@code "null"} for an opaque one. */
  public String origin() {
    return agent.origin().toString();
  }

  /** What it is and did until now. */
  public AgentReport report() {
    return agent.log().report(agent, navigables().stream().map(Navigable::url).toList());
  }

  /** What it uses at this moment of each limit that is its own. */
  public List<Usage> usage() {
    return new UsageReport(page.context()).of(agent);
  }

  /** The frames with its documents. */
  public List<Frame> frames() {
    return navigables().stream().map(frame -> new Frame(page, frame)).toList();
  }

  private List<Navigable> navigables() {
    return page.context().frames().of(agent);
  }

  /** Says whether nothing of it runs any more. */
  public boolean hasEnded() {
    return agent.hasEnded();
  }

  /**
   * Ends it: its guest code leaves within milliseconds, and its memory is freed. Its documents stay to be read, but
   * further ones of its origin are refused until it is restarted. All other agents go on. The first end stays.
   *
   * @param reason for reports, as a part of a sentence
   */
  public void end(String reason) {
    agent.end(new Verdict(Verdict.Kind.ENDED_BY_EMBEDDER, reason));
  }

  /**
   * Gives its origin a fresh agent: this one ends, if it has not ended already, and its documents are loaded again,
   * with fresh memory. All other agents go on.
   *
   * @return the agent that took its place
   * @throws LoadError when a document does not load again
   * @throws IllegalStateException if it has no documents any more
   */
  public Agent restart(Duration time) throws LoadError {
    List<Frame> frames = frames();
    if (frames.isEmpty()) {
      throw new IllegalStateException("the agent of " + origin() + " has no documents any more");
    }
    page.restart(List.of(agent), time);
    return frames.get(0).agent();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Agent same && same.agent == agent;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(agent);
  }

  @Override
  public String toString() {
    return "agent of " + origin();
  }
}
