package dev.skerry.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** A key and a self-signed certificate for {@code shop.localhost}, made anew for each test class. */
final class TestCertificate {

  private static final String PASSWORD = "password";

  private final KeyStore store;

  TestCertificate(Path folder) throws Exception {
    Path keys = folder.resolve("keys.p12");
    keytool("-genkeypair", "-alias", "site", "-keyalg", "EC", "-dname", "CN=shop.localhost", "-ext",
        "SAN=dns:shop.localhost", "-validity", "2", "-storetype", "PKCS12", "-keystore", keys.toString(),
        "-storepass", PASSWORD);
    store = KeyStore.getInstance("PKCS12");
    try (InputStream input = Files.newInputStream(keys)) {
      store.load(input, PASSWORD.toCharArray());
    }
  }

  static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertEquals(0, process.waitFor(), output);
  }

  /** What a server shows. */
  SslContextFactory.Server server() {
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setKeyStore(store);
    tls.setKeyStorePassword(PASSWORD);
    return tls;
  }

  /** Trusts this certificate alone. */
  SSLContext trust() throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("site", store.getCertificate("site"));
    TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}
