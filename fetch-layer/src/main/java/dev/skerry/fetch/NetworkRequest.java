package dev.skerry.fetch;

import dev.skerry.fetch.FetchRequest.CacheMode;
import dev.skerry.fetch.FetchResponse.Header;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A request on its way to the network: one hop of a fetch, or the preflight of one.
 *
 * @param fetch the request that the fetch began with
 * @param method of this hop: redirects change it
 * @param urlList every URL of the fetch so far, the requested one first; this hop goes to the last
 * @param headers without those that the transport adds; names in lower case
 * @param body null for none
 * @param includeCredentials whether cookies may be sent and stored (Fetch §4.6)
 * @param cacheMode of this hop (Fetch §4.6 changes it for a requester's own conditions)
 * @param timeoutNanos what is left of the fetch's time
 * @param signal aborts the hop
 * @param reach the address spaces that it may be answered from (Local Network Access)
 */
public record NetworkRequest(FetchRequest fetch, String method, List<Url> urlList, List<Header> headers,
                             RequestBody body, boolean includeCredentials, CacheMode cacheMode, long timeoutNanos,
                             AbortSignal signal, Set<AddressSpace> reach) {

  /** Where this hop goes. */
  public Url url() {
    return urlList.get(urlList.size() - 1);
  }

  /** Get (Fetch §2.2.2); the name in lower case. */
  public Optional<String> header(String name) {
    return HeaderList.get(headers, name);
  }

  /** This request with one header more. */
  public NetworkRequest withHeader(String name, String value) {
    List<Header> extended = new ArrayList<>(headers);
    extended.add(new Header(name, value));
    return new NetworkRequest(fetch, method, urlList, extended, body, includeCredentials, cacheMode, timeoutNanos,
        signal, reach);
  }
}
