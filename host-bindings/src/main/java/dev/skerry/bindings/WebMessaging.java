package dev.skerry.bindings;

import static dev.skerry.bindings.abi.BindingTable.row;

import dev.skerry.bindings.abi.BindingTable;
import dev.skerry.bindings.abi.Call;
import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Instance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jsoup.nodes.Element;

/**
 * {@code web:messaging}: windows, and messages between them and between ports, copied, with the target's origin checked
 * (HTML §7.2.3, §9.3, §9.4). Each instance of the frame has at most one listener for messages of windows, and a list
 * of the ports that go with its next message. One agent's thread uses it.
 */
public final class WebMessaging extends WebModule<WebMessaging> {

  static final BindingTable<WebMessaging> TABLE = BindingTable.of("web:messaging", Capability.MESSAGING,
      "Windows, message ports, and messages between them: copied, with the target's origin checked (HTML 7.2.3, 9.3, "
          + "9.4). A message is a value and the ports that are transferred with it: bytes, which are an ArrayBuffer, "
          + "or any value that can be cloned, encoded as the README of host-bindings says. What message_* tell is of "
          + "the message that is being delivered, to a window or to a port.",
      row("parent", "-> ref", "The window of the embedding frame; null at the top.",
          (messaging, call) -> call.result(messaging.context.parent())),
      row("self", "-> ref", "The document's own window.",
          (messaging, call) -> call.result(messaging.context.self())),
      row("frame_count", "-> i32", "How many frames this document has.",
          (messaging, call) -> call.result(messaging.context.frames().size())),
      row("frame", "i32 index -> ref", "The window of the frame at that index in document order, or null.",
          (messaging, call) -> at(messaging.context.frames(), 0, call)),
      row("frame_of", "ref iframe -> ref", "The window of an iframe element, or null.", WebMessaging::frameOf),
      row("window_parent", "ref window -> ref", "The window that embeds a window; itself at the top.",
          (messaging, call) -> call.result(messaging.neighbour(call).parent())),
      row("window_top", "ref window -> ref", "The page's own window.",
          (messaging, call) -> call.result(messaging.neighbour(call).top())),
      row("window_frame_count", "ref window -> i32", "How many frames a window's document has.",
          (messaging, call) -> call.result(messaging.neighbour(call).frames().size())),
      row("window_frame", "ref window, i32 index -> ref", "The window of the frame at that index there, or null.",
          (messaging, call) -> at(messaging.neighbour(call).frames(), 1, call)),
      row("window_closed", "ref window -> flag", "Whether a window is no longer a part of the page.",
          (messaging, call) -> call.result(messaging.neighbour(call).closed() ? 1 : 0)),
      row("window_location", "ref window, buffer buf -> size",
          "The URL of a window's document; -1 where it is of another origin.",
          (messaging, call) -> call.answer(1, messaging.context.location(window(call)).orElse(null))),
      row("window_navigate", "ref window, string url -> status",
          "Navigates a window to a URL, relative to this document; refused unless the window is this one, one below "
              + "it, or one above it that the sandbox does not forbid.",
          (messaging, call) -> status(call, messaging.context.navigate(window(call), call.string(1)))),
      row("post", "ref window, bytes data, string origin -> status",
          "Queues a copy of the data for a window of that origin ('*' for any, '/' for this one); refused when the "
              + "origin is no origin, or a port to transfer is detached.", WebMessaging::post),
      row("post_value", "ref window, bytes value, string origin -> status",
          "The same with an encoded value; refused also when it cannot be cloned.", WebMessaging::postValue),
      row("post_error", "buffer buf -> size",
          "Why this instance's last post was refused: DataCloneError or SyntaxError, and a sentence; -1 if it was not.",
          (messaging, call) -> call.answer(0, messaging.errors.get(call.instance()))),
      row("on_message", "callback callback ->", "Sets this instance's listener for messages of windows.",
          (messaging, call) -> messaging.listen(call, call.tableCallback(0))),
      row("on_message_ref", "funcref callback, i32 data ->", "The same, with a reference to the function.",
          (messaging, call) -> messaging.listen(call, call.refCallback(0))),
      row("message_data", "buffer buf -> size",
          "The bytes of the message; -1 outside one, and where its value is no ArrayBuffer.",
          (messaging, call) -> call.answer(0, messaging.buffer(), ClonedValue.BUFFER_HEADER)),
      row("message_value", "buffer buf -> size", "The value of the message, encoded; -1 outside one.",
          (messaging, call) -> call.answer(0, messaging.message == null ? null : messaging.message.data())),
      row("message_origin", "buffer buf -> size",
          "The sender's origin of the message, empty for one of a port; -1 outside one.",
          (messaging, call) -> call.answer(0, messaging.message == null ? null : messaging.message.origin())),
      row("message_source", "-> ref", "The sender's window; null for a message of a port, and outside one.",
          (messaging, call) -> call.result(messaging.message == null ? null : messaging.message.source())),
      row("message_port_count", "-> i32", "How many ports came with the message.",
          (messaging, call) -> call.result(messaging.ports().size())),
      row("message_port", "i32 index -> ref", "The port at that index that came with the message, or null.",
          (messaging, call) -> at(messaging.ports(), 0, call)),
      row("channel", "-> ref", "A new message channel.",
          (messaging, call) -> call.result(new Channel(messaging.context.channel()))),
      row("channel_port", "ref channel, i32 index -> ref", "Its port 0 or 1; null for any other index.",
          (messaging, call) -> at(call.handle(0, Channel.class, "a message channel").ports(), 1, call)),
      row("transfer", "ref port -> status",
          "Puts a port into the list of those that this instance's next message takes along, whatever comes of that; "
              + "refused when it is there already, or 64 are.", WebMessaging::transfer),
      row("port_post", "ref port, bytes data -> status",
          "Queues a copy of the data for the other port of the channel; refused when a port to transfer is detached, "
              + "or is this one.", WebMessaging::portPost),
      row("port_post_value", "ref port, bytes value -> status",
          "The same with an encoded value; refused also when it cannot be cloned.", WebMessaging::portPostValue),
      row("on_port_message", "ref port, callback callback ->",
          "Sets the listener of a port, and lets the messages go that wait for it.",
          (messaging, call) -> messaging.listenAt(call, call.tableCallback(1))),
      row("on_port_message_ref", "ref port, funcref callback, i32 data ->",
          "The same, with a reference to the function.",
          (messaging, call) -> messaging.listenAt(call, call.refCallback(1))),
      row("port_close", "ref port ->", "Takes a port out of use; what is posted at either end is dropped.",
          (messaging, call) -> messaging.context.close(port(call))));

