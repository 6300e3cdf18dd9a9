package dev.skerry.security;

import dev.skerry.fetch.AddressSpace;
import dev.skerry.fetch.FetchClient;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import dev.skerry.fetch.FetchResponse;
import dev.skerry.fetch.Interceptor;
import dev.skerry.fetch.NetworkResponse;
import dev.skerry.fetch.RequestClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A page of the public Internet reaches for this machine: by names, addresses in every notation, a name that is bound
 * to another address later, redirects, and file URLs (CVE-2021-20066). The control grants the page the loopback space.
 */
final class NetworkReach implements Attack {

  private static final String SECRET = "the secret of the router";
  private static final List<String> HOSTS = List.of("localhost", "router.localhost", "127.0.0.1", "127.1", "0x7f.1",
      "2130706433", "0.0.0.0", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "rebound.example", "localhost.");

  @Override
  public Card card() {
    return new Card("network-reach", Target.NETWORK,
        "let a page of a public site send a request to this machine, or read a file of it",
        Invariant.NO_AMBIENT_AUTHORITY,
        "Local Network Access: the transport connects to addresses within the request's reach alone",
        AttackClass.NETWORK_REACH);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    Path file = Files.createTempFile("secret", ".txt");
    try (Sites sites = new Sites()) {
      Files.writeString(file, SECRET);
      sites.answer(Sites.ANY_HOST, "/", 200, Map.of("Content-Type", "text/html", "Access-Control-Allow-Origin", "*"),
          SECRET);
      String port = sites.origin("x").replaceAll(".*:", "");
      FetchClient.Options options = new FetchClient.Options(1 << 20, 1 << 16, 20, Duration.ofSeconds(10),
          List.of("rebound.example:" + port + ":127.0.0.1"));
      try (FetchClient client = FetchClient.builder().options(options).interceptor(publicSite())
          .localNetwork((requester, target, space) -> setting.isDown()).build()) {
        List<String> read = new ArrayList<>();
        for (String target : targets(port, file)) {
          if (isRead(client, target)) {
            read.add(target);
          }
        }
        return new Outcome(!read.isEmpty() || !sites.arrivals().isEmpty(), read.size() + " targets were read, "
            + sites.arrivals().size() + " requests arrived");
      }
    } finally {
      Files.delete(file);
    }
  }

  private static List<String> targets(String port, Path file) {
    List<String> targets = new ArrayList<>(List.of(file.toUri().toString(), "file:///etc/passwd"));
    for (String host : HOSTS) {
      targets.add("http://" + host + ":" + port + "/");
      targets.add("https://public.example/?http://" + host + ":" + port + "/");
    }
    return targets;
  }

  private static boolean isRead(FetchClient client, String target) throws InterruptedException {
    RequestClient page = Fetches.document(Fetches.url("https://public.example/page"), AddressSpace.PUBLIC);
    boolean read = false;
    for (Mode mode : List.of(Mode.CORS, Mode.NO_CORS, Mode.NAVIGATE)) {
      Destination destination = mode == Mode.NAVIGATE ? Destination.IFRAME : Destination.IMAGE;
      FetchRequest request = Fetches.of(page, Fetches.url(target), mode, destination);
      FetchResponse response = Fetches.response(client, mode == Mode.CORS ? new FetchRequest(request.url(), mode,
          FetchRequest.Credentials.OMIT, Destination.EMPTY, page.origin(), page.url()).in(page.partition())
          .withClient(page) : request);
      read |= response != null && new String(response.body(), StandardCharsets.UTF_8).contains(SECRET);
    }
    return read;
  }

  /** There is no public server here: this link plays one, which redirects to where its query says. */
  private static Interceptor publicSite() {
    return (request, next) -> request.url().host().equals("public.example")
        ? CompletableFuture.completedFuture(new NetworkResponse(302, List.of(
            new FetchResponse.Header("location", request.url().query().orElse("")),
            new FetchResponse.Header("access-control-allow-origin", "*")),
            new NetworkResponse(302, List.of(), new byte[0]).body(), AddressSpace.PUBLIC)) : next.proceed(request);
  }
}
