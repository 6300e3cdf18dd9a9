package dev.skerry.origin;

import java.io.IOException;

/** Sites that the command line can serve to itself; found through {@link java.util.ServiceLoader}. */
public interface SiteServer extends AutoCloseable {

  /** Starts on free loopback ports. */
  void start() throws IOException;

  /** The URL of the first page to load, once started. */
  String startPage();

  @Override
  void close() throws IOException;
}