  /** Ports that one message may take along. */
  private static final int MOST_PORTS = 64;

  private record Listener(Func callback, long data) {
  }

  private record Channel(List<PortHandle> ports) {
  }

  private final MessagingContext context;
  private final CallbackRunner callbacks;
  private final Map<Instance, Listener> listeners = new LinkedHashMap<>();
  private final Map<Instance, List<PortHandle>> transfers = new LinkedHashMap<>();
  /** Why the last post of an instance was refused. */
  private final Map<Instance, String> errors = new LinkedHashMap<>();
  /** The message that is being delivered. */
  private Message message;

  public WebMessaging(MessagingContext context, CallbackRunner callbacks) {
    super(TABLE, WebMessaging.class);
    this.context = context;
    this.callbacks = callbacks;
  }

  private static void at(List<?> list, int slot, Call call) {
    long index = call.u32(slot);
    call.result(index < list.size() ? list.get((int) index) : null);
  }

  private static void status(Call call, boolean done) {
    call.result(done ? 0 : Call.NONE);
  }

  private static WindowHandle window(Call call) {
    return call.handle(0, WindowHandle.class, "a window");
  }

  private static PortHandle port(Call call) {
    return call.handle(0, PortHandle.class, "a message port");
  }

  private MessagingContext.Neighbour neighbour(Call call) {
    return context.neighbour(window(call));
  }

