package dev.skerry.fetch;

import dev.skerry.fetch.Refusal.Rule;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An embedder's own rules, as a link of the chain: the first pattern that matches a hop's URL decides, and what none
 * matches is allowed, unless there is a pattern that allows: then it is denied. Immutable.
 */
public final class EmbedderRules implements Interceptor {

  private static final Pattern SYNTAX = Pattern.compile(
      "(?:([a-z][a-z0-9+.-]*)://)?(\\*|(?:\\*\\.)?(?:\\[[^\\]/]+\\]|[^\\[\\]:/*]+))(?::([0-9]{1,5}))?(/[^?#]*)?");

  private final List<Row> rows;
  private final boolean denyOthers;

  private EmbedderRules(List<Row> rows) {
    this.rows = List.copyOf(rows);
    denyOthers = rows.stream().anyMatch(Row::allows);
  }

  /**
   * One rule.
   *
   * @param scheme empty for any
   * @param host in its canonical form; empty for any
   * @param subdomains whether names below the host are meant, and not the host itself
   * @param port -1 for any
   * @param path what the URL's path begins with
   */
  private record Row(boolean allows, String text, String scheme, String host, boolean subdomains, int port,
                     String path) {

    boolean matches(Url url) {
      boolean hostMatches = host.isEmpty() || (subdomains
          ? url.hostRecord().kind() == Host.Kind.DOMAIN && server(url.hostRecord()).endsWith("." + host)
          : server(url.hostRecord()).equals(host));
      return (scheme.isEmpty() || scheme.equals(url.scheme())) && hostMatches
          && (port < 0 || port == url.effectivePort()) && url.path().startsWith(path);
    }
  }

  /** No rules: everything is allowed. */
  public static EmbedderRules none() {
    return new EmbedderRules(List.of());
  }

  /**
   * These rules and one more that allows.
   *
   * @param pattern {@code [SCHEME://]HOST[:PORT][/PATH]}: the host may be {@code *} or begin with {@code *.}, the path
   *     is what paths begin with
   * @throws IllegalArgumentException if it is none; the message names it
   */
  public EmbedderRules allow(String pattern) {
    return with(true, pattern);
  }

  /** These rules and one more that denies; otherwise as {@link #allow}. */
  public EmbedderRules deny(String pattern) {
    return with(false, pattern);
  }

  private EmbedderRules with(boolean allows, String pattern) {
    List<Row> more = new ArrayList<>(rows);
    more.add(parse(allows, pattern));
    return new EmbedderRules(more);
  }

  private static Row parse(boolean allows, String pattern) {
    Matcher parts = SYNTAX.matcher(pattern.toLowerCase(Locale.ROOT));
    try {
      if (parts.matches()) {
        String name = parts.group(2);
        boolean subdomains = name.startsWith("*.");
        String host = name.equals("*") ? "" : server(HostParser.parse(subdomains ? name.substring(2) : name, false));
        int port = parts.group(3) == null ? -1 : Integer.parseInt(parts.group(3));
        String path = parts.group(4) == null ? "" : pattern.substring(pattern.length() - parts.group(4).length());
        String scheme = parts.group(1) == null ? "" : parts.group(1);
        return new Row(allows, pattern, scheme, host, subdomains, port, path);
      }
    } catch (InvalidUrl notAHost) {
      throw new IllegalArgumentException(malformed(pattern) + ": " + notAHost.getMessage(), notAHost);
    }
    throw new IllegalArgumentException(malformed(pattern));
  }

  /** The server that a host names: the root's dot makes no other, nor does IPv6 around an IPv4 address. */
  private static String server(Host host) {
    if (host.kind() == Host.Kind.IPV6) {
      byte[] address = host.address().getAddress();
      boolean embedded = address.length == 16 && Ipv4InIpv6.isEmbedded(address);
      InetAddress plain = embedded ? Ipv4InIpv6.extract(address) : host.address();
      return plain instanceof Inet4Address ? plain.getHostAddress() : host.text();
    }
    String text = host.text();
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }

  private static String malformed(String pattern) {
    return "\"" + Excerpt.of(pattern) + "\" is not [SCHEME://]HOST[:PORT][/PATH], such as https://*.example.com";
  }

  @Override
  public CompletableFuture<NetworkResponse> intercept(NetworkRequest request, Chain next) {
    Url url = request.url();
    for (Row row : rows) {
      if (row.matches(url)) {
        return row.allows ? next.proceed(request)
            : denied(url, row.text, "the embedder denies " + Excerpt.of(row.text));
      }
    }
    return denyOthers ? denied(url, "", "it is nothing that the embedder allows") : next.proceed(request);
  }

  private static CompletableFuture<NetworkResponse> denied(Url url, String pattern, String detail) {
    return CompletableFuture.failedFuture(new FetchError(Excerpt.of(url.href()), new Refusal(Rule.EMBEDDER, pattern,
        detail), ""));
  }
}
