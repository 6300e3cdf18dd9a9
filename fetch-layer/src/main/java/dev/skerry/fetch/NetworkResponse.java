package dev.skerry.fetch;

import java.util.List;
import java.util.Optional;

/**
 * A response as the network, the cache or a scheme gave it, before any filter. Its body is read once; who takes the
 * response and does not read it to the end cancels the body.
 *
 * @param headers in order of arrival, names in lower case
 * @param addressSpace of the server that it came from, also where a cache kept it; null for what came from none
 */
public record NetworkResponse(int status, List<FetchResponse.Header> headers, ByteStream body,
                              AddressSpace addressSpace) {

  /** Names come to be in lower case here: what an interceptor answers in capitals binds just as what a server says. */
  public NetworkResponse {
    headers = HeaderList.inLowerCase(headers);
  }

  /** A response of no server. */
  public NetworkResponse(int status, List<FetchResponse.Header> headers, ByteStream body) {
    this(status, headers, body, null);
  }

  /** A response whose body is in memory already. */
  public NetworkResponse(int status, List<FetchResponse.Header> headers, byte[] body) {
    this(status, headers, ByteStream.of(body));
  }

  /** This response with another body. */
  public NetworkResponse withBody(ByteStream other) {
    return new NetworkResponse(status, headers, other, addressSpace);
  }

  /** Get (Fetch §2.2.2); the name in lower case. */
  public Optional<String> header(String name) {
    return HeaderList.get(headers, name);
  }

  /** Whether the status is an ok status (Fetch §2.2.3). */
  boolean isOk() {
    return status >= 200 && status <= 299;
  }

  /** Whether the status is a redirect status (Fetch §2.2.3). */
  public boolean isRedirect() {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  /** Whether the status is a null body status (Fetch §2.2.3). */
  boolean hasNullBodyStatus() {
    return switch (status) {
      case 101, 103, 204, 205, 304 -> true;
      default -> false;
    };
  }
}
