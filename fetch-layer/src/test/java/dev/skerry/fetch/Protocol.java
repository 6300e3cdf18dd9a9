package dev.skerry.fetch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** What a server speaks. The rules are above it: their tests run over each. */
enum Protocol {
  HTTP_1(false), HTTP_1_OVER_TLS(false), HTTP_2(true);

  private final boolean http2;

  Protocol(boolean http2) {
    this.http2 = http2;
  }

  /** One authority and one certificate for all tests of a run: making them takes a second. */
  private static final class Certificates {

    static final TestAuthority AUTHORITY = make();

    private static TestAuthority make() {
      try {
        Path folder = Files.createTempDirectory("test-authority");
        try {
          TestAuthority authority = new TestAuthority(folder);
          authority.server("site", "-validity", "2");
          return authority;
        } finally {
          delete(folder);
        }
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    private static void delete(Path folder) throws Exception {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  boolean isSecure() {
    return this != HTTP_1;
  }

  String scheme() {
    return isSecure() ? "https" : "http";
  }

  TestSite site() throws Exception {
    return isSecure() ? TestSite.secure(Certificates.AUTHORITY.server("site"), http2) : new TestSite();
  }

  /** Of a client that trusts these servers. */
  FetchClient.Builder builder() throws Exception {
    FetchClient.Builder builder = FetchClient.builder().options(Fetching.QUICK);
    return isSecure() ? builder.tls(Certificates.AUTHORITY.trust()) : builder;
  }
}
