package dev.skerry.fetch;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** A certificate authority for tests, which signs certificates for {@code shop.localhost} and {@code shop.example}. */
final class TestAuthority {

  private static final String PASSWORD = "password";

  private final Path keys;

  TestAuthority(Path folder) throws Exception {
    keys = folder.resolve("authority.p12");
    keytool("ca", "-dname", "CN=Test authority", "-ext", "bc:c", "-validity", "30");
  }

  private void keytool(String alias, String... more) throws Exception {
    List<String> command = new ArrayList<>(List.of("-genkeypair", "-alias", alias, "-keyalg", "EC", "-storetype",
        "PKCS12", "-keystore", keys.toString(), "-storepass", PASSWORD));
    command.addAll(List.of(more));
    TestCertificate.keytool(command.toArray(String[]::new));
  }

  private KeyStore load() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream input = Files.newInputStream(keys)) {
      store.load(input, PASSWORD.toCharArray());
    }
    return store;
  }

  /** What a server shows: a certificate of that name in the store, with those properties. */
  SslContextFactory.Server server(String alias, String... properties) throws Exception {
    List<String> options = new ArrayList<>(List.of("-signer", "ca", "-dname", "CN=shop", "-ext",
        "SAN=dns:shop.localhost,dns:shop.example"));
    options.addAll(List.of(properties));
    keytool(alias, options.toArray(String[]::new));
    SslContextFactory.Server tls = new SslContextFactory.Server();
    KeyStore alone = KeyStore.getInstance("PKCS12");
    alone.load(null, null);
    KeyStore all = load();
    char[] password = PASSWORD.toCharArray();
    alone.setKeyEntry(alias, all.getKey(alias, password), password, all.getCertificateChain(alias));
    tls.setKeyStore(alone);
    tls.setKeyStorePassword(PASSWORD);
    return tls;
  }

  /** Trusts this authority alone. */
  SSLContext trust() throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", load().getCertificate("ca"));
    TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}
