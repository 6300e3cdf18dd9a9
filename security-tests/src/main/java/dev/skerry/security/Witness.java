package dev.skerry.security;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** A server that answers everything, lets everybody keep and share the answer, and remembers who asked. */
final class Witness implements AutoCloseable {

  private final List<Seen> seen = Collections.synchronizedList(new ArrayList<>());
  private final Server server;
  private final ServerConnector connector;

  /** A request; the client's port tells connections apart. */
  record Seen(String method, int clientPort) {
  }

  Witness() {
    QueuedThreadPool threads = new QueuedThreadPool(8, 1);
    threads.setDaemon(true);
    server = new Server(threads);
    connector = new ServerConnector(server, 1, 1);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(new Handler.Abstract() {
      @Override
      public boolean handle(Request request, Response response, Callback callback) {
        seen.add(new Seen(request.getMethod(), Request.getRemotePort(request)));
        HttpFields.Mutable headers = response.getHeaders();
        headers.put("Access-Control-Allow-Origin", "*");
        headers.put("Access-Control-Allow-Methods", "*");
        headers.put("Access-Control-Max-Age", "600");
        headers.put("Cache-Control", request.getMethod().equals("GET")
            && Request.getPathInContext(request).contains("cache") ? "max-age=600" : "no-store");
        callback.succeeded();
        return true;
      }
    });
    LifeCycle.start(server);
  }

  int port() {
    return connector.getLocalPort();
  }

  List<Seen> seen() {
    return List.copyOf(seen);
  }

  @Override
  public void close() {
    LifeCycle.stop(server);
  }
}
