package dev.skerry.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.bindings.HostModule;
import dev.skerry.bindings.abi.Binding;
import dev.skerry.fetch.FetchResponse.Header;
import dev.skerry.fetch.Interceptor;
import dev.skerry.fetch.NetworkResponse;
import dev.skerry.origin.ConsoleMessage;
import dev.skerry.origin.Frame;
import dev.skerry.origin.FrameBindings.FrameContext;
import dev.skerry.origin.FrameReport;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.Memory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random scenarios of several origins, with an oracle for who may know what: no origin's secret ever appears in
 * another's memory, console, document, requests or storage unless that origin gave it away.
 * {@code -Dskerry.fuzz.seed} repeats a run, {@code -Dskerry.fuzz.scenarios} or {@code -Dskerry.fuzz.seconds} lengthen
 * it.
 */
class ScenarioTest {

  private static final long SEED = Long.getLong("skerry.fuzz.seed", 1);
  private static final int SCENARIOS = Integer.getInteger("skerry.fuzz.scenarios", 25);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** What was seen in one scenario. */
  private record Seen(List<String> leaks, int lines, int messages, int foreignModules, int memories, int areas) {
  }

  /** A spy that runs: what is in its memory is the oracle's to see. */
  private record Attended(FrameContext frame, Instance instance) {
  }

  /** What the embedder offers to spies. */
  private record Oracle(FrameContext frame, List<Attended> attended) implements HostModule {

    @Override
    public String name() {
      return "acme:oracle";
    }

    @Override
    public List<Binding> functions() {
      return List.of(Binding.of("attend", "->", "Shows the caller's memory to the oracle.",
          call -> attended.add(new Attended(frame, call.instance()))));
    }
  }

  private static Seen run(long seed, PageHost.Builder builder) throws Exception {
    return run(seed, builder, scenario -> { });
  }

  private static Seen run(long seed, PageHost.Builder builder, Consumer<Scenario> plant) throws Exception {
    Path folder = Files.createTempDirectory("skerry-scenario");
    Path storage = folder.resolve("storage");
    List<Attended> attended = Collections.synchronizedList(new ArrayList<>());
    try (Sites sites = new Sites()) {
      Scenario scenario = new Scenario(sites, new SplittableRandom(seed));
      plant.accept(scenario);
      List<String> leaks = new ArrayList<>();
      List<ConsoleMessage> lines;
      try (PageHost host = builder.storage(storage).bindings(frame -> List.of(new Oracle(frame, attended))).build();
           Page page = host.open(scenario.start())) {
        assertTrue(page.settle(PATIENCE), () -> "seed " + seed + " does not settle: " + scenario);
        lines = page.console();
        addDocuments(page.top(), scenario, leaks);
        for (Attended spy : attended) {
          byte[] memory = spy.instance.memory("memory").orElseThrow().read(0, Memory.PAGE);
          leaks.add(scenario.leakInMemory(spy.frame.origin().toString(), spy.frame.url().href(), memory));
        }
      }
      lines.forEach(line -> leaks.add(scenario.leakIn(line)));
      sites.arrivals().forEach(arrival -> leaks.add(scenario.leakIn(arrival)));
      int areas = addStorage(storage, scenario, leaks);
      leaks.removeIf(String::isEmpty);
      return new Seen(leaks.stream().map(leak -> "seed " + seed + ": " + leak).toList(), lines.size(),
          count(lines, "|msg|"), (int) lines.stream().filter(line -> line.text().contains("|mod|"))
              .filter(line -> !line.text().substring(6, 7).equals(line.text().substring(35, 36))).count(),
          attended.size(), areas);
    } finally {
      Files.deleteIfExists(storage);
      Files.delete(folder);
    }
  }

  private static void addDocuments(Frame frame, Scenario scenario, List<String> leaks) {
    if (frame.report().state() == FrameReport.State.LOADED) {
      leaks.add(scenario.leakInDocument(frame.url(), frame.document().outerHtml()));
    }
    frame.children().forEach(child -> addDocuments(child, scenario, leaks));
  }

  /** Reads what the host keeps for later; gives the number of areas. */
  private static int addStorage(Path file, Scenario scenario, List<String> leaks) {
    try (MVStore store = new MVStore.Builder().fileName(file.toString()).readOnly().open()) {
      int areas = 0;
      for (String name : store.getMapNames()) {
        // "local", the top-level site, the origin, and perhaps more.
        String[] parts = name.split(" ");
        if (parts[0].equals("local")) {
          areas++;
          // The map itself as a text tells of its making, and not of what is in it.
          leaks.add(scenario.leakInStorage(parts[2], new TreeMap<>(store.<String, String>openMap(name)).toString()));
        }
      }
      return areas;
    }
  }

