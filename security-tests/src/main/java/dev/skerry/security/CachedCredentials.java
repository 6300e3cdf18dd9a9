package dev.skerry.security;

import dev.skerry.fetch.FetchClient;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import dev.skerry.fetch.FetchResponse;
import dev.skerry.fetch.Origin;
import dev.skerry.fetch.PartitionKey;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A bank shares with everybody what it says to nobody in particular, and forgot {@code Vary: Cookie}. A page of the
 * same site has it loaded into a frame, with the person's cookie, and then asks for the same without credentials: what
 * the cache kept is the person's. The control has it loaded without credentials as well.
 */
final class CachedCredentials implements Attack {

  private static final String BANK = "bank.shop.localhost";
  private static final String EVIL = "evil.shop.localhost";
  private static final String SECRET = "the balance of the person with the cookie";

  @Override
  public Card card() {
    return new Card("cached-credentials", Target.NETWORK,
        "read out of the HTTP cache what another origin answered to a cookie",
        Invariant.NOTHING_IS_LEARNT,
        "the HTTP cache keeps apart what was asked for with credentials and without",
        AttackClass.CACHE_ORACLES, AttackClass.CROSS_ORIGIN_READS);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    try (Sites sites = new Sites(); FetchClient client = FetchClient.create(FetchClient.Options.DEFAULT)) {
      Origin evil = Fetches.url(sites.origin(EVIL)).origin();
      String address = sites.origin(BANK) + "/me";
      sites.answer(BANK, "/", 200, Map.of("Content-Type", "text/html", "Set-Cookie", "id=1"), "");
      Fetches.response(client, FetchRequest.document(Fetches.url(sites.origin(BANK) + "/")));
      answer(sites, SECRET);
      FetchRequest frame = FetchRequest.frame(Fetches.url(address), evil, null).in(PartitionKey.topLevel(evil));
      Fetches.response(client, setting.isUp() ? frame : frame.withCredentials(Credentials.OMIT));
      String cookie = sites.arrivals().get(1).headers().getOrDefault("cookie", "no cookie");
      if (setting.isUp() != cookie.equals("id=1")) {
        throw new IllegalStateException("the frame was asked for with " + cookie);
      }
      answer(sites, "nothing");
      FetchResponse read = Fetches.response(client, new FetchRequest(Fetches.url(address), Mode.CORS, Credentials.OMIT,
          Destination.EMPTY, evil, null).in(PartitionKey.topLevel(evil)));
      String seen = read == null ? "" : new String(read.body(), StandardCharsets.UTF_8);
      return new Outcome(seen.equals(SECRET), "the frame came with " + cookie + ", without it the attacker read \""
          + seen + "\"");
    }
  }

  private static void answer(Sites sites, String text) {
    sites.answer(BANK, "/me", 200, Map.of("Content-Type", "text/html", "Cache-Control", "max-age=600",
        "Access-Control-Allow-Origin", "*"), text);
  }
}
