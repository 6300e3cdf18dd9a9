package dev.skerry.fetch;

import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchResponse.Header;
import dev.skerry.fetch.FetchResponse.Tainting;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Filtered responses (Fetch §2.2.6): what a requester may see of a response. */
final class ResponseFilter {

  private static final Set<String> FORBIDDEN = Set.of("set-cookie", "set-cookie2");
  /** CORS-safelisted response-header names. */
  private static final Set<String> SAFELISTED = Set.of("cache-control", "content-language", "content-length",
      "content-type", "expires", "last-modified", "pragma");

  private ResponseFilter() {
  }

  static FetchResponse filter(NetworkResponse response, Tainting tainting, Credentials credentials, List<Url> urlList,
                              long elapsedNanos) {
    List<Url> urls = List.copyOf(urlList);
    Url url = urls.get(urls.size() - 1);
    if (tainting == Tainting.OPAQUE) {
      return new FetchResponse(urls.get(0), List.of(urls.get(0)), 0, List.of(), new byte[0], tainting, elapsedNanos);
    }
    Predicate<String> exposed = tainting == Tainting.BASIC ? name -> true : exposed(response, credentials);
    List<Header> headers = response.headers().stream()
        .filter(header -> !FORBIDDEN.contains(header.name()) && exposed.test(header.name())).toList();
    return new FetchResponse(url, urls, response.status(), headers, response.body(), tainting, elapsedNanos);
  }

  private static Predicate<String> exposed(NetworkResponse response, Credentials credentials) {
    Set<String> names = response.header("access-control-expose-headers").map(HeaderList::split).orElse(List.of())
        .stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    boolean all = names.contains("*") && credentials != Credentials.INCLUDE;
    return name -> all || SAFELISTED.contains(name) || names.contains(name);
  }
}
