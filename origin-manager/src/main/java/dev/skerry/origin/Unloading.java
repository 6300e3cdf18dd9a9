package dev.skerry.origin;

import java.util.ArrayList;
import java.util.List;

/**
 * The end of documents (HTML §7.4.2.4, §7.5.10): each in its own event loop hears {@code pagehide} and {@code unload},
 * and lets go of its frames, timers, ports and instances.
 */
final class Unloading {

  private static final List<String> EVENTS = List.of("pagehide", "unload");

  private final PageContext page;

  Unloading(PageContext page) {
    this.page = page;
  }

  /** The documents of a frame and of all frames inside it. */
  List<Environment> documents(Navigable frame) {
    List<Environment> documents = new ArrayList<>();
    for (Navigable each : page.frames().all()) {
      if ((each == frame || frame.isAncestorOf(each)) && each.active() != null) {
        documents.add(each.active());
      }
    }
    return documents;
  }

  /** Ends a document and everything inside it; what follows runs in some event loop, also where the agent was ended. */
  void unload(Environment document, Runnable then) {
    for (String event : EVENTS) {
      document.post(event, () -> document.dispatch(document.dom(), event, false));
    }
    Runnable last = () -> {
      end(document);
      then.run();
    };
    document.agent().post(new Task("unload " + document.url(), page.activity().begin(), last, last));
  }

  private void end(Environment document) {
    if (!document.isGone()) {
      document.load().frames().forEach(this::remove);
      document.destroy();
      page.agents().leave(document.agent());
    }
  }

  /** Takes a frame out of the page. */
  void remove(Navigable frame) {
    frame.remove();
    page.frames().remove(frame);
    page.history().forget(frame);
    if (frame.active() != null) {
      unload(frame.active(), () -> { });
    }
  }
}
