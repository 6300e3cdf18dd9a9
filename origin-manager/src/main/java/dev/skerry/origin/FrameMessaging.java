package dev.skerry.origin;

import dev.skerry.bindings.Message;
import dev.skerry.bindings.MessagingContext;
import dev.skerry.bindings.PortHandle;
import dev.skerry.bindings.WindowHandle;
import dev.skerry.fetch.Origin;
import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import dev.skerry.wasm.Trap;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jsoup.nodes.Element;

/**
 * The windows and messages of one document (HTML §7.2.3, §9.3). A message is copied when it is posted, and its target
 * origin is compared in the receiver's event loop with the document that is there at that moment; the sender never
 * learns the outcome.
 */
record FrameMessaging(Environment sender, MessageChannels channels) implements MessagingContext {

  private static Navigable frame(WindowHandle window) {
    return ((Window) window).frame();
  }

  private static List<WindowHandle> windows(Environment document) {
    return document == null ? List.of() : document.load().frames().stream().map(Navigable::window)
        .map(WindowHandle.class::cast).toList();
  }

  @Override
  public WindowHandle parent() {
    Environment embedder = sender.frame().embedder();
    return embedder == null ? null : embedder.frame().window();
  }

  @Override
  public WindowHandle self() {
    return sender.frame().window();
  }

  @Override
  public List<WindowHandle> frames() {
    return windows(sender);
  }

  @Override
  public WindowHandle frameOf(Element element) {
    return sender.load().frames().stream().filter(frame -> frame.container() == element).findFirst()
        .map(Navigable::window).orElse(null);
  }

  @Override
  public Neighbour neighbour(WindowHandle window) {
    Navigable frame = frame(window);
    return new Neighbour(frame.parent().window(), frame.top().window(), windows(frame.active()), frame.isRemoved());
  }

  @Override
  public Optional<String> location(WindowHandle window) {
    return Optional.ofNullable(frame(window).active())
        .filter(document -> document.origin().equals(sender.origin())).map(document -> document.url().href());
  }

  @Override
  public boolean navigate(WindowHandle window, String url) {
    return sender.page().navigator().navigate(sender, frame(window), url, false);
  }

  @Override
  public boolean post(WindowHandle target, byte[] data, String targetOrigin, List<PortHandle> ports) {
    Origin wanted = null;
    if (targetOrigin.equals("/")) {
      wanted = sender.origin();
    } else if (!targetOrigin.equals("*")) {
      try {
        wanted = Url.parse(targetOrigin).origin();
      } catch (UrlParseException notUrl) {
        return false;
      }
    }
    if (!channels.mayTransfer(ports)) {
      return false;
    }
    Runnable release = take(data);
    send(frame(target), data, channels.detach(ports), wanted, release);
    return true;
  }

  /** Takes room of the sender's quota. */
  private Runnable take(byte[] data) {
    MessageQuota quota = sender.agent().quota();
    Limit forbidden = quota.take(data.length);
    if (forbidden != null) {
      sender.agent().exceeded(forbidden);
      throw Trap.host("cannot post a message: " + sender.agent().limits().exceeded(forbidden));
    }
    sender.agent().log().messageSent();
    return () -> quota.give(data.length);
  }

  private void send(Navigable target, byte[] data, List<PortEnd> ends, Origin wanted, Runnable release) {
    Runnable drop = () -> {
      release.run();
      PortEnd.closeAll(ends);
    };
    Environment receiver = target.active();
    if (receiver == null) {
      drop.run();
      return;
    }
    receiver.agent().post(new Task("message", sender.page().activity().begin(), () -> {
      if (target.active() != receiver) {
        drop.run();
      } else if (wanted == null || wanted.equals(receiver.origin())) {
        release.run();
        receiver.deliver(new Message(data, sender.origin().toString(), sender.frame().window(),
            List.copyOf(receiver.channels().attach(ends, channels.self()))));
      } else {
        drop.run();
        sender.agent().log().messageWithheld();
      }
    }, drop));
  }

  @Override
  public List<PortHandle> channel() {
    return channels.channel();
  }

  @Override
  public boolean post(PortHandle port, byte[] data, List<PortHandle> ports) {
    Port own = channels.own(port);
    if (ports.contains(port) || !channels.mayTransfer(ports)) {
      return false;
    }
    Runnable release = take(data);
    channels.post(own, data, channels.detach(ports), release);
    return true;
  }

  @Override
  public void listen(PortHandle port, Consumer<Message> listener) {
    channels.listen(port, listener);
  }

  @Override
  public void close(PortHandle port) {
    channels.close(port);
  }
}
