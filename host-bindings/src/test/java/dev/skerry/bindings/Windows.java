package dev.skerry.bindings;

import java.util.ArrayList;
import java.util.List;
import org.jsoup.nodes.Element;

/** The windows around one document: a parent, and one frame for each iframe seen; it records what is posted. */
final class Windows implements MessagingContext {

  static final WindowHandle TOP = new WindowHandle() { };
  static final WindowHandle FRAME = new WindowHandle() { };

  /** What was posted. */
  record Post(WindowHandle target, byte[] data, String targetOrigin) {
  }

  final List<Post> posts = new ArrayList<>();

  @Override
  public WindowHandle parent() {
    return TOP;
  }

  @Override
  public List<WindowHandle> frames() {
    return List.of(FRAME);
  }

  @Override
  public WindowHandle frameOf(Element element) {
    return element.normalName().equals("iframe") ? FRAME : null;
  }

  @Override
  public boolean post(WindowHandle target, byte[] data, String targetOrigin) {
    posts.add(new Post(target, data, targetOrigin));
    return !targetOrigin.equals("no origin");
  }
}
