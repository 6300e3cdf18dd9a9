package dev.skerry.fetch;

import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchResponse.Header;
import dev.skerry.fetch.FetchResponse.Tainting;
import dev.skerry.fetch.FetchResponse.Type;
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
  private static final byte[] NO_BODY = new byte[0];

  private ResponseFilter() {
  }

  static StreamedResponse filter(NetworkResponse response, FetchParams params) {
    List<Url> urls = List.copyOf(params.urlList);
    long elapsed = System.nanoTime() - params.startNanos;
    boolean opaqueRedirect = HttpFetch.isOpaqueRedirect(response, params.request);
    if (params.tainting == Tainting.OPAQUE || opaqueRedirect) {
      response.body().cancel();
      Url url = opaqueRedirect ? params.currentUrl() : urls.get(0);
      FetchResponse head = new FetchResponse(url, List.of(url), 0, List.of(), NO_BODY, params.tainting,
          opaqueRedirect ? Type.OPAQUE_REDIRECT : Type.OPAQUE, null, elapsed);
      return new StreamedResponse(head, ByteStream.of(NO_BODY));
    }
    boolean basic = params.tainting == Tainting.BASIC;
    Predicate<String> exposed = basic ? name -> true : exposed(response, params.request.credentials());
    List<Header> headers = response.headers().stream()
        .filter(header -> !FORBIDDEN.contains(header.name()) && exposed.test(header.name())).toList();
    return new StreamedResponse(new FetchResponse(params.currentUrl(), urls, response.status(), headers, NO_BODY,
        params.tainting, basic ? Type.BASIC : Type.CORS, basic ? response.addressSpace() : null,
        elapsed), response.body());
  }

  private static Predicate<String> exposed(NetworkResponse response, Credentials credentials) {
    Set<String> names = response.header("access-control-expose-headers").map(HeaderList::split).orElse(List.of())
        .stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    boolean all = names.contains("*") && credentials != Credentials.INCLUDE;
    return name -> all || SAFELISTED.contains(name) || names.contains(name);
  }
}
