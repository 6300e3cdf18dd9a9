package dev.skerry.origin;

import dev.skerry.fetch.CspInline;
import dev.skerry.fetch.CspList;
import dev.skerry.fetch.CspViolation;
import dev.skerry.fetch.ElementMetadata;
import dev.skerry.fetch.Origin;
import dev.skerry.fetch.PolicyContainer;
import dev.skerry.fetch.ReferrerPolicy;
import dev.skerry.fetch.RequestClient;
import dev.skerry.fetch.Url;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/** Where a parsed document meets its content security policy: {@code meta}, {@code base}, nonces, inline scripts. */
final class DocumentPolicy {

  private DocumentPolicy() {
  }

  /**
   * The policies with those that {@code meta} elements in the head add (HTML §4.2.5.3). They rule the whole document,
   * for it is parsed before anything of it loads.
   */
  static PolicyContainer withMeta(PolicyContainer policies, Document dom, Origin origin) {
    CspList csp = policies.csp();
    for (Element meta : dom.head().select("meta[http-equiv][content]")) {
      if (meta.attr("http-equiv").strip().equalsIgnoreCase("content-security-policy")) {
        csp = csp.withMeta(meta.attr("content"), origin);
      }
    }
    return policies.withCsp(csp);
  }

  /** The base URL that is found, or the fallback where the policy forbids it (CSP §6.3.1.1). */
  static Url base(Url found, Url fallback, RequestClient document, PageFetcher fetcher) {
    return found.equals(fallback) || allows(document.policies().csp().base(found, document), fetcher) ? found
        : fallback;
  }

  /** Reports the violations; says whether none of them is enforced. */
  private static boolean allows(List<CspViolation> violations, PageFetcher fetcher) {
    violations.forEach(fetcher::report);
    return violations.stream().noneMatch(CspViolation::isEnforced);
  }

  /**
   * What requests of an element know of it.
   *
   * @param parsed whether the parser made the element, not a guest
   */
  static ElementMetadata metadata(Element element, boolean parsed) {
    return new ElementMetadata(nonce(element), parsed);
  }

  /** The element's referrer policy attribute (HTML §2.5.5), or the document's policy where it has none. */
  static ReferrerPolicy referrerPolicy(Element element, PolicyContainer policies) {
    return Optional.of(element.attr("referrerpolicy")).filter(value -> value.indexOf(',') < 0)
        .flatMap(ReferrerPolicy::parse).orElse(policies.referrerPolicy());
  }

  /** The nonce of an element that is nonceable (CSP §6.7.3.1); empty otherwise. */
  private static String nonce(Element element) {
    for (Attribute attribute : element.attributes()) {
      String text = (attribute.getKey() + " " + attribute.getValue()).toLowerCase(Locale.ROOT);
      if (text.contains("<script") || text.contains("<style")) {
        return "";
      }
    }
    return element.attr("nonce");
  }

  /** Why the text of a script element may not be used (CSP §4.2.3); empty where it may. */
  static Optional<String> inlineRefusal(Element script, boolean parsed, RequestClient document,
                                        PageFetcher fetcher) {
    CspInline inline = new CspInline(CspInline.Type.SCRIPT, nonce(script), parsed, script.data());
    List<CspViolation> violations = document.policies().csp().inline(inline, document);
    return allows(violations, fetcher) ? Optional.empty()
        : violations.stream().filter(CspViolation::isEnforced).findFirst().map(CspViolation::sentence);
  }
}
