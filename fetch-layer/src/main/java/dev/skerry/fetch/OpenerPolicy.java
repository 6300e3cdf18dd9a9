package dev.skerry.fetch;

import dev.skerry.fetch.FetchResponse.Header;
import dev.skerry.fetch.Refusal.Rule;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** An opener policy value (HTML §7.1.3): with whom a top-level document shares its browsing context group. */
public enum OpenerPolicy {
  UNSAFE_NONE, SAME_ORIGIN_ALLOW_POPUPS, SAME_ORIGIN, SAME_ORIGIN_PLUS_COEP, NOOPENER_ALLOW_POPUPS;

  /** The value in the standard's words. */
  public String token() {
    return this == SAME_ORIGIN_PLUS_COEP ? "same-origin-plus-COEP" : name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The value of an opener policy (HTML §7.1.3.1): {@code same-origin} with an embedder policy that isolates is
   * {@code same-origin-plus-COEP}, which no header can name.
   *
   * @param secureContext whether the document will be one: others have no opener policy
   */
  public static OpenerPolicy parse(List<Header> headers, boolean secureContext) {
    return OpenerPolicies.parse(headers, secureContext).value();
  }

  /** The value that a header can name so. */
  static Optional<OpenerPolicy> ofToken(String token) {
    return Arrays.stream(values()).filter(value -> value != SAME_ORIGIN_PLUS_COEP && value.token().equals(token))
        .findFirst();
  }

  /** Match opener policy values (HTML §7.1.3.2). */
  public static boolean match(OpenerPolicy one, Origin oneOrigin, OpenerPolicy other, Origin otherOrigin) {
    if (one == UNSAFE_NONE || other == UNSAFE_NONE) {
      return one == other;
    }
    return one == other && oneOrigin.equals(otherOrigin);
  }

  /**
   * Check if opener policy values require a browsing context group switch (HTML §7.1.3.2).
   *
   * @param initialAboutBlank whether the active document is the one that a popup begins with
   * @param active of the active document
   */
  public static boolean requiresGroupSwitch(boolean initialAboutBlank, Origin responseOrigin, Origin activeOrigin,
                                            OpenerPolicy response, OpenerPolicy active) {
    if (match(active, activeOrigin, response, responseOrigin)) {
      return response == NOOPENER_ALLOW_POPUPS && initialAboutBlank;
    }
    boolean popupMayStay = initialAboutBlank && response == UNSAFE_NONE
        && (active == SAME_ORIGIN_ALLOW_POPUPS || active == NOOPENER_ALLOW_POPUPS);
    return !popupMayStay;
  }

  /** Whether agent clusters of its browsing context group are cross-origin isolated (HTML §8.1.2.2). */
  public boolean isolates() {
    return this == SAME_ORIGIN_PLUS_COEP;
  }

  /** Why a sandboxed top-level document of this policy is not shown (HTML §7.4.5); empty where it is. */
  public Optional<Refusal> sandboxRefusal(SandboxingFlags flags) {
    return this == UNSAFE_NONE || flags.flags().isEmpty() ? Optional.empty()
        : Optional.of(new Refusal(Rule.OPENER_POLICY, token(), "a document with the opener policy " + token()
            + " cannot be sandboxed"));
  }
}
