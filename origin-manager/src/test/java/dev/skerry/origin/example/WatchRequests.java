package dev.skerry.origin.example;

import dev.skerry.fetch.EmbedderRules;
import dev.skerry.origin.LoadError;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import dev.skerry.origin.PageObserver;
import dev.skerry.origin.RequestReport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Watches the requests of a page while they happen, and refuses some. */
public final class WatchRequests {

  private WatchRequests() {
  }

  /** A line for each request, in the order of their ends; those that match the pattern are refused. */
  public static List<String> watch(String url, String refused) throws LoadError {
    List<String> lines = new CopyOnWriteArrayList<>();
    PageObserver observer = new PageObserver() {
      @Override
      public void request(RequestReport request) {
        lines.add(request.status() + " " + request.url());
      }
    };
    try (PageHost host = PageHost.builder().observer(observer).intercept(EmbedderRules.none().deny(refused)).build();
        Page page = host.open(url)) {
      page.settle(Duration.ofSeconds(30));
      return List.copyOf(lines);
    }
  }

  /** Takes a URL and a pattern such as {@code https://*.example.com}. */
  public static void main(String[] arguments) throws LoadError {
    watch(arguments[0], arguments[1]).forEach(System.out::println);
  }
}
