package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchError.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTPS with a certificate of our own: trusted by one client and by no other. */
class TlsTest {

  private static final String PASSWORD = "password";

  @TempDir
  static Path folder;
  private static Server server;
  private static int port;
  private static SSLContext trust;

  @BeforeAll
  static void start() throws Exception {
    Path keys = folder.resolve("keys.p12");
    run("-genkeypair", "-alias", "site", "-keyalg", "EC", "-dname", "CN=shop.localhost", "-ext",
        "SAN=dns:shop.localhost", "-validity", "2", "-storetype", "PKCS12", "-keystore", keys.toString(),
        "-storepass", PASSWORD);
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream input = Files.newInputStream(keys)) {
      store.load(input, PASSWORD.toCharArray());
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("site", store.getCertificate("site"));
    TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    trust = SSLContext.getInstance("TLS");
    trust.init(null, managers.getTrustManagers(), null);

    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setKeyStore(store);
    tls.setKeyStorePassword(PASSWORD);
    server = new Server();
    ServerConnector connector = new ServerConnector(server, tls);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(new Handler.Abstract() {
      @Override
      public boolean handle(Request request, Response response, Callback callback) {
        response.write(true, ByteBuffer.wrap("secret".getBytes()), callback);
        return true;
      }
    });
    server.start();
    port = connector.getLocalPort();
  }

  private static void run(String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 1];
    command[0] = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor(), "keytool must make a key");
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop();
  }

  @Test
  void aTrustedCertificateOfTheRightNameIsAccepted() throws Exception {
    try (FetchClient client = FetchClient.create(Fetching.QUICK, trust, List.of())) {
      FetchResponse response = get(client, "https://shop.localhost:" + port + "/");
      assertEquals("secret", new String(response.body()));
    }
  }

  @Test
  void anUntrustedCertificateIsATlsError() throws Exception {
    try (FetchClient client = FetchClient.create(Fetching.QUICK)) {
      FetchError error = failure(client, "https://shop.localhost:" + port + "/", Reason.TLS);
      assertTrue(error.getMessage().contains("no trusted TLS connection to shop.localhost:" + port),
          error.getMessage());
    }
  }

  @Test
  void aCertificateForAnotherNameIsATlsError() throws Exception {
    try (FetchClient client = FetchClient.create(Fetching.QUICK, trust, List.of())) {
      failure(client, "https://other.localhost:" + port + "/", Reason.TLS);
      failure(client, "https://127.0.0.1:" + port + "/", Reason.TLS);
    }
  }

  @Test
  void aServerThatSpeaksNoTlsIsATlsError() throws Exception {
    try (TestSite plain = new TestSite(); FetchClient client = FetchClient.create(Fetching.QUICK, trust, List.of())) {
      failure(client, "https://localhost:" + plain.port() + "/", Reason.TLS);
    }
  }

  @Test
  void plainHttpToATlsPortIsAnError() throws Exception {
    try (FetchClient client = FetchClient.create(Fetching.QUICK, trust, List.of())) {
      FetchError error = failure(client, "http://localhost:" + port + "/", Reason.PROTOCOL);
      assertTrue(error.getMessage().length() < 400, error.getMessage());
    }
  }
}
