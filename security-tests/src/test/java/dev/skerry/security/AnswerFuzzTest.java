package dev.skerry.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.AddressSpace;
import dev.skerry.fetch.FetchClient;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.FetchResponse;
import dev.skerry.fetch.FetchResponse.Header;
import dev.skerry.fetch.Interceptor;
import dev.skerry.fetch.NetworkRequest;
import dev.skerry.fetch.NetworkResponse;
import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Random URLs, answered with random headers and redirects of sites that do not trust each other. Whatever comes, a
 * fetch ends in a response or in an error of its own; no request carries a line break; and nobody reads a {@code
 * Set-Cookie}, or anything of a response that is opaque. {@code -Dskerry.fuzz.seed}
 * repeats a run, {@code -Dskerry.fuzz.seconds} lengthens it.
 */
class AnswerFuzzTest {

  private static final long SEED = Long.getLong("skerry.fuzz.seed", 1);
  private static final int CASES = 6_000;
  private static final List<String> HOSTS = List.of("a.example", "www.a.example", "b.example", "x.b.example", "c.co.uk",
      "d.co.uk", "e.github.io", "f.github.io", "127.0.0.1", "[::1]", "localhost", "xn--bcher-kva.example");
  private static final List<String> NAMES = List.of("Content-Type", "Location", "Set-Cookie", "Set-Cookie",
      "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Allow-Headers",
      "Access-Control-Allow-Methods", "Access-Control-Expose-Headers", "Access-Control-Max-Age", "Cache-Control", "Age",
      "Expires", "Vary", "ETag", "Content-Encoding", "Content-Length", "Content-Range", "Content-Security-Policy",
      "Cross-Origin-Embedder-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy",
      "Origin-Agent-Cluster", "Permissions-Policy", "Referrer-Policy", "Refresh", "Reporting-Endpoints", "Retry-After",
      "Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options", "Service-Worker-Allowed", "Link");
  private static final List<String> VALUES = List.of("*", "null", "true", "text/html", "application/wasm",
      "text/html;charset=\"utf-8", "image/svg+xml", "nosniff", "no-store", "max-age=600, public",
      "max-age=99999999999999",
      "bytes 0-1/2", "gzip", "br, gzip", "-1", "0", "18446744073709551616", "same-origin", "require-corp",
      "credentialless;report-to=\"a\"", "default-src 'none' *.a.example:* 'nonce-x' data:",
      "a=\"http://a.example/r\"",
      "unsafe-url, no-referrer,", "max-age=31536000; includeSubDomains", "Set-Cookie, *",
      "Sat, 21 Nov 2026 10:00:00 GMT",
      "W/\"x\"", "sandbox allow-scripts", "(\"a\" \"b\");c=?1", "?1", ":aGk=:");
  private static final List<String> ATTRIBUTES = List.of("Domain=", "Domain=.", "Path=/", "Path=..", "Secure",
      "HttpOnly",
      "SameSite=None", "SameSite=Lax", "Partitioned", "Max-Age=9999999999999999", "Max-Age=-1", "Domain=\t",
      "Expires=Sat, 21 Nov 2099 10:00:00 GMT", "Domain=%61.example", "domain=.EXAMPLE", "Domain=uk", "Domain=co.uk");
  private static final String PIECES = "abz019:/\\?#[]@!$&'()*+,;=%.-_~|^{}<>\" \t\u0000\u007f\u00e9\u3002\ud83d\ude00";

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final List<String> faults = new ArrayList<>();
  private int requests;

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private String mutated(String text) {
    StringBuilder mutant = new StringBuilder(text);
    for (int i = random.nextInt(8) - 4; i > 0; i--) {
      int at = random.nextInt(mutant.length() + 1);
      switch (random.nextInt(3)) {
        case 0 -> mutant.insert(at, PIECES.charAt(random.nextInt(PIECES.length())));
        case 1 -> mutant.delete(at, Math.min(mutant.length(), at + 1 + random.nextInt(2)));
        default -> mutant.insert(at, mutant.substring(0, random.nextInt(mutant.length() + 1)));
      }
    }
    return mutant.length() > 10_000 ? mutant.substring(0, 10_000) : mutant.toString();
  }

