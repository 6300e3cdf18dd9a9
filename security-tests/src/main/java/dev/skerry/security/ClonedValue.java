package dev.skerry.security;

import dev.skerry.origin.AgentReport;
import dev.skerry.origin.ConsoleMessage;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Posts encoded values that are none to the bank's frame: cut off, longer than their bytes, wrapping, nested deeply,
 * leading to objects and ports that do not go with them. The bank sends back what it finds in a value, and relies on
 * what it is handed being one, beside a secret in its memory. In the control both exchange the same bytes unchecked.
 */
final class ClonedValue implements Attack {

  private static final String BANK = "bank.localhost";
  private static final String EVIL = "evil.localhost";
  private static final String SECRET = "the secret of " + BANK;
  private static final int LEVELS = 1_500;

  /** What shows that values come through at all: each holds the text "honest"; also an array that holds itself. */
  private static final List<String> HONEST = List.of(
      "06 06000000 686f6e657374",
      "08 02000000 06 06000000 686f6e657374 0f 00000000",
      "0d 01 01000000 06000000 0c 08000000 2e686f6e6573742e",
      "08 02000000 0c 06000000 686f6e657374 0d 01 00000000 06000000 0f 01000000");
  /** By kind: values that are none, without any port that goes with them. */
  private static final List<String> CRAFTED = List.of(
      "", "11", "80", "ff", "00 00",
      "05 02 01000000 01", "05 00 ffffffff 01", "05 00 01000000 00", "05 01 00000000",
      "06 00020000 41", "06 ffffffff 41", "06 00000080 41", "06 02000000 c0af", "06 03000000 eda080",
      "07 000000000000e03f", "07 000000000000f07f",
      "08 02000000 00", "08 ffffffff", "08 01000000 08 ffffffff 00",
      "09 01000000 ffffffff 00", "09 ffffffff", "09 01000000 01000000 ff 00",
      "0a 00000080", "0a 01000000 00", "0b 01000000", "0b ffffffff 00",
      "0c 00020000 41", "0c ffffffff", "0c 00000080 41",
      "0d 01 f6000000 1c000000 0c 01000000 41", "0d 01 00000000 00020000 0c 01000000 41",
      "0d 01 ffffffff 02000000 0c 01000000 41", "0d 0a 00000000 00000020 0c 01000000 41",
      "0d 0a f8ffffff 01000000 0c 01000000 41", "0d 03 01000000 00000000 0c 04000000 41414141",
      "0d 0c 00000000 00000000 0c 00000000", "0d 01 00000000 1c000000 0f 00000000",
      "0d 01 00000000 1c000000 0f 01000000", "0d 01 00000000 1c000000 0f 40000000", "0d 01 00000000 00000000 00",
      "0e 07 00000000", "0e 00 ffffffff",
      "0f 00000000", "0f 40000000", "0f ffffffff", "08 01000000 0f 01000000", "08 01000000 0f 40000000",
      "10 00000000", "10 01000000", "10 ffffffff", "08 01000000 10 00000000",
      "08 01000000".repeat(LEVELS) + "00");
  /** Values that lead to ports beside the one that goes with them. */
  private static final List<String> WITH_A_PORT = List.of("10 01000000", "10 ffffffff", "10 00000080",
      "08 02000000 10 00000000 10 01000000");

  @Override
  public Card card() {
    return new Card("cloned-value", Target.PAGE,
        "have another origin read what is not in the value it was sent, or trap at it",
        Invariant.MEMORY_IS_PRIVATE,
        "the check of every encoded value, whole, before it is posted (HTML 2.7.3)",
        AttackClass.FRAMES_AND_MESSAGES);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    String suffix = setting.isUp() ? "" : "-unchecked";
    try (Sites sites = new Sites(); PageHost host = setting.newHost().build()) {
      sites.wasm(BANK, "/victim.wasm", Guests.bytes("cloned-value-victim" + suffix), null)
          .html(BANK, "/", "<!doctype html><script type=module src=/victim.wasm></script>")
          .wasm(EVIL, "/forger.wasm", Guests.bytes("cloned-value" + suffix), null)
          .html(EVIL, "/", "<!doctype html><script type=module src=/forger.wasm></script><iframe src='"
              + sites.origin(BANK) + "/'></iframe>");
      try (Page page = host.open(sites.origin(EVIL) + "/")) {
        settle(page);
        return attack(page, setting);
      }
    }
  }

  private static Outcome attack(Page page, Setting setting) {
    for (String value : HONEST) {
      if (!post(page, bytes(value), 0)) {
        throw new IllegalStateException("an honest value was refused: " + page.console());
      }
    }
    settle(page);
    long answers = lines(page).stream().filter("honest"::equals).count();
    if (answers < HONEST.size()) {
      throw new IllegalStateException("the bank answered " + lines(page) + ", " + page.problems());
    }
    int tried = 0;
    List<String> accepted = new ArrayList<>();
    for (byte[] value : crafted()) {
      tried++;
      if (post(page, value, 0)) {
        accepted.add(HexFormat.of().formatHex(value, 0, Math.min(value.length, 32)));
      }
    }
    for (String value : WITH_A_PORT) {
      tried++;
      if (post(page, bytes(value), 1)) {
        accepted.add(value + " with a port");
      }
    }
    settle(page);
    long refusals = lines(page).stream().filter(line -> line.startsWith("DataCloneError: at byte ")).count();
    long secrets = lines(page).stream().filter(line -> line.contains(SECRET)).count();
    int traps = page.agents().stream().map(AgentReport::traps).mapToInt(List::size).sum();
    return new Outcome(secrets > 0 || traps > 0 || setting.isUp() && refusals != tried, tried + " values: " + refusals
        + " were refused, " + accepted.size() + " accepted" + (setting.isUp() ? " " + accepted : "") + ", " + secrets
        + " answers hold the secret, the bank trapped at " + traps);
  }

  /** Those above, and every beginning of an honest value. */
  private static List<byte[]> crafted() {
    List<byte[]> values = new ArrayList<>(CRAFTED.stream().map(ClonedValue::bytes).toList());
    for (String value : HONEST) {
      byte[] whole = bytes(value);
      for (int length = 1; length < whole.length; length++) {
        values.add(Arrays.copyOf(whole, length));
      }
    }
    return values;
  }

  private static byte[] bytes(String value) {
    return HexFormat.of().parseHex(value.replace(" ", ""));
  }

  /** Whether the value was accepted. */
  private static boolean post(Page page, byte[] value, int ports) {
    ByteBuffer words = ByteBuffer.wrap(Arrays.copyOf(value, (value.length + 7) & -8)).order(ByteOrder.LITTLE_ENDIAN);
    while (words.hasRemaining()) {
      page.call("put", words.position(), words.getLong());
    }
    return page.call("post", value.length, ports)[0].equals(0);
  }

  private static void settle(Page page) {
    if (!page.settle(Observer.PATIENCE)) {
      throw new IllegalStateException("the page does not settle");
    }
  }

  private static List<String> lines(Page page) {
    return page.console().stream().map(ConsoleMessage::text).toList();
  }
}
