package dev.skerry.fetch;

import dev.skerry.fetch.FetchResponse.Header;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One request and its response, as a link near the network saw them: one hop of a fetch, or a preflight.
 *
 * @param request as sent, without the headers that the transport adds
 * @param status 0 where there was no response
 * @param responseHeaders in order of arrival, names in lower case
 * @param bodyBytes how many were read, after content codings
 * @param error why there was no response, or not all of it; empty where all is well
 * @param started by the clock
 * @param waiting until the response's head
 * @param receiving from there to the last byte
 */
public record Exchange(NetworkRequest request, int status, List<Header> responseHeaders, long bodyBytes, String error,
                       Instant started, Duration waiting, Duration receiving) {

  public Exchange {
    responseHeaders = List.copyOf(responseHeaders);
  }

  /** The response's header of that lower-case name. */
  public Optional<String> header(String name) {
    return HeaderList.get(responseHeaders, name);
  }
}
