package dev.skerry.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A socket that reads a request's head and then does what a script says: for servers that break HTTP. */
final class RawServer implements AutoCloseable {

  /** What to do with a connection once the head of a request has arrived. */
  interface Script {
    void answer(Socket socket, OutputStream output) throws IOException;
  }

  private final ServerSocket listener;
  private final List<String> heads = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  RawServer(Script script) throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    start(() -> accept(script));
  }

  /** A server that sends those bytes for each request and closes. */
  static RawServer sending(String text) throws IOException {
    return new RawServer((socket, output) -> output.write(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "raw-server");
    thread.setDaemon(true);
    thread.start();
  }

  /** A thread for each connection: a client opens some on which it never asks for anything. */
  private void accept(Script script) {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        sockets.add(socket);
        if (listener.isClosed()) {
          socket.close();
        }
        start(() -> serve(socket, script));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void serve(Socket connection, Script script) {
    try (Socket socket = connection) {
      String head = readHead(socket.getInputStream());
      if (!head.isEmpty()) {
        heads.add(head);
        script.answer(socket, socket.getOutputStream());
        socket.getOutputStream().flush();
      }
    } catch (IOException e) {
      // The client is gone, as many tests want it; what it saw is what they look at.
    }
  }

  private static String readHead(InputStream input) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = input.read();
      if (c < 0) {
        return "";
      }
      head.append((char) c);
    }
    return head.toString();
  }

  /** The heads of all requests so far. */
  List<String> heads() {
    return heads;
  }

  int port() {
    return listener.getLocalPort();
  }

  Url url(String path) throws UrlParseException {
    return Url.parse("http://localhost:" + port() + path);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
