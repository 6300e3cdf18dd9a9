package dev.skerry.bindings;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jsoup.nodes.Element;

/** What the messaging binding of one document may reach: windows (HTML §7.2, §9.3) and message ports (HTML §9.4). */
public interface MessagingContext {

  /** The window of the frame that embeds this one; null at the top. */
  WindowHandle parent();

  /** The windows of the frames in this document, in document order. */
  List<WindowHandle> frames();

  /** The window of an iframe element of this document; null for anything else. */
  WindowHandle frameOf(Element element);

  /** This document's own window. */
  WindowHandle self();

  /** What a window shows to documents of every origin (HTML §7.2.3.1). */
  Neighbour neighbour(WindowHandle window);

  /**
   * The URL of a window's document.
   *
   * @return empty for a document of another origin
   */
  Optional<String> location(WindowHandle window);

  /**
   * Navigates a window (HTML §7.4.2.2).
   *
   * @param url relative to this document
   * @return false when this document may not navigate it, or the URL is none
   */
  boolean navigate(WindowHandle window, String url);

  /**
   * Queues a copy of the message for the other window's event loop. It is dropped there, silently, unless the target's
   * origin is the one named.
   *
   * @param data the value, encoded as {@link ClonedValue} says
   * @param targetOrigin {@code "*"}, {@code "/"} for the sender's own, or a URL whose origin is meant
   * @param ports which of this document's ports go with it; they are detached here
   * @return false when {@code targetOrigin} is none of those, or a port is detached
   */
  boolean post(WindowHandle target, byte[] data, String targetOrigin, List<PortHandle> ports);

  /** Two ports of this document, entangled with each other (HTML §9.4.3). */
  List<PortHandle> channel();

  /**
   * Queues a copy of the message for the port that this one is entangled with, wherever that is.
   *
   * @return false when a port to transfer is detached, or is this one
   */
  boolean post(PortHandle port, byte[] data, List<PortHandle> ports);

  /** Lets messages of a port of this document go to that listener, those that wait first. */
  void listen(PortHandle port, Consumer<Message> listener);

  /** Takes a port of this document out of use, and what it is entangled with. */
  void close(PortHandle port);

  /**
   * What every document may see of a window.
   *
   * @param parent the window that embeds it; itself at the top
   * @param top the window of the page
   * @param frames the windows of the frames in its document
   * @param closed whether it is no longer a part of the page
   */
  record Neighbour(WindowHandle parent, WindowHandle top, List<WindowHandle> frames, boolean closed) {

    public Neighbour {
      frames = List.copyOf(frames);
    }
  }
}
