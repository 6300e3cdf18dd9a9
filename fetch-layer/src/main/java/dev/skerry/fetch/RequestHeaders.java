package dev.skerry.fetch;

import dev.skerry.fetch.FetchResponse.Header;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What the standard says of the headers that a requester sets (Fetch §2.2.2). Names are in lower case. */
final class RequestHeaders {

  /** Forbidden request-headers: the user agent alone decides on them. */
  private static final Set<String> FORBIDDEN = Set.of("accept-charset", "accept-encoding",
      "access-control-request-headers", "access-control-request-method", "connection", "content-length", "cookie",
      "cookie2", "date", "dnt", "expect", "host", "keep-alive", "origin", "referer", "set-cookie", "te", "trailer",
      "transfer-encoding", "upgrade", "via");
  private static final List<String> FORBIDDEN_PREFIXES = List.of("proxy-", "sec-");
  /** Headers that could carry a forbidden method past us. */
  private static final Set<String> METHOD_OVERRIDES = Set.of("x-http-method", "x-http-method-override",
      "x-method-override");
  private static final Set<String> NO_CORS_SAFELISTED = Set.of("accept", "accept-language", "content-language",
      "content-type");
  private static final Set<String> SAFELISTED_TYPES = Set.of("application/x-www-form-urlencoded",
      "multipart/form-data", "text/plain");
  private static final int MAX_SAFELISTED_VALUE = 128;
  private static final int MAX_SAFELISTED_VALUES = 1024;
  private static final String CORS_UNSAFE_BYTES = "\"():<>?@[\\]{}\u007F";
  /** Request-body-header names: they go where the body goes. */
  private static final Set<String> OF_THE_BODY = Set.of("content-encoding", "content-language", "content-location",
      "content-type");

  private RequestHeaders() {
  }

  /** Normalises a value: no HTTP white space at its ends. */
  static String normalise(String value) {
    int start = 0;
    int end = value.length();
    while (start < end && isHttpWhitespace(value.charAt(start))) {
      start++;
    }
    while (end > start && isHttpWhitespace(value.charAt(end - 1))) {
      end--;
    }
    return value.substring(start, end);
  }

  private static boolean isHttpWhitespace(char c) {
    return c == '\n' || c == '\r' || c == '\t' || c == ' ';
  }

  /** Why a requester may not set that header; empty where it may. */
  static Optional<String> refusal(String name, String value) {
    String shown = Excerpt.of(name);
    if (!HeaderList.isToken(name)) {
      return Optional.of("\"" + shown + "\" is not a header name");
    }
    if (value.chars().anyMatch(c -> c == 0 || c == '\n' || c == '\r' || c > 0xFF)) {
      return Optional.of("the value of the header " + shown + " has a character that no header may have");
    }
    return isForbidden(name.toLowerCase(Locale.ROOT), value)
        ? Optional.of("the header " + shown + " is forbidden to a requester (Fetch 2.2.2)") : Optional.empty();
  }

  private static boolean isForbidden(String name, String value) {
    boolean forbiddenName = FORBIDDEN.contains(name) || FORBIDDEN_PREFIXES.stream().anyMatch(name::startsWith);
    boolean hiddenMethod = METHOD_OVERRIDES.contains(name)
        && HeaderList.split(value).stream().anyMatch(method -> HttpMethod.refusal(method)
            .filter(why -> HeaderList.isToken(method)).isPresent());
    return forbiddenName || hiddenMethod;
  }

  /** Why a request in the mode no-cors may not be made with that method or those headers; empty where it may. */
  static Optional<String> noCorsRefusal(String method, List<Header> headers) {
    if (!HttpMethod.isCorsSafelisted(method)) {
      return Optional.of("the method " + method + " needs the request mode cors");
    }
    return headers.stream().filter(header -> !NO_CORS_SAFELISTED.contains(header.name()) || !isCorsSafelisted(header))
        .findFirst().map(header -> "the header " + header.name() + " needs the request mode cors");
  }

  /** CORS-unsafe request-header names: sorted, in lower case, each once. */
  static List<String> corsUnsafeNames(List<Header> headers) {
    Set<String> unsafe = new TreeSet<>();
    List<String> potentiallyUnsafe = new ArrayList<>();
    int safelistValueSize = 0;
    for (Header header : headers) {
      if (isCorsSafelisted(header)) {
        potentiallyUnsafe.add(header.name());
        safelistValueSize += header.value().length();
      } else {
        unsafe.add(header.name());
      }
    }
    if (safelistValueSize > MAX_SAFELISTED_VALUES) {
      unsafe.addAll(potentiallyUnsafe);
    }
    return List.copyOf(unsafe);
  }

  /** Whether this is a CORS-safelisted request-header. */
  static boolean isCorsSafelisted(Header header) {
    String value = header.value();
    return value.length() <= MAX_SAFELISTED_VALUE && switch (header.name()) {
      case "accept" -> !hasCorsUnsafeByte(value);
      case "accept-language", "content-language" -> value.chars().allMatch(RequestHeaders::isLanguageByte);
      case "content-type" -> !hasCorsUnsafeByte(value)
          && MimeType.parse(value).map(MimeType::essence).filter(SAFELISTED_TYPES::contains).isPresent();
      case "range" -> ByteRange.parse(value, false).filter(range -> range.start() >= 0).isPresent();
      default -> false;
    };
  }

  private static boolean hasCorsUnsafeByte(String value) {
    return value.chars().anyMatch(c -> c < 0x20 && c != '\t' || CORS_UNSAFE_BYTES.indexOf(c) >= 0);
  }

  private static boolean isLanguageByte(int c) {
    return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || " *,-.;=".indexOf(c) >= 0;
  }

  /** The headers that go on after a redirect that drops the body. */
  static List<Header> withoutBodyHeaders(List<Header> headers) {
    return headers.stream().filter(header -> !OF_THE_BODY.contains(header.name())).toList();
  }

  /** The headers that go on after a redirect to another origin (CORS non-wildcard request-header names). */
  static List<Header> withoutAuthorization(List<Header> headers) {
    return headers.stream().filter(header -> !header.name().equals("authorization")).toList();
  }
}
