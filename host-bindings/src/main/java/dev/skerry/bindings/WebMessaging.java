package dev.skerry.bindings;

import dev.skerry.bindings.abi.Binding;
import dev.skerry.bindings.abi.Call;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Instance;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jsoup.nodes.Element;

/**
 * {@code web:messaging}: messages between frames, copied, with the target's origin checked (HTML §9.3). Each instance
 * of the frame has at most one listener. One agent's thread uses it.
 */
public final class WebMessaging implements HostModule {

  private record Listener(Func callback, long data) {
  }

  private final MessagingContext context;
  private final CallbackRunner callbacks;
  private final Map<Instance, Listener> listeners = new LinkedHashMap<>();
  private Message delivering;

  public WebMessaging(MessagingContext context, CallbackRunner callbacks) {
    this.context = context;
    this.callbacks = callbacks;
  }

  private void frame(Call call) {
    List<WindowHandle> frames = context.frames();
    long index = call.u32(0);
    call.result(index < frames.size() ? frames.get((int) index) : null);
  }

  private void post(Call call) {
    WindowHandle window = call.handle(0, WindowHandle.class, "a window");
    byte[] data = call.bytes(1);
    String targetOrigin = call.string(3);
    call.result(context.post(window, data, targetOrigin) ? 0 : Call.NONE);
  }

  private void listen(Call call, Func callback) {
    listeners.put(call.instance(), new Listener(callback, call.u32(1)));
  }

  @Override
  public String name() {
    return "web:messaging";
  }

  @Override
  public List<Binding> functions() {
    return List.of(
        Binding.of("parent", "-> externref", "The window of the embedding frame; null at the top.",
            call -> call.result(context.parent())),
        Binding.of("frame_count", "-> i32", "How many frames this document has.",
            call -> call.result(context.frames().size())),
        Binding.of("frame", "i32 index -> externref",
            "The window of the frame at that index in document order, or null.", this::frame),
        Binding.of("frame_of", "externref iframe -> externref", "The window of an iframe element, or null.",
            call -> call.result(context.frameOf(call.handle(0, Element.class, "an element")))),
        Binding.of("post", "externref window, i32 data, i32 len, i32 origin, i32 origin_len -> i32",
            "Queues a copy of the data for a window of that origin; 0, or -1 when the origin is no origin.",
            this::post),
        Binding.of("on_message", "i32 callback, i32 data ->",
            "Sets this instance's listener for messages to the table's function.",
            call -> listen(call, call.tableCallback(0))),
        Binding.of("on_message_ref", "funcref callback, i32 data ->", "Sets this instance's listener for messages.",
            call -> listen(call, call.refCallback(0))),
        Binding.of("message_data", "i32 buf, i32 cap -> i32",
            "The data of the message being delivered; -1 outside one.",
            call -> call.answer(0, delivering == null ? null : delivering.data())),
        Binding.of("message_origin", "i32 buf, i32 cap -> i32",
            "The sender's origin of the message being delivered; -1 outside one.",
            call -> call.answer(0, delivering == null ? null : delivering.origin())),
        Binding.of("message_source", "-> externref",
            "The sender's window of the message being delivered; null outside one.",
            call -> call.result(delivering == null ? null : delivering.source())));
  }

  /** Hands a message to this frame's listeners, as a task of its agent; without listeners it is dropped. */
  public void deliver(Message message) {
    Message outer = delivering;
    delivering = message;
    boolean begun = false;
    try {
      Sequence.run(List.copyOf(listeners.values()).iterator(),
          (listener, then) -> callbacks.run(listener.callback, then, listener.data), () -> delivering = outer);
      begun = true;
    } finally {
      if (!begun) {
        delivering = outer;
      }
    }
  }
}
