package dev.skerry.origin.cli;

import dev.skerry.fetch.EmbedderRules;
import dev.skerry.fetch.ProxyServer;
import dev.skerry.origin.Limit;
import dev.skerry.origin.Limits;
import dev.skerry.origin.PageHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options that say what pages may reach, and how. */
final class HostOptions {

  private static final long MOST_CACHED_BYTES = 256L << 20;

  @Option(names = "--resolve", paramLabel = "HOST:PORT:ADDRESS",
      description = "Connects to that address for that host and port, without DNS. May be repeated.")
  private List<String> resolve = new ArrayList<>();

  @Option(names = "--limit", paramLabel = "NAME=VALUE",
      description = "Sets a limit: ${COMPLETION-CANDIDATES}. Bytes, milliseconds or a count. May be repeated.")
  private Map<Limit, Long> limits = new EnumMap<>(Limit.class);

  @Option(names = "--limits", paramLabel = "FILE",
      description = "Reads limits from a policy file in JSON, also such as differ by origin.")
  private Path limitsFile;

  @Option(names = "--proxy", paramLabel = "HOST:PORT", description = "Goes through that HTTP proxy.")
  private String proxy;

  @Option(names = "--no-proxy", paramLabel = "HOST",
      description = "Connects to that host directly; .example.com for all below it. May be repeated.")
  private List<String> noProxy = new ArrayList<>();

  @Option(names = "--http-cache", paramLabel = "SIZE",
      description = "Limits the HTTP cache in memory: bytes, or with K, M or G; 0 for none.")
  private String httpCache;

  @Option(names = "--http-cache-folder", paramLabel = "DIR",
      description = "Keeps the HTTP cache in that folder too, for the next run; at most 256 MiB of files.")
  private Path httpCacheFolder;

  @Option(names = "--grant-files", paramLabel = "FOLDER",
      description = "Lets file: URLs of files in that folder be opened. May be repeated.")
  private List<Path> folders = new ArrayList<>();

  @Option(names = "--storage", paramLabel = "FILE",
      description = "Keeps the pages' local storage in that file; without it, it is gone in the end.")
  private Path storage;

  @Option(names = "--subresources",
      description = "Requests images and style sheets too, as a browser would; nothing is rendered.")
  private boolean subresources;

  @Option(names = "--allow", paramLabel = "PATTERN",
      description = "Lets requests to such URLs alone through, such as https://*.example.com. May be repeated.")
  private List<String> allow = new ArrayList<>();

  @Option(names = "--deny", paramLabel = "PATTERN", description = "Refuses requests to such URLs. May be repeated.")
  private List<String> deny = new ArrayList<>();

  /** Says whether files may be opened. */
  boolean grantsFiles() {
    return !folders.isEmpty();
  }

  /** Takes what was said over; a command line that makes no sense is a failure. */
  PageHost build(PageHost.Builder builder) {
    try {
      Limits all = limitsFile == null ? Limits.defaults() : Limits.read(limitsFile);
      for (Map.Entry<Limit, Long> limit : limits.entrySet()) {
        all = all.with(limit.getKey(), limit.getValue());
      }
      resolve.forEach(builder::resolve);
      if (proxy != null) {
        builder.proxy(proxy());
      }
      if (httpCache != null) {
        builder.httpCache(RunArguments.bytes("--http-cache", httpCache));
      }
      if (httpCacheFolder != null) {
        builder.httpCacheFolder(httpCacheFolder, MOST_CACHED_BYTES);
      }
      folders.forEach(folder -> builder.files(folder(folder)));
      if (storage != null) {
        builder.storage(storage);
      }
      builder.subresources(subresources);
      rules(builder);
      return builder.limits(all).build();
    } catch (IllegalArgumentException error) {
      throw new CommandFailure(ExitCode.USAGE, error.getMessage(), error);
    } catch (IOException error) {
      throw new CommandFailure(ExitCode.USAGE,
          "cannot read the limits in " + limitsFile + ": " + Reason.of(error) + ".", error);
    }
  }

  private void rules(PageHost.Builder builder) {
    EmbedderRules rules = EmbedderRules.none();
    for (String pattern : allow) {
      rules = rules.allow(pattern);
    }
    for (String pattern : deny) {
      rules = rules.deny(pattern);
    }
    if (!allow.isEmpty() || !deny.isEmpty()) {
      builder.intercept(rules);
    }
  }

  private ProxyServer proxy() {
    int colon = proxy.lastIndexOf(':');
    if (colon < 1 || !proxy.substring(colon + 1).matches("[0-9]{1,5}")) {
      throw new CommandFailure(ExitCode.USAGE, "--proxy takes HOST:PORT, not '" + proxy + "'.");
    }
    return new ProxyServer(proxy.substring(0, colon), Integer.parseInt(proxy.substring(colon + 1)), noProxy);
  }

  private static Path folder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new CommandFailure(ExitCode.USAGE, "--grant-files names " + folder + ", which is no folder.");
    }
    return folder;
  }
}