  private void frameOf(Call call) {
    call.result(context.frameOf(call.handle(0, Element.class, "an element")));
  }

  private List<PortHandle> ports() {
    return message == null ? List.of() : message.ports();
  }

  private void transfer(Call call) {
    List<PortHandle> list = transfers.computeIfAbsent(call.instance(), any -> new ArrayList<>());
    PortHandle port = port(call);
    status(call, list.size() < MOST_PORTS && !list.contains(port) && list.add(port));
  }

  private List<PortHandle> takeTransfers(Call call) {
    List<PortHandle> list = transfers.remove(call.instance());
    return list == null ? List.of() : list;
  }

  /** The value of the message if it is an ArrayBuffer, its header included. */
  private byte[] buffer() {
    return message != null && ClonedValue.isArrayBuffer(message.data()) ? message.data() : null;
  }

  /** The bytes in slot 1 and the next as the value of an ArrayBuffer. */
  private static byte[] bytes(Call call) {
    return ClonedValue.arrayBuffer(call.bytes(1, ClonedValue.BUFFER_HEADER));
  }

  private void post(Call call) {
    post(call, window(call), bytes(call), call.string(3), takeTransfers(call));
  }

  private void portPost(Call call) {
    post(call, port(call), bytes(call), takeTransfers(call));
  }

  private void postValue(Call call) {
    WindowHandle target = window(call);
    byte[] value = call.bytes(1);
    String targetOrigin = call.string(3);
    List<PortHandle> ports = takeTransfers(call);
    if (isClonable(call, value, ports)) {
      post(call, target, value, targetOrigin, ports);
    }
  }

  private void portPostValue(Call call) {
    PortHandle port = port(call);
    byte[] value = call.bytes(1);
    List<PortHandle> ports = takeTransfers(call);
    if (isClonable(call, value, ports)) {
      post(call, port, value, ports);
    }
  }

  private void post(Call call, WindowHandle target, byte[] value, String targetOrigin, List<PortHandle> ports) {
    boolean posted = context.post(target, value, targetOrigin, ports);
    answer(call, posted ? null : isOrigin(targetOrigin) ? "DataCloneError: a port to transfer is detached"
        : "SyntaxError: the target origin is no origin");
  }

  private void post(Call call, PortHandle port, byte[] value, List<PortHandle> ports) {
    boolean posted = context.post(port, value, ports);
    answer(call, posted ? null : "DataCloneError: a port to transfer is detached, or is the one that is posted to");
  }

  private boolean isClonable(Call call, byte[] value, List<PortHandle> ports) {
    try {
      ClonedValue.check(value, ports.size(), call::poll);
      return true;
    } catch (DataCloneError refused) {
      answer(call, "DataCloneError: " + refused.getMessage());
      return false;
    }
  }

  private void answer(Call call, String error) {
    if (error == null) {
      errors.remove(call.instance());
    } else {
      errors.put(call.instance(), error);
    }
    status(call, error == null);
  }

  private static boolean isOrigin(String target) {
    try {
      return target.equals("*") || target.equals("/") || Url.parse(target) != null;
    } catch (UrlParseException none) {
      return false;
    }
  }

  private void listen(Call call, Func callback) {
    listeners.put(call.instance(), new Listener(callback, call.u32(1)));
  }

  private void listenAt(Call call, Func callback) {
    Listener listener = new Listener(callback, call.u32(2));
    context.listen(port(call), received -> deliver(received, List.of(listener)));
  }

  /** Hands a message to this frame's listeners, as a task of its agent; without listeners it is dropped. */
  public void deliver(Message received) {
    deliver(received, List.copyOf(listeners.values()));
  }

  private void deliver(Message received, List<Listener> to) {
    Message outer = message;
    message = received;
    boolean begun = false;
    try {
      Sequence.run(to.iterator(), (listener, then) -> callbacks.run(listener.callback, then, listener.data),
          () -> message = outer);
      begun = true;
    } finally {
      if (!begun) {
        message = outer;
      }
    }
  }
}
