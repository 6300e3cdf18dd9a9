package dev.skerry.origin.example;

import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Loads many pages side by side in one host: each in agents of its own, all on a few threads. */
public final class ManyPages {

  private ManyPages() {
  }

  /** The title of each page by its URL. */
  public static Map<String, String> titles(List<String> urls) {
    Map<String, String> titles = new LinkedHashMap<>();
    try (PageHost host = PageHost.builder().build()) {
      List<CompletableFuture<Page>> pages = urls.stream().map(host::openLater).toList();
      for (CompletableFuture<Page> loading : pages) {
        Page page = loading.join();
        page.settle(Duration.ofSeconds(30));
        titles.put(page.url(), page.report().title());
      }
    }
    return titles;
  }

  /** Takes URLs. */
  public static void main(String[] arguments) {
    titles(List.of(arguments)).forEach((url, title) -> System.out.println(url + "  " + title));
  }
}
