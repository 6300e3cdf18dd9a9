package dev.skerry.demo;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.origin.SiteServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the demo server sends, and what it refuses. */
class DemoServerTest {

  private static final Pattern SAME_ORIGIN_FILE = Pattern.compile("(?:src|href)=\"(/[^\"]*)\"");
  private static final Pattern ABSOLUTE = Pattern.compile("(?:src|href|data-peer)=\"(http:[^\"]*)\"");

  private static DemoServer server;
  private static HttpClient client;

  @BeforeAll
  static void start() throws IOException {
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
    server = new DemoServer();
    server.start();
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  private static HttpResponse<byte[]> get(String url) throws IOException, InterruptedException {
    return client.send(request(url).build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  /** The JDK resolves no *.localhost: the request goes to the loopback address and names its host in a header. */
  private static HttpRequest.Builder request(String url) {
    URI uri = URI.create(url);
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + uri.getPort() + uri.getRawPath()))
        .header("Host", uri.getAuthority());
  }

  private static String page(String url) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = get(url);
    assertEquals(200, response.statusCode(), url);
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  /** Sends bytes that no client library would, and gives the whole response. */
  private static String raw(String request) throws IOException {
    URI origin = URI.create(server.startPage());
    try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), origin.getPort())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private static String rawGet(String path) throws IOException {
    return raw("GET " + path + " HTTP/1.1\r\nHost: " + URI.create(server.startPage()).getAuthority()
        + "\r\nConnection: close\r\n\r\n");
  }

  @Test
  void theServerIsFoundAsAService() {
    List<SiteServer> found = ServiceLoader.load(SiteServer.class).stream().map(ServiceLoader.Provider::get).toList();
    assertEquals(1, found.size());
    assertInstanceOf(DemoServer.class, found.get(0));
  }

  @ParameterizedTest
  @CsvSource({
    "skerry.localhost, /, text/html; charset=utf-8",
    "life.localhost, /life.wasm, application/wasm",
    "life.localhost, /life.ts, text/plain; charset=utf-8",
    "fractal.localhost, /escape.wat, text/plain; charset=utf-8",
    "news.localhost, /news.md, text/markdown; charset=utf-8",
    "news.localhost, /pixel.png, image/png",
    "news.localhost, /style.css, text/css; charset=utf-8",
    "y.shop.localhost, /skerry.h, text/plain; charset=utf-8",
    "read.hostile.localhost, /, text/html; charset=utf-8",
  })
  void givenAFileThenItsTypeIsExact(String host, String path, String type) throws Exception {
    HttpResponse<byte[]> response = get(server.origin(host) + path);
    assertAll(
        () -> assertEquals(200, response.statusCode()),
        () -> assertEquals(type, response.headers().firstValue("Content-Type").orElse("")),
        () -> assertEquals("nosniff", response.headers().firstValue("X-Content-Type-Options").orElse("")),
        () -> assertTrue(response.headers().firstValue("Server").isEmpty()),
        () -> assertTrue(response.headers().firstValue("X-Powered-By").isEmpty()));
  }

  @Test
  void givenAModuleThenItsBytesAreThoseBesideItsSource() throws Exception {
    byte[] packed;
    try (InputStream in = DemoServer.class.getResourceAsStream("sites/life/life.wasm")) {
      packed = in.readAllBytes();
    }
    assertArrayEquals(packed, get(server.origin("life.localhost") + "/life.wasm").body());
  }

  @Test
  void onlyTheModulesSiteOffersItsFilesToOtherOrigins() throws Exception {
    for (Site site : Site.ALL) {
      String allowed = get(server.origin(site.host()) + "/").headers()
          .firstValue("Access-Control-Allow-Origin").orElse("");
      assertEquals(site.host().equals("modules.localhost") ? "*" : "", allowed, site.host());
    }
  }

  @Test
  void everyPageRefersOnlyToWhatIsThere() throws Exception {
    for (Site site : Site.ALL) {
      String origin = server.origin(site.host());
      String page = page(origin + "/");
      assertFalse(page.contains("{{"), () -> "a placeholder is left on " + site.host());
      TreeSet<String> urls = new TreeSet<>();
      for (Matcher file = SAME_ORIGIN_FILE.matcher(page); file.find();) {
        urls.add(origin + file.group(1));
      }
      for (Matcher absolute = ABSOLUTE.matcher(page); absolute.find();) {
        urls.add(absolute.group(1).endsWith("/") || absolute.group(1).contains(".wasm")
            || absolute.group(1).endsWith(".c") ? absolute.group(1) : absolute.group(1) + "/");
      }
      assertTrue(urls.contains(origin + "/style.css"), site.host());
      for (String url : urls) {
        assertEquals(200, get(url).statusCode(), () -> site.host() + " refers to " + url);
      }
    }
  }

