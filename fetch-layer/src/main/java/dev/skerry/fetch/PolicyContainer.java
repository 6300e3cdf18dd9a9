package dev.skerry.fetch;

import dev.skerry.fetch.FetchResponse.Header;
import java.util.List;

/**
 * A policy container (HTML §7.1.7): what a document hands to its requests, and to documents without an address of their
 * own (about:, srcdoc, data:), which inherit it whole.
 *
 * @param addressSpace where the document came from (Local Network Access §2.1)
 * @param embedderReporting what the embedder policy reports
 */
public record PolicyContainer(CspList csp, EmbedderPolicy embedderPolicy, ReferrerPolicy referrerPolicy,
                              AddressSpace addressSpace, EmbedderPolicy.Reporting embedderReporting) {

  /** Of a document that nothing is known of. */
  public static final PolicyContainer EMPTY = new PolicyContainer(CspList.EMPTY, EmbedderPolicy.UNSAFE_NONE,
      ReferrerPolicy.DEFAULT, AddressSpace.PUBLIC);

  /** A container whose embedder policy reports nothing. */
  public PolicyContainer(CspList csp, EmbedderPolicy embedderPolicy, ReferrerPolicy referrerPolicy,
                         AddressSpace addressSpace) {
    this(csp, embedderPolicy, referrerPolicy, addressSpace, EmbedderPolicy.Reporting.NONE);
  }

  /**
   * Creates a policy container from a fetch response (HTML §7.1.7).
   *
   * @param url of the response
   * @param secureContext whether its document will be a secure context: others have no embedder policy
   */
  public static PolicyContainer of(List<Header> headers, Url url, boolean secureContext, AddressSpace addressSpace) {
    ReferrerPolicy referrer = HeaderList.get(headers, "referrer-policy").flatMap(ReferrerPolicy::parse)
        .orElse(ReferrerPolicy.DEFAULT);
    return new PolicyContainer(CspList.parse(headers, url.origin()),
        secureContext ? EmbedderPolicy.parse(headers) : EmbedderPolicy.UNSAFE_NONE, referrer, addressSpace,
        secureContext ? EmbedderPolicy.parseReporting(headers) : EmbedderPolicy.Reporting.NONE);
  }

  /** This container, of a document that came from there. */
  public PolicyContainer at(AddressSpace space) {
    return new PolicyContainer(csp, embedderPolicy, referrerPolicy, space, embedderReporting);
  }

  /** This container with another CSP list. */
  public PolicyContainer withCsp(CspList list) {
    return new PolicyContainer(list, embedderPolicy, referrerPolicy, addressSpace, embedderReporting);
  }
}
