package dev.skerry.fetch;

import java.util.List;

/**
 * A GET request on its way to the network: one hop of a fetch.
 *
 * @param fetch the request that the fetch began with
 * @param urlList every URL of the fetch so far, the requested one first; this hop goes to the last
 * @param headers without those that the transport adds; names in lower case
 * @param includeCredentials whether cookies may be sent and stored (Fetch §4.6)
 * @param timeoutNanos what is left of the fetch's time
 * @param signal aborts the hop
 */
public record NetworkRequest(FetchRequest fetch, List<Url> urlList, List<FetchResponse.Header> headers,
                             boolean includeCredentials, long timeoutNanos, AbortSignal signal) {

  /** Where this hop goes. */
  public Url url() {
    return urlList.get(urlList.size() - 1);
  }

  /** This request with one header more. */
  public NetworkRequest withHeader(String name, String value) {
    HeaderList extended = new HeaderList();
    headers.forEach(header -> extended.append(header.name(), header.value()));
    return new NetworkRequest(fetch, urlList, extended.append(name, value).headers(), includeCredentials, timeoutNanos,
        signal);
  }
}
