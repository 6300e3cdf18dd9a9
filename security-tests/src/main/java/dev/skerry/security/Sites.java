package dev.skerry.security;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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

  /** Stands for every host. */
  static final String ANY_HOST = "*";

  /** What stands at one URL. */
  private record Resource(int status, Map<String, String> headers, byte[] body) {
  }

  /** A request as it came: {@code host/path}, and its headers by their lower-case names. */
  record Arrival(String target, Map<String, String> headers) {
  }

  private final Map<String, Resource> resources = new ConcurrentHashMap<>();
  private final List<Arrival> arrivals = Collections.synchronizedList(new ArrayList<>());
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
    return answer(host, path, 200, Map.of("Content-Type", "text/html; charset=utf-8"), html);
  }

  /** @param allowOrigin value of {@code Access-Control-Allow-Origin}, or null to send none */
  Sites wasm(String host, String path, byte[] module, String allowOrigin) {
    Map<String, String> headers = new HashMap<>(Map.of("Content-Type", "application/wasm"));
    if (allowOrigin != null) {
      headers.put("Access-Control-Allow-Origin", allowOrigin);
    }
    resources.put(host + path, new Resource(200, headers, module));
    return this;
  }

  Sites answer(String host, String path, int status, Map<String, String> headers, String body) {
    resources.put(host + path, new Resource(status, headers, body.getBytes(StandardCharsets.UTF_8)));
    return this;
  }

  Sites redirect(String host, String path, String location) {
    return answer(host, path, 302, Map.of("Location", location), "");
  }

  /** What has been asked until now. */
  List<Arrival> arrivals() {
    return List.copyOf(arrivals);
  }

  private boolean answer(Request request, Response response, Callback callback) {
    String host = Request.getServerName(request);
    String path = Request.getPathInContext(request);
    Map<String, String> headers = new HashMap<>();
    request.getHeaders().forEach(field -> headers.put(field.getLowerCaseName(), field.getValue()));
    arrivals.add(new Arrival(host + path, headers));
    Resource resource = resources.getOrDefault(host + path, resources.get(ANY_HOST + path));
    if (resource == null) {
      return false;
    }
    response.setStatus(resource.status());
    resource.headers().forEach((name, value) -> response.getHeaders().put(name, value));
    response.write(true, ByteBuffer.wrap(resource.body()), callback);
    return true;
  }

  @Override
  public void close() {
    LifeCycle.stop(server);
  }
}
