package dev.skerry.fetch;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.HttpClientTransport;
import org.eclipse.jetty.client.HttpProxy;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.compression.gzip.GzipCompression;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/**
 * Owns Jetty's clients, one for {@code http} and one for {@code https}, with the threads that they share; each starts
 * with the first request of its scheme, so that who needs no TLS pays for none. All that Jetty's client does of its own
 * accord is off: redirects, cookies, authentication, upgrades, decoding, its User-Agent.
 */
final class JettyTransport implements AutoCloseable {

  private static final int MAX_THREADS = 12;
  /** A question may take long, and no page should wait for what another one asked. */
  private static final int MAX_DNS_THREADS = 32;
  /** What a server may send of one HTTP/2 response that nobody reads; the others of the connection go on. */
  private static final int STREAM_WINDOW = 256 << 10;
  private static final int SESSION_WINDOW = 64 << 20;
  private static final int MAX_REQUEST_HEADER_BYTES = 256 << 10;
  private static final int MAX_QUEUED_REQUESTS = 1 << 16;
  /** Over HTTP/2 a server resets what breaks Jetty's limit and gives no reason, so our own, exact one comes first. */
  private static final long HEADER_SLACK = 4;
  /** Pools are many, one for each partition and requester: an idle one goes. */
  private static final long IDLE_POOL_MILLIS = 15_000;
  /** Connections that wait for a next request, to all origins together; browsers keep as many. */
  private static final int MOST_IDLE = 256;

  static {
    // Jetty asks JMX for the size of a reference, which takes 100 ms of the first start; it only pads queues with it.
    String referencesPerCacheLine = "org.eclipse.jetty.util.referencesPerCacheLine";
    if (System.getProperty(referencesPerCacheLine) == null) {
      System.setProperty(referencesPerCacheLine, "16");
    }
  }

  private final FetchClient.Options options;
  private final SSLContext tls;
  private final AddressResolver resolver;
  private final ProxyServer proxy;
  private final IdleConnections idle = new IdleConnections(MOST_IDLE);
  private QueuedThreadPool threads;
  private ScheduledExecutorScheduler scheduler;
  private ThreadPoolExecutor dns;
  private HttpClient plain;
  private HttpClient secure;
  private boolean closed;

  /**
   * @param tls what to trust and which certificates to show; null for the platform's default
   * @param proxy null for none
   */
  JettyTransport(FetchClient.Options options, AddressResolver resolver, SSLContext tls, ProxyServer proxy) {
    this.options = options;
    this.proxy = proxy;
    this.tls = tls;
    this.resolver = resolver;
  }

  /** Makes the classes whose making takes longest. */
  static void prepare() {
    for (Class<?> slow : List.of(HttpFields.class, HttpParser.class, HttpClient.class, GzipCompression.class)) {
      try {
        Class.forName(slow.getName());
      } catch (ClassNotFoundException impossible) {
        throw new LinkageError(slow.getName(), impossible);
      }
    }
  }

  /**
   * The started client for {@code http} or {@code https}.
   *
   * @throws IllegalStateException if this is closed
   * @throws Exception if Jetty does not start
   */
  synchronized HttpClient client(String scheme) throws Exception {
    if (closed) {
      throw new IllegalStateException("the client is closed");
    }
    if (threads == null) {
      startThreads();
    }
    if (scheme.equals("https")) {
      secure = secure == null ? start(secureTransport()) : secure;
      return secure;
    }
    plain = plain == null ? start(plainTransport()) : plain;
    return plain;
  }

  private void startThreads() throws Exception {
    QueuedThreadPool pool = new QueuedThreadPool(MAX_THREADS, 2);
    pool.setName("skerry-fetch");
    pool.setDaemon(true);
    pool.setReservedThreads(0);
    scheduler = new ScheduledExecutorScheduler("skerry-fetch-timer", true);
    dns = new ThreadPoolExecutor(MAX_DNS_THREADS, MAX_DNS_THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
        task -> {
          Thread thread = new Thread(task, "skerry-fetch-dns");
          thread.setDaemon(true);
          return thread;
        });
    dns.allowCoreThreadTimeOut(true);
    pool.start();
    scheduler.start();
    threads = pool;
  }

  /** Opens connections that can still be read when they can no longer be written. */
  private static class Connector extends ClientConnector {
    @Override
    protected EndPoint newEndPoint(SelectableChannel channel, ManagedSelector selector, SelectionKey key) {
      return new AnswerableEndPoint((SocketChannel) channel, selector, key, getScheduler());
    }
  }

  private HttpClientTransport plainTransport() {
    ClientConnector withoutTls = new Connector() {
      @Override
      protected SslContextFactory.Client newSslContextFactory() {
        return null;
      }
    };
    HttpClientTransportOverHTTP transport = new HttpClientTransportOverHTTP(share(withoutTls)) {
      @Override
      public void connect(SocketAddress address, Map<String, Object> context) {
        ConnectFailure.keepTheMostTelling(context);
        super.connect(address, context);
      }
    };
    // Jetty would keep 100 KB for each connection, to know headers again that few of them see twice.
    transport.setHeaderCacheSize(0);
    transport.setConnectionPoolFactory(idle::duplex);
    return transport;
  }

