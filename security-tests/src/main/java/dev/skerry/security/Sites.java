package dev.skerry.security;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** A real server on one free loopback port that plays any number of {@code *.localhost} origins. */
final class Sites implements AutoCloseable {

  /** What stands at one URL. */
  private record Resource(String mimeType, byte[] body, String allowOrigin) {
  }

  private final Map<String, Resource> resources = new ConcurrentHashMap<>();
  private final Server server;
  private final ServerConnector connector;

  Sites() {
    QueuedThreadPool threads = new QueuedThreadPool(8, 1);
    threads.setDaemon(true);
    server = new Server(threads);
    connector = new ServerConnector(server, 1, 1);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(new Handler.Abstract() {
      @Override
      public boolean handle(Request request, Response response, Callback callback) {
        return answer(request, response, callback);
      }
    });
    LifeCycle.start(server);
  }

  /** The origin of that host name here. */
  String origin(String host) {
    return "http://" + host + ":" + connector.getLocalPort();
  }

  Sites html(String host, String path, String html) {
    resources.put(host + path, new Resource("text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8), null));
    return this;
  }

  /** @param allowOrigin value of {@code Access-Control-Allow-Origin}, or null to send none */
  Sites wasm(String host, String path, byte[] module, String allowOrigin) {
    resources.put(host + path, new Resource("application/wasm", module, allowOrigin));
    return this;
  }

  private boolean answer(Request request, Response response, Callback callback) {
    Resource resource = resources.get(Request.getServerName(request) + Request.getPathInContext(request));
    if (resource == null) {
      return false;
    }
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, resource.mimeType());
    if (resource.allowOrigin() != null) {
      response.getHeaders().put("Access-Control-Allow-Origin", resource.allowOrigin());
    }
    response.write(true, ByteBuffer.wrap(resource.body()), callback);
    return true;
  }

  @Override
  public void close() {
    LifeCycle.stop(server);
  }
}
