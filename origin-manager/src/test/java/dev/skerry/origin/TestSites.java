package dev.skerry.origin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;

/** A real web server on a free loopback port that answers for any {@code *.localhost} host: every host is an origin. */
public final class TestSites extends Handler.Abstract implements AutoCloseable {

  private static final String HTML = "text/html;charset=utf-8";
  private static final String WASM = "application/wasm";

  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server);
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<String> requested = new ArrayList<>();
  private final Map<String, String> cookies = new ConcurrentHashMap<>();
  private final Map<String, String> referrers = new ConcurrentHashMap<>();

  /** What one URL answers. */
  private record Answer(int status, Map<String, String> headers, byte[] body, CountDownLatch gate, int first) {
  }

  public static TestSites running() {
    TestSites sites = new TestSites();
    sites.connector.setHost("127.0.0.1");
    sites.server.addConnector(sites.connector);
    sites.server.setHandler(sites);
    LifeCycle.start(sites.server);
    return sites;
  }

  /** The origin of a host of this server, such as {@code http://a.localhost:40001}. */
  public String origin(String host) {
    return "http://" + host + ".localhost:" + connector.getLocalPort();
  }

  public String url(String host, String path) {
    return origin(host) + path;
  }

  public int port() {
    return connector.getLocalPort();
  }

  public TestSites html(String host, String path, String html) {
    return answer(host, path, 200, Map.of("content-type", HTML), html.getBytes(StandardCharsets.UTF_8));
  }

  /** Serves a module of the guests' folder under its own name, at the root of that host. */
  public TestSites wasm(String host, String... guests) {
    for (String guest : guests) {
      answer(host, "/" + guest + ".wasm", 200, Map.of("content-type", WASM), guest(guest));
    }
    return this;
  }

  public TestSites answer(String host, String path, int status, Map<String, String> headers, byte[] body) {
    answers.put(host + path, new Answer(status, headers, body, null, 0));
    return this;
  }

  /** Keeps a URL waiting until the latch opens. */
  public TestSites gate(String host, String path, CountDownLatch gate) {
    answers.computeIfPresent(host + path, (key, old) -> new Answer(old.status, old.headers, old.body, gate, 0));
    return this;
  }

  /** Sends the head and so many bytes at once, and the rest when the latch opens. */
  public TestSites gateAfter(String host, String path, int first, CountDownLatch gate) {
    answers.computeIfPresent(host + path, (key, old) -> new Answer(old.status, old.headers, old.body, gate, first));
    return this;
  }

  public static byte[] guest(String name) {
    try {
      return Files.readAllBytes(Path.of("src/test/guests/pages", name + ".wasm"));
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  /** Host and path of every request, in order. */
  public List<String> requested() {
    synchronized (requested) {
      return List.copyOf(requested);
    }
  }

  /** Waits until that host and path was requested; false if it was not within a minute. */
  public boolean awaitRequest(String hostAndPath) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    synchronized (requested) {
      while (!requested.contains(hostAndPath)) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          return false;
        }
        requested.wait(left);
      }
      return true;
    }
  }

  /** The cookies that the last request of that URL carried; empty for none. */
  public String cookies(String host, String path) {
    return cookies.getOrDefault(host + path, "not requested");
  }

  /** The header {@code Referer} of the last request of that URL; empty for none. */
  public String referrer(String host, String path) {
    return referrers.getOrDefault(host + path, "not requested");
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String host = Request.getServerName(request).replace(".localhost", "");
    String path = request.getHttpURI().getPathQuery();
    synchronized (requested) {
      requested.add(host + path);
      requested.notifyAll();
    }
    cookies.put(host + path, request.getHeaders().get("cookie") == null ? "" : request.getHeaders().get("cookie"));
    referrers.put(host + path, request.getHeaders().get("referer") == null ? "" : request.getHeaders().get("referer"));
    Answer answer = answers.getOrDefault(host + path,
        new Answer(404, Map.of("content-type", HTML), "not here".getBytes(StandardCharsets.UTF_8), null, 0));
    if (answer.gate != null && answer.first == 0) {
      answer.gate.await(60, TimeUnit.SECONDS);
    }
    response.setStatus(answer.status);
    answer.headers.forEach((name, value) -> response.getHeaders().put(new HttpField(name, value)));
    if (answer.first > 0) {
      Content.Sink.write(response, false, ByteBuffer.wrap(answer.body, 0, answer.first));
      answer.gate.await(60, TimeUnit.SECONDS);
    }
    response.write(true, ByteBuffer.wrap(answer.body, answer.first, answer.body.length - answer.first), callback);
    return true;
  }

  /** Headers of a module that any origin may import. */
  public static Map<String, String> sharedWasm() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("content-type", WASM);
    headers.put("access-control-allow-origin", "*");
    return headers;
  }

  @Override
  public void close() {
    LifeCycle.stop(server);
  }
}
