package dev.skerry.origin.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.skerry.origin.TestSites;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code skerry open} as a person or a script uses it. */
final class OpenCommandTest {

  private final TestSites sites = TestSites.running();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @AfterEach
  void stopServer() {
    sites.close();
  }

  private int open(String... arguments) {
    return openOn("", arguments);
  }

  private int openOn(String terminals, String... arguments) {
    List<String> all = new ArrayList<>(List.of("open"));
    all.addAll(List.of(arguments));
    return Main.run(all.toArray(new String[0]), new Streams(InputStream.nullInputStream(), out, err, terminals));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private static String module(String name) {
    return "<script type=module src='/" + name + ".wasm'></script>";
  }

  /** The values of all fields of that name, in the order of the document. */
  private List<String> json(String field) throws IOException {
    List<String> values = new ArrayList<>();
    try (JsonParser json = new JsonFactory().createParser(out())) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token != JsonToken.FIELD_NAME && token.isScalarValue() && field.equals(json.currentName())) {
          values.add(json.getText());
        }
      }
    }
    return values;
  }

  private void assertOneLine(String... parts) {
    assertEquals(1, err().lines().count(), err());
    assertTrue(err().startsWith("skerry: "), err());
    for (String part : parts) {
      assertTrue(err().contains(part), () -> part + " is missing in: " + err());
    }
  }

  @Test
  void givenAPageWhenItIsOpenedThenTheReportHasALineForItsOriginAndTheCodeIsZero() {
    sites.html("a", "/", "<title>Till</title>" + module("greet")).wasm("a", "greet");
    assertEquals(0, open(sites.url("a", "/")));
    assertEquals("", err());
    for (String part : List.of(sites.url("a", "/") + " \"Till\"",
        "  " + sites.origin("a") + "          1    0 of 1  64 KiB  ", "       0  ok\n",
        "hello from greet", "200  " + sites.url("a", "/greet.wasm"))) {
      assertTrue(out().contains(part), () -> part + " is missing in: " + out());
    }
  }

  @Test
  void givenJsonWhenAPageIsOpenedThenItHoldsTheSameExactly() throws IOException {
    sites.html("a", "/", "<title>a\u202eb</title>" + module("program") + module("trap")).wasm("a", "program", "trap");
    assertEquals(1, open("--json", sites.url("a", "/")));
    assertEquals(List.of("a\u202eb", "a\u202eb"), json("title"));
    assertEquals(List.of("printed", "\u001b[2Jx"), json("text"));
    assertEquals(List.of("TRAPPED"), json("verdict"));
    assertEquals(List.of("inner", "outer", "_start"), json("name"));
    assertEquals(List.of("true"), json("failed"));
    assertEquals(List.of("4", "4"), List.of(json("functions").get(0), json("functionsInterpreted").get(0)));
    assertEquals(List.of("200", "200", "200"), json("status"));
    assertTrue(out().chars().allMatch(c -> c == '\n' || c >= ' ' && c < 0x7f), "safe on a terminal");
  }

  @Test
  void givenTextThatActsOnTerminalsWhenItIsReportedThenItIsShownAsEscapes() {
    sites.html("a", "/", "<title>t\u001b]0;x</title>" + module("program")
        + "<iframe src='/\u202e\u009b'></iframe>").wasm("a", "program");
    assertEquals(0, open(sites.url("a", "/")));
    assertTrue(out().contains("\\e[2Jx"), out());
    assertTrue(out().contains("t\\e]0;x\""), out());
    assertTrue(out().codePoints().noneMatch(c -> c != '\n' && (Character.isISOControl(c)
        || Character.getType(c) == Character.FORMAT)), out());
  }

  @Test
  void givenDumpDomWhenAPageIsOpenedThenItsDocumentIsPrintedAsItIsInTheEnd() {
    sites.html("a", "/", "<p id=out>before</p>" + module("writer")).wasm("a", "writer");
    assertEquals(0, open("--dump-dom", sites.url("a", "/")));
    assertTrue(out().startsWith("<html>"), out());
    assertTrue(out().contains("<p id=\"out\">written by wasm</p>"), out());
    assertFalse(out().contains("verdict"), out());
  }

  @Test
  void givenDumpDomOnATerminalWhenTheDocumentHasEscapesThenTheyAreShown() {
    sites.html("a", "/", "<p>\u202e\nx</p>");
    assertEquals(0, openOn("out", "--dump-dom", sites.url("a", "/")));
    assertTrue(out().contains("<p>\\u{202e}\nx</p>"), out());
  }

  @Test
  void givenDumpDomWithJsonWhenAPageIsOpenedThenBothAreThere() throws IOException {
    sites.html("a", "/", "<p>x</p>");
    assertEquals(0, open("--dump-dom", "--json", sites.url("a", "/")));
    assertEquals(List.of("<html><head></head><body><p>x</p></body></html>"), json("document").subList(0, 1));
  }

  @Test
  void givenAnErrorStatusWhenThePageIsOpenedThenOneLineNamesItAndTheCodeIsOne() {
    assertEquals(1, open(sites.url("a", "/gone")));
    assertOneLine(sites.url("a", "/gone"), "404");
    assertEquals("", out());
  }

  @Test
  void givenAnErrorStatusWithJsonWhenThePageIsOpenedThenTheErrorIsThereToo() throws IOException {
    assertEquals(1, open("--json", sites.url("a", "/gone")));
    assertEquals(List.of("true"), json("failed"));
    assertTrue(json("error").get(0).contains("404"));
  }

  @Test
  void givenAModuleOfTheTopDocumentThatFailsWhenThePageIsOpenedThenTheCodeIsOne() {
    sites.html("a", "/", module("failing")).wasm("a", "failing");
    assertEquals(1, open(sites.url("a", "/")));
    assertOneLine("/failing.wasm", "exit code 7");
    assertTrue(out().contains("verdict"), "the report is there all the same");
  }

  @Test
  void givenATrapInAFrameWhenThePageIsOpenedThenItIsReportedAndTheCodeIsZero() {
    sites.html("a", "/", "<iframe src='" + sites.url("b", "/") + "'></iframe>").html("b", "/", module("trap"))
        .wasm("b", "trap");
    assertEquals(0, open(sites.url("a", "/")));
    assertTrue(out().contains("at trapping.inner (byte 0x"), out());
    assertTrue(out().contains("  trapped: 1 trap\n"), out());
  }

  @Test
  void givenAnEndlessLoopWhenTheWaitIsOverThenTheCodeIsOne() {
    sites.html("a", "/", module("spin")).wasm("a", "spin");
    assertEquals(1, open("--wait", "0.7", sites.url("a", "/")));
    assertOneLine("within");
  }

  @Test
  void givenALimitWhenAGuestGoesOverItThenItIsEnded() {
    sites.html("a", "/", module("spin")).wasm("a", "spin");
    assertEquals(1, open("--limit", "TASK_CPU=100", sites.url("a", "/")));
    assertTrue(out().contains("ended by limit: over the limit of 100.0 ms"), out());
  }

  @ParameterizedTest
  @CsvSource({"a.localhost/x,no scheme", "file:///etc/passwd,not from file", "http://[,http://["})
  void givenSomethingThatIsNoPageUrlWhenItIsOpenedThenTheCodeIsTwo(String url, String part) {
    assertEquals(2, open(url));
    assertOneLine(part);
  }

  @ParameterizedTest
  @CsvSource({"--wait,0,--wait", "--wait,NaN,--wait", "--wait,x,--wait", "--resolve,nonsense,nonsense",
      "--limit,TASK_CPU=0,TASK_CPU", "--limit,NOTHING=1,NOTHING", "--limit,TASK_CPU,TASK_CPU"})
  void givenAnOptionThatMakesNoSenseWhenAPageIsOpenedThenTheCodeIsTwo(String option, String value, String part) {
    assertEquals(2, open(option, value, sites.url("a", "/")));
    assertOneLine(part);
  }

  @Test
  void givenAResolveRuleWhenAPageIsOpenedThenItIsUsed() {
    sites.answer("shop.example", "/", 200, Map.of("content-type", "text/html"),
        "<p>x</p>".getBytes(StandardCharsets.UTF_8));
    assertEquals(0, open("--resolve", "shop.example:" + sites.port() + ":127.0.0.1",
        "http://shop.example:" + sites.port() + "/"));
  }

  @Test
  void givenTerminalsWhenAPageIsOpenedThenTheProgressLineIsGoneInTheEnd() {
    sites.html("a", "/", "<p>x</p>");
    assertEquals(0, openOn("out,err", sites.url("a", "/")));
    assertTrue(err().contains("loading " + sites.url("a", "/")), err());
    assertTrue(err().endsWith("\r\u001b[K"), err());
  }

  @Test
  void givenHarWhenAPageIsOpenedOrFailsThenTheArchiveIsWritten(@TempDir Path folder) throws IOException {
    sites.answer("a", "/", 200, Map.of("content-type", "text/html", "content-security-policy", "script-src 'none'"),
        module("greet").getBytes(StandardCharsets.UTF_8));
    Path file = folder.resolve("page.har");
    assertEquals(1, open("--har", file.toString(), sites.url("a", "/")));
    String archive = Files.readString(file);
    assertTrue(archive.contains("\"url\" : \"" + sites.url("a", "/") + "\""), archive);
    assertTrue(archive.contains("\"directive\" : \"script-src-elem\""), archive);

    assertEquals(1, open("--har", file.toString(), sites.url("a", "/gone")));
    assertTrue(Files.readString(file).contains("\"status\" : 404"));
  }

  @Test
  void givenHarWhenTheFileCannotBeWrittenThenTheErrorNamesIt(@TempDir Path folder) {
    sites.html("a", "/", "x");
    assertEquals(1, open("--har", folder.resolve("no/such/file").toString(), sites.url("a", "/")));
    assertOneLine("no/such/file");
  }

  @Test
  void givenARefusedRequestWhenThePageIsReportedThenPolicyDirectiveHeaderAndSectionAreNamed() throws IOException {
    sites.answer("a", "/", 200, Map.of("content-type", "text/html", "content-security-policy", "default-src 'none'"),
        module("greet").getBytes(StandardCharsets.UTF_8));
    open(sites.url("a", "/"));
    assertTrue(out().contains("blocked by Content Security Policy script-src-elem, header content-security-policy, "
        + "CSP §4.1"), out());
    assertTrue(out().contains("policy violations"), out());
    out.reset();
    open("--json", sites.url("a", "/"));
    assertEquals(List.of("script-src-elem", "script-src-elem"), json("directive"));
    assertEquals(List.of("CSP §4.1"), json("section"));
  }

  @Test
  void givenSeveralUrlsWhenTheyLoadSideBySideThenEachHasALineAndTheSumStandsBelow() {
    sites.html("a", "/", "<title>one</title>").html("b", "/", "<title>two</title>");
    assertEquals(0, open(sites.url("a", "/"), sites.url("b", "/")), err());
    List<String> lines = out().lines().toList();
    assertTrue(lines.get(0).startsWith("ok    " + sites.url("a", "/")), out());
    assertTrue(lines.get(1).startsWith("ok    " + sites.url("b", "/")), out());
    assertTrue(lines.get(3).startsWith("2 of 2 pages fine in "), out());
    assertEquals("", err());
  }

  @Test
  void givenSeveralUrlsWhenOneFailsThenItsLineSaysWhyAndTheOthersAreThere() throws IOException {
    sites.html("a", "/", "<title>one</title>");
    assertEquals(1, open(sites.url("a", "/"), sites.url("a", "/gone")));
    assertTrue(out().contains("FAIL  " + sites.url("a", "/gone")), out());
    assertTrue(out().contains("404"), out());
    assertOneLine("1 of 2 pages failed");
    out.reset();
    err.reset();
    assertEquals(1, open("--json", "--dump-dom", sites.url("a", "/"), sites.url("a", "/gone")));
    assertEquals(List.of("true", "false"), json("settled"));
    assertEquals(1, json("document").size());
  }

  @Test
  void givenSeveralUrlsOnATerminalWhenTheyLoadThenABarShowsHowFarTheyAre() {
    sites.html("a", "/", "one");
    CountDownLatch gate = new CountDownLatch(1);
    sites.html("b", "/", "two").gate("b", "/", gate);
    sites.html("c", "/", "three");
    Thread opener = new Thread(() -> openOn("out,err", sites.url("a", "/"), sites.url("b", "/"), sites.url("c", "/")));
    opener.start();
    while (opener.isAlive() && !err().contains("1 of 3 pages")) {
      Thread.onSpinWait();
    }
    gate.countDown();
    assertDoesNotThrow(() -> opener.join());
    assertTrue(err().contains("[#############                           ] 1 of 3 pages"), err());
    assertTrue(out().contains("3 of 3 pages fine"), out());
  }

  @Test
  void givenAFileOfLimitsThatCannotBeReadThenOneSentenceSaysWhy(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("limits.json");
    Cli.run("open", "--limits", file.toString(), "data:,").assertSentence(
        2, "cannot read the limits in " + file + ": No such file or directory.");
    Files.write(file, new byte[] {'{', (byte) 0x80});
    Cli.run("open", "--limits", file.toString(), "data:,").assertSentence(2, file + ": it is no text in UTF-8.");
    Files.writeString(file, "{\"limits\": {\"WISHES\": 3}}");
    Cli.run("open", "--limits", file.toString(), "data:,").assertSentence(2, file + ": there is no limit 'WISHES'");
  }

  @Test
  void givenATraceFileWhenAPageHasRunThenItHoldsFetchesCompilesTasksAndMessages(@TempDir Path folder)
      throws IOException {
    sites.html("a", "/", module("chat") + "<body data-to='*'><iframe src='" + sites.url("b", "/") + "'></iframe>")
        .html("b", "/", module("chat")).wasm("a", "chat").wasm("b", "chat");
    Path file = folder.resolve("trace.json");
    assertEquals(0, open("--trace", file.toString(), "--tier", "jit", sites.url("a", "/")), err());
    out.reset();
    out.write(Files.readAllBytes(file));
    assertTrue(json("cat").containsAll(
        List.of("fetch", "compile", "messages", "tasks", "parse", "console", "machine code")), () -> out());
    assertTrue(json("name").containsAll(List.of(sites.url("a", "/"), "compile " + sites.url("a", "/chat.wasm"),
        sites.origin("b"))), () -> out());
    assertEquals(1, open("--trace", folder.resolve("no/trace").toString(), sites.url("a", "/")));
    assertTrue(err().endsWith("cannot write the trace to " + folder.resolve("no/trace")
        + ": No such file or directory.\n"), err());
  }

  @Test
  void givenThingsThatHappenAtTheSameTimeWhenTheyAreTracedThenNoLineHasTwoThatOverlap(@TempDir Path folder)
      throws IOException {
    StringBuilder frames = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      frames.append("<iframe src='/in?").append(i).append("'></iframe>");
      sites.html("a", "/in?" + i, module("greet"));
    }
    sites.html("a", "/", frames.toString()).wasm("a", "greet");
    Path file = folder.resolve("trace.json");
    assertEquals(0, open("--trace", file.toString(), sites.url("a", "/"), sites.url("a", "/")), err());
    Map<String, Double> ends = new HashMap<>();
    int timed = 0;
    for (String event : Files.readString(file).split("\\},\\{\"name\"")) {
      if (event.contains("\"ph\":\"X\"")) {
        timed++;
        double begin = number(event, "ts");
        assertTrue(begin >= ends.getOrDefault(text(event, "tid"), 0.0), event);
        ends.put(text(event, "tid"), begin + number(event, "dur") - 0.001);
      }
    }
    assertTrue(timed > 30 && ends.size() > 2, () -> "timed events on lines: " + ends);
  }

  private static String text(String event, String field) {
    Matcher matcher = Pattern.compile("\"" + field + "\":([^,}]+)").matcher(event);
    assertTrue(matcher.find(), event);
    return matcher.group(1);
  }

  private static double number(String event, String field) {
    return Double.parseDouble(text(event, field));
  }

  @Test
  void givenAGrantedFolderWhenAFileOfItIsOpenedThenItIsAPage(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("page.html"), "<title>from a file</title>");
    assertEquals(0, open("--grant-files", folder.toString(), file.toUri().toString()), err());
    assertTrue(out().contains("from a file"), out());
    assertEquals(2, open(file.toUri().toString()));
    assertEquals(2, open("--grant-files", file.toString(), file.toUri().toString()));
  }

  @Test
  void givenRulesWhenAPageWantsMoreThenItsRequestIsRefused() {
    sites.html("a", "/", "<iframe src='" + sites.url("b", "/") + "'></iframe>").html("b", "/", "b");
    assertEquals(0, open("--deny", sites.origin("b"), sites.url("a", "/")), err());
    assertEquals(List.of("a/"), sites.requested());
    assertEquals(0, open("--allow", sites.origin("a"), sites.url("a", "/")), err());
    assertEquals(List.of("a/", "a/"), sites.requested());
  }

  @Test
  void givenAStorageFileWhenAPageComesAgainThenWhatItKeptIsThere(@TempDir Path folder) {
    sites.html("a", "/", module("keeper")).wasm("a", "keeper");
    String file = folder.resolve("storage").toString();
    open("--storage", file, sites.url("a", "/"));
    assertEquals(0, open("--storage", file, sites.url("a", "/")), err());
    assertTrue(out().contains("local: x"), out());
  }

  @Test
  void givenACacheFolderWhenAPageIsOpenedAgainThenWhatIsFreshIsNotRequestedAgain(@TempDir Path folder) {
    sites.html("a", "/", module("greet")).answer("a", "/greet.wasm", 200,
        Map.of("content-type", "application/wasm", "cache-control", "max-age=3600"), TestSites.guest("greet"));
    for (int i = 0; i < 2; i++) {
      assertEquals(0, open("--http-cache-folder", folder.resolve("cache").toString(), sites.url("a", "/")), this::err);
    }
    assertTrue(out().contains("hello from greet"), out());
    assertEquals(List.of("a/", "a/greet.wasm", "a/"), sites.requested());
  }

  @ParameterizedTest
  @CsvSource({"--proxy,nothing", "--proxy,:80", "--http-cache,much", "--resolve,nothing"})
  void givenAnOptionWithoutSenseWhenAPageIsOpenedThenOneSentenceSaysSo(String option, String value) {
    assertEquals(2, open(option, value, sites.url("a", "/")));
    assertOneLine(value);
  }
}
