package dev.skerry.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A server of the attacker's own on a loopback port: it does with each connection what a script says. */
final class EvilServer implements AutoCloseable {

  /** Runs once for each connection, on a thread of its own. */
  interface Script {
    void serve(Socket socket) throws IOException;
  }

  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

  EvilServer(Script script) throws IOException {
    start(() -> accept(script));
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "evil-server");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept(Script script) {
    while (!listener.isClosed()) {
      try {
        Socket connection = listener.accept();
        start(() -> serve(connection, script));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static void serve(Socket connection, Script script) {
    try (connection) {
      // A client may open a connection on which it never asks for anything.
      if (connection.getInputStream().read(new byte[8192]) > 0) {
        script.serve(connection);
      }
    } catch (IOException gone) {
      // The client has had enough.
    }
  }

  String origin(String host) {
    return "http://" + host + ":" + listener.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
