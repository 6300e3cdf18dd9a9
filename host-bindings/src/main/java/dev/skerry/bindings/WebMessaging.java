package dev.skerry.bindings;

import dev.skerry.wasm.Linker;

/** {@code web:messaging}: messages between frames, copied, with the target's origin checked. */
public final class WebMessaging implements HostModule {

  public WebMessaging(MessagingContext context, CallbackRunner callbacks) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String name() {
    return "web:messaging";
  }

  @Override
  public void define(Linker linker) {
    throw new UnsupportedOperationException();
  }

  /** Hands a message to this frame's listeners, as a task of its agent; without listeners it is dropped. */
  public void deliver(Message message) {
    throw new UnsupportedOperationException();
  }
}
