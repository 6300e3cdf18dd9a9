package dev.skerry.fetch;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A source expression (CSP §2.3.1): one word of a source list. Words that are none match nothing and are left out. */
sealed interface CspSource {

  Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):");
  Pattern HOST = Pattern.compile("(?:([A-Za-z][A-Za-z0-9+.-]*)://)?"
      + "(\\*|(?:\\*\\.)?[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*\\.?)(?::([0-9]{1,9}|\\*))?(/[^;,?#]*)?");
  Pattern NONCE = Pattern.compile("'nonce-([A-Za-z0-9+/_-]+={0,2})'", Pattern.CASE_INSENSITIVE);
  Pattern HASH = Pattern.compile("'(sha256|sha384|sha512)-([A-Za-z0-9+/_-]+={0,2})'", Pattern.CASE_INSENSITIVE);

  /** {@code scheme-source}; the scheme in lower case. */
  record SchemeSource(String scheme) implements CspSource {
  }

  /**
   * {@code host-source}.
   *
   * @param scheme in lower case; empty for none
   * @param host in lower case, perhaps with a wildcard before it
   * @param port digits or {@code *}; empty for none
   * @param path empty for none
   */
  record HostSource(String scheme, String host, String port, String path) implements CspSource {
  }

  /** {@code nonce-source}. */
  record Nonce(String value) implements CspSource {
  }

  /** {@code hash-source}; the value in plain base64, whichever alphabet it was written in. */
  record Hash(IntegrityMetadata.Algorithm algorithm, String value) implements CspSource {
  }

  /** {@code keyword-source}. */
  enum Keyword implements CspSource {
    SELF, UNSAFE_INLINE, UNSAFE_EVAL, STRICT_DYNAMIC, UNSAFE_HASHES, REPORT_SAMPLE, WASM_UNSAFE_EVAL;

    private final String text = "'" + name().toLowerCase(Locale.ROOT).replace('_', '-') + "'";
  }

  /** Parses one word; empty where it is no source expression. */
  static Optional<CspSource> parse(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    Optional<CspSource> keyword = Arrays.stream(Keyword.values()).filter(known -> known.text.equals(lower))
        .map(known -> (CspSource) known).findFirst();
    if (keyword.isPresent()) {
      return keyword;
    }
    Matcher scheme = SCHEME.matcher(lower);
    if (scheme.matches()) {
      return Optional.of(new SchemeSource(scheme.group(1)));
    }
    Matcher nonce = NONCE.matcher(word);
    if (nonce.matches()) {
      return Optional.of(new Nonce(nonce.group(1)));
    }
    Matcher hash = HASH.matcher(word);
    if (hash.matches()) {
      return Optional.of(new Hash(IntegrityMetadata.Algorithm.valueOf(hash.group(1).toUpperCase(Locale.ROOT)),
          plainBase64(hash.group(2))));
    }
    Matcher host = HOST.matcher(word);
    return host.matches() ? Optional.of(new HostSource(lowerOrEmpty(host.group(1)), lowerOrEmpty(host.group(2)),
        lowerOrEmpty(host.group(3)), host.group(4) == null ? "" : host.group(4))) : Optional.empty();
  }

  private static String lowerOrEmpty(String part) {
    return part == null ? "" : part.toLowerCase(Locale.ROOT);
  }

  /** Base64 of one alphabet, from either. */
  static String plainBase64(String text) {
    return text.replace('-', '+').replace('_', '/');
  }

  /** Whether the URL matches this expression in that origin with that redirect count (CSP §6.7.2.8). */
  default boolean matches(Url url, Origin origin, int redirects) {
    if (this instanceof SchemeSource source) {
      return schemePartMatches(source.scheme, url.scheme());
    }
    if (this instanceof HostSource source) {
      return hostSourceMatches(source, url, origin, redirects);
    }
    return this == Keyword.SELF && selfMatches(url, origin);
  }

  private static boolean hostSourceMatches(HostSource source, Url url, Origin origin, int redirects) {
    if (source.equals(new HostSource("", "*", "", ""))) {
      return url.isHttp() || url.scheme().equals(origin.scheme());
    }
    String scheme = source.scheme.isEmpty() ? origin.scheme() : source.scheme;
    return url.hostRecord() != null && schemePartMatches(scheme, url.scheme())
        && hostPartMatches(source.host, url.hostRecord()) && portPartMatches(source.port, url)
        && (redirects > 0 || pathPartMatches(source.path, url.path()));
  }

  /** {@code scheme-part} matching (CSP §6.7.2.9): upgrades to a secure scheme match too. */
  private static boolean schemePartMatches(String pattern, String scheme) {
    return pattern.equals(scheme) || switch (pattern) {
      case "http" -> scheme.equals("https");
      case "ws" -> scheme.equals("wss") || scheme.equals("http") || scheme.equals("https");
      case "wss" -> scheme.equals("https");
      default -> false;
    };
  }

  /** {@code host-part} matching (CSP §6.7.2.10): of addresses, 127.0.0.1 alone can be named. */
  private static boolean hostPartMatches(String pattern, Host host) {
    if (host.kind() != Host.Kind.DOMAIN) {
      return host.kind() == Host.Kind.IPV4 && host.text().equals("127.0.0.1") && pattern.equals(host.text());
    }
    return pattern.equals("*") || (pattern.startsWith("*.") ? host.text().endsWith(pattern.substring(1))
        : pattern.equals(host.text()));
  }

  /** {@code port-part} matching (CSP §6.7.2.11). */
  private static boolean portPartMatches(String pattern, Url url) {
    return switch (pattern) {
      case "*" -> true;
      case "" -> url.port() < 0;
      default -> Integer.parseInt(pattern) == url.effectivePort();
    };
  }

  /** {@code path-part} matching (CSP §6.7.2.12). */
  private static boolean pathPartMatches(String pattern, String path) {
    if (pattern.isEmpty() || pattern.equals("/") && path.isEmpty()) {
      return true;
    }
    boolean exact = !pattern.endsWith("/");
    String[] patternPieces = pattern.split("/", -1);
    String[] pieces = path.split("/", -1);
    if (patternPieces.length > pieces.length || exact && patternPieces.length != pieces.length) {
      return false;
    }
    for (int i = 0; i < patternPieces.length - (exact ? 0 : 1); i++) {
      if (!Arrays.equals(PercentDecoder.decode(patternPieces[i]), PercentDecoder.decode(pieces[i]))) {
        return false;
      }
    }
    return true;
  }

  private static boolean selfMatches(Url url, Origin origin) {
    if (origin.equals(url.origin())) {
      return true;
    }
    boolean secureUpgrade = url.scheme().equals("https") || url.scheme().equals("wss")
        || origin.scheme().equals("http") && (url.scheme().equals("http") || url.scheme().equals("ws"));
    return !origin.isOpaque() && origin.host().equals(url.host()) && origin.port() == url.port() && secureUpgrade;
  }
}
