package dev.skerry.fetch;

import dev.skerry.fetch.FetchResponse.Header;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One request and its response, as they went over the network.
 *
 * @param url where this request went
 * @param requestHeaders as sent, without those that the transport adds
 * @param response null where there was none
 * @param error why there was none; empty where there is one
 * @param started by the clock
 * @param time until the last byte
 */
public record Exchange(FetchRequest fetch, Url url, List<Header> requestHeaders, NetworkResponse response,
                       String error, Instant started, Duration time) {
}
