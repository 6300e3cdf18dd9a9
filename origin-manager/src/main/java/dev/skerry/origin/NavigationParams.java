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

  /**
   * The params of a document without a server of its own: those of the document that it inherits from, or of nobody; of
   * one that was shown before, those that it had. No frame is more trusted than its embedder.
   */
  static NavigationParams inherited(Navigation navigation, Environment heir) {
    if (navigation.inherited() != null) {
      return navigation.inherited().within(navigation.sandbox());
    }
    if (heir == null) {
      return new NavigationParams(PolicyContainer.EMPTY, SandboxingFlags.NONE, false, false, "", 0, Map.of(),
          StandardCharsets.UTF_8);
    }
    NavigationParams params = heir.params();
    NavigationParams outer = navigation.frame().isTop() ? params : navigation.frame().embedder().params();
    return new NavigationParams(heir.policies(), SandboxingFlags.NONE, params.secureContext && outer.secureContext,
        params.isolated && outer.isolated, heir.referrer().href(), 0, params.endpoints, StandardCharsets.UTF_8)
        .within(navigation.sandbox());
  }

  private NavigationParams within(SandboxingFlags frame) {
    return new NavigationParams(policies, frame.and(policies.csp().sandbox()), secureContext, isolated, referrer,
        status, endpoints, encoding);
  }

  private NavigationParams withEncoding(Charset other) {
    return new NavigationParams(policies, sandbox, secureContext, isolated, referrer, status, endpoints, other);
  }

  /** The params of a document that a response brings; of one from a local scheme they are of who navigates there. */
  static NavigationParams of(Navigation navigation, FetchResponse response) {
    Url url = response.url();
    if (!url.isHttp()) {
      return inherited(navigation, navigation.source()).withEncoding(DocumentEncoding.of(response));
    }
    Navigable frame = navigation.frame();
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
