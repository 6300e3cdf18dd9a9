package dev.skerry.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server sent before it closed is read although nothing can be written any more (RFC 9112 §9.6). */
class AnswerableEndPointTest {

  private final ScheduledExecutorScheduler scheduler = new ScheduledExecutorScheduler();
  private ServerSocketChannel listener;
  private SocketChannel channel;
  private AnswerableEndPoint endPoint;

  @BeforeEach
  void connect() throws Exception {
    scheduler.start();
    listener = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
    channel = SocketChannel.open(listener.getLocalAddress());
    endPoint = new AnswerableEndPoint(channel, null, null, scheduler);
  }

  @AfterEach
  void close() throws Exception {
    endPoint.close();
    listener.close();
    scheduler.stop();
  }

  /** Closes with a reset, as the system does where bytes were sent that nobody read. */
  private void answerAndReset(String answer) throws IOException {
    try (Socket peer = listener.accept().socket()) {
      channel.write(ByteBuffer.wrap("request".getBytes()));
      assertEquals('r', peer.getInputStream().read());
      peer.getOutputStream().write(answer.getBytes());
    }
  }

  /** Writes until the socket refuses: the first writes may still find room. */
  private CompletableFuture<Void> writeUntilItIsHeld() {
    CompletableFuture<Void> written = CompletableFuture.completedFuture(null);
    while (written.isDone() && !written.isCompletedExceptionally()) {
      Callback.Completable next = new Callback.Completable();
      endPoint.write(next, ByteBuffer.allocate(1 << 10));
      written = next;
    }
    return written;
  }

  private String readAll() throws IOException {
    StringBuilder text = new StringBuilder();
    ByteBuffer buffer = BufferUtil.allocate(4);
    while (endPoint.fill(buffer) >= 0) {
      text.append(StandardCharsets.ISO_8859_1.decode(buffer));
    }
    return text.toString();
  }

  @Test
  void aFailedWriteWaitsUntilTheAnswerIsRead() throws Exception {
    answerAndReset("the whole answer");

    CompletableFuture<Void> write = writeUntilItIsHeld();
    assertFalse(write.isDone());
    assertEquals("the whole answer", readAll());

    assertThrows(ExecutionException.class, write::get);
  }

  @Test
  void aWriteAfterTheEndOfTheInputFailsAtOnce() throws Exception {
    answerAndReset("");
    assertEquals("", readAll());

    Callback.Completable write = new Callback.Completable();
    endPoint.write(write, ByteBuffer.allocate(1));

    assertTrue(write.isCompletedExceptionally());
  }

  @Test
  void closingEndsAWriteThatWaits() throws Exception {
    answerAndReset("answer");
    CompletableFuture<Void> write = writeUntilItIsHeld();

    endPoint.close();

    assertThrows(ExecutionException.class, write::get);
  }
}
