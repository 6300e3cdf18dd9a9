package dev.skerry.origin.example;

import dev.skerry.origin.LoadError;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import java.time.Duration;

/** Opens a page and reads its document once it has settled. */
public final class ReadDocument {

  private ReadDocument() {
  }

  /** The text that matches the selector, after all modules and frames have run. */
  public static String read(String url, String selector) throws LoadError {
    try (PageHost host = PageHost.builder().build(); Page page = host.open(url)) {
      page.settle(Duration.ofSeconds(30));
      return page.document().select(selector).text();
    }
  }

  /** Takes a URL and a CSS selector. */
  public static void main(String[] arguments) throws LoadError {
    System.out.println(read(arguments[0], arguments[1]));
  }
}