  private static int count(List<ConsoleMessage> lines, String kind) {
    return (int) lines.stream().filter(line -> line.text().contains(kind)).count();
  }

  @Test
  void givenRandomScenariosThenNoOriginKnowsWhatNobodyGaveIt() throws Exception {
    System.out.println("scenarios, -Dskerry.fuzz.seed=" + SEED);
    int lines = 0;
    int messages = 0;
    int foreignModules = 0;
    int memories = 0;
    int areas = 0;
    int scenarios = 0;
    for (Budget budget = Budget.of(SCENARIOS); budget.allows(scenarios); scenarios++) {
      Seen seen = run(SEED + scenarios, PageHost.builder());
      assertEquals(List.of(), seen.leaks());
      lines += seen.lines;
      messages += seen.messages;
      foreignModules += seen.foreignModules;
      memories += seen.memories;
      areas += seen.areas;
    }
    System.out.printf("%d scenarios: %d lines of spies, %d messages received, %d modules of other origins, %d memories "
        + "and %d storage areas read%n", scenarios, lines, messages, foreignModules, memories, areas);
    assertTrue(lines > 5 * scenarios && messages > scenarios / 5 && foreignModules > scenarios / 5
        && memories > 3 * scenarios && areas > scenarios, "the scenarios are blunt");
  }

  /** The oracle's own control: with a link that shares everything with everyone, it finds what leaks. */
  @Test
  void givenAHostThatSharesEveryModuleThenTheOracleFindsIt() throws Exception {
    Interceptor sharing = (request, next) -> next.proceed(request).thenApply(response -> {
      List<Header> headers = new ArrayList<>(response.headers());
      headers.removeIf(header -> header.name().equals("access-control-allow-origin"));
      headers.add(new Header("access-control-allow-origin", "*"));
      return new NetworkResponse(response.status(), headers, response.body(), response.addressSpace());
    });
    List<String> leaks = leaks(sharing);
    assertTrue(leaks.stream().anyMatch(leak -> leak.contains("|mod|")), leaks::toString);
    assertTrue(leaks.stream().anyMatch(leak -> leak.contains("a memory of")), leaks::toString);
  }

  /** The same for requests: with a link that tells each server the whole URL of its document's embedder. */
  @Test
  void givenAHostThatTellsUrlsThenTheOracleFindsIt() throws Exception {
    Interceptor telling = (request, next) -> next.proceed(request.fetch().referrer() == null ? request
        : request.withHeader("x-from", request.fetch().referrer().href()));
    assertTrue(leaks(telling).stream().anyMatch(leak -> leak.contains("was told")));
  }

  /** Every other part of the oracle: documents, memories, lines, storage, messages. */
  @ParameterizedTest
  @EnumSource(Scenario.Plant.class)
  void givenALeakThatWasPlantedThenTheOracleFindsItWhereverItShows(Scenario.Plant plant) throws Exception {
    List<String> signs = new ArrayList<>(switch (plant) {
      case CONTENT -> List.of("the document of a holds the secrets of [b]", "a memory of a holds the secrets of [b",
          "knows the secret of b: ");
      case IDENTITY -> List.of("runs the document of b", "the storage of http://a.localhost");
      case MESSAGES -> List.of("|msg|");
    });
    // Where another host gives its secret away, there is nothing to be found in a memory.
    for (long seed = SEED; seed < SEED + SCENARIOS && !signs.isEmpty(); seed++) {
      List<String> leaks = run(seed, PageHost.builder(), scenario -> scenario.plant(plant)).leaks();
      signs.removeIf(sign -> leaks.stream().anyMatch(leak -> leak.contains(sign)));
    }
    assertEquals(List.of(), signs, "what the oracle did not find");
  }

  /** The same for what is kept: the oracle knows whose each area is. */
  @Test
  void givenAnAreaWithAnotherOriginsSecretThenTheOracleFindsIt() {
    try (Sites sites = new Sites()) {
      Scenario scenario = new Scenario(sites, new SplittableRandom(SEED));
      assertEquals("", scenario.leakInStorage("http://b.localhost:80", "{id=TOKEN-b0123456789abcdef0}"));
      assertEquals("the storage of http://b.localhost:80 holds the secrets of [c]",
          scenario.leakInStorage("http://b.localhost:80", "{id=TOKEN-c0123456789abcdef0}"));
    }
  }

  private static List<String> leaks(Interceptor link) throws Exception {
    List<String> leaks = new ArrayList<>();
    for (long seed = SEED; seed < SEED + SCENARIOS && leaks.size() < 12; seed++) {
      leaks.addAll(run(seed, PageHost.builder().intercept(link)).leaks());
    }
    return leaks;
  }
}
