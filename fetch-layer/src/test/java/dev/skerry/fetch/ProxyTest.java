package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchError.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests through an HTTP proxy, whole and by a tunnel; names are asked of nobody else. */
class ProxyTest {

  private static final Dns NO_DNS = host -> {
    throw new AssertionError("asked for " + host);
  };

  private static FetchClient.Builder client(int port, String... bypass) {
    return FetchClient.builder().options(Fetching.QUICK).dns(NO_DNS)
        .proxy(new ProxyServer("127.0.0.1", port, List.of(bypass)));
  }

  private static String requestLine(RawServer proxy) {
    String head = proxy.heads().get(proxy.heads().size() - 1);
    return head.substring(0, head.indexOf("\r\n"));
  }

  /** RFC 9112 §3.2.2: absolute-form, byte for byte. */
  @ParameterizedTest
  @CsvSource({"http://shop.example/a?b=c,http://shop.example/a?b=c",
      "http://shop.example:8080,http://shop.example:8080/",
      "http://shop.example//x/%7C?q=a|b,http://shop.example//x/%7C?q=a|b",
      "http://8.8.8.8/,http://8.8.8.8/", "http://[2001:db8::1]:81/x,http://[2001:db8::1]:81/x"})
  void plainRequestsGoToTheProxyInAbsoluteForm(String url, String target) throws Exception {
    try (RawServer proxy = RawServer.sending("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
         FetchClient client = client(proxy.port()).build()) {
      assertEquals("ok", new String(get(client, url).body()));
      assertEquals("GET " + target + " HTTP/1.1", requestLine(proxy));
      assertTrue(proxy.heads().get(0).contains("Host: " + Url.parse(url).origin().toString().substring(7) + "\r\n"));
    }
  }

  @ParameterizedTest
  @CsvSource({"http://localhost,true", "http://a.localhost,true", "http://127.0.0.1,true"})
  void thisMachineIsReachedDirectly(String origin, boolean direct) throws Exception {
    try (TestSite site = new TestSite().on("/", 200, "direct"); RawServer proxy = RawServer.sending("");
         FetchClient client = client(proxy.port()).build()) {
      assertEquals("direct", new String(get(client, origin + ":" + site.port() + "/").body()));
      assertEquals(direct ? 0 : 1, proxy.heads().size());
    }
  }

  @ParameterizedTest
  @CsvSource({"shop.example,shop.example,false", "shop.example,www.shop.example,true",
      ".shop.example,shop.example,true",
      ".shop.example,www.shop.example,false", "*.EXAMPLE,shop.example,false", "*,shop.example,false",
      "shop.example,myshop.example,true", "10.0.0.1,10.0.0.1,false", "x,[fe80::1],false", "x,169.254.169.254,false"})
  void theBypassListNamesWhatIsReachedDirectly(String rule, String host, boolean proxied) throws Exception {
    assertEquals(proxied, new ProxyServer("proxy", 1, List.of(rule)).carries(HostParser.parse(host, false)));
  }

  @Test
  void whatIsBypassedIsResolvedHere() throws Exception {
    try (TestSite site = new TestSite().on("/", 200, "direct"); RawServer proxy = RawServer.sending("");
         FetchClient client = FetchClient.builder().proxy(new ProxyServer("localhost", proxy.port(),
             List.of("shop.example"))).options(new FetchClient.Options(1000, 1000, 1, Fetching.QUICK.timeout(),
             List.of("shop.example:" + site.port() + ":127.0.0.1"))).build()) {
      assertEquals("direct", new String(get(client, "http://shop.example:" + site.port() + "/").body()));
      assertEquals(0, proxy.heads().size());
    }
  }

  /** A proxy could reach what the page may not. */
  @Test
  void aPrivateAddressInAUrlIsNotAskedOfTheProxyByAPublicPage() throws Exception {
    try (RawServer proxy = RawServer.sending("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
         FetchClient client = client(proxy.port()).build()) {
      RequestClient page = Policies.client("http://shop.example/", PolicyContainer.EMPTY, FetchObserver.NONE);
      FetchRequest request = Policies.request(page, "http://10.0.0.1/", FetchRequest.Mode.NO_CORS,
          FetchRequest.Destination.IMAGE);

      FetchError error = failure(client, request, Reason.BLOCKED);

      assertEquals(Refusal.Rule.LOCAL_NETWORK_ACCESS, error.refusal().orElseThrow().rule());
      assertEquals(0, proxy.heads().size());
    }
  }

  @Test
  void aSecureRequestGoesThroughATunnel(@TempDir Path folder) throws Exception {
    TestAuthority authority = new TestAuthority(folder);
    for (boolean http2 : new boolean[] {false, true}) {
      try (TestSite site = TestSite.secure(authority.server("site" + http2, "-validity", "2"), http2);
           RawServer proxy = new RawServer((socket, output) -> tunnel(socket, output, site.port()));
           FetchClient client = client(proxy.port()).tls(authority.trust()).build()) {
        site.on("/", 200, "secret");

        assertEquals("secret", new String(get(client, "https://shop.example/").body()));

        assertEquals("CONNECT shop.example:443 HTTP/1.1", requestLine(proxy));
        assertEquals("shop.example", site.last().header("host"));
      }
    }
  }

  private static void tunnel(Socket socket, OutputStream output, int port) throws IOException {
    output.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    output.flush();
    Socket target = new Socket("127.0.0.1", port);
    Thread answers = new Thread(() -> copy(target, socket));
    answers.setDaemon(true);
    answers.start();
    Thread questions = new Thread(() -> copy(socket, target));
    questions.setDaemon(true);
    questions.start();
    try {
      questions.join(60_000);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void copy(Socket from, Socket to) {
    try (InputStream input = from.getInputStream(); OutputStream output = to.getOutputStream()) {
      input.transferTo(output);
    } catch (IOException e) {
      // One end has closed: so does the other.
    }
  }

  @Test
  void aProxyThatRefusesATunnelIsAClearError() throws Exception {
    try (RawServer proxy = RawServer.sending("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
         FetchClient client = client(proxy.port()).build()) {
      FetchError error = failure(client, "https://shop.example/", Reason.CONNECT);

      assertTrue(error.getMessage().contains("the proxy refuses") && error.getMessage().contains("403"),
          error.getMessage());
    }
  }

  @Test
  void aProxyThatIsNotThereIsAnError() throws Exception {
    try (Socket bound = new Socket()) {
      bound.bind(new InetSocketAddress("127.0.0.1", 0));
      try (FetchClient client = client(bound.getLocalPort()).build()) {
        failure(client, "http://shop.example/", Reason.CONNECT);
      }
    }
    assertThrows(IllegalArgumentException.class, () -> new ProxyServer("x", 0, List.of()));
  }
}
