package dev.skerry.origin.cli;

import dev.skerry.fetch.HarLog;
import dev.skerry.fetch.UrlParseException;
import dev.skerry.origin.JsonReport;
import dev.skerry.origin.Limit;
import dev.skerry.origin.Limits;
import dev.skerry.origin.LoadError;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageAddress;
import dev.skerry.origin.PageHost;
import dev.skerry.origin.PageReport;
import dev.skerry.origin.Problem;
import dev.skerry.origin.TerminalText;
import dev.skerry.origin.TextReport;
import dev.skerry.wasm.cache.CodeCache;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jsoup.nodes.Document;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code skerry open}: loads a page, waits until it has settled, and reports what each origin did. */
@Command(name = "open", mixinStandardHelpOptions = true, versionProvider = Commands.Version.class,
    description = "Loads a page with its frames and WebAssembly modules, waits until it settles, and prints a report.",
    footer = {"", "The exit code is 1 if the document or one of its modules failed, or it did not settle in time."})
final class OpenCommand implements Callable<Integer> {

  /** How often the progress line is renewed. */
  private static final Duration STEP = Duration.ofMillis(200);
  private static final double LONGEST_WAIT_SECONDS = 1e6;

  private final Streams streams;
  /** Null unless an archive is wanted. */
  private HarLog requests;

  @Mixin
  private EngineChoice engineChoice = new EngineChoice();

  @Mixin
  private CodeCacheChoice codeCache = new CodeCacheChoice();

  @Option(names = "--json", description = "Prints the report as JSON.")
  private boolean json;

  @Option(names = "--wait", paramLabel = "SECONDS", defaultValue = "30",
      description = "Gives the page that long to settle (default: ${DEFAULT-VALUE}).")
  private double wait;

  @Option(names = "--dump-dom",
      description = "Prints the document as it is in the end, instead of the report; with --json beside it.")
  private boolean dumpDom;

  @Option(names = "--har", paramLabel = "FILE",
      description = "Writes all requests to that file, as an HTTP archive (HAR 1.2), with the reason of each refusal.")
  private Path har;

  @Option(names = "--resolve", paramLabel = "HOST:PORT:ADDRESS",
      description = "Connects to that address for that host and port, without DNS. May be repeated.")
  private List<String> resolve = new ArrayList<>();

  @Option(names = "--limit", paramLabel = "NAME=VALUE",
      description = "Sets a limit: ${COMPLETION-CANDIDATES}. Bytes, milliseconds or a count. May be repeated.")
  private Map<Limit, Long> limits = new EnumMap<>(Limit.class);

  @Parameters(paramLabel = "URL", description = "An absolute http, https or data URL.")
  private String url;

  OpenCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    if (!(wait > 0 && wait < LONGEST_WAIT_SECONDS)) {
      throw new CommandFailure(ExitCode.USAGE, "--wait must be a number of seconds above 0, not " + wait + ".");
    }
    try {
      PageAddress.parse(url);
    } catch (UrlParseException error) {
      throw new CommandFailure(ExitCode.USAGE, error.getMessage(), error);
    }
    try (ProgressLine progress = new ProgressLine(streams); CodeCache cache = codeCache.open(engineChoice.ofPages());
        PageHost host = host(progress, cache)) {
      return open(host, progress);
    } finally {
      writeHar();
    }
  }

  /** Writes the archive, also of a page that did not load; whoever gave a file that cannot be written is told. */
  private void writeHar() {
    if (har == null) {
      return;
    }
    try (Writer out = Files.newBufferedWriter(har)) {
      requests.write(url, out);
    } catch (IOException error) {
      throw new CommandFailure(ExitCode.FAILED, "cannot write the HTTP archive to " + har + ": " + error, error);
    }
  }

  private PageHost host(ProgressLine progress, CodeCache cache) {
    PageHost.Builder builder = PageHost.builder().engine(engineChoice.ofPages()).codeCache(cache)
        .observer(progress);
    if (har != null) {
      requests = new HarLog();
      builder.requests(requests);
    }
    try {
      Limits all = Limits.defaults();
      for (Map.Entry<Limit, Long> limit : limits.entrySet()) {
        all = all.with(limit.getKey(), limit.getValue());
      }
      resolve.forEach(builder::resolve);
      return builder.limits(all).build();
    } catch (IllegalArgumentException error) {
      throw new CommandFailure(ExitCode.USAGE, error.getMessage(), error);
    }
  }

  private int open(PageHost host, ProgressLine progress) throws IOException {
    long deadline = System.nanoTime() + (long) (wait * 1e9);
    progress.show("loading " + url);
    try (Page page = host.open(url, remaining(deadline))) {
      while (!page.settle(min(STEP, remaining(deadline))) && !remaining(deadline).isZero()) {
        progress.show("running " + page.url());
      }
      progress.close();
      print(page);
      return judge(page.report());
    } catch (LoadError error) {
      progress.close();
      if (json) {
        JsonReport.writeFailure(url, error, streams.outText());
      }
      throw new CommandFailure(ExitCode.FAILED, error.getMessage(), error);
    }
  }

  private static Duration remaining(long deadline) {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private void print(Page page) throws IOException {
    String source = dumpDom ? source(page.document()) : null;
    if (json) {
      JsonReport.write(page.report(), source, streams.outText());
    } else if (dumpDom) {
      streams.outText().println(streams.outIsTerminal() ? TerminalText.escapeKeepingLines(source) : source);
    } else {
      new TextReport(streams.outText()).write(page.report());
    }
    streams.flush();
  }

  private static String source(Document document) {
    document.outputSettings().prettyPrint(false);
    return document.outerHtml();
  }

  private int judge(PageReport report) {
    if (report.failed()) {
      String first = report.problems().stream().filter(Problem::fatal).map(Problem::message).findFirst().orElse(url);
      throw new CommandFailure(ExitCode.FAILED, first);
    }
    if (!report.settled()) {
      throw new CommandFailure(ExitCode.FAILED,
          report.url() + " has not settled within " + wait + " s; --wait gives it more time.");
    }
    return ExitCode.OK;
  }
}
