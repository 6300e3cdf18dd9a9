package dev.skerry.fetch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** A real Jetty server on a free loopback port that answers scripted paths and keeps what it was asked. */
final class TestSite implements AutoCloseable {

  /** What a path answers. */
  record Answer(int status, byte[] body, List<String> headers) {
  }

  /** Answers by itself; on a thread that may block. */
  interface Script {
    void answer(Request request, Response response, Callback callback) throws Exception;
  }

  /** A request as it arrived; the client's port tells connections apart. The body is empty where a script reads it. */
  record Seen(String method, String target, Map<String, String> headers, int clientPort, String protocol,
              String body) {
    String header(String name) {
      return headers.get(name);
    }
  }

  /** By path, or by method and path with a space between. */
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final Map<String, Script> scripts = new ConcurrentHashMap<>();
  private final List<Seen> seen = Collections.synchronizedList(new ArrayList<>());
  private volatile Runnable onRequest = () -> { };
  private final String scheme;
  private final Server server;
  private final ServerConnector connector;

  TestSite() throws Exception {
    this("http", new HttpConnectionFactory(configuration()));
  }

  /** Takes every request that a client can send. */
  private static HttpConfiguration configuration() {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setResponseHeaderSize(1 << 20);
    configuration.setSendDateHeader(false);
    configuration.setUriCompliance(UriCompliance.UNSAFE);
    return configuration;
  }

  private TestSite(String scheme, ConnectionFactory... protocols) throws Exception {
    this.scheme = scheme;
    QueuedThreadPool threads = new QueuedThreadPool(16, 2);
    threads.setName("test-site");
    server = new Server(threads);
    connector = new ServerConnector(server, 1, 1, protocols);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(new Handler.Abstract() {
      @Override
      public boolean handle(Request request, Response response, Callback callback) throws Exception {
        answer(request, response, callback);
        return true;
      }
    });
    server.start();
  }

  /** A server that speaks TLS, and HTTP/2 in it if wanted. */
  static TestSite secure(SslContextFactory.Server tls, boolean http2) throws Exception {
    HttpConfiguration configuration = configuration();
    configuration.addCustomizer(new SecureRequestCustomizer(false));
    HttpConnectionFactory http1 = new HttpConnectionFactory(configuration);
    if (!http2) {
      return new TestSite("https", new SslConnectionFactory(tls, http1.getProtocol()), http1);
    }
    ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
    alpn.setDefaultProtocol(http1.getProtocol());
    return new TestSite("https", new SslConnectionFactory(tls, alpn.getProtocol()), alpn,
        new HTTP2ServerConnectionFactory(configuration), http1);
  }

  private void answer(Request request, Response response, Callback callback) throws Exception {
    Map<String, String> headers = new ConcurrentHashMap<>();
    for (HttpField field : request.getHeaders()) {
      headers.put(field.getLowerCaseName(), field.getValue());
    }
    String path = request.getHttpURI().getPath();
    Script script = scripts.get(path);
    String body = script == null && request.getLength() != 0 ? Content.Source.asString(request) : "";
    seen.add(new Seen(request.getMethod(), request.getHttpURI().getPathQuery(), headers,
        Request.getRemotePort(request), request.getConnectionMetaData().getHttpVersion().asString(), body));
    onRequest.run();
    if (script != null) {
      script.answer(request, response, callback);
      return;
    }
    Answer answer = answers.getOrDefault(request.getMethod() + " " + path,
        answers.getOrDefault(path, new Answer(404, new byte[0], List.of())));
    response.setStatus(answer.status());
    for (String header : answer.headers()) {
      int colon = header.indexOf(':');
      response.getHeaders().add(header.substring(0, colon), header.substring(colon + 1).strip());
    }
    response.write(true, ByteBuffer.wrap(answer.body()), callback);
  }

  /** Lets a path answer, of one method where it stands before the path; headers as {@code Name: value}. */
  TestSite on(String path, int status, String body, String... headers) {
    return on(path, status, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  TestSite on(String path, int status, byte[] body, String... headers) {
    answers.put(path, new Answer(status, body, List.of(headers)));
    return this;
  }

  TestSite on(String path, Script script) {
    scripts.put(path, script);
    return this;
  }

  TestSite redirect(String path, int status, String location, String... headers) {
    List<String> all = new ArrayList<>(List.of(headers));
    all.add("Location: " + location);
    answers.put(path, new Answer(status, new byte[0], all));
    return this;
  }

  /** What to do whenever a request has arrived. */
  void onRequest(Runnable action) {
    onRequest = action;
  }

  List<Seen> seen() {
    return List.copyOf(seen);
  }

  Seen last() {
    return seen.get(seen.size() - 1);
  }

  int port() {
    return connector.getLocalPort();
  }

  /** The origin of that host on this server. */
  String origin(String host) {
    return scheme + "://" + host + ":" + port();
  }

  /** Connections that are open at this moment. */
  int connections() {
    return connector.getConnectedEndPoints().size();
  }

  Url url(String host, String path) throws UrlParseException {
    return Url.parse(origin(host) + path);
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
