package dev.skerry.origin;

import java.io.IOException;
import java.util.List;

/** Sites that the command line can serve to itself; found through {@link java.util.ServiceLoader}. */
public interface SiteServer extends AutoCloseable {

  /** Starts on free loopback ports. */
  void start() throws IOException;

  /** The URL of the first page to load, once started. */
  String startPage();

  /** What the report of the first page must show, once started. */
  List<Expectation> expectations();

  @Override
  void close() throws IOException;
}
