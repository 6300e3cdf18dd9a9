package dev.skerry.demo;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.origin.Limit;
import dev.skerry.origin.Limits;
import dev.skerry.origin.LoadError;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each site by itself, in the host: what its guest made of its document, compared with an independent computation. */
class DemoPagesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private static DemoServer server;
  private static PageHost host;

  @BeforeAll
  static void start() throws IOException {
    server = new DemoServer();
    server.start();
    host = PageHost.builder().limits(Limits.defaults().with(Limit.TASK_CPU, 1_000)).build();
  }

  @AfterAll
  static void stop() throws IOException {
    host.close();
    server.close();
  }

  private static Document settled(String site) throws LoadError {
    try (Page page = host.open(server.origin(site) + "/")) {
      assertTrue(page.settle(PATIENCE), () -> site + " has not settled: " + page.problems());
      return page.document();
    }
  }

  private static Element report(String site) throws LoadError {
    return settled(site).getElementById("report");
  }

  /** One generation of Life on a torus, in text of equal rows. */
  private static String[] generation(String[] rows) {
    int height = rows.length;
    int width = rows[0].length();
    String[] next = new String[height];
    for (int y = 0; y < height; y++) {
      StringBuilder row = new StringBuilder();
      for (int x = 0; x < width; x++) {
        int neighbours = 0;
        for (int i = 0; i < 9; i++) {
          char cell = rows[Math.floorMod(y + i / 3 - 1, height)].charAt(Math.floorMod(x + i % 3 - 1, width));
          neighbours += i != 4 && cell == 'O' ? 1 : 0;
        }
        boolean alive = neighbours == 3 || neighbours == 2 && rows[y].charAt(x) == 'O';
        row.append(alive ? 'O' : '.');
      }
      next[y] = row.toString();
    }
    return next;
  }

  @Test
  void lifeShowsTheFortiethGeneration() throws Exception {
    String source;
    try (InputStream in = DemoServer.class.getResourceAsStream("sites/life/index.html")) {
      source = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    String[] rows = Jsoup.parse(source).getElementById("world").wholeText().split("\n");
    for (int i = 0; i < 40; i++) {
      rows = generation(rows);
    }
    String expected = String.join("\n", rows) + "\n";
    long population = expected.chars().filter(cell -> cell == 'O').count();
    Document page = settled("life.localhost");
    Element world = page.getElementById("world");
    assertEquals(expected, world.wholeText());
    assertEquals("40", world.attr("data-generation"));
    assertEquals(Long.toString(population), world.attr("data-population"));
    assertEquals("generation 40, population " + population, page.getElementById("status").text());
  }

  @Test
  void theTwoHalvesOfLifeAreWhatOneWorldWouldBe() throws Exception {
    String[] rows = new String[20];
    Arrays.fill(rows, "");
    for (String half : List.of("west", "east")) {
      try (InputStream in = DemoServer.class.getResourceAsStream("sites/halves/" + half + ".html")) {
        String world = Jsoup.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)).getElementById("world")
            .wholeText();
        String[] part = world.split("\n");
        for (int y = 0; y < rows.length; y++) {
          rows[y] += part[y];
        }
      }
    }
    for (int i = 0; i < 40; i++) {
      rows = generation(rows);
    }
    try (Page page = host.open(server.origin("west.halves.localhost") + "/")) {
      assertTrue(page.settle(PATIENCE), () -> "not settled: " + page.problems());
      String[] west = page.document().getElementById("world").wholeText().split("\n");
      String[] east = page.frame(1).document().getElementById("world").wholeText().split("\n");
      for (int y = 0; y < rows.length; y++) {
        assertEquals(rows[y], west[y] + east[y], "row " + y);
      }
      assertEquals("40", page.frame(1).document().getElementById("world").attr("data-generation"));
    }
  }

  @Test
  void everybodyInTheChatHearsTheSameNineLines() throws Exception {
    try (Page page = host.open(server.origin("ann.chat.localhost") + "/")) {
      assertTrue(page.settle(PATIENCE), () -> "not settled: " + page.problems());
      List<String> room = page.document().select("#room > li").eachText();
      assertEquals(9, room.size(), room::toString);
      assertEquals("Ann: Good morning, islands.", room.get(0));
      assertEquals("Bob: Morning, Ann. All quiet on this rock.", room.get(1));
      assertEquals("Cid: Through the channel, word for word.", room.get(8));
      for (int frame = 1; frame <= 2; frame++) {
        assertEquals(room, page.frame(frame).document().select("#room > li").eachText());
      }
    }
  }

  private static int[][] greys(Document page, String id) throws IOException {
    String url = page.getElementById(id).attr("src");
    BufferedImage image = ImageIO.read(
        new ByteArrayInputStream(Base64.getDecoder().decode(url.substring(url.indexOf(',') + 1))));
    int[][] points = new int[image.getHeight()][image.getWidth()];
    for (int y = 0; y < points.length; y++) {
      for (int x = 0; x < points[0].length; x++) {
        points[y][x] = image.getRaster().getSample(x, y, 0);
      }
    }
    return points;
  }

  private static int near(int[][] points, int x, int y) {
    return points[Math.max(0, Math.min(points.length - 1, y))][Math.max(0, Math.min(points[0].length - 1, x))];
  }

  @Test
  void theFilterShowsThePictureItsBlurAndItsEdges() throws Exception {
    Document page = settled("filter.localhost");
    String[] rows = page.getElementById("picture").wholeText().strip().split("\n");
    int[][] picture = greys(page, "original");
    int[][] blurred = greys(page, "blurred");
    int[][] edges = greys(page, "edges");
    int found = 0;
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 48; x++) {
        assertEquals(Integer.parseInt(rows[y].substring(2 * x, 2 * x + 2), 16), picture[y][x]);
        int sum = 0;
        for (int i = 0; i < 9; i++) {
          sum += near(picture, x + i % 3 - 1, y + i / 3 - 1);
        }
        assertEquals(sum / 9, blurred[y][x], "at " + x + ", " + y);
        int across = near(blurred, x + 1, y - 1) + 2 * near(blurred, x + 1, y) + near(blurred, x + 1, y + 1)
            - near(blurred, x - 1, y - 1) - 2 * near(blurred, x - 1, y) - near(blurred, x - 1, y + 1);
        int down = near(blurred, x - 1, y + 1) + 2 * near(blurred, x, y + 1) + near(blurred, x + 1, y + 1)
            - near(blurred, x - 1, y - 1) - 2 * near(blurred, x, y - 1) - near(blurred, x + 1, y - 1);
        int strength = Math.abs(across) + Math.abs(down);
        assertEquals(Math.min(255, strength), edges[y][x], "at " + x + ", " + y);
        found += strength > 127 ? 1 : 0;
      }
    }
    assertEquals("48 x 32 points, " + found + " on edges", page.getElementById("status").text());
  }

  private static int escapeSteps(double cx, double cy, int limit) {
    double x = 0;
    double y = 0;
    int steps = 0;
    while (x * x + y * y <= 4 && steps < limit) {
      double next = x * x - y * y + cx;
      y = 2 * x * y + cy;
      x = next;
      steps++;
    }
    return steps;
  }

  @Test
  void mandelbrotShowsEveryPointInItsColour() throws Exception {
    Document page = settled("fractal.localhost");
    String url = page.getElementById("picture").attr("src");
    String prefix = "data:image/bmp;base64,";
    assertTrue(url.startsWith(prefix), url);
    BufferedImage image = ImageIO.read(
        new ByteArrayInputStream(Base64.getDecoder().decode(url.substring(prefix.length()))));
    assertEquals(160, image.getWidth());
    assertEquals(104, image.getHeight());
    int inside = 0;
    for (int row = 0; row < 104; row++) {
      for (int column = 0; column < 160; column++) {
        int steps = escapeSteps(-2.25 + 3.0 * column / 160, 1.0 + -2.0 * row / 104, 100);
        inside += steps == 100 ? 1 : 0;
        int colour = steps == 100 ? 0
            : (steps * 5 & 0xff) << 16 | (steps * 11 & 0xff) << 8 | 80 + 175 * steps / 100;
        assertEquals(colour, image.getRGB(column, row) & 0xffffff, "at " + column + ", " + row);
      }
    }
    assertEquals("160 x 104 points, " + inside + " in the set", page.getElementById("status").text());
  }

  /** Elements and texts, without white space around blocks and without the spans that hold texts in the DOM. */
  private static String canonical(Document document, String root) {
    document.outputSettings().prettyPrint(false);
    Element content = document.selectFirst(root);
    content.select("span").unwrap();
    return content.html().replaceAll(
        "\\s*(</?(?:ul|ol|li|p|blockquote|table|thead|tbody|tr|th|td|h[1-6]|hr|pre)\\b[^>]*>)\\s*", "\n$1");
  }

  @Test
  void newsShowsItsMarkdownAsElements() throws Exception {
    String expected;
    try (InputStream in = getClass().getResourceAsStream("/markdown/news.html")) {
      expected = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    Document page = settled("news.localhost");
    String status = page.getElementById("status").text();
    assertTrue(status.endsWith("3 references held"), status);
    assertEquals(0, page.select("#article script").size());
    assertEquals(canonical(Jsoup.parse(expected), "body"), canonical(page, "#article"));
  }

  @Test
  void givenOneModuleOnTwoOriginsThenTheSameAddressHoldsTwoValues() throws Exception {
    Element report = report("x.shop.localhost");
    assertAll(
        () -> assertTrue(report.attr("data-address").startsWith("0x"), report.attr("data-address")),
        () -> assertEquals(report.attr("data-address"), report.attr("data-peer-address")),
        () -> assertEquals("token-of-x", report.attr("data-token")),
        () -> assertEquals("token-of-y", report.attr("data-peer-token")),
        () -> assertEquals("20", report.attr("data-count")),
        () -> assertEquals("token-of-x", report.getElementById("token").text()));
  }

  @ParameterizedTest
  @CsvSource({"read, 28", "write, 22", "recurse, 2"})
  void givenAHostilePageThenEachOfItsTriesTraps(String name, int tries) throws Exception {
    Element report = report(name + ".hostile.localhost");
    assertEquals(tries, Integer.parseInt(report.attr("data-tried")));
    assertEquals(0, Integer.parseInt(report.attr("data-survived")));
    assertEquals(name.equals("write") ? "0" : "", report.attr("data-torn"));
  }

  @Test
  void givenAHungryPageThenItGetsItsLimitAndNoMore() throws Exception {
    Element report = report("hunger.hostile.localhost");
    long pages = Long.parseLong(report.attr("data-pages"));
    assertEquals(Limits.defaults().get(Limit.AGENT_MEMORY), pages << 16);
    assertEquals("0", report.attr("data-bad"));
    assertNotEquals("0", report.attr("data-refused"));
    assertEquals("refused", report.attr("data-state"));
  }

  @Test
  void givenAPageThatLoopsThenItIsEndedAndItsDocumentStaysAsItWas() throws Exception {
    try (Page page = host.open(server.origin("loop.hostile.localhost") + "/")) {
      assertTrue(page.settle(PATIENCE));
      assertTrue(page.hasFailed());
      assertEquals("looping", page.document().getElementById("report").attr("data-state"));
    }
  }

  @Test
  void givenAModuleThatWasNotOfferedThenItDoesNotRun() throws Exception {
    try (Page page = host.open(server.origin("steal.hostile.localhost") + "/")) {
      assertTrue(page.settle(PATIENCE));
      assertEquals("The module has not run.", page.document().getElementById("status").text());
      assertEquals(0, page.agents().get(0).instances());
      assertTrue(page.problems().toString().contains("life.wasm"), page.problems()::toString);
    }
  }

  private static int call(Page page, String export, Object... arguments) {
    return (int) page.call(export, arguments)[0];
  }

  @Test
  void givenAToDoListThenJavaDrivesItAndItHoldsNoMoreReferencesThanBefore() throws Exception {
    try (Page page = host.open(server.origin("skerry.localhost") + "/todo.html")) {
      assertTrue(page.settle(PATIENCE));
      assertEquals("3", page.document().getElementById("list").attr("data-ticks"));
      assertEquals("task 7", page.document().select("#list li span").text());
      int held = call(page, "held");
      for (int i = 1; i <= 200; i++) {
        page.call("add", i);
        assertEquals(2, call(page, "count"));
        assertEquals(1, call(page, "click_button"), "the first item is done and goes");
      }
      assertEquals("task 200", page.document().select("#list li span").text());
      assertEquals("1 to do", page.document().getElementById("status").text());
      assertEquals(held, call(page, "held"));
      assertEquals("", page.document().getElementById("list").attr("data-passed-on"), "each event was stopped");

      assertEquals(1, call(page, "click_text"));
      assertEquals("1", page.document().getElementById("list").attr("data-passed-on"));
      page.call("freeze");
      assertEquals(1, call(page, "click_button"));
      assertEquals(1, call(page, "count"), "nobody listens any more");
      assertEquals("2", page.document().getElementById("list").attr("data-passed-on"));
      assertFalse(page.document().getElementById("list").hasAttr("data-live"));
    }
  }

  @Test
  void theSamplesSayHello() throws Exception {
    try (Page page = host.open(server.startPage())) {
      assertTrue(page.settle(PATIENCE));
      List<String> hellos = page.console().stream().filter(line -> line.document().equals(server.startPage()))
          .map(line -> line.text()).toList();
      assertEquals(Arrays.asList("hello from C", "hello from the text format", "hello from AssemblyScript"), hellos);
    }
  }
}
