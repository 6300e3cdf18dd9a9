package dev.skerry.fetch;

import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import java.util.List;
import java.util.Map;

/** Documents with policies, for tests of requests that they make. */
final class Policies {

  private Policies() {
  }

  static Url url(String text) {
    try {
      return Url.parse(text);
    } catch (UrlParseException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static Origin origin(String text) {
    return url(text).origin();
  }

  /** Headers of the form {@code Name: value}. */
  static List<FetchResponse.Header> headers(String... lines) {
    HeaderList list = new HeaderList();
    for (String line : lines) {
      list.append(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1));
    }
    return list.headers();
  }

  /** The policies of a document of that URL with that header {@code Content-Security-Policy}. */
  static CspList csp(String document, String header) {
    return CspList.parse(headers("Content-Security-Policy: " + header), origin(document));
  }

  static PolicyContainer container(CspList csp) {
    return new PolicyContainer(csp, EmbedderPolicy.UNSAFE_NONE, ReferrerPolicy.DEFAULT,
        AddressSpace.LOOPBACK);
  }

  static RequestClient client(String document, PolicyContainer policies, FetchObserver observer) {
    Url url = url(document);
    return new RequestClient(url, url.origin(), "", 200, policies, url.origin().isPotentiallyTrustworthy(), false,
        PartitionKey.topLevel(url.origin()), Map.of(), observer);
  }

  static RequestClient client(String document, CspList csp) {
    return client(document, container(csp), FetchObserver.NONE);
  }

  /** A request of that document. */
  static FetchRequest request(RequestClient client, String url, Mode mode, Destination destination) {
    return new FetchRequest(url(url), mode, Credentials.SAME_ORIGIN, destination, client.origin(), client.url())
        .withClient(client).in(client.partition());
  }
}
