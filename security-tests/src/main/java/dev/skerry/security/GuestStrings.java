package dev.skerry.security;

import dev.skerry.origin.ConsoleMessage;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import dev.skerry.wasm.Trap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Hands the host strings and buffers that end behind the guest's memory, wrap around, or are no UTF-8
 * (CVE-2026-34941, CVE-2026-34942, CVE-2026-35195), beside a frame that has a secret in its memory. The control's guest
 * has a second page, with the secret where the strings end.
 */
final class GuestStrings implements Attack {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String SECRET = "secret of bank";
  private static final List<String> EXPORTS = List.of("log", "set text and log it", "take text", "query");
  private static final int[][] OUTSIDE = {{65_536, 28}, {65_530, 34}, {65_535, 29}, {65_533, 31}, {1, 65_536},
      {0, 65_564}, {0, -1}, {65_530, -1}, {-16, 64}, {-1, 1}, {-1, -1}, {Integer.MAX_VALUE, Integer.MAX_VALUE},
      {Integer.MIN_VALUE, 8}};
  /** What is no UTF-8, also where it is cut off by the end of memory. */
  private static final int[][] ODD = {{16, 23}, {17, 5}, {16, 1}, {36, 2}, {65_532, 4}, {65_533, 3}, {65_532, 3}};

  @Override
  public Card card() {
    return new Card("guest-strings", Target.PAGE,
        "have the host read or write behind the guest's memory for a string",
        Invariant.MEMORY_IS_PRIVATE,
        "the one place where every pointer of a guest is checked, against the length of that moment",
        AttackClass.GUEST_STRINGS);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    try (Sites sites = new Sites()) {
      String guest = setting.isUp() ? "guest-strings" : "guest-strings-control";
      sites.wasm("bank.localhost", "/sender.wasm", Guests.bytes("letter-sender"), null);
      sites.html("bank.localhost", "/", "<!doctype html><title>bank</title><body data-target='"
          + sites.origin("partner.localhost") + "'><script type=module src=sender.wasm></script>");
      sites.wasm("evil.localhost", "/strings.wasm", Guests.bytes(guest), null);
      sites.html("evil.localhost", "/", "<!doctype html><title>evil</title><p>text</p><script type=module "
          + "src=strings.wasm></script><iframe src='" + sites.origin("bank.localhost") + "/'></iframe>");
      try (PageHost host = setting.newHost().build(); Page page = host.open(sites.origin("evil.localhost") + "/")) {
        if (!page.settle(PATIENCE)) {
          throw new IllegalStateException("the page did not settle");
        }
        return attack(page);
      }
    }
  }

  private static Outcome attack(Page page) {
    List<String> accepted = new ArrayList<>();
    for (String export : EXPORTS) {
      for (int[] place : OUTSIDE) {
        try {
          page.call(export, place[0], place[1]);
          accepted.add(export + " of " + Integer.toUnsignedString(place[1]) + " bytes at "
              + Integer.toUnsignedString(place[0]));
        } catch (Trap refused) {
          continue;
        }
      }
    }
    for (int[] place : ODD) {
      page.call("log", place[0], place[1]);
      page.call("set text and log it", place[0], place[1]);
    }
    long secrets = page.console().stream().filter(line -> line.text().contains(SECRET)).count();
    long broken = page.console().stream().filter(GuestStrings::isBroken).count();
    return new Outcome(!accepted.isEmpty() || secrets + broken > 0, accepted.size() + " places outside were accepted "
        + accepted + ", " + secrets + " lines hold the secret, " + broken + " are no Unicode text");
  }

  /** Whether the text has a surrogate without its other half. */
  private static boolean isBroken(ConsoleMessage line) {
    return line.text().codePoints().anyMatch(point -> point >= Character.MIN_SURROGATE
        && point <= Character.MAX_SURROGATE);
  }
}
