package dev.skerry.origin;

import dev.skerry.fetch.AddressSpace;
import dev.skerry.fetch.EmbedderPolicy;
import dev.skerry.fetch.FetchObserver;
import dev.skerry.fetch.FetchResponse;
import dev.skerry.fetch.FrameAncestry;
import dev.skerry.fetch.OpenerPolicy;
import dev.skerry.fetch.Origin;
import dev.skerry.fetch.PolicyContainer;
import dev.skerry.fetch.Refusal;
import dev.skerry.fetch.ReportingEndpoints;
import dev.skerry.fetch.RequestClient;
import dev.skerry.fetch.SandboxingFlags;
import dev.skerry.fetch.Url;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Navigation params (HTML §7.4.2): what a response, or the embedder in its place, decides of a document before there is
 * one.
 *
 * @param sandbox the final sandboxing flag set: of the frame, and of the response's policies
 * @param isolated whether its agent cluster is cross-origin isolated
 * @param referrer of the document; empty for none
 * @param status of the response; 0 for none
 * @param encoding of the document, which the queries of URLs in it go out in
 */
record NavigationParams(PolicyContainer policies, SandboxingFlags sandbox, boolean secureContext, boolean isolated,
                        String referrer, int status, Map<String, Url> endpoints, Charset encoding) {

  /** The feature of that name (HTML §4.8.5): by itself only documents of the embedder's origin have it. */
  private static final String ISOLATION = "cross-origin-isolated";

  /** The params of a document without a response: those of the document that it inherits from, or of nobody. */
  static NavigationParams inherited(Navigation navigation, Environment heir) {
    if (heir == null) {
      return new NavigationParams(PolicyContainer.EMPTY, SandboxingFlags.NONE, false, false, "", 0, Map.of(),
          StandardCharsets.UTF_8);
    }
    NavigationParams params = heir.params();
    PolicyContainer policies = heir.policies();
    return new NavigationParams(policies, navigation.sandbox().and(policies.csp().sandbox()), params.secureContext,
        params.isolated, heir.referrer().href(), 0, params.endpoints, StandardCharsets.UTF_8);
  }

  private NavigationParams withEncoding(Charset other) {
    return new NavigationParams(policies, sandbox, secureContext, isolated, referrer, status, endpoints, other);
  }

  /** The params of a document that a response brings; of one from a local scheme they are the embedder's. */
  static NavigationParams of(Navigation navigation, FetchResponse response) {
    Url url = response.url();
    Navigable frame = navigation.frame();
    if (!url.isHttp()) {
      return inherited(navigation, frame.embedder()).withEncoding(DocumentEncoding.of(response));
    }
    Environment embedder = frame.embedder();
    boolean secure = url.origin().isPotentiallyTrustworthy()
        && (embedder == null || embedder.params().secureContext);
    AddressSpace space = response.addressSpace() == null ? AddressSpace.PUBLIC : response.addressSpace();
    PolicyContainer policies = PolicyContainer.of(response.headers(), url, secure, space);
    boolean isolated = embedder == null ? OpenerPolicy.parse(response.headers(), secure).isolates()
        : embedder.params().isolated && policies.embedderPolicy().isCompatibleWithIsolation()
            && frame.allow().permits(ISOLATION, embedder.origin(), frame.source(), url.origin());
    String referrer = embedder == null ? ""
        : embedder.policies().referrerPolicy().referrer(embedder.referrer(), url).orElse("");
    return new NavigationParams(policies, navigation.sandbox().and(policies.csp().sandbox()), secure, isolated,
        referrer, response.status(), ReportingEndpoints.parse(response.headers(), url), DocumentEncoding.of(response));
  }

  /** The client of requests that a document of these params and that origin makes. */
  RequestClient client(Navigable frame, Url url, Origin origin, PolicyContainer own, FetchObserver observer) {
    return new RequestClient(url, origin, referrer, status, own, secureContext, isolated, frame.partition(origin),
        endpoints, observer);
  }

  /** Why the response may not become the document of that frame (HTML §7.4.5); empty where it may. */
  Optional<Refusal> refusal(Navigable frame, FetchResponse response, PageContext page) {
    Url url = response.url();
    if (!url.isHttp()) {
      return Optional.empty();
    }
    if (frame.isTop()) {
      return OpenerPolicy.parse(response.headers(), secureContext).sandboxRefusal(sandbox);
    }
    List<Origin> ancestors = new ArrayList<>();
    for (Environment above = frame.embedder(); above != null; above = above.frame().embedder()) {
      ancestors.add(above.origin());
    }
    RequestClient document = client(frame, url, url.origin(), policies, page.watch());
    return FrameAncestry.refusal(response.headers(), document, ancestors, page.fetcher()::report)
        .or(() -> EmbedderPolicy.frameRefusal(frame.embedder().client(), url, policies.embedderPolicy(),
            page.fetcher()::report));
  }
}
