package dev.skerry.origin;

import dev.skerry.bindings.Capability;
import java.util.Set;

/** What the guests of a document may do, by its origin; asked once for each document, in its agent's event loop. */
@FunctionalInterface
public interface FrameCapabilities {

  /** What that document is granted; a module that imports more does not link. */
  Set<Capability> of(FrameBindings.FrameContext frame);
}
