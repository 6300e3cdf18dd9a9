package dev.skerry.origin.cli;

import dev.skerry.fetch.HarLog;
import dev.skerry.fetch.UrlParseException;
import dev.skerry.origin.JsonReport;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageAddress;
import dev.skerry.origin.PageHost;
import dev.skerry.origin.PageReport;
import dev.skerry.origin.Problem;
import dev.skerry.origin.TerminalText;
import dev.skerry.origin.TextReport;
import dev.skerry.origin.TraceLog;
import dev.skerry.wasm.cache.CodeCache;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jsoup.nodes.Document;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code skerry open}: loads pages side by side, waits until they have settled, and reports what each origin did. */
@Command(name = "open", mixinStandardHelpOptions = true, versionProvider = Commands.Version.class,
    description = "Loads a page with its frames and WebAssembly modules, waits until it settles, and prints a report; "
        + "of several pages, which load side by side, a line for each.",
    footer = {"", "The exit code is 1 if a document or one of its modules failed, or it did not settle in time."})
final class OpenCommand implements Callable<Integer> {

  private static final double LONGEST_WAIT_SECONDS = 1e6;

  private final Streams streams;
  private final HeadStart headStart;
  /** Null unless an archive is wanted. */
  private HarLog requests;
  /** Null unless a trace is wanted. */
  private TraceLog trace;

  @Mixin
  private EngineChoice engineChoice = new EngineChoice();

  @Mixin
  private CodeCacheChoice codeCache = new CodeCacheChoice();

  @Mixin
  private HostOptions hostOptions = new HostOptions();

  @Option(names = "--json", description = "Prints the report as JSON; of several pages an array.")
  private boolean json;

  @Option(names = "--wait", paramLabel = "SECONDS", defaultValue = "30",
      description = "Gives the pages that long to settle (default: ${DEFAULT-VALUE}).")
  private double wait;

  @Option(names = "--dump-dom",
      description = "Prints the document as it is in the end, instead of the report; with --json beside it.")
  private boolean dumpDom;

  @Option(names = "--har", paramLabel = "FILE",
      description = "Writes all requests to that file, as an HTTP archive (HAR 1.2), with the reason of each refusal.")
  private Path har;

  @Option(names = "--trace", paramLabel = "FILE",
      description = "Writes when what was fetched, compiled, run and posted to that file, in Chrome's trace format.")
  private Path traceFile;

  @Parameters(paramLabel = "URL", arity = "1..*", description = "An absolute http, https or data URL.")
  private List<String> urls = new ArrayList<>();

  OpenCommand(Streams streams, HeadStart headStart) {
    this.streams = streams;
    this.headStart = headStart;
  }

  @Override
  public Integer call() throws IOException {
    check();
    headStart.await();
    try (ProgressLine progress = new ProgressLine(streams); CodeCache cache = codeCache.open(engineChoice.ofPages());
        PageHost host = host(progress, cache)) {
      try (PageBatch batch = new PageBatch(host, urls, progress, Duration.ofNanos((long) (wait * 1e9)))) {
        batch.load();
        progress.hide();
        return urls.size() == 1 ? one(batch.loads().get(0)) : several(batch);
      }
    } finally {
      write(har, "the HTTP archive", out -> requests.write(String.join(" ", urls), out));
      write(traceFile, "the trace", out -> trace.write(out));
    }
  }

  private void check() {
    if (!(wait > 0 && wait < LONGEST_WAIT_SECONDS)) {
      throw new CommandFailure(ExitCode.USAGE, "--wait must be a number of seconds above 0, not " + wait + ".");
    }
    if (dumpDom && urls.size() > 1 && !json) {
      throw new CommandFailure(ExitCode.USAGE, "--dump-dom prints one document; of several it needs --json.");
    }
    for (String url : urls) {
      try {
        if (!(hostOptions.grantsFiles() && url.startsWith("file:"))) {
          PageAddress.parse(url);
        }
      } catch (UrlParseException error) {
        throw new CommandFailure(ExitCode.USAGE, error.getMessage(), error);
      }
    }
  }

  private PageHost host(ProgressLine progress, CodeCache cache) {
    PageHost.Builder builder =
        PageHost.builder().engine(engineChoice.ofPages()).codeCache(cache).observer(progress);
    if (har != null) {
      requests = new HarLog();
      builder.requests(requests);
    }
    if (traceFile != null) {
      trace = new TraceLog();
      builder.observer(trace);
    }
    return hostOptions.build(builder);
  }

  /** What writes a file. */
  private interface Contents {
    void write(Writer out) throws IOException;
  }

  /** Writes a file, also of pages that did not load; whoever gave one that cannot be written is told. */
  private static void write(Path file, String what, Contents contents) {
    if (file == null) {
      return;
    }
    try (Writer out = Files.newBufferedWriter(file)) {
      contents.write(out);
    } catch (IOException error) {
      throw new CommandFailure(ExitCode.FAILED,
          "cannot write " + what + " to " + file + ": " + Reason.of(error) + ".", error);
    }
  }

  private int one(PageBatch.Load load) throws IOException {
    if (load.page() == null) {
      if (json) {
        JsonReport.writeFailure(load.url(), load.error(), streams.outText());
      }
      throw new CommandFailure(ExitCode.FAILED, load.error().getMessage(), load.error());
    }
    print(load.page());
    PageReport report = load.page().report();
    if (!load.isFine()) {
      throw new CommandFailure(ExitCode.FAILED, failure(load, report));
    }
    return ExitCode.OK;
  }

  private int several(PageBatch batch) throws IOException {
    if (json) {
      streams.outText().println("[");
      String separator = "";
      for (PageBatch.Load load : batch.loads()) {
        streams.outText().print(separator);
        if (load.page() == null) {
          JsonReport.writeFailure(load.url(), load.error(), streams.outText());
        } else {
          JsonReport.write(load.page().report(), dumpDom ? source(load.page().document()) : null, streams.outText());
        }
        separator = ",";
      }
      streams.outText().println("]");
    } else {
      new BatchSummary(streams).write(batch);
    }
    streams.flush();
    long failed = batch.loads().stream().filter(load -> !load.isFine()).count();
    if (failed > 0) {
      throw new CommandFailure(ExitCode.FAILED, failed + " of " + batch.loads().size() + " pages failed.");
    }
    return ExitCode.OK;
  }

  private void print(Page page) throws IOException {
    String source = dumpDom ? source(page.document()) : null;
    if (json) {
      JsonReport.write(page.report(), source, streams.outText());
    } else if (dumpDom) {
      streams.outText().println(streams.outIsTerminal() ? TerminalText.escapeKeepingLines(source) : source);
    } else {
      new TextReport(streams.outText(), streams.wantsColours()).write(page.report());
    }
    streams.flush();
  }

  private static String source(Document document) {
    document.outputSettings().prettyPrint(false);
    return document.outerHtml();
  }

  private String failure(PageBatch.Load load, PageReport report) {
    if (report.failed()) {
      return report.problems().stream().filter(Problem::fatal).map(Problem::message).findFirst().orElse(load.url());
    }
    return report.url() + " has not settled within " + wait + " s; --wait gives it more time.";
  }
}
