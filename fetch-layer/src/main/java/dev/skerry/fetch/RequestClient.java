package dev.skerry.fetch;

import java.util.Map;

/**
 * A request's client (Fetch §2.2.5): the document that makes it, as far as rules and reports need to know it.
 *
 * @param url of the document
 * @param referrer of the document; empty for none
 * @param status of the document's response; 0 where it had none
 * @param secureContext whether the document is a secure context (HTML §8.1.3.5)
 * @param crossOriginIsolated whether its agent cluster is cross-origin isolated (HTML §8.1.2.2)
 * @param partition where its requests keep their state; null where nobody said
 * @param reportingEndpoints the URL of each named endpoint (Reporting §3.2)
 * @param observer hears what becomes of its requests
 */
public record RequestClient(Url url, Origin origin, String referrer, int status, PolicyContainer policies,
                            boolean secureContext, boolean crossOriginIsolated, PartitionKey partition,
                            Map<String, Url> reportingEndpoints, FetchObserver observer) {

  /** Nobody: a request that a person started, or a program; being of this machine, it reaches every address. */
  public static final RequestClient NONE = of(FetchObserver.NONE);

  public RequestClient {
    reportingEndpoints = Map.copyOf(reportingEndpoints);
  }

  /** Nobody, with an observer. */
  public static RequestClient of(FetchObserver observer) {
    try {
      return new RequestClient(Url.parse("about:blank"), Origin.opaque(), "", 0,
          PolicyContainer.EMPTY.at(AddressSpace.LOOPBACK), false, false, null, Map.of(), observer);
    } catch (UrlParseException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
