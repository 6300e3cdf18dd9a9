package dev.skerry.bindings;

import java.util.List;
import org.jsoup.nodes.Element;

/** What the messaging binding of one frame may reach (HTML §9.3). */
public interface MessagingContext {

  /** The window of the frame that embeds this one; null at the top. */
  WindowHandle parent();

  /** The windows of the frames in this document, in document order. */
  List<WindowHandle> frames();

  /** The window of an iframe element of this document; null for anything else. */
  WindowHandle frameOf(Element element);

  /**
   * Queues a copy of the message for the other window's event loop. It is dropped there, silently, unless the target's
   * origin is the one named.
   *
   * @param targetOrigin {@code "*"}, {@code "/"} for the sender's own, or a URL whose origin is meant
   * @return false when {@code targetOrigin} is none of those
   */
  boolean post(WindowHandle target, byte[] data, String targetOrigin);
}
