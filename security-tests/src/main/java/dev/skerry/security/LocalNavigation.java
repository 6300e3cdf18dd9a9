package dev.skerry.security;

import dev.skerry.fetch.AddressSpace;
import dev.skerry.fetch.ByteStream;
import dev.skerry.fetch.FetchResponse.Header;
import dev.skerry.fetch.Interceptor;
import dev.skerry.fetch.NetworkResponse;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A public site in a frame of a page of this machine has the frame navigated to this machine, in ways that make the
 * request look like its embedder's or a person's: a refresh, a guest, a data: document of its own, the way back to that
 * document, and a reload once its name is bound to another address. The control has the site itself on this machine.
 */
final class LocalNavigation implements Attack {

  private static final String EVIL = "http://evil.example";
  private static final String INTRANET = "intranet.localhost";
  private static final String ROUTER = "router.localhost";

  @Override
  public Card card() {
    return new Card("local-navigation", Target.PAGE,
        "have a public site's frame send a request to this machine from within a page of this machine",
        Invariant.NO_AMBIENT_AUTHORITY,
        "Local Network Access: a navigation reaches no further than the document that asks for it",
        AttackClass.NETWORK_REACH, AttackClass.CONFUSED_DEPUTY);
  }

  /** A way to this machine: what stands in the public frame. */
  private record Way(String name, String content) {
  }

  private static String wanderer(String to, String content) {
    return "<body data-go=\"" + to + "\">" + content + "<script type=module src=" + EVIL + "/wanderer.wasm></script>";
  }

  private static List<Way> ways(String router) {
    String frame = "<iframe src='" + router + "/%s'></iframe>";
    return List.of(
        new Way("refresh", "<meta http-equiv=refresh content='0;url=" + router + "/refresh'>"),
        new Way("guest", wanderer(router + "/guest", "")),
        new Way("data", wanderer("data:text/html," + frame.formatted("data"), "")),
        new Way("back", wanderer("data:text/html," + wanderer("http://evil.example/end", frame.formatted("back"))
            .replace("\"", "'"), "")));
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    try (Sites sites = new Sites()) {
      String router = sites.origin(ROUTER);
      Map<String, byte[]> pages = new ConcurrentHashMap<>(Map.of("/wanderer.wasm", Guests.bytes("wanderer"),
          "/rebound", html(wanderer("", ""))));
      Set<String> answered = ConcurrentHashMap.newKeySet();
      sites.html("evil.example", "/rebound", "<p>of this machine</p>");
      List<String> arrived = new ArrayList<>();
      AddressSpace space = setting.isUp() ? AddressSpace.PUBLIC : AddressSpace.LOOPBACK;
      String port = router.substring(router.lastIndexOf(':') + 1);
      try (PageHost host = setting.newHost().resolve("evil.example:" + port + ":127.0.0.1")
          .intercept(site(pages, answered, space)).build()) {
        for (Way way : ways(router)) {
          pages.put("/frame", html(way.content));
          sites.html(INTRANET, "/", "<iframe src='" + EVIL + "/frame'></iframe>").html(ROUTER, "/" + way.name, "");
          visit(host, sites.origin(INTRANET) + "/", way.name.equals("back"));
          if (sites.arrivals().stream().anyMatch(arrival -> arrival.target().equals(ROUTER + "/" + way.name))) {
            arrived.add(way.name);
          }
        }
        visit(host, sites.origin("evil.example") + "/rebound", false);
        if (sites.arrivals().stream().anyMatch(arrival -> arrival.target().equals("evil.example/rebound"))) {
          arrived.add("reload");
        }
      }
      int all = ways(router).size() + 1;
      return new Outcome(setting.isUp() ? !arrived.isEmpty() : arrived.size() == all,
          arrived.size() + " of " + all + " ways led to this machine: " + arrived);
    }
  }

  private static void visit(PageHost host, String url, boolean andBack) throws Exception {
    try (Page page = host.open(url)) {
      settle(page);
      if (andBack) {
        page.go(-1, Duration.ofSeconds(60));
        settle(page);
      }
    }
  }

  private static void settle(Page page) {
    if (!page.settle(Observer.PATIENCE)) {
      throw new IllegalStateException("the page does not settle: " + page.problems());
    }
  }

  private static byte[] html(String text) {
    return ("<!doctype html>" + text).getBytes(StandardCharsets.UTF_8);
  }

  /** There is no public server here: this link plays one, which answers for each of its names once by itself. */
  private static Interceptor site(Map<String, byte[]> pages, Set<String> answered, AddressSpace space) {
    return (request, next) -> {
      String path = request.url().path();
      boolean rebound = path.equals("/rebound") && !answered.add(path);
      if (!request.url().host().equals("evil.example") || rebound) {
        return next.proceed(request);
      }
      return CompletableFuture.completedFuture(new NetworkResponse(200, List.of(
          new Header("content-type", path.endsWith(".wasm") ? "application/wasm" : "text/html"),
          new Header("access-control-allow-origin", "*")), ByteStream.of(pages.getOrDefault(path, html(""))), space));
    };
  }
}
