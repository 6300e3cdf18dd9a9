package dev.skerry.fetch;

import dev.skerry.fetch.FetchRequest.Destination;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** The cross-origin resource policy check (Fetch §3.7). */
final class CrossOriginResourcePolicy {

  private CrossOriginResourcePolicy() {
  }

  /**
   * The cross-origin resource policy check, with its violation reports.
   *
   * @param navigation whether the response is for a frame
   * @return why the requester may not have the response; empty where it may
   */
  static Optional<String> check(NetworkResponse response, FetchParams params, boolean navigation,
                                Consumer<PolicyReport> reports) {
    RequestClient client = params.request.client();
    Function<EmbedderPolicy, Optional<String>> internalCheck = embedder -> refusal(response, params.currentUrl(),
        params.origin, embedder, params.includesCredentials(), navigation);
    Optional<String> own = internalCheck.apply(EmbedderPolicy.UNSAFE_NONE);
    if (own.isPresent()) {
      return own;
    }
    if (internalCheck.apply(client.policies().embedderReporting().reportOnly()).isPresent()) {
      reports.accept(report(params, false));
    }
    Optional<String> refusal = internalCheck.apply(client.policies().embedderPolicy());
    if (refusal.isPresent()) {
      reports.accept(report(params, true));
    }
    return refusal;
  }

  /** Where redirects led is not told. */
  private static PolicyReport report(FetchParams params, boolean enforced) {
    return EmbedderPolicy.report(params.request.client(), Map.of("type", "corp", "destination",
        params.request.destination() == Destination.EMPTY ? "" : params.request.destination().token()),
        params.urlList.get(0), enforced);
  }

  /**
   * The cross-origin resource policy internal check.
   *
   * @param embedder the embedder policy of the requesting document: without a policy of its own, a response that
   *     {@code require-corp} embeds is {@code same-origin}, and so is one with credentials under {@code credentialless}
   * @param withCredentials whether the request included credentials
   * @param navigation whether the response is for a frame
   * @return why that origin may not have the response of that URL; empty where it may
   */
  static Optional<String> refusal(NetworkResponse response, Url current, Origin origin, EmbedderPolicy embedder,
                                  boolean withCredentials, boolean navigation) {
    if (navigation && embedder == EmbedderPolicy.UNSAFE_NONE) {
      return Optional.empty();
    }
    String sent = response.header("cross-origin-resource-policy").orElse("");
    String policy = switch (sent) {
      case "same-origin", "same-site", "cross-origin" -> sent;
      default -> switch (embedder) {
        case UNSAFE_NONE -> "";
        case CREDENTIALLESS -> withCredentials || navigation ? "same-origin" : "";
        case REQUIRE_CORP -> "same-origin";
      };
    };
    boolean allowed = switch (policy) {
      case "same-origin" -> current.origin().equals(origin);
      case "same-site" -> origin.isSchemelesslySameSite(current.origin())
          && (origin.scheme().equals("https") || !current.scheme().equals("https"));
      default -> true;
    };
    return allowed ? Optional.empty() : Optional.of(policy.equals(sent)
        ? "its Cross-Origin-Resource-Policy is " + policy + ", and the requesting origin is " + origin
        : "it has no Cross-Origin-Resource-Policy, and the requesting document of " + origin
            + " has the embedder policy " + embedder.token());
  }

  /** Cross-Origin-Embedder-Policy allows credentials (Fetch §4.6). */
  static boolean allowsCredentials(FetchRequest request, Url current, RedirectTaint taint) {
    return request.mode() != FetchRequest.Mode.NO_CORS
        || request.client().policies().embedderPolicy() != EmbedderPolicy.CREDENTIALLESS
        || current.origin().equals(request.origin()) && taint == RedirectTaint.SAME_ORIGIN;
  }
}
