package dev.skerry.demo;

import dev.skerry.origin.Expectation;
import dev.skerry.origin.SiteServer;
import java.io.IOException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The demo sites on ports of the loopback addresses: 127.0.0.1, and ::1 where this machine has it. Reachable from this
 * machine alone. The ports are the same each time if nobody has them: what is kept for an origin, as its compiled code,
 * is found again only by that origin.
 */
public final class DemoServer implements SiteServer {

  private static final String IPV4_LOOPBACK = "127.0.0.1";
  private static final String IPV6_LOOPBACK = "::1";
  private static final String LOG_CONFIGURATION = "logback.configurationFile";
  /** The first of the ports that are tried before any free ones; below those that systems give out by themselves. */
  private static final int USUAL_PORT = 18_470;
  private static final int MAX_THREADS = 16;
  private static final int MIN_THREADS = 2;

  private final Map<String, String> originOfHost = new HashMap<>();
  private final FetchedModules fetched;
  private Server server;

  /** With the modules of others that {@code fetch.sh} has fetched, if any. */
  public DemoServer() {
    this(FetchedModules.usual());
  }

  DemoServer(FetchedModules fetched) {
    this.fetched = fetched;
  }

  @Override
  public void start() throws IOException {
    if (server != null) {
      throw new IllegalStateException("the demo server runs already");
    }
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, MIN_THREADS);
    threads.setName("skerry-demo");
    threads.setDaemon(true);
    Server starting = new Server(threads);
    boolean started = false;
    try {
      Map<String, Site> siteOfAuthority = new HashMap<>();
      int[] ports = new int[Site.PORTS];
      for (int i = 0; i < ports.length; i++) {
        ports[i] = listen(starting, USUAL_PORT + i);
      }
      for (Site site : Site.ALL) {
        String authority = site.host() + ":" + ports[site.port()];
        siteOfAuthority.put(authority, site);
        originOfHost.put(site.host(), "http://" + authority);
      }
      starting.setHandler(new SiteHandler(siteOfAuthority, new SiteFiles(this::origin, fetched)));
      starting.start();
      started = true;
      server = starting;
    } catch (IOException | RuntimeException failure) {
      throw failure;
    } catch (Exception failure) {
      throw new IOException("the demo server does not start: " + failure.getMessage(), failure);
    } finally {
      if (!started) {
        originOfHost.clear();
        stop(starting);
      }
    }
  }

  /** Opens a port on both loopback addresses, if it can be that one; gives its number. */
  private static int listen(Server server, int wanted) throws IOException {
    int port;
    try {
      port = open(server, IPV4_LOOPBACK, wanted).getLocalPort();
    } catch (IOException taken) {
      port = open(server, IPV4_LOOPBACK, 0).getLocalPort();
    }
    try {
      open(server, IPV6_LOOPBACK, port);
    } catch (IOException withoutIpv6) {
      return port;
    }
    return port;
  }

  private static ServerConnector open(Server server, String address, int port) throws IOException {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendXPoweredBy(false);
    ServerConnector connector = new ServerConnector(server, 0, 1, new HttpConnectionFactory(http));
    connector.setHost(InetAddress.getByName(address).getHostAddress());
    connector.setPort(port);
    connector.open();
    server.addConnector(connector);
    return connector;
  }

  @Override
  public String startPage() {
    return origin(Site.ALL.get(0).host()) + "/";
  }

  @Override
  public List<Expectation> expectations() {
    return Expectations.of(this::origin, fetched);
  }

  /**
   * The origin of a site, once started.
   *
   * @param host such as {@code news.localhost}
   * @throws NoSuchElementException when there is no such site, or the server was not started
   */
  public String origin(String host) {
    String origin = originOfHost.get(host);
    if (origin == null) {
      throw new NoSuchElementException("the demo has no site '" + host + "', or was not started");
    }
    return origin;
  }

  @Override
  public void close() throws IOException {
    if (server != null) {
      stop(server);
      server = null;
      originOfHost.clear();
    }
  }

  private static void stop(Server server) throws IOException {
    try {
      server.stop();
      for (Connector connector : server.getConnectors()) {
        ((ServerConnector) connector).close();
      }
    } catch (Exception failure) {
      throw new IOException("the demo server does not stop: " + failure.getMessage(), failure);
    }
  }

  /** Serves until the process is ended, for a person with a browser. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (System.getProperty(LOG_CONFIGURATION) == null) {
      System.setProperty(LOG_CONFIGURATION, "dev/skerry/demo/serve.xml");
    }
    try (DemoServer demo = new DemoServer()) {
      demo.start();
      System.out.println("Serving the demo sites at " + demo.startPage() + " until Ctrl-C.");
      new CountDownLatch(1).await();
    }
  }
}
