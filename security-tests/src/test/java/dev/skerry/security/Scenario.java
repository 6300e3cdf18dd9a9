package dev.skerry.security;

import dev.skerry.origin.ConsoleMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Random pages of several origins that embed, redirect to and run each other, each origin with a secret of its own that
 * stands in its documents, URLs, cookies, storage and modules, and all of them with spies. It knows what each origin
 * gives away, and so what nobody else may ever see.
 */
final class Scenario {

  private static final int HOSTS = 4;
  private static final int PAGES = 3;
  private static final int MAX_CHILDREN = 3;
  private static final Pattern TOKEN = Pattern.compile("TOKEN-([a-z])[0-9a-f]{17}");
  private static final List<String> SANDBOXES = List.of("", "", "", " sandbox='allow-scripts'",
      " sandbox='allow-scripts allow-same-origin'");
  private static final List<String> POLICIES = List.of("connect-src 'none'", "script-src *", "frame-src *",
      "default-src * data: blob:", "frame-ancestors *", "img-src 'self'");

  private final Sites sites;
  private final SplittableRandom random;
  private final Map<String, String> secrets = new HashMap<>();
  /** For each host whom it lets run its modules: an origin, {@code *}, or nobody. */
  private final Map<String, String> sharedWith = new HashMap<>();
  /** For each host the origins that its spies address, by its pages. */
  private final Map<String, Set<String>> targets = new HashMap<>();
  /** Hosts whose documents tell their whole URL to everyone. */
  private final Set<String> unsafeReferrers = new HashSet<>();

  Scenario(Sites sites, SplittableRandom random) {
    this.sites = sites;
    this.random = random;
    for (int i = 0; i < HOSTS; i++) {
      String host = String.valueOf((char) ('a' + i));
      secrets.put(host, "TOKEN-%s%017x".formatted(host, random.nextLong() >>> 1));
    }
    secrets.keySet().forEach(this::build);
  }

  private static String name(String host) {
    return host + ".localhost";
  }

