package dev.skerry.fetch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A connection whose input outlives its output. A server may answer before it has read the whole request and close
 * (RFC 9112 §9.6): then a write fails while the answer waits in the socket. So a write that fails stays pending until
 * the input has ended, and fails then.
 */
final class AnswerableEndPoint extends SocketChannelEndPoint {

  /** Set before the input's end is looked at, and looked at after it is set: one of the two threads sees both. */
  private volatile EofException broken;

  AnswerableEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
    super(channel, selector, key, scheduler);
  }

  @Override
  public boolean flush(ByteBuffer... buffers) throws IOException {
    if (broken == null) {
      try {
        return super.flush(buffers);
      } catch (EofException e) {
        broken = e;
      }
    }
    if (isInputShutdown() || !isOpen()) {
      throw broken;
    }
    return false;
  }

  /** A socket that is broken counts as writable for ever: it is not asked again. */
  @Override
  protected void onIncompleteFlush() {
    if (broken == null) {
      super.onIncompleteFlush();
    }
  }

  @Override
  public int fill(ByteBuffer buffer) throws IOException {
    int filled = super.fill(buffer);
    if (filled < 0 && broken != null) {
      getWriteFlusher().onFail(broken);
    }
    return filled;
  }
}
