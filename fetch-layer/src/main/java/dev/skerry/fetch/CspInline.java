package dev.skerry.fetch;

/**
 * Something inline that a policy may forbid (CSP §4.2.3).
 *
 * @param nonce of the element; empty where it has none or is not nonceable (CSP §6.7.3.1)
 * @param source the text
 */
public record CspInline(Type type, String nonce, boolean parserInserted, String source) {

  /** The types of inline check, each with its effective directive (CSP §6.8.2). */
  public enum Type {
    SCRIPT("script-src-elem", true, true), NAVIGATION("script-src-elem", true, false),
    SCRIPT_ATTRIBUTE("script-src-attr", true, false), STYLE("style-src-elem", false, true),
    STYLE_ATTRIBUTE("style-src-attr", false, false);

    private final String directive;
    private final boolean script;
    private final boolean element;

    Type(String directive, boolean script, boolean element) {
      this.directive = directive;
      this.script = script;
      this.element = element;
    }

    String directive() {
      return directive;
    }

    boolean isScript() {
      return script;
    }

    boolean isElement() {
      return element;
    }
  }
}
