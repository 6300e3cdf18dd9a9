package dev.skerry.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * One origin of the demo: a virtual host on one of the server's ports.
 *
 * @param host its name, always under {@code localhost}
 * @param port which of the server's ports: 0 or 1
 * @param shared whether it offers its modules to other origins
 * @param page the file that it serves at {@code /}
 * @param folders where its files are, first match first
 */
record Site(String host, int port, boolean shared, String page, List<String> folders) {

  /** How many ports the table below speaks of. */
  static final int PORTS = 2;

  /** What every site serves: the style sheet and the guest library. */
  private static final String LIBRARY = "lib";

  /** The sites, the start page first. The hostile ones share a folder and have a port of their own. */
  static final List<Site> ALL = List.of(
      site("skerry", "start", "samples"),
      site("life", "life"),
      site("fractal", "mandelbrot"),
      site("news", "news"),
      site("filter", "filter"),
      part("x", "shop"),
      part("y", "shop"),
      part("west", "halves"),
      part("east", "halves"),
      part("ann", "chat"),
      part("bob", "chat"),
      part("cid", "chat"),
      site("prompt", "prompt"),
      site("sql", "sql"),
      new Site("modules.localhost", 0, true, "index.html", withLibrary("modules")),
      hostile("read"),
      hostile("write"),
      hostile("recurse"),
      hostile("hunger"),
      hostile("loop"),
      hostile("steal"));

  private static Site site(String name, String... folders) {
    return new Site(name + ".localhost", 0, false, "index.html", withLibrary(folders));
  }

  /** One of several origins of the same site, which share a folder. */
  private static Site part(String name, String folder) {
    return new Site(name + "." + folder + ".localhost", 0, false, name + ".html", withLibrary(folder));
  }

  private static Site hostile(String name) {
    return new Site(name + ".hostile.localhost", 1, false, name + ".html", withLibrary("hostile"));
  }

  private static List<String> withLibrary(String... folders) {
    List<String> all = new ArrayList<>(List.of(folders));
    all.add(LIBRARY);
    return List.copyOf(all);
  }
}
