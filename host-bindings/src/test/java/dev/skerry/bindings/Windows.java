package dev.skerry.bindings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jsoup.nodes.Element;

/** The windows around one document: a parent, and one frame for each iframe seen; it records what is posted. */
final class Windows implements MessagingContext {

  static final WindowHandle TOP = new WindowHandle() { };
  static final WindowHandle SELF = new WindowHandle() { };
  static final WindowHandle FRAME = new WindowHandle() { };
  static final PortHandle PORT = new PortHandle() { };
  static final PortHandle OTHER = new PortHandle() { };

  /** What was posted; to a port the origin is empty. */
  record Post(Object target, byte[] data, String targetOrigin, List<PortHandle> ports) {
  }

  final List<Post> posts = new ArrayList<>();
  final List<String> visits = new ArrayList<>();
  final Map<PortHandle, Consumer<Message>> listeners = new LinkedHashMap<>();
  final List<PortHandle> closed = new ArrayList<>();

  @Override
  public WindowHandle parent() {
    return TOP;
  }

  @Override
  public WindowHandle self() {
    return SELF;
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
  public Neighbour neighbour(WindowHandle window) {
    return new Neighbour(TOP, TOP, window == TOP ? List.of(SELF) : List.of(), window == FRAME);
  }

  @Override
  public Optional<String> location(WindowHandle window) {
    return window == SELF ? Optional.of("https://a.example/") : Optional.empty();
  }

  @Override
  public boolean navigate(WindowHandle window, String url) {
    visits.add(url);
    return window != TOP;
  }

  @Override
  public boolean post(WindowHandle target, byte[] data, String targetOrigin, List<PortHandle> ports) {
    posts.add(new Post(target, data, targetOrigin, ports));
    return !targetOrigin.equals("no origin");
  }

  @Override
  public List<PortHandle> channel() {
    return List.of(PORT, OTHER);
  }

  @Override
  public boolean post(PortHandle port, byte[] data, List<PortHandle> ports) {
    posts.add(new Post(port, data, "", ports));
    return !ports.contains(port);
  }

  @Override
  public void listen(PortHandle port, Consumer<Message> listener) {
    listeners.put(port, listener);
  }

  @Override
  public void close(PortHandle port) {
    closed.add(port);
  }
}
