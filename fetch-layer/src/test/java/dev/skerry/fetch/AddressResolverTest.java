package dev.skerry.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which address a host is reached at, without and before DNS. */
class AddressResolverTest {

  private static List<String> known(String host, int port, String... entries) throws InvalidUrl {
    return new AddressResolver(List.of(entries), Dns.SYSTEM).known(HostParser.parse(host, false), port).stream()
        .map(address -> address.getAddress().getHostAddress() + " " + address.getPort()).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LOCALHOST", "a.localhost", "a.b.localhost", "localhost.", "a.localhost."})
  void localhostNamesAreLoopbackInBothFamilies(String host) throws Exception {
    assertEquals(List.of("127.0.0.1 81", "0:0:0:0:0:0:0:1 81"), known(host, 81));
  }

  @ParameterizedTest
  @CsvSource({"1.2.3.4, 1.2.3.4 80", "0x7f.1, 127.0.0.1 80", "[::1], 0:0:0:0:0:0:0:1 80"})
  void anAddressIsItself(String host, String address) throws Exception {
    assertEquals(List.of(address), known(host, 80));
  }

  @ParameterizedTest
  @ValueSource(strings = {"example.com", "notlocalhost", "localhost.example", "localhos"})
  void everyOtherNameNeedsDns(String host) throws Exception {
    assertEquals(List.of(), known(host, 80));
  }

  @Test
  void aFixedEntryWinsForItsHostAndPortAlone() throws Exception {
    String[] entries = {"Example.com:443:10.0.0.1", "localhost:80:10.0.0.2", "1.2.3.4:80:10.0.0.3", "six.example:1:::2",
        "six.example:2:[::3]", "[::1]:80:10.0.0.4"};
    assertEquals(List.of("10.0.0.1 443"), known("example.com", 443, entries));
    assertEquals(List.of(), known("example.com", 80, entries));
    assertEquals(List.of("10.0.0.2 80"), known("localhost", 80, entries));
    assertEquals(List.of("10.0.0.3 80"), known("1.2.3.4", 80, entries));
    assertEquals(List.of("0:0:0:0:0:0:0:2 1"), known("six.example", 1, entries));
    assertEquals(List.of("0:0:0:0:0:0:0:3 2"), known("six.example", 2, entries));
    assertEquals(List.of("10.0.0.4 80"), known("[::1]", 80, entries));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "example.com", "example.com:80", "example.com:80:", "example.com:x:1.2.3.4",
      "example.com:80:other.example", ":80:1.2.3.4", "example.com:70000:1.2.3.4", "example.com:-1:1.2.3.4",
      "a b:80:1.2.3.4", "[::1:80:1.2.3.4"})
  void aMalformedEntryIsRefusedByName(String entry) {
    FetchClient.Options options = new FetchClient.Options(1, 1, 1, Fetching.QUICK.timeout(), List.of(entry));
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> FetchClient.create(options));
    assertTrue(e.getMessage().startsWith("\"" + entry + "\" is not HOST:PORT:ADDRESS"), e.getMessage());
  }

  @Test
  void aServerOnTheIpv6LoopbackIsFoundByNameAndByAddress() throws Exception {
    try (Socket taken = new Socket(); ServerSocket listener = ipv6Loopback(taken);
         FetchClient client = FetchClient.create(Fetching.QUICK)) {
      for (String host : new String[] {"localhost", "x.localhost", "[::1]"}) {
        CompletableFuture<Void> served = CompletableFuture.runAsync(() -> answerOnce(listener));
        String url = "http://" + host + ":" + listener.getLocalPort() + "/";
        assertEquals("six", new String(Fetching.get(client, url).body()), host);
        served.get();
      }
    }
  }

  /** Listens at a port that nobody else can listen at over IPv4. */
  private static ServerSocket ipv6Loopback(Socket taken) throws IOException {
    taken.bind(new InetSocketAddress("127.0.0.1", 0));
    ServerSocket listener = new ServerSocket();
    try {
      listener.bind(new InetSocketAddress(InetAddress.getByName("::1"), taken.getLocalPort()));
    } catch (IOException e) {
      listener.close();
      Assumptions.abort("this machine has no IPv6 loopback, test skipped: " + e.getMessage());
    }
    return listener;
  }

  private static void answerOnce(ServerSocket listener) {
    try (Socket socket = listener.accept(); OutputStream output = socket.getOutputStream()) {
      socket.getInputStream().read(new byte[4096]);
      output.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nsix".getBytes());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
