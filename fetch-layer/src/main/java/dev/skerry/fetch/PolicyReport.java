package dev.skerry.fetch;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A report of an embedder policy or an opener policy (Reporting §3.1, HTML §7.1.3.3 and §7.1.4).
 *
 * @param document whose policy it is
 * @param endpoint the name of the endpoint that it goes to; empty where the policy names none
 * @param enforced whether what violates the policy was stopped, and not only reported
 * @param body the report's body, by name
 */
public record PolicyReport(RequestClient document, Type type, String endpoint, boolean enforced,
                           Map<String, String> body) {

  /** Report types. */
  public enum Type {
    COEP, COOP;

    /** The type as a report has it. */
    public String token() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A report whose body has those members and its disposition. */
  static PolicyReport of(RequestClient document, Type type, String endpoint, boolean enforced,
                         Map<String, String> members, Map<String, String> more) {
    Map<String, String> body = new TreeMap<>(members);
    body.putAll(more);
    body.put("disposition", enforced ? "enforce" : "reporting");
    return new PolicyReport(document, type, endpoint, enforced, Collections.unmodifiableMap(body));
  }
}