  @Test
  void theStartPageEmbedsSitesOfTheSameAndOfOtherSitesAndPorts() throws Exception {
    String start = page(server.startPage());
    int port = URI.create(server.startPage()).getPort();
    int hostile = URI.create(server.origin("loop.hostile.localhost")).getPort();
    assertNotEquals(port, hostile);
    assertTrue(start.contains("src=\"http://x.shop.localhost:" + port + "/\""));
    assertTrue(start.contains("src=\"http://loop.hostile.localhost:" + hostile + "/\""));
    assertTrue(page(server.origin("x.shop.localhost") + "/").contains("src=\"http://y.shop.localhost:" + port + "/\""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "evil.localhost", "127.0.0.1", "skerry.localhost.evil.test"})
  void givenAHostThatIsNoSiteThenTheRequestIsMisdirected(String host) throws IOException {
    int port = URI.create(server.startPage()).getPort();
    String response = raw("GET / HTTP/1.1\r\nHost: " + host + ":" + port + "\r\nConnection: close\r\n\r\n");
    assertTrue(response.startsWith("HTTP/1.1 421 "), response);
  }

  @Test
  void givenASiteOnTheOtherPortThenTheRequestIsMisdirected() throws Exception {
    int hostile = URI.create(server.origin("loop.hostile.localhost")).getPort();
    assertEquals(421, get("http://skerry.localhost:" + hostile + "/").statusCode());
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "/../life/life.wasm", "/..%2flife/life.wasm", "/%2e%2e/life/life.wasm", "/..;/life/life.wasm", "//style.css",
    "/./../../DemoServer.class", "/DemoServer.class", "/style.css/", "/style.css%00.html", "/lib/style.css",
    "/.html", "/rebuild.sh", "/index", "/style.css;a=b", "/%2fetc%2fpasswd", "/nothing.html", "/life.wasm",
  })
  void givenAPathThatIsNoFileOfTheSiteThenNothingIsSent(String path) throws IOException {
    String response = rawGet(path);
    assertTrue(response.matches("(?s)HTTP/1.1 (400|404) .*"), response);
    assertFalse(response.contains("Jetty"), response);
  }

  private static boolean connects(InetAddress address, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 1_000);
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  @Test
  void everyPortIsOpenOnLoopbackAddressesAlone() throws Exception {
    List<InetAddress> addresses = NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses).toList();
    assertFalse(addresses.isEmpty());
    for (String host : List.of("skerry.localhost", "loop.hostile.localhost")) {
      int port = URI.create(server.origin(host)).getPort();
      for (InetAddress address : addresses) {
        assertEquals(address.isLoopbackAddress(), connects(address, port), () -> address + " port " + port);
      }
    }
  }

  @Test
  void givenAnotherMethodThenItIsNotAllowed() throws Exception {
    HttpResponse<String> response = client.send(
        request(server.startPage())
            .POST(HttpRequest.BodyPublishers.ofString("x")).build(), HttpResponse.BodyHandlers.ofString());
    assertEquals(405, response.statusCode());
    assertEquals("GET, HEAD", response.headers().firstValue("Allow").orElse(""));
  }

  @Test
  void givenHeadThenTheLengthIsTheBodysAndThereIsNoBody() throws Exception {
    int length = get(server.startPage()).body().length;
    HttpResponse<byte[]> head = client.send(
        request(server.startPage())
            .method("HEAD", HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofByteArray());
    assertEquals(200, head.statusCode());
    assertEquals(length, head.headers().firstValueAsLong("Content-Length").orElse(-1));
    assertEquals(0, head.body().length);
  }

  @Test
  void givenAClosedServerThenItsPortsAreFreeAndItCanStartAgain() throws Exception {
    DemoServer other = new DemoServer();
    assertThrows(NoSuchElementException.class, other::startPage);
    other.start();
    String first = other.startPage();
    assertEquals(200, get(first).statusCode());
    assertThrows(IllegalStateException.class, other::start);
    other.close();
    other.close();
    assertThrows(ConnectException.class, () -> get(first));
    other.start();
    assertEquals(200, get(other.startPage()).statusCode());
    other.close();
  }
}
