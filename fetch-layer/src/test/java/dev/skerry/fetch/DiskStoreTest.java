package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.fetch;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.CacheStore.Key;
import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import dev.skerry.fetch.FetchResponse.Header;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The HTTP cache on disk: it outlives a client, within its bounds and partitions, whatever becomes of its files. */
class DiskStoreTest {

  private static final Instant THEN = Instant.parse("2026-01-01T00:00:00.123456789Z");

  @TempDir
  private Path folder;

  private FetchClient client() {
    return FetchClient.builder().options(Fetching.QUICK).cacheFolder(folder, 1 << 20).build();
  }

  private static FetchRequest request(TestSite site, String path, Origin page) throws UrlParseException {
    return new FetchRequest(site.url("shop.localhost", path), Mode.NO_CORS, Credentials.SAME_ORIGIN, Destination.SCRIPT,
        page, null).in(PartitionKey.topLevel(page));
  }

  private static Key key(String url) throws UrlParseException {
    return new Key(PartitionKey.topLevel(Url.parse("http://shop.localhost/").origin()), false, url);
  }

  private static CachedResponse response(byte[] body) {
    return new CachedResponse(200, List.of(new Header("etag", "\"ü\""), new Header("x", "")), body,
        Map.of("accept", "a"), AddressSpace.LOOPBACK, THEN, THEN.plusSeconds(1));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void aResponseOutlivesItsClientInItsPartitionAlone() throws Exception {
    try (TestSite site = new TestSite().on("/", 200, "kept", "Cache-Control: max-age=60", "Content-Type: text/css")) {
      Origin shop = site.url("shop.localhost", "/").origin();
      Origin other = site.url("other.localhost", "/").origin();
      for (int i = 0; i < 3; i++) {
        try (FetchClient client = client()) {
          FetchResponse response = fetch(client, request(site, "/", shop));
          assertEquals("kept", new String(response.body()));
          assertEquals(AddressSpace.LOOPBACK, response.addressSpace());
        }
      }
      assertEquals(1, site.seen().size());
      try (FetchClient client = client()) {
        fetch(client, request(site, "/", other));
        assertEquals(2, site.seen().size());
      }
    }
  }

  @Test
  void anUnsafeRequestInvalidatesWhatIsOnDiskToo() throws Exception {
    try (TestSite site = new TestSite().on("/", 200, "kept", "Cache-Control: max-age=60")) {
      Origin shop = site.url("shop.localhost", "/").origin();
      try (FetchClient client = client()) {
        fetch(client, request(site, "/", shop));
      }
      try (FetchClient client = client()) {
        fetch(client, new FetchRequest(site.url("shop.localhost", "/"), Mode.SAME_ORIGIN, Credentials.SAME_ORIGIN,
            Destination.EMPTY, shop, null).in(PartitionKey.topLevel(shop)).withMethod("DELETE"));
      }
      assertEquals(List.of(), files());
    }
  }

  @Test
  void theSandboxedAndTheOpaqueLeaveNothingOnDisk() throws Exception {
    try (TestSite site = new TestSite().on("/", 200, "x", "Cache-Control: max-age=60", "Content-Type: text/css")) {
      try (FetchClient client = client()) {
        fetch(client, request(site, "/", Origin.opaque()));
        fetch(client, request(site, "/", Origin.opaque()));
      }
      assertEquals(List.of(), files());
    }
  }

  @Test
  void everyFieldComesBackAsItWasStored() throws Exception {
    CachedResponse one = response(new byte[] {1, 2, 3});
    CachedResponse two = new CachedResponse(404, List.of(), new byte[0], Map.of(), null, THEN, THEN);
    byte[] bytes = DiskFormat.write(key("http://a/"), List.of(one, two));
    assertEquals(List.of(one, two), DiskFormat.read(bytes, key("http://a/")));
    assertThrows(IOException.class, () -> DiskFormat.read(bytes, key("http://b/")));
    for (int i = 0; i < bytes.length; i++) {
      byte[] damaged = bytes.clone();
      damaged[i] ^= 1;
      assertThrows(IOException.class, () -> DiskFormat.read(damaged, key("http://a/")));
      byte[] cut = Arrays.copyOf(bytes, i);
      assertThrows(IOException.class, () -> DiskFormat.read(cut, key("http://a/")));
    }
  }

  @Test
  void aFileThatIsDamagedOrBelongsToAnotherKeyIsDeletedAndWasNeverThere() throws Exception {
    Key a = key("http://a/");
    Key b = key("http://b/");
    try (DiskStore store = new DiskStore(folder, 1 << 20)) {
      store.save(a, List.of(response(new byte[100])));
      assertEquals(1, store.load(a).get().size());
      Path fileOfA = files().get(0);
      store.save(b, List.of(response(new byte[10])));
      store.load(b).get();
      Path fileOfB = files().stream().filter(file -> !file.equals(fileOfA)).findFirst().orElseThrow();
      Files.copy(fileOfA, fileOfB, StandardCopyOption.REPLACE_EXISTING);
      assertEquals(List.of(), store.load(b).get());
      assertEquals(List.of(fileOfA), files());

      Files.delete(fileOfA);
      assertEquals(List.of(), store.load(a).get());
      store.save(a, List.of(response(new byte[] {7})));
      assertArrayEquals(new byte[] {7}, store.load(a).get().get(0).body());
    }
  }

  @Test
  void theFolderIsBoundedAndWhatWasUsedLongestAgoGoesFirst() throws Exception {
    long limit = 100_000;
    try (DiskStore store = new DiskStore(folder, limit)) {
      store.save(key("http://kept/"), List.of(response(new byte[1000])));
      for (int i = 0; i < 50; i++) {
        store.save(key("http://a/" + i), List.of(response(new byte[9_000])));
        assertEquals(1, store.load(key("http://kept/")).get().size(), "it is used all the time");
      }
      store.save(key("http://large/"), List.of(response(new byte[20_000])));
      assertEquals(List.of(), store.load(key("http://large/")).get());
      assertEquals(List.of(), store.load(key("http://a/0")).get());
      assertEquals(1, store.load(key("http://a/49")).get().size());
    }
    long total = files().stream().mapToLong(file -> file.toFile().length()).sum();
    assertTrue(total <= limit && total > limit / 2, total + " bytes");
    try (DiskStore smaller = new DiskStore(folder, limit / 4)) {
      smaller.load(key("http://kept/")).get();
    }
    assertTrue(files().stream().mapToLong(file -> file.toFile().length()).sum() <= limit / 4);
  }

  @Test
  void whatWasNotFinishedIsSweptAndWhatIsNotOursStays() throws Exception {
    Files.writeString(folder.resolve("x.response.new"), "half");
    Files.writeString(folder.resolve("notes.txt"), "mine");
    try (DiskStore store = new DiskStore(folder, 1000)) {
      assertEquals(List.of(), store.load(key("http://a/")).get());
    }
    assertEquals(List.of(folder.resolve("notes.txt")), files());
  }

  @Test
  void aFolderThatCannotBeUsedCostsTheCacheAndNoRequest() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "x");
    try (TestSite site = new TestSite().on("/", 200, "fine", "Cache-Control: max-age=60", "Content-Type: text/css");
         FetchClient client = FetchClient.builder().options(Fetching.QUICK).cacheFolder(file, 1000).build()) {
      Origin shop = site.url("shop.localhost", "/").origin();
      assertEquals("fine", new String(fetch(client, request(site, "/", shop)).body()));
    }
    assertThrows(IllegalArgumentException.class, () -> FetchClient.builder().cacheFolder(folder, 0));
  }
}
