package dev.skerry.fetch;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The host parser (URL §3.5) and the serialisers of addresses (URL §3.6). Stateless. */
final class HostParser {

  /** Above every number that an IPv4 address can hold; larger parts stop growing here. */
  private static final long TOO_LARGE = 1L << 40;
  private static final boolean[] FORBIDDEN_HOST = codePoints("\0\t\n\r #/:<>?@[\\]^|");
  private static final boolean[] FORBIDDEN_DOMAIN = codePoints("\0\t\n\r #/:<>?@[\\]^|%\u007F");

  static {
    for (int c = 0; c < 0x20; c++) {
      FORBIDDEN_DOMAIN[c] = true;
    }
  }

  private HostParser() {
  }

  private static boolean[] codePoints(String members) {
    boolean[] set = new boolean[128];
    members.chars().forEach(c -> set[c] = true);
    return set;
  }

  /** Parses a host. An opaque one belongs to a URL that is not special, and is the only one that may be empty. */
  static Host parse(String input, boolean isOpaque) throws InvalidUrl {
    if (input.startsWith("[")) {
      if (!input.endsWith("]")) {
        throw new InvalidUrl("the IPv6 address \"" + Excerpt.of(input) + "\" has no closing bracket", "IPv6-unclosed");
      }
      return new Host(Host.Kind.IPV6, serialise(Ipv6Parser.parse(input.substring(1, input.length() - 1))));
    }
    if (isOpaque) {
      return parseOpaque(input);
    }
    String domain = parseDomain(input);
    return endsInNumber(domain) ? new Host(Host.Kind.IPV4, parseIpv4(domain)) : new Host(Host.Kind.DOMAIN, domain);
  }

  private static Host parseOpaque(String input) throws InvalidUrl {
    if (input.isEmpty()) {
      return Host.EMPTY;
    }
    int forbidden = indexOf(input, FORBIDDEN_HOST);
    if (forbidden >= 0) {
      throw invalidCodePoint(input, forbidden, "host-invalid-code-point");
    }
    return new Host(Host.Kind.OPAQUE, PercentEncodeSet.C0_CONTROL.encode(input));
  }

  /** Percent-decodes and runs the domain parser (URL §3.3) with beStrict false. */
  private static String parseDomain(String input) throws InvalidUrl {
    String decoded = input.indexOf('%') < 0 ? input : new String(PercentDecoder.decode(input), StandardCharsets.UTF_8);
    String domain = isAscii(decoded) ? lowerCase(decoded) : Idna.toAscii(decoded);
    if (domain == null) {
      throw new InvalidUrl("the host \"" + Excerpt.of(input) + "\" is not a valid domain name", "domain-to-ASCII");
    }
    if (domain.isEmpty()) {
      throw new InvalidUrl("the host \"" + Excerpt.of(input) + "\" is empty once it is normalised", "domain-to-ASCII");
    }
    int forbidden = indexOf(domain, FORBIDDEN_DOMAIN);
    if (forbidden >= 0) {
      throw invalidCodePoint(domain, forbidden, "domain-invalid-code-point");
    }
    return domain;
  }

  private static InvalidUrl invalidCodePoint(String host, int index, String name) {
    return new InvalidUrl(String.format(Locale.ROOT, "the host \"%s\" has the forbidden code point U+%04X",
        Excerpt.of(host), (int) host.charAt(index)), name);
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 128) {
        return false;
      }
    }
    return true;
  }

  private static String lowerCase(String ascii) {
    for (int i = 0; i < ascii.length(); i++) {
      char c = ascii.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        return ascii.toLowerCase(Locale.ROOT);
      }
    }
    return ascii;
  }

  private static int indexOf(String text, boolean[] set) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 128 && set[c]) {
        return i;
      }
    }
    return -1;
  }

  /** The ends in a number checker. */
  private static boolean endsInNumber(String domain) {
    int end = domain.endsWith(".") ? domain.length() - 1 : domain.length();
    if (end == 0) {
      return false;
    }
    String last = domain.substring(domain.lastIndexOf('.', end - 1) + 1, end);
    if (last.isEmpty() || !isDigit(last.charAt(0))) {
      return false;
    }
    return last.chars().allMatch(HostParser::isDigit) || parseIpv4Number(last) >= 0;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static String parseIpv4(String input) throws InvalidUrl {
    String trimmed = input.endsWith(".") && input.length() > 1 ? input.substring(0, input.length() - 1) : input;
    String[] parts = trimmed.split("\\.", -1);
    if (parts.length > 4) {
      throw new InvalidUrl("the IPv4 address \"" + Excerpt.of(input) + "\" has more than four parts",
          "IPv4-too-many-parts");
    }
    long address = 0;
    for (int i = 0; i < parts.length; i++) {
      long number = parseIpv4Number(parts[i]);
      if (number < 0) {
        throw new InvalidUrl("the IPv4 address \"" + Excerpt.of(input) + "\" has the part \"" + Excerpt.of(parts[i])
            + "\", which is not a number", "IPv4-non-numeric-part");
      }
      boolean last = i == parts.length - 1;
      if (number >= (last ? 1L << 8 * (5 - parts.length) : 256)) {
        throw new InvalidUrl("the IPv4 address \"" + Excerpt.of(input) + "\" has the part \"" + Excerpt.of(parts[i])
            + "\", which is too large", "IPv4-out-of-range-part");
      }
      address += last ? number : number << 8 * (3 - i);
    }
    return (address >> 24) + "." + (address >> 16 & 255) + "." + (address >> 8 & 255) + "." + (address & 255);
  }

  /** The IPv4 number parser: -1 for failure. */
  private static long parseIpv4Number(String input) {
    if (input.isEmpty()) {
      return -1;
    }
    int radix = 10;
    int start = 0;
    if (input.length() >= 2 && input.charAt(0) == '0') {
      boolean hex = (input.charAt(1) | 0x20) == 'x';
      radix = hex ? 16 : 8;
      start = hex ? 2 : 1;
    }
    long value = 0;
    for (int i = start; i < input.length(); i++) {
      int digit = Character.digit(input.charAt(i), radix);
      if (digit < 0) {
        return -1;
      }
      value = Math.min(value * radix + digit, TOO_LARGE);
    }
    return value;
  }

  /** The IPv6 serialiser, in brackets. */
  private static String serialise(int[] pieces) {
    int compress = compressedPieceIndex(pieces);
    StringBuilder output = new StringBuilder(41).append('[');
    for (int i = 0; i < 8; i++) {
      if (i == compress) {
        output.append(i == 0 ? "::" : ":");
        while (i < 8 && pieces[i] == 0) {
          i++;
        }
        if (i == 8) {
          break;
        }
      }
      output.append(Integer.toHexString(pieces[i]));
      if (i != 7) {
        output.append(':');
      }
    }
    return output.append(']').toString();
  }

  /** The first of the longest runs of at least two zero pieces, or -1. */
  private static int compressedPieceIndex(int[] pieces) {
    int longestIndex = -1;
    int longest = 1;
    int run = 0;
    for (int i = 0; i < 8; i++) {
      run = pieces[i] == 0 ? run + 1 : 0;
      if (run > longest) {
        longest = run;
        longestIndex = i - run + 1;
      }
    }
    return longestIndex;
  }
}
