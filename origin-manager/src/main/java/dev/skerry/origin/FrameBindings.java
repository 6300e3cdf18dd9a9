package dev.skerry.origin;

import dev.skerry.bindings.HostModule;
import dev.skerry.fetch.Origin;
import dev.skerry.fetch.Url;
import java.util.List;

/**
 * An embedder's own host modules, chosen for each document: this is where capabilities are granted by origin. Called
 * once for each document, in its agent's event loop; host functions run there too, must not block, and reach only
 * what their constructor was given.
 */
@FunctionalInterface
public interface FrameBindings {

  /** The host modules of that document; a module named like one of Skerry's own takes its place. */
  List<HostModule> modules(FrameContext frame);

  /**
   * The document that asks.
   *
   * @param origin of the document
   * @param url of the document
   * @param depth 0 for the top document
   */
  record FrameContext(Origin origin, Url url, int depth) {
  }
}
