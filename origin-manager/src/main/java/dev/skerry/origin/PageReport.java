package dev.skerry.origin;

import dev.skerry.wasm.cache.CacheStatistics;
import java.time.Duration;
import java.util.List;

/**
 * Everything that a page did until now: a snapshot.
 *
 * @param url of the top document
 * @param title of the top document
 * @param settled whether the page had settled when it was last waited for
 * @param failed whether a module of the top document failed, or its agent was ended
 * @param elapsed since the page was opened
 * @param frames the top frame first, then in the order of their making
 * @param agents one for each origin
 * @param consoleDropped console messages that were over their agent's limit
 * @param subresources images and style sheets
 * @param scriptsNotRun JavaScript found in all frames
 * @param codeCache what the cache of compiled code did for all pages of the host
 */
public record PageReport(String url, String title, boolean settled, boolean failed, Duration elapsed,
                         List<FrameReport> frames, List<AgentReport> agents, List<ConsoleMessage> console,
                         long consoleDropped, List<RequestReport> requests,
                         List<SubresourceReport> subresources, List<Problem> problems,
                         List<ViolationReport> violations, int scriptsNotRun, CacheStatistics codeCache) {

  public PageReport {
    frames = List.copyOf(frames);
    agents = List.copyOf(agents);
    console = List.copyOf(console);
    requests = List.copyOf(requests);
    subresources = List.copyOf(subresources);
    problems = List.copyOf(problems);
    violations = List.copyOf(violations);
  }
}
