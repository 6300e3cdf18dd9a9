package dev.skerry.security;

import dev.skerry.fetch.AddressSpace;
import dev.skerry.fetch.FetchClient;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import dev.skerry.fetch.FetchResponse;
import dev.skerry.fetch.RequestClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Asks another origin for two bodies of different lengths, in every mode, for every destination, and by redirects
 * through its own origin and through the other, and compares all that a requester can see. The control has the other
 * origin share them by CORS.
 */
final class OpaqueReading implements Attack {

  private static final List<String> TYPES = List.of("text/html", "application/json", "text/plain", "image/png",
      "text/css", "text/javascript", "");

  @Override
  public Card card() {
    return new Card("opaque-reading", Target.NETWORK,
        "tell two answers of another origin apart, by body, length, status, headers or URL",
        Invariant.NOTHING_IS_LEARNT,
        "the CORS check and response filtering (Fetch 4.10, 2.2.6), opaque response blocking",
        AttackClass.CROSS_ORIGIN_READS);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    try (Sites sites = new Sites(); FetchClient client = FetchClient.builder().build()) {
      String bank = sites.origin("bank.localhost");
      String evil = sites.origin("evil.localhost");
      RequestClient page = Fetches.document(Fetches.url(evil + "/"), AddressSpace.LOOPBACK);
      List<String> differences = new ArrayList<>();
      for (String type : TYPES) {
        publish(sites, bank, evil, type, setting);
        for (String way : List.of(bank + "/", evil + "/to/", bank + "/round/")) {
          for (Destination destination : Destination.values()) {
            for (Mode mode : List.of(Mode.NO_CORS, Mode.CORS, Mode.SAME_ORIGIN)) {
              String one = seen(client, Fetches.of(page, Fetches.url(way + "short"), mode, destination));
              String other = seen(client, Fetches.of(page, Fetches.url(way + "long"), mode, destination));
              if (!one.replace("short", "").equals(other.replace("long", ""))) {
                differences.add(mode + " " + destination + " " + type);
              }
            }
          }
        }
      }
      return new Outcome(!differences.isEmpty(), differences.size() + " ways to tell, such as "
          + differences.stream().findFirst().orElse("none"));
    }
  }

  private static void publish(Sites sites, String bank, String evil, String type, Setting setting) {
    for (String length : List.of("short", "long")) {
      Map<String, String> headers = new TreeMap<>();
      headers.put("Content-Type", type);
      headers.put("Balance", length);
      if (setting.isDown()) {
        headers.put("Access-Control-Allow-Origin", evil);
        headers.put("Access-Control-Allow-Credentials", "true");
      }
      if (type.isEmpty()) {
        headers.remove("Content-Type");
      }
      sites.answer("bank.localhost", "/" + length, 200, headers, "secret ".repeat(length.equals("short") ? 1 : 500));
      sites.redirect("evil.localhost", "/to/" + length, bank + "/" + length);
      sites.redirect("bank.localhost", "/round/" + length, evil + "/to/" + length);
    }
  }

  /** Everything of a response but the time that it took. */
  private static String seen(FetchClient client, FetchRequest request) throws InterruptedException {
    FetchResponse response = Fetches.response(client, request);
    return response == null ? "error" : response.url() + " " + response.urlList() + " " + response.status() + " "
        + response.headers() + " " + response.type() + " " + response.addressSpace() + " " + response.body().length
        + " " + new String(response.body(), StandardCharsets.UTF_8);
  }
}
