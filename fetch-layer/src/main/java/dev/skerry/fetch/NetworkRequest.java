package dev.skerry.fetch;

import java.util.List;

/**
 * A GET request on its way to the network: one hop of a fetch.
 *
 * @param fetch the request that the fetch began with
 * @param url where this hop goes
 * @param headers without those that the transport adds; names in lower case
 * @param includeCredentials whether cookies may be sent and stored (Fetch §4.5)
 * @param timeoutNanos what is left of the fetch's time
 * @param signal aborts the hop
 */
public record NetworkRequest(FetchRequest fetch, Url url, List<FetchResponse.Header> headers,
                             boolean includeCredentials, long timeoutNanos, AbortSignal signal) {

  /** This request with one header more. */
  public NetworkRequest withHeader(String name, String value) {
    HeaderList extended = new HeaderList();
    headers.forEach(header -> extended.append(header.name(), header.value()));
    return new NetworkRequest(fetch, url, extended.append(name, value).headers(), includeCredentials, timeoutNanos,
        signal);
  }
}
