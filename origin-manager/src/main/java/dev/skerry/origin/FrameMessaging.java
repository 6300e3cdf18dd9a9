package dev.skerry.origin;

import dev.skerry.bindings.Message;
import dev.skerry.bindings.MessagingContext;
import dev.skerry.bindings.WindowHandle;
import dev.skerry.fetch.Origin;
import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import dev.skerry.wasm.Trap;
import java.util.List;
import org.jsoup.nodes.Element;

/**
 * The messages of one document (HTML §9.3). A message is copied when it is posted, and its target origin is compared in
 * the receiver's event loop with the document that is there at that moment; the sender never learns the outcome.
 */
record FrameMessaging(Environment sender) implements MessagingContext {

  @Override
  public WindowHandle parent() {
    Environment embedder = sender.frame().embedder();
    return embedder == null ? null : embedder.frame().window();
  }

  @Override
  public List<WindowHandle> frames() {
    return sender.load().frames().stream().map(frame -> (WindowHandle) frame.window()).toList();
  }

  @Override
  public WindowHandle frameOf(Element element) {
    return sender.load().frames().stream().filter(frame -> frame.container() == element).findFirst()
        .map(Frame::window).orElse(null);
  }

  @Override
  public boolean post(WindowHandle target, byte[] data, String targetOrigin) {
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
    send(((Window) target).frame(), data.clone(), wanted);
    return true;
  }

  private void send(Frame target, byte[] data, Origin wanted) {
    MessageQuota quota = sender.agent().quota();
    Limit forbidden = quota.take(data.length);
    if (forbidden != null) {
      throw Trap.host("cannot post a message: " + sender.page().limits().exceeded(forbidden));
    }
    sender.agent().log().messageSent();
    Environment receiver = target.document();
    if (receiver == null) {
      quota.give(data.length);
      return;
    }
    Runnable release = () -> quota.give(data.length);
    receiver.agent().post(new Task("message", sender.page().activity().begin(), () -> {
      release.run();
      if (wanted == null || wanted.equals(receiver.origin())) {
        receiver.deliver(new Message(data, sender.origin().toString(), sender.frame().window()));
      } else {
        sender.agent().log().messageWithheld();
      }
    }, release));
  }
}
