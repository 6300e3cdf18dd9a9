package dev.skerry.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Random {@code Set-Cookie} headers of hosts that do not trust each other: no site is sent another's cookie, no plain
 * connection a secure one, no host another's {@code __Host-} cookie, and no partition another's partitioned one.
 * {@code -Dskerry.fuzz.seed} repeats a run, {@code -Dskerry.fuzz.seconds} lengthens it.
 */
class CookieFuzzTest {

  private static final long SEED = Long.getLong("skerry.fuzz.seed", 1);
  private static final long SECONDS = Long.getLong("skerry.fuzz.seconds", 0);
  private static final int CASES = 40_000;
  private static final int JAR_LIFE = 200;
  /** Hosts, each behind its site by the public suffix list. */
  private static final String[][] HOSTS = {{"a.example", "a.example"}, {"a.example", "www.a.example"},
      {"b.example", "b.example"}, {"b.example", "x.y.b.example"}, {"c.co.uk", "c.co.uk"}, {"d.co.uk", "d.co.uk"},
      {"d.co.uk", "www.d.co.uk"}, {"e.github.io", "e.github.io"}, {"f.github.io", "f.github.io"}, {"co.uk", "co.uk"},
      {"192.0.2.1", "192.0.2.1"}, {"1.192.0.2", "1.192.0.2"}, {"[2001:db8::1]", "[2001:db8::1]"}, {"uk", "uk"},
      {"c.co.uk.", "c.co.uk."}, {"d.co.uk.", "d.co.uk."}, {"a.example.", "a.example."}, {"io", "io"}};
  private static final List<String> ATTRIBUTES = List.of("Path=/", "Path=..", "Path=/a", "Secure", "Secure", "HttpOnly",
      "SameSite=None", "SameSite=Lax", "SameSite=strict", "Partitioned", "Max-Age=9999999999999999", "Max-Age=-1",
      "Domain=", "Domain=\t", "Expires=Sat, 21 Nov 2099 10:00:00 GMT", "Expires=\"1\"", "Domain=.", "Domain=..");
  private static final String PIECES = "abz019:/\\?#[]@!$&'()*+,;=%.-_~|^`{}<>\" \t\u007f\u0000\u00e9\u3002\ud83d";
  private static final Pattern COOKIE = Pattern.compile("of/(\\d+)/([a-z]+)/(\\d+)/end");

  private final SplittableRandom random = new SplittableRandom(SEED);

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private String mutated(String text) {
    StringBuilder mutant = new StringBuilder(text);
    for (int i = random.nextInt(8) - 5; i > 0; i--) {
      int at = random.nextInt(mutant.length() + 1);
      if (random.nextInt(3) == 0) {
        mutant.delete(at, Math.min(mutant.length(), at + 1 + random.nextInt(2)));
      } else {
        mutant.insert(at, PIECES.charAt(random.nextInt(PIECES.length())));
      }
    }
    return mutant.toString();
  }

  /** The value says which host set it, over what, and in which partition; so only what is around it is mutated. */
  private String header(int host, String scheme, int partition) {
    StringBuilder attributes = new StringBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      attributes.append("; ").append(random.nextInt(3) > 0 ? any(ATTRIBUTES)
          : any(List.of("Domain=", "domain=.", "DOMAIN= ")) + HOSTS[random.nextInt(HOSTS.length)][1]);
    }
    return mutated(any(List.of("", "__Host-", "__Secure-", "__hOst-", "=__Host-", "a")) + random.nextInt(3)) + "=of/"
        + host + "/" + scheme + "/" + partition + "/end" + mutated(attributes.toString());
  }

  private static CookieContext context(int host, String scheme, int partition, boolean sameSite, boolean topLevel)
      throws UrlParseException {
    Url url = Url.parse(scheme + "://" + HOSTS[host][1] + "/a/b");
    return new CookieContext(url, sameSite, topLevel, "partition " + partition, !sameSite && !topLevel);
  }

  @Test
  void givenAnyCookiesThenEachGoesWhereItsHostMaySendIt() throws Exception {
    System.out.println("cookies, -Dskerry.fuzz.seed=" + SEED);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    int cases = 0;
    int sent = 0;
    CookieJar jar = new CookieJar(Instant::now);
    while (SECONDS == 0 ? cases < CASES : System.nanoTime() - deadline < 0) {
      if (++cases % JAR_LIFE == 0) {
        jar = new CookieJar(Instant::now);
      }
      int from = random.nextInt(HOSTS.length);
      String scheme = any(List.of("http", "https"));
      int partition = random.nextInt(2);
      String header = header(from, scheme, partition);
      jar.set(header, context(from, scheme, partition, random.nextBoolean(), random.nextBoolean()));
      int to = random.nextInt(HOSTS.length);
      String over = any(List.of("http", "https"));
      int asked = random.nextInt(2);
      String cookies = jar.header(context(to, over, asked, random.nextBoolean(), random.nextBoolean())).orElse("");
      List<String> faults = new ArrayList<>();
      if (cookies.chars().anyMatch(c -> c < ' ' && c != '\t' || c == 0x7f)) {
        faults.add("a control character");
      }
      for (String cookie : cookies.split("; ")) {
        Matcher value = COOKIE.matcher(cookie);
        if (!value.find()) {
          continue;
        }
        sent++;
        int owner = Integer.parseInt(value.group(1));
        String name = cookie.substring(0, value.start()).toLowerCase(Locale.ROOT);
        if (!HOSTS[owner][0].equals(HOSTS[to][0])) {
          faults.add("a cookie of " + HOSTS[owner][1]);
        }
        if (name.startsWith("__host-") && owner != to) {
          faults.add("a host's own cookie of " + HOSTS[owner][1]);
        }
        if ((name.startsWith("__host-") || name.startsWith("__secure-"))
            && (over.equals("http") || value.group(2).equals("http"))) {
          faults.add("a secure cookie over or from http");
        }
      }
      assertEquals(List.of(), faults, HOSTS[to][1] + " is sent " + cookies + ", case " + cases + " of seed " + SEED
          + ", the last header " + header);
    }
    System.out.printf("%d headers, %d cookies sent%n", cases, sent);
    assertTrue(sent > cases / 10, "the cookies are blunt: " + sent);
  }
}