  private String origin(String host) {
    return sites.origin(name(host));
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private String anyHost() {
    return any(List.copyOf(new TreeSet<>(secrets.keySet())));
  }

  private void build(String host) {
    String share = switch (random.nextInt(4)) {
      case 0 -> "*";
      case 1 -> origin(anyHost());
      default -> "";
    };
    sharedWith.put(host, share);
    sites.wasm(name(host), "/spy.wasm", Spy.attendedModule(secrets.get(host)), share.isEmpty() ? null : share);
    String referrerPolicy = any(List.of("", "no-referrer", "origin", "same-origin", "unsafe-url"));
    if (referrerPolicy.equals("unsafe-url")) {
      unsafeReferrers.add(host);
    }
    for (int page = 0; page < PAGES; page++) {
      Map<String, String> headers = new HashMap<>(Map.of("Content-Type", "text/html; charset=utf-8",
          "Set-Cookie", "id=" + secrets.get(host) + any(List.of("", "; SameSite=None; Secure", "; SameSite=Strict",
              "; HttpOnly", "; SameSite=None; Secure; Partitioned", "; Domain=localhost"))));
      if (!referrerPolicy.isEmpty()) {
        headers.put("Referrer-Policy", referrerPolicy);
      }
      if (random.nextInt(3) == 0) {
        headers.put("Content-Security-Policy", any(POLICIES));
      }
      if (random.nextInt(6) == 0) {
        headers.put("Cross-Origin-Embedder-Policy", any(List.of("credentialless", "require-corp")));
      }
      if (random.nextInt(3) == 0) {
        headers.put("Cross-Origin-Resource-Policy", any(List.of("same-origin", "cross-origin", "same-site")));
      }
      sites.answer(name(host), "/page" + page, 200, headers, html(host, page));
      sites.answer(name(host), "/go" + page, 302, Map.of("Location", random.nextInt(3) == 0
          ? origin(anyHost()) + "/go" + random.nextInt(PAGES)
          : origin(host) + "/page" + page + "?" + secrets.get(host)), "");
    }
  }

  /** Page n embeds pages with higher numbers alone, so that no page embeds itself for ever. */
  private String html(String host, int page) {
    String target = switch (random.nextInt(4)) {
      case 0 -> "*";
      case 1 -> "/";
      default -> origin(anyHost());
    };
    targets.computeIfAbsent(host, any -> new HashSet<>()).add(target);
    StringBuilder html = new StringBuilder("<p>").append(secrets.get(host)).append("</p>");
    for (int i = random.nextInt(3); i >= 0; i--) {
      html.append("<script type=module src='").append(i == 0 ? "" : origin(anyHost())).append("/spy.wasm'></script>");
    }
    for (int i = page + 1 < PAGES ? random.nextInt(MAX_CHILDREN) : 0; i >= 0; i--) {
      if (page + 1 < PAGES) {
        html.append("<iframe src='").append(origin(anyHost())).append(any(List.of("/page", "/go"))).append(page + 1)
            .append("'").append(any(SANDBOXES)).append("></iframe>");
      }
    }
    return Spy.page(secrets.get(host), target, html.toString());
  }

  /** Leaks that a control makes, each for another part of the oracle to find. */
  enum Plant {
    /** The first page holds another host's secret: in its document, and so in its guests' memory and lines. */
    CONTENT,
    /** The first page calls another host's secret its own: so its guests keep it for their origin. */
    IDENTITY,
    /** Nobody addresses messages to anybody, as far as the oracle knows: so each that arrives is a leak. */
    MESSAGES
  }

  void plant(Plant plant) {
    String own = secrets.get("a");
    String other = secrets.get("b");
    String spy = "<script type=module src='/spy.wasm'></script>";
    Map<String, String> headers = Map.of("Content-Type", "text/html; charset=utf-8");
    switch (plant) {
      case CONTENT -> sites.answer(name("a"), "/page0", 200, headers,
          Spy.page(own, "/", "<p>" + other + "</p>" + spy));
      case IDENTITY -> sites.answer(name("a"), "/page0", 200, headers, Spy.page(other, "/", spy));
      case MESSAGES -> targets.replaceAll((host, named) -> Set.of());
      default -> throw new IllegalArgumentException(plant.name());
    }
  }

  /** Where a person goes. */
  String start() {
    return origin("a") + "/page0?" + secrets.get("a");
  }

  private static List<String> hostsIn(String text) {
    List<String> hosts = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(text);
    while (matcher.find()) {
      hosts.add(matcher.group(1));
    }
    return hosts;
  }

  /** What is wrong with a line that a guest wrote; empty where it may know all that. */
  String leakIn(ConsoleMessage message) {
    String[] parts = message.text().split("\\|", 3);
    List<String> owner = hostsIn(parts[0]);
    if (parts.length < 3 || owner.size() != 1) {
      return "a line that no spy writes: " + message.text();
    }
    String own = owner.get(0);
    boolean opaque = message.origin().equals("null");
    if (!opaque && !message.origin().equals(origin(own))) {
      return message.origin() + " runs the document of " + own;
    }
    for (String secret : hostsIn(parts[2])) {
      boolean known = secret.equals(own) && !(opaque && parts[1].equals("sto")) || switch (parts[1]) {
        case "mod" -> mayRun(secret, opaque ? "null" : message.origin());
        case "msg" -> mayReceive(secret, opaque ? "null" : message.origin());
        default -> false;
      };
      if (!known) {
        return message.origin() + ", a document of " + own + ", knows the secret of " + secret + ": " + message.text();
      }
    }
    return "";
  }

  private boolean mayRun(String owner, String requester) {
    return sharedWith.get(owner).equals("*") || sharedWith.get(owner).equals(requester);
  }

  private boolean mayReceive(String sender, String receiver) {
    Set<String> named = targets.get(sender);
    return named.contains("*") || named.contains(receiver) || named.contains("/") && receiver.equals(origin(sender));
  }

  /** What is wrong with a request that a server saw; empty where it may know all that. */
  String leakIn(Sites.Arrival arrival) {
    String host = arrival.target().substring(0, 1);
    List<String> all = new ArrayList<>(hostsIn(arrival.target()));
    arrival.headers().forEach((name, value) -> hostsIn(value).stream()
        .filter(secret -> !(name.equals("referer") && unsafeReferrers.contains(secret))).forEach(all::add));
    all.removeIf(host::equals);
    return all.isEmpty() ? "" : host + " was told the secrets of " + all + ": " + arrival;
  }

  /** What is wrong with a document's tree. */
  String leakInDocument(String url, String html) {
    return onlyOwn("the document of " + hostOf(url), hostOf(url), html);
  }

  /**
   * What is wrong with the memory of a guest: it may hold what its document holds, what its own module brought, and
   * what it was sent.
   *
   * @param origin the document's, serialised
   */
  String leakInMemory(String origin, String url, byte[] memory) {
    String own = hostOf(url);
    List<String> others = hostsIn(new String(memory, StandardCharsets.ISO_8859_1)).stream()
        .filter(secret -> !secret.equals(own) && !mayRun(secret, origin) && !mayReceive(secret, origin)).toList();
    return others.isEmpty() ? "" : "a memory of " + own + " holds the secrets of " + others;
  }

  /** What is wrong with the storage of an origin. */
  String leakInStorage(String origin, String text) {
    return onlyOwn("the storage of " + origin, hostOf(origin), text);
  }

  private static String hostOf(String url) {
    return url.substring(url.indexOf("://") + 3).substring(0, 1);
  }

  private static String onlyOwn(String what, String own, String text) {
    List<String> others = hostsIn(text).stream().filter(secret -> !secret.equals(own)).toList();
    return others.isEmpty() ? "" : what + " holds the secrets of " + others;
  }

  @Override
  public String toString() {
    return "shared with " + sharedWith + ", targets " + targets + ", unsafe referrers " + unsafeReferrers + " "
        + Arrays.toString(sites.arrivals().stream().map(Sites.Arrival::target).toArray());
  }
}
