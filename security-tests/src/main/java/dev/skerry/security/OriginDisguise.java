package dev.skerry.security;

import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import java.util.List;
import java.util.Map;

/**
 * A document that the attacker has uploaded to the bank, which the bank shows in a sandboxed frame, or which comes from
 * a data: URL. It tries to be taken for the bank: to read the bank's storage, and to post messages as the bank. The
 * control shows it in a plain frame.
 */
final class OriginDisguise implements Attack {

  private static final String UPLOADED = "the secret of the upload";
  private static final String BANK = "bank.localhost";

  @Override
  public Card card() {
    return new Card("origin-disguise", Target.PAGE,
        "be taken for the origin that shows one in a sandbox: by its storage, and by the origin of one's messages",
        Invariant.NOTHING_IS_LEARNT,
        "the opaque origins of sandboxed frames and data: documents (HTML 7.1.5, 7.3.1)",
        AttackClass.FRAMES_AND_MESSAGES);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    try (Sites sites = new Sites()) {
      String module = sites.origin(BANK) + "/spy.wasm";
      String upload = Spy.page(UPLOADED, "*", "<script type=module src=" + module + "></script>");
      sites.answer(BANK, "/upload", 200, Map.of("Content-Type", "text/html"), upload)
          .wasm(BANK, "/spy.wasm", Spy.module("the module of the bank.."), "*");
      String plain = "<iframe src=/upload></iframe>";
      String frames = setting.isDown() ? plain : "<iframe sandbox=allow-scripts src=/upload></iframe>"
          + "<iframe src=\"data:text/html," + upload.replace("#", "%23").replace("\"", "'") + "\"></iframe>"
          + "<iframe sandbox=allow-scripts srcdoc=\"" + upload.replace("\"", "'") + "\"></iframe>";
      sites.html(BANK, "/", Spy.page("the secret of the bank", "*", "<script type=module src=/spy.wasm></script>"
          + frames));
      try (PageHost host = setting.newHost().build(); Page page = host.open(sites.origin(BANK) + "/")) {
        if (!page.settle(Observer.PATIENCE)) {
          throw new IllegalStateException("the page does not settle");
        }
        List<String> lines = page.console().stream().map(line -> line.text()).toList();
        List<String> posted = lines.stream().filter(line -> line.startsWith("the secret of the bank|msg|" + UPLOADED))
            .toList();
        int expected = setting.isDown() ? 1 : 3;
        if (posted.stream().distinct().count() == 0 || posted.size() < expected) {
          throw new IllegalStateException("of " + expected + " frames " + posted.size() + " have posted: " + lines);
        }
        boolean asBank = posted.stream().anyMatch(line -> line.endsWith("|" + sites.origin(BANK)));
        boolean stored = lines.stream().anyMatch(line -> line.startsWith(UPLOADED + "|sto|the secret of the bank"));
        return new Outcome(asBank || stored, "messages came as " + posted.stream()
            .map(line -> line.substring(line.lastIndexOf('|') + 1)).distinct().toList() + ", storage "
            + (stored ? "was read" : "was not read"));
      }
    }
  }
}
