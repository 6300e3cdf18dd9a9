package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchError.Reason;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTPS with a certificate of our own: trusted by one client and by no other. */
class TlsTest {

  @TempDir
  static Path folder;
  private static TestSite site;
  private static int port;
  private static SSLContext trust;

  @BeforeAll
  static void start() throws Exception {
    TestCertificate certificate = new TestCertificate(folder);
    trust = certificate.trust();
    site = TestSite.secure(certificate.server(), false).on("/", 200, "secret");
    port = site.port();
  }

  @AfterAll
  static void stop() {
    site.close();
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

  /** Certificates of an authority of our own: one that is good, and those that a browser warns of. */
  @Test
  void whatIsWrongWithACertificateIsSaid() throws Exception {
    TestAuthority authority = new TestAuthority(folder);
    SslContextFactory.Server expired = authority.server("expired", "-startdate", "-10d", "-validity", "5");
    SslContextFactory.Server early = authority.server("early", "-startdate", "+10d", "-validity", "5");
    try (TestSite good = TestSite.secure(authority.server("good", "-validity", "2"), true).on("/", 200, "secret");
         TestSite late = TestSite.secure(expired, true); TestSite soon = TestSite.secure(early, true);
         FetchClient client = FetchClient.create(Fetching.QUICK, authority.trust(), List.of());
         FetchClient distrusting = FetchClient.create(Fetching.QUICK)) {
      assertEquals("secret", new String(get(client, "https://shop.localhost:" + good.port() + "/").body()));
      assertTls(client, "shop", late, "has expired");
      assertTls(client, "shop", soon, "is not valid yet");
      assertTls(client, "nobody", good, "is for another name");
      assertTls(distrusting, "shop", good, "comes from no authority that is trusted here");
    }
  }

  private static void assertTls(FetchClient client, String name, TestSite server, String why) throws Exception {
    FetchError error = failure(client, "https://" + name + ".localhost:" + server.port() + "/", Reason.TLS);
    assertTrue(error.getMessage().contains("its certificate " + why), error.getMessage());
  }
}
