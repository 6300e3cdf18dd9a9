package dev.skerry.fetch;

/**
 * A policy container (HTML §7.1.7): what a document hands to its requests, and to documents without an address of their
 * own, which inherit it whole.
 *
 * @param embedderPolicyReportOnly what would be the embedder policy, were it enforced
 * @param addressSpace where the document came from (Local Network Access §2.1)
 */
public record PolicyContainer(CspList csp, EmbedderPolicy embedderPolicy, EmbedderPolicy embedderPolicyReportOnly,
                              ReferrerPolicy referrerPolicy, AddressSpace addressSpace) {

  /** Of a document that nothing is known of. */
  public static final PolicyContainer EMPTY = new PolicyContainer(CspList.EMPTY, EmbedderPolicy.UNSAFE_NONE,
      EmbedderPolicy.UNSAFE_NONE, ReferrerPolicy.DEFAULT, AddressSpace.PUBLIC);

  /** This container with another CSP list. */
  public PolicyContainer withCsp(CspList list) {
    return new PolicyContainer(list, embedderPolicy, embedderPolicyReportOnly, referrerPolicy, addressSpace);
  }
}
