package dev.skerry.origin;

/**
 * What became of an agent.
 *
 * @param detail the reason in one sentence part; empty for {@link Kind#OK}
 */
public record Verdict(Kind kind, String detail) {

  static final Verdict OK = new Verdict(Kind.OK, "");

  /** The outcomes, from best to worst. */
  public enum Kind {
    OK("ok"),
    HELD_BY_LIMIT("held by limit"),
    TRAPPED("trapped"),
    ENDED_BY_LIMIT("ended by limit"),
    ENDED_BY_EMBEDDER("ended by the embedder"),
    ENDED_BY_ERROR("ended by an error of the host");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** For people. */
    public String words() {
      return words;
    }
  }
}
