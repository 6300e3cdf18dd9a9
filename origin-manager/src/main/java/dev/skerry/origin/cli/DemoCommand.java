package dev.skerry.origin.cli;

import dev.skerry.origin.JsonReport;
import dev.skerry.origin.LoadError;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import dev.skerry.origin.PageReport;
import dev.skerry.origin.SiteServer;
import dev.skerry.origin.TextReport;
import java.io.IOException;
import java.time.Duration;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code skerry demo}: serves the demo sites on loopback, loads their start page and reports what each origin did. */
@Command(name = "demo", mixinStandardHelpOptions = true, versionProvider = Commands.Version.class,
    description = "Loads the demo sites, several origins with friendly and hostile pages, and prints what each did.",
    footer = {"", "Exit code 1 if anything went otherwise than the demo expects."})
final class DemoCommand implements Callable<Integer> {

  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final Streams streams;

  @Option(names = "--json", description = "Prints the report as JSON.")
  private boolean json;

  DemoCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    try (SiteServer sites = find(); ProgressLine progress = new ProgressLine(streams)) {
      progress.show("starting the demo sites");
      sites.start();
      return load(sites, progress);
    }
  }

  private int load(SiteServer sites, ProgressLine progress) throws IOException {
    try (PageHost host = PageHost.builder().observer(progress).build(); Page page = host.open(sites.startPage())) {
      boolean settled = page.settle(LONGEST);
      progress.close();
      PageReport report = page.report();
      if (json) {
        JsonReport.write(report, null, streams.outText());
      } else {
        new TextReport(streams.outText()).write(report);
      }
      return settled ? ExitCode.OK : ExitCode.FAILED;
    } catch (LoadError error) {
      throw new CommandFailure(ExitCode.FAILED, error.getMessage(), error);
    }
  }

  private static SiteServer find() {
    return ServiceLoader.load(SiteServer.class).findFirst().orElseThrow(() -> new CommandFailure(ExitCode.FAILED,
        "the demo sites are not on the class path: start with origin-manager/bin/skerry."));
  }
}