  private HttpClientTransport secureTransport() {
    SslContextFactory.Client factory = new SslContextFactory.Client();
    if (tls != null) {
      factory.setSslContext(tls);
    }
    ClientConnector connector = share(new Connector());
    connector.setSslContextFactory(factory);
    HTTP2Client http2 = new HTTP2Client(connector);
    http2.setMaxConcurrentPushedStreams(0);
    http2.setInitialStreamRecvWindow(STREAM_WINDOW);
    http2.setInitialSessionRecvWindow(SESSION_WINDOW);
    HttpClientTransport transport = new SecureTransport(connector, http2);
    transport.setConnectionPoolFactory(idle::multiplex);
    return transport;
  }

  private ClientConnector share(ClientConnector connector) {
    connector.setSelectors(1);
    connector.setExecutor(threads);
    connector.setScheduler(scheduler);
    return connector;
  }

  private HttpClient start(HttpClientTransport transport) throws Exception {
    HttpClient client = new HttpClient(transport);
    client.setFollowRedirects(false);
    client.setHttpCookieStore(new HttpCookieStore.Empty());
    client.setUserAgentField(null);
    client.setDefaultRequestContentType(null);
    client.setConnectTimeout(options.timeout().toMillis());
    client.setIdleTimeout(options.timeout().toMillis());
    client.setMaxResponseHeadersSize((int) Math.min(Integer.MAX_VALUE, HEADER_SLACK * options.maxHeaderBytes()));
    client.setMaxRequestHeadersSize(MAX_REQUEST_HEADER_BYTES);
    client.setMaxRequestsQueuedPerDestination(MAX_QUEUED_REQUESTS);
    client.setDestinationIdleTimeout(IDLE_POOL_MILLIS);
    client.setSocketAddressResolver(this::resolve);
    if (proxy != null) {
      client.getProxyConfiguration().addProxy(new ChosenProxy(proxy));
    }
    client.start();
    client.getProtocolHandlers().clear();
    client.getContentDecoderFactories().clear();
    return client;
  }

  /** The proxy, for those hosts that it carries by our rules and not by Jetty's. */
  private static final class ChosenProxy extends HttpProxy {
    private final ProxyServer server;

    ChosenProxy(ProxyServer server) {
      super(server.host(), server.port());
      this.server = server;
    }

    @Override
    public boolean matches(Origin target) {
      try {
        return server.carries(HostParser.parse(target.getAddress().getHost(), false));
      } catch (InvalidUrl e) {
        return false;
      }
    }
  }

  private void resolve(String text, int port, Map<String, Object> context, Promise<List<InetSocketAddress>> promise) {
    Host host;
    try {
      host = HostParser.parse(text, false);
    } catch (InvalidUrl e) {
      promise.failed(new UnknownHostException(e.getMessage()));
      return;
    }
    Promise<List<InetSocketAddress>> within = withinReach(context, promise);
    List<InetSocketAddress> known = resolver.known(host, port);
    if (!known.isEmpty()) {
      within.succeeded(known);
      return;
    }
    try {
      dns.execute(() -> lookUp(host, port, within));
    } catch (RejectedExecutionException e) {
      promise.failed(new ClosedChannelException());
    }
  }

  /** Keeps of the addresses those that the pool may lead to; a proxy is the embedder's choice, wherever it is. */
  private static Promise<List<InetSocketAddress>> withinReach(Map<String, Object> context,
                                                              Promise<List<InetSocketAddress>> promise) {
    Destination destination = (Destination) context.get(Destination.CONTEXT_KEY);
    if (destination.getProxy() != null || !(destination.getOrigin().getTag() instanceof PoolKey pool)) {
      return promise;
    }
    return new Promise.Wrapper<>(promise) {
      @Override
      public void succeeded(List<InetSocketAddress> addresses) {
        List<InetSocketAddress> allowed = LocalNetworkAccess.within(pool.reach(), addresses);
        if (allowed.isEmpty() && !addresses.isEmpty()) {
          failed(new AddressOutOfReach(LocalNetworkAccess.refusal(pool.reach(),
              addresses.stream().map(InetSocketAddress::getAddress).toList())));
        } else {
          super.succeeded(allowed);
        }
      }
    };
  }

  private void lookUp(Host host, int port, Promise<List<InetSocketAddress>> promise) {
    try {
      promise.succeeded(resolver.lookUp(host, port));
    } catch (UnknownHostException | RuntimeException e) {
      promise.failed(e);
    }
  }

  /** Aborts what is in flight, and ends all threads and connections. Idempotent. */
  @Override
  public synchronized void close() {
    closed = true;
    stop(plain);
    stop(secure);
    stop(scheduler);
    stop(threads);
    if (dns != null) {
      dns.shutdownNow();
    }
    plain = null;
    secure = null;
    scheduler = null;
    threads = null;
  }

  private static void stop(LifeCycle part) {
    try {
      if (part != null) {
        part.stop();
      }
    } catch (Exception e) {
      throw new IllegalStateException("the HTTP client does not stop: " + e, e);
    }
  }
}
