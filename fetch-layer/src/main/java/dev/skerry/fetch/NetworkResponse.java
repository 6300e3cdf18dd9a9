package dev.skerry.fetch;

import java.util.List;
import java.util.Optional;

/**
 * A response as the network or a scheme gave it, wholly read, before any filter.
 *
 * @param headers in order of arrival, names in lower case
 */
public record NetworkResponse(int status, List<FetchResponse.Header> headers, byte[] body) {

  /** Get (Fetch §2.2.2); the name in lower case. */
  public Optional<String> header(String name) {
    return HeaderList.get(headers, name);
  }

  /** Whether the status is a redirect status (Fetch §2.2.3). */
  public boolean isRedirect() {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }
}
