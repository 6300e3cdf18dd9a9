package dev.skerry.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.charset.Charset;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Mutated URLs: what parses serialises to what parses to the same, and nothing but {@link UrlParseException} flies.
 * {@code -Dskerry.seed} repeats a run, {@code -Dskerry.fuzz.seconds} lengthens it.
 */
class UrlFuzzTest {

  private static final int COUNT = 100_000;
  private static final List<String> SEEDS = List.of("http://example.com/", "https://user:pass@foo:21/bar;par?b#c",
      "file:///C|/x/../y", "http://[2001:db8::1.2.3.4]:80/a%2e%2E/b", "data:text/plain;base64,aGk=", "//x:1/", "/.//p",
      "non-special://h:80/p?q#f", "http://0x7f.1/", "mailto:a@b", "http://xn--zca.ß.例え/ü?ü#ü", "blob:http://a:1/x",
      "..", "javascript:alert(1) #x", "http:\\\\a\\b", "web+demo:/..//not-a-host/", "file:c:\\foo\\bar.html",
      "?q", "#f");
  private static final String PIECES = "abcxyzABC0123456789:/\\?#[]@!$&'()*+,;=%.-_~|^`{}<>\" "
      + "\t\n\r\0\u007F\u00ADüß例。\uD83D\uDE00\uFEFF\uFFFD\u202E";

  @Test
  void everyMutantParsesToAFixpointOrIsRefused() throws Exception {
    long seed = Long.getLong("skerry.seed", 20_260_101L);
    Random random = new Random(seed);
    Url base = Url.parse("http://base.example/a/b?c#d");
    Url file = Url.parse("file:///C:/x/y");
    int parsed = 0;
    int count = 0;
    long seconds = Long.getLong("skerry.fuzz.seconds", 0);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    for (; seconds == 0 ? count < COUNT : System.nanoTime() - deadline < 0; count++) {
      String input = mutate(SEEDS.get(random.nextInt(SEEDS.size())), random);
      Url[] bases = {null, base, file};
      try {
        Url url = Url.parse(input, bases[random.nextInt(3)]);
        parsed++;
        assertEquals(url.href(), Url.parse(url.href()).href(), () -> "seed " + seed + ", input " + input);
        assertTrue(url.href().chars().allMatch(c -> c >= ' ' && c < 0x7F), () -> "not ASCII: " + url);
        assertEquals(url.path(), Url.parse(url.href()).path());
        assertEquals(url.host(), Url.parse(url.href()).host());
      } catch (UrlParseException e) {
        assertTrue(e.getMessage().length() < 2000, e.getMessage());
      } catch (RuntimeException e) {
        fail("seed " + seed + ", input " + input, e);
      }
    }
    System.out.println(count + " mutated URLs, of which " + parsed + " were URLs, -Dskerry.seed=" + seed);
    assertTrue(parsed > count / 4, "most mutants must be URLs: " + parsed);
  }

  /** Queries in every encoding that this platform has: what cannot be encoded is a reference, and nothing flies. */
  @Test
  void everyQueryCanBeSentInEveryEncoding() throws Exception {
    long seed = Long.getLong("skerry.seed", 20_260_101L);
    Random random = new Random(seed);
    for (Charset encoding : Charset.availableCharsets().values()) {
      for (int i = 0; i < 20; i++) {
        String query = mutate("?\u001b$B\ud800x\ue5e5\u203e\u00e9".repeat(1 + random.nextInt(20)), random);
        Url url = Url.parse("http://a/" + query, null, encoding);
        assertTrue(url.href().chars().allMatch(c -> c >= ' ' && c < 0x7F),
            () -> "seed " + seed + ", " + encoding + ": " + url);
      }
    }
  }

  private static String mutate(String seed, Random random) {
    StringBuilder text = new StringBuilder(seed);
    for (int i = random.nextInt(6); i >= 0; i--) {
      int at = random.nextInt(text.length() + 1);
      char piece = PIECES.charAt(random.nextInt(PIECES.length()));
      switch (random.nextInt(4)) {
        case 0 -> text.insert(at, piece);
        case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(3)));
        case 2 -> text.replace(at, Math.min(text.length(), at + 1), String.valueOf(piece));
        default -> {
          String other = SEEDS.get(random.nextInt(SEEDS.size()));
          text.insert(at, other, 0, random.nextInt(other.length() + 1));
        }
      }
    }
    return text.toString();
  }
}
