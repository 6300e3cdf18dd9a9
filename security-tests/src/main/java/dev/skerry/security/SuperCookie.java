package dev.skerry.security;

import dev.skerry.fetch.FetchClient;
import dev.skerry.fetch.FetchRequest;
import java.util.Locale;
import java.util.Map;

/**
 * Sets a cookie for all that lies below a name that many share, so that a bank receives a session of the attacker's
 * choice (CVE-2023-46218). The control has both below a name that is one site's.
 */
final class SuperCookie implements Attack {

  private static final String FORGED = "forged-session";

  @Override
  public Card card() {
    return new Card("super-cookie", Target.NETWORK,
        "have another site receive a cookie of the attacker's choice",
        Invariant.NOTHING_IS_LEARNT,
        "no cookie's domain is a public suffix (RFC 6265bis 5.7)", AttackClass.COOKIES);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    String shared = setting.isUp() ? "localhost" : "shop.localhost";
    try (Sites sites = new Sites(); FetchClient client = FetchClient.builder().build()) {
      for (String domain : new String[] {shared, "." + shared, shared.toUpperCase(Locale.ROOT), shared + "."}) {
        sites.answer("evil." + shared, "/", 200, Map.of("Content-Type", "text/html", "Set-Cookie",
            "session=" + FORGED + "; Domain=" + domain), "");
        Fetches.response(client, FetchRequest.document(Fetches.url(sites.origin("evil." + shared) + "/")));
      }
      sites.html("bank." + shared, "/", "bank");
      Fetches.response(client, FetchRequest.document(Fetches.url(sites.origin("bank." + shared) + "/")));
      String received = sites.arrivals().stream().filter(arrival -> arrival.target().startsWith("bank"))
          .map(arrival -> arrival.headers().getOrDefault("cookie", "")).findFirst().orElseThrow();
      return new Outcome(received.contains(FORGED), "the bank received the cookies \"" + received + "\"");
    }
  }
}
