package dev.skerry.security;

import dev.skerry.fetch.EmbedderRules;
import dev.skerry.fetch.FetchClient;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.FetchResponse;
import dev.skerry.fetch.Interceptor;
import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Spells the address of a forbidden server in dozens of ways, so that who forbids it and who connects read different
 * hosts (CVE-2024-6763, CVE-2025-11143). The control forbids by another parser, that of RFC 3986 appendix B.
 */
final class UrlConfusion implements Attack {

  private static final String SECRET = "the secret of the inner server";
  private static final Set<String> FORBIDDEN = Set.of("secret.localhost", "127.0.0.1", "[::1]");
  private static final Pattern RFC_3986 = Pattern.compile("(?s)(?:[^:/?#]+:)?(?://([^/?#]*))?.*");
  /** The forbidden name and its address are $s and $a, the port is $p, and $t is a host of no harm. */
  private static final List<String> SPELLINGS = List.of(
      "http://$s:$p/", "http://$a:$p/", "HTTP://SECRET.LocalHost:$p/", "http://$s:$p\\@$t/", "http://$s:$p\\.$t/",
      "http:\\\\$s:$p/", "http:/\\$s:$p/", "http:$s:$p/", "http:///$s:$p/", "http://$t@$s:$p/", "http://$t:80@$s:$p/",
      "http://$t%40x@$s:$p/", "http://$t\\@$s:$p/", "http://$s:$p#@$t/", "http://$s:$p?@$t/", "http://$s:$p/@$t/",
      "http://$s:$p;@$t/", "http://$s.:$p/", "http://s%65cret.localhost:$p/", "http://$s%2e:$p/",
      "http://sec\tret.localhost:$p/", "http://sec\nret.localhost:$p/", "\u0000http://$s:$p/", " http://$s:$p/",
      "http://\u24e2ecret.localhost:$p/", "http://secret\u3002localhost:$p/", "http://secret\uff0elocalhost:$p/",
      "http://sec\u00adret.localhost:$p/", "http://secret\u200b.localhost:$p/", "http://2130706433:$p/",
      "http://0x7f000001:$p/", "http://017700000001:$p/", "http://127.1:$p/", "http://127.0.1:$p/",
      "http://0x7f.1:$p/", "http://0177.0.0.1:$p/", "http://$a.:$p/", "http://\uff11\uff12\uff17.0.0.1:$p/",
      "http://127%2e0.0.1:$p/", "http://[::1]:$p/", "http://[0:0::1]:$p/", "http://[::ffff:127.0.0.1]:$p/",
      "http://[::127.0.0.1]:$p/", "http://$t:$p@$a:$p/", "http://[::1]@$a:$p/", "http://$a:$p:80/",
      "http://$a:00000$p/", "http://$a:$p\\\\$t/", "http://$t#\\@$a:$p/", "http://$t?@$a:$p/", "http://$a :$p/",
      "http://[::1%25lo]:$p/", "//$s:$p/", "$s:$p/", "http://$s:$p\u0000.$t/", "http://$t.$s:$p/",
      "http://$s:$p%00@$t/", "http://$s\u2044@$t:$p/", "http://$t\u2044@$s:$p/");

  @Override
  public Card card() {
    return new Card("url-confusion", Target.NETWORK,
        "get an answer of a server that is forbidden by name and address",
        Invariant.NO_AMBIENT_AUTHORITY,
        "the one URL parser whose record decides, and is what is connected to", AttackClass.URL_CONFUSION);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    try (Sites sites = new Sites()) {
      sites.answer("secret.localhost", "/", 200, Map.of("Content-Type", "text/plain"), SECRET);
      sites.answer("127.0.0.1", "/", 200, Map.of("Content-Type", "text/plain"), SECRET);
      String port = sites.origin("x").replaceAll(".*:", "");
      List<String> reached = new ArrayList<>();
      for (String spelling : SPELLINGS) {
        String text = spelling.replace("$s", "secret.localhost").replace("$a", "127.0.0.1").replace("$p", port)
            .replace("$t", "trusted.localhost");
        if (setting.isUp() ? isReached(text, rules()) : passesOtherParser(text) && isReached(text, null)) {
          reached.add(spelling);
        }
      }
      return new Outcome(!reached.isEmpty(), reached.size() + " of " + SPELLINGS.size() + " spellings reach it");
    }
  }

  private static EmbedderRules rules() {
    EmbedderRules rules = EmbedderRules.none();
    for (String host : FORBIDDEN) {
      rules = rules.deny(host);
    }
    return rules;
  }

  /** Whether a check by the text's own idea of its host lets it pass. */
  private static boolean passesOtherParser(String text) {
    Matcher parts = RFC_3986.matcher(text);
    String authority = parts.matches() && parts.group(1) != null ? parts.group(1) : "";
    String host = authority.substring(authority.lastIndexOf('@') + 1).replaceAll(":[0-9]*$", "");
    return !FORBIDDEN.contains(host.toLowerCase(Locale.ROOT));
  }

  private static boolean isReached(String text, Interceptor rules) throws InterruptedException {
    FetchClient.Builder builder = FetchClient.builder();
    if (rules != null) {
      builder.interceptor(rules);
    }
    try (FetchClient client = builder.build()) {
      FetchResponse response = Fetches.response(client, FetchRequest.document(Url.parse(text)));
      return response != null && new String(response.body(), StandardCharsets.UTF_8).contains(SECRET);
    } catch (UrlParseException noUrl) {
      return false;
    }
  }
}