  private String url() {
    return mutated(any(List.of("http://", "https://", "https://", "https://user:of-password@", "//")) + any(HOSTS)
        + any(List.of("", ":443", ":80", ":8443")) + any(List.of("/", "/a/../b", "/%2e%2e/x?y", "/p;q#f")));
  }

  private String cookie() {
    StringBuilder text = new StringBuilder("a=secret");
    for (int i = random.nextInt(4); i > 0; i--) {
      text.append("; ").append(any(ATTRIBUTES)).append(random.nextInt(3) == 0 ? any(HOSTS) : "");
    }
    return mutated(text.toString());
  }

  /** What stands for all servers. */
  private CompletableFuture<NetworkResponse> answer(NetworkRequest request) {
    requests++;
    for (Header header : request.headers()) {
      if (header.value().chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0)) {
        faults.add("a line break in " + header + " of " + request.url());
      }
    }
    List<Header> headers = new ArrayList<>();
    for (int i = random.nextInt(8); i > 0; i--) {
      String name = any(NAMES);
      headers.add(new Header(name, switch (name) {
        case "Location" -> url();
        case "Set-Cookie" -> cookie();
        default -> mutated(any(VALUES));
      }));
    }
    int status = any(List.of(200, 200, 200, 204, 206, 301, 302, 303, 307, 308, 304, 401, 404, 407, 421, 500, 103, 999));
    return CompletableFuture.completedFuture(new NetworkResponse(status, headers,
        mutated("<!doctype html>" + PIECES).getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void givenAnyUrlAndAnyAnswerThenAFetchEndsAndNoSiteGetsWhatIsAnothers() throws Exception {
    System.out.println("answers, -Dskerry.fuzz.seed=" + SEED);
    int urls = 0;
    int responses = 0;
    Interceptor servers = (request, next) -> answer(request);
    try (FetchClient client = FetchClient.builder().interceptor(servers).build()) {
      for (Budget budget = Budget.of(CASES); budget.allows(urls); urls++) {
        Url document = Url.parse("https://" + any(HOSTS.subList(0, 8)) + "/");
        Url target;
        String text = url();
        try {
          target = Url.parse(text, document);
        } catch (UrlParseException notOne) {
          continue;
        }
        FetchRequest request = Fetches.of(Fetches.document(document, AddressSpace.LOCAL), target,
            any(List.of(FetchRequest.Mode.CORS, FetchRequest.Mode.NO_CORS, FetchRequest.Mode.SAME_ORIGIN)),
            any(List.of(FetchRequest.Destination.EMPTY, FetchRequest.Destination.IMAGE)))
            .withRedirect(any(List.of(FetchRequest.Redirect.FOLLOW, FetchRequest.Redirect.MANUAL)))
            .withMethod(any(List.of("GET", "POST", "PUT")));
        FetchResponse response;
        try {
          response = Fetches.response(client, request);
        } catch (IllegalArgumentException | IllegalStateException fault) {
          throw new AssertionError("case " + urls + " of seed " + SEED + ", " + text, fault);
        }
        responses += response == null ? 0 : 1;
        if (response != null) {
          check(response, text);
        }
        assertEquals(List.of(), faults, "case " + urls + " of seed " + SEED);
      }
    }
    System.out.printf("%d URLs: %d requests, %d responses%n", urls, requests, responses);
    assertTrue(responses > urls / 20 && requests > urls / 5, "the answers are blunt");
  }

  private void check(FetchResponse response, String text) {
    for (Header header : response.headers()) {
      if (header.name().equalsIgnoreCase("set-cookie")) {
        faults.add("a document may read " + header + " of " + text);
      }
    }
    if (response.type() == FetchResponse.Type.OPAQUE
        && (response.status() != 0 || !response.headers().isEmpty() || response.body().length > 0)) {
      faults.add("an opaque response shows something of " + text);
    }
  }
}
