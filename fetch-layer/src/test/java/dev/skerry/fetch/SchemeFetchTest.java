package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.fetch;
import static dev.skerry.fetch.Fetching.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skerry.fetch.FetchError.Reason;
import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scheme fetch (Fetch §4.3) of blob: and file: URLs. */
class SchemeFetchTest {

  @TempDir
  private Path folder;
  private FetchClient client = FetchClient.create(Fetching.QUICK);

  @AfterEach
  void stop() {
    client.close();
  }

  private static Origin origin(String href) throws UrlParseException {
    return Url.parse(href).origin();
  }

  private static FetchRequest blobRequest(Url url, Origin origin) {
    return new FetchRequest(url, Mode.CORS, Credentials.SAME_ORIGIN, Destination.EMPTY, origin, null)
        .in(PartitionKey.topLevel(origin));
  }

  private Url blob(Origin origin) {
    return client.blobs().create("0123456789".getBytes(), "text/x", origin, PartitionKey.topLevel(origin));
  }

  @Test
  void aBlobUrlGivesItsBytesToItsOwnOrigin() throws Exception {
    Origin shop = origin("http://shop.localhost/");

    FetchResponse response = fetch(client, blobRequest(blob(shop), shop));

    assertEquals("0123456789", new String(response.body()));
    assertEquals(Optional.of("text/x"), response.header("content-type"));
    assertEquals(Optional.of("10"), response.header("content-length"));
  }

  @Test
  void anOpaqueOriginHasBlobUrlsOfItsOwn() throws Exception {
    Origin sandboxed = Origin.opaque();
    Url url = blob(sandboxed);

    assertEquals(200, fetch(client, blobRequest(url, sandboxed)).status());
    failure(client, blobRequest(url, Origin.opaque()), Reason.UNSUPPORTED_SCHEME);
  }

  @Test
  void anotherOriginOrPartitionHasNoBlobUrl() throws Exception {
    Origin shop = origin("http://shop.localhost/");
    Origin other = origin("http://other.localhost/");
    Url url = blob(shop);

    failure(client, blobRequest(url, other), Reason.UNSUPPORTED_SCHEME);
    failure(client, new FetchRequest(url, Mode.NO_CORS, Credentials.OMIT, Destination.IMAGE, other, null)
        .in(PartitionKey.topLevel(other)), Reason.BLOCKED);
    failure(client, blobRequest(url, shop).in(PartitionKey.of(other, shop, true)), Reason.BLOCKED);
  }

  @Test
  void aBlobUrlIsGoneOnceItIsRevokedAndCanBeGotAlone() throws Exception {
    Origin shop = origin("http://shop.localhost/");
    Url url = blob(shop);

    failure(client, blobRequest(url, shop).withMethod("POST"), Reason.BAD_URL);
    client.blobs().revoke(url);
    failure(client, blobRequest(url, shop), Reason.BAD_URL);
  }

  @ParameterizedTest
  @CsvSource({"bytes=0-3,0123,0-3", "bytes=8-,89,8-9", "bytes=-3,789,7-9", "bytes=5-99,56789,5-9",
      "bytes = 2 - 2,2,2-2"})
  void aBlobUrlHasRanges(String range, String body, String contentRange) throws Exception {
    Origin shop = origin("http://shop.localhost/");

    FetchResponse response = fetch(client, blobRequest(blob(shop), shop).withHeader("Range", range));

    assertEquals(206, response.status());
    assertEquals(body, new String(response.body()));
    assertEquals(Optional.of("bytes " + contentRange + "/10"), response.header("content-range"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=10-", "bytes=3-2", "bytes=-", "lines=1-2", "bytes=0-1,2-3"})
  void aRangeThatABlobHasNotIsAnError(String range) throws Exception {
    Origin shop = origin("http://shop.localhost/");

    failure(client, blobRequest(blob(shop), shop).withHeader("Range", range), Reason.PROTOCOL);
  }

  @Test
  void blobUrlsHoldABoundedNumberOfBytes() throws Exception {
    Origin shop = origin("http://shop.localhost/");
    byte[] quarter = new byte[64 << 20];
    Url first = client.blobs().create(quarter, "", shop, null);
    for (int i = 0; i < 3; i++) {
      client.blobs().create(quarter, "", shop, null);
    }

    assertThrows(IllegalStateException.class, () -> client.blobs().create(new byte[1], "", shop, null));
    client.blobs().revoke(first);
    client.blobs().create(new byte[1], "", shop, null);
  }

  @Test
  void aFileIsReadWhereItsFolderWasGranted() throws Exception {
    Path granted = Files.createDirectory(folder.resolve("granted"));
    Files.writeString(granted.resolve("page one.html"), "<p>");
    Files.writeString(folder.resolve("secret"), "no");
    Files.createSymbolicLink(granted.resolve("link.html"), folder.resolve("secret"));
    client = FetchClient.builder().options(Fetching.QUICK).files(granted).build();
    String base = granted.toUri().toString();

    FetchResponse response = get(client, base + "page%20one.html");

    assertEquals("<p>", new String(response.body()));
    assertEquals(Optional.of("text/html"), response.mimeEssence());
    failure(client, base + "link.html", Reason.BLOCKED);
    failure(client, base + "../secret", Reason.BLOCKED);
    failure(client, base + "%2e%2e/secret", Reason.BLOCKED);
    failure(client, base + "..%2fsecret", Reason.BLOCKED);
    failure(client, base + "absent", Reason.CONNECT);
    failure(client, base + "a%00b", Reason.CONNECT);
    failure(client, "file://host" + granted + "/page%20one.html", Reason.BLOCKED);
  }

  @Test
  void aFileIsReachedByNothingThatWasFetched() throws Exception {
    Files.writeString(folder.resolve("a.wasm"), "x");
    client = FetchClient.builder().options(Fetching.QUICK).files(folder).build();
    Url file = Url.parse(folder.toUri() + "a.wasm");
    Origin shop = origin("http://shop.localhost/");

    failure(client, FetchRequest.module(file, shop, null), Reason.UNSUPPORTED_SCHEME);
    failure(client, FetchRequest.frame(file, shop, null), Reason.BLOCKED);
    failure(client, new FetchRequest(file, Mode.NO_CORS, Credentials.OMIT, Destination.IMAGE, shop, null),
        Reason.BLOCKED);
    try (TestSite site = new TestSite()) {
      site.redirect("/", 302, file.href());
      failure(client, site.origin("localhost") + "/", Reason.UNSUPPORTED_SCHEME);
    }
  }
}
