package dev.skerry.fetch;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** A certificate authority for tests, which signs certificates for the hosts that tests have. */
final class TestAuthority {

  private static final String PASSWORD = "password";
  private static final String NAMES = Stream.of("localhost", "shop.localhost", "www.shop.localhost", "x.shop.localhost",
      "page.localhost", "other.localhost", "third.localhost", "api.localhost", "frame.localhost", "a.localhost",
      "b.localhost", "a.b.localhost", "shop.example", "page.example", "rebind.example", "a.example", "b.example",
      "x.a.example")
      .map("dns:"::concat).collect(Collectors.joining(",")) + ",ip:127.0.0.1";

  private final Path keys;
  private KeyStore store;

  TestAuthority(Path folder) throws Exception {
    keys = folder.resolve("authority.p12");
    keytool("ca", "-dname", "CN=Test authority", "-ext", "bc:c", "-validity", "30");
  }

  private void keytool(String alias, String... more) throws Exception {
    List<String> command = new ArrayList<>(List.of("-genkeypair", "-alias", alias, "-keyalg", "EC", "-storetype",
        "PKCS12", "-keystore", keys.toString(), "-storepass", PASSWORD));
    command.addAll(List.of(more));
    TestCertificate.keytool(command.toArray(String[]::new));
    store = KeyStore.getInstance("PKCS12");
    try (InputStream input = Files.newInputStream(keys)) {
      store.load(input, PASSWORD.toCharArray());
    }
  }

  /**
   * What a server shows: the certificate of that name, made with those properties where there is none yet. It is for
   * the names that tests give to hosts.
   */
  SslContextFactory.Server server(String alias, String... properties) throws Exception {
    if (!store.containsAlias(alias)) {
      List<String> options = new ArrayList<>(List.of("-signer", "ca", "-dname", "CN=shop", "-ext", "SAN=" + NAMES));
      options.addAll(List.of(properties));
      keytool(alias, options.toArray(String[]::new));
    }
    SslContextFactory.Server tls = new SslContextFactory.Server();
    KeyStore alone = KeyStore.getInstance("PKCS12");
    alone.load(null, null);
    char[] password = PASSWORD.toCharArray();
    alone.setKeyEntry(alias, store.getKey(alias, password), password, store.getCertificateChain(alias));
    tls.setKeyStore(alone);
    tls.setKeyStorePassword(PASSWORD);
    return tls;
  }

  /** Trusts this authority alone. */
  SSLContext trust() throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", store.getCertificate("ca"));
    TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}
