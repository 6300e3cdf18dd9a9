package dev.skerry.fetch;

import org.apache.hc.client5.http.psl.PublicSuffixMatcher;
import org.apache.hc.client5.http.psl.PublicSuffixMatcherLoader;

/** Registrable domains (URL §3.2) by the Public Suffix List, which is read when a host first needs it. */
final class PublicSuffixes {

  /** Loads the list at first use. */
  private static final class List {
    static final PublicSuffixMatcher MATCHER = PublicSuffixMatcherLoader.getDefault();
  }

  private PublicSuffixes() {
  }

  /** The registrable domain of a host; null where it has none: addresses, opaque hosts and public suffixes. */
  static String registrableDomain(Host host) {
    if (host.kind() != Host.Kind.DOMAIN) {
      return null;
    }
    String trailingDot = host.text().endsWith(".") ? "." : "";
    String domain = host.text().substring(0, host.text().length() - trailingDot.length());
    String root = host.isLocalhostName() ? byDefaultRule(domain) : byList(domain);
    return root == null ? null : root + trailingDot;
  }

  private static String byList(String domain) {
    String root = List.MATCHER.getDomainRoot(domain);
    boolean unlisted = root != null && root.indexOf('.') < 0;
    return unlisted ? byDefaultRule(domain) : root;
  }

  /** The list's rule {@code *} for what no row names: the last label is the public suffix. */
  private static String byDefaultRule(String domain) {
    int last = domain.lastIndexOf('.');
    return last < 0 ? null : domain.substring(domain.lastIndexOf('.', last - 1) + 1);
  }
}
