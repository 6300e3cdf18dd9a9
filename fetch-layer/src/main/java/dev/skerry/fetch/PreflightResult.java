package dev.skerry.fetch;

import dev.skerry.fetch.FetchResponse.Header;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What the response to a CORS-preflight fetch allows (Fetch §4.8, steps 7 and on).
 *
 * @param methods from {@code Access-Control-Allow-Methods}; null where there is no such header
 * @param headerNames from {@code Access-Control-Allow-Headers}, in lower case
 * @param maxAgeSeconds how long this may be remembered
 * @param credentialed whether the credentials mode is include: then {@code *} is a name like any other
 * @param malformed the header that cannot be read; null for none
 */
record PreflightResult(Set<String> methods, Set<String> headerNames, long maxAgeSeconds, boolean credentialed,
                       String malformed) {

  /** As in the browsers: what a server allowed once may not be held against it for longer. */
  private static final long MAX_AGE_LIMIT_SECONDS = 7200;
  /** Where the server names no age (Fetch §4.8, step 7.11). */
  private static final long DEFAULT_MAX_AGE_SECONDS = 5;
  private static final String METHODS = "access-control-allow-methods";
  private static final String HEADERS = "access-control-allow-headers";
  /** CORS non-wildcard request-header name: {@code *} does not stand for it. */
  private static final String NON_WILDCARD = "authorization";
  private static final String WILDCARD = "*";

  static PreflightResult of(NetworkResponse response, boolean credentialed) {
    Optional<Set<String>> methods = response.header(METHODS).map(PreflightResult::tokens);
    Set<String> names = new HashSet<>();
    response.header(HEADERS).map(PreflightResult::tokens).orElse(Set.of())
        .forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    String malformed = !methods.orElse(Set.of()).stream().allMatch(HeaderList::isToken) ? METHODS
        : !names.stream().allMatch(HeaderList::isToken) ? HEADERS : null;
    long maxAge = response.header("access-control-max-age").filter(value -> value.matches("[0-9]{1,18}"))
        .map(Long::parseLong).orElse(DEFAULT_MAX_AGE_SECONDS);
    return new PreflightResult(methods.orElse(null), names, Math.min(maxAge, MAX_AGE_LIMIT_SECONDS), credentialed,
        malformed);
  }

  /** Extracting header list values: a list of tokens with commas between, of which some may be empty. */
  private static Set<String> tokens(String value) {
    Set<String> tokens = new HashSet<>(HeaderList.split(value));
    tokens.remove("");
    return tokens;
  }

  /** Why a request with that method and those headers may not be made; empty where it may. */
  Optional<String> refusal(String method, boolean forced, List<Header> headers, List<String> unsafeNames) {
    if (malformed != null) {
      return Optional.of("its preflight was answered with a broken header " + malformed);
    }
    if (!allowsMethod(method) && !HttpMethod.isCorsSafelisted(method) && !(methods == null && forced)) {
      return Optional.of("its preflight does not allow the method " + method + ": Access-Control-Allow-Methods "
          + (methods == null ? "is absent" : "does not have it"));
    }
    boolean namesAuthorization = headers.stream().anyMatch(header -> header.name().equals(NON_WILDCARD));
    if (namesAuthorization && !headerNames.contains(NON_WILDCARD)) {
      return Optional.of("its preflight does not allow the header authorization, for which * does not count");
    }
    return unsafeNames.stream().filter(name -> !allowsHeader(name)).findFirst()
        .map(name -> "its preflight does not allow the header " + name
            + ": Access-Control-Allow-Headers does not have it");
  }

  boolean allowsMethod(String method) {
    return methods != null && (methods.contains(method) || !credentialed && methods.contains(WILDCARD));
  }

  boolean allowsHeader(String name) {
    return headerNames.contains(name)
        || !credentialed && !name.equals(NON_WILDCARD) && headerNames.contains(WILDCARD);
  }

  /** An estimate in bytes. */
  int weight() {
    int weight = 64;
    for (String name : methods == null ? Set.<String>of() : methods) {
      weight += name.length() + 48;
    }
    for (String name : headerNames) {
      weight += name.length() + 48;
    }
    return weight;
  }
}
