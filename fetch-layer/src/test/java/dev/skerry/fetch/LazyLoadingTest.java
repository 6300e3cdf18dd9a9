package dev.skerry.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is slow to load is loaded for those who need it alone: seen from outside, in a JVM of its own. */
class LazyLoadingTest {

  private static final List<String> SLOW = List.of("com.ibm.icu.", "org.apache.hc.", "org.eclipse.jetty.client.",
      "javax.net.ssl.");

  /** Which of the slow packages a JVM loads that parses these URLs and compares their sites pairwise. */
  private static List<String> loadedBy(String... urls) throws Exception {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xlog:class+load",
        "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Parse.class.getName()));
    command.addAll(List.of(urls));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> lines;
    try (BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream()))) {
      lines = output.lines().collect(Collectors.toList());
    }
    assertEquals(0, process.waitFor(), () -> String.join("\n", lines.subList(Math.max(0, lines.size() - 9),
        lines.size())));
    return SLOW.stream().filter(name -> lines.stream().anyMatch(line -> line.contains("] " + name))).toList();
  }

  /** The program that the JVM of its own runs. */
  public static final class Parse {

    private Parse() {
    }

    public static void main(String[] urls) throws UrlParseException {
      FetchClient client = FetchClient.create(FetchClient.Options.DEFAULT);
      for (String url : urls) {
        Origin origin = Url.parse(url).origin();
        origin.isSameSite(Url.parse(urls[0]).origin());
      }
      client.close();
    }
  }

  @Test
  void asciiHostsLoadNoIcuAndEqualOrLocalHostsLoadNoPublicSuffixes() throws Exception {
    assertEquals(List.of(), loadedBy("http://a.localhost/ü?ü", "http://b.a.localhost:80/", "http://127.0.0.1/",
        "http://xn--zca.localhost/", "http://[::1]/"));
  }

  @Test
  void aHostThatIsNotAsciiLoadsIcuAlone() throws Exception {
    assertEquals(List.of("com.ibm.icu."), loadedBy("http://ß.localhost/"));
  }

  @Test
  void twoHostsOfTheNetLoadThePublicSuffixes() throws Exception {
    assertEquals(List.of("org.apache.hc."), loadedBy("http://a.example/", "http://b.example/"));
  }
}
