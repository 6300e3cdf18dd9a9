package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.fetch;
import static dev.skerry.fetch.Fetching.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.skerry.fetch.FetchError.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The chain of links, and who shares a connection. */
class InterceptorTest {

  @Test
  void everyHopRunsThroughAllLinksInOrder() throws Exception {
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    Interceptor first = (request, next) -> {
      seen.add("first " + request.url().path());
      return next.proceed(request.withHeader("X-From", "first"));
    };
    Interceptor second = (request, next) -> {
      seen.add("second " + request.url().path());
      return next.proceed(request).thenApply(response -> new NetworkResponse(response.status(), response.headers(),
          "changed".getBytes()));
    };
    try (TestSite site = new TestSite();
         FetchClient client = FetchClient.create(Fetching.QUICK, null, List.of(first, second))) {
      site.redirect("/a", 302, "/b").on("/b", 200, "");

      FetchResponse response = get(client, site.origin("localhost") + "/a");

      assertEquals("changed", new String(response.body()));
      assertEquals(List.of("first /a", "second /a", "first /b", "second /b"), seen);
      assertEquals("first", site.last().header("x-from"));
    }
  }

  @Test
  void aLinkCanAnswerOrRefuseByItselfAndTheRulesStillHold() throws Exception {
    Interceptor answer = (request, next) -> request.url().path().equals("/no")
        ? CompletableFuture.failedFuture(new FetchError(Reason.BLOCKED, request.url().href(), "not wanted", null))
        : CompletableFuture.completedFuture(new NetworkResponse(200, List.of(), "own".getBytes()));
    try (FetchClient client = FetchClient.create(Fetching.QUICK, null, List.of(answer))) {
      assertEquals("own", new String(get(client, "http://nowhere.invalid/").body()));
      Fetching.failure(client, "http://nowhere.invalid/no", Reason.BLOCKED);
      Fetching.failure(client, FetchRequest.module(Url.parse("http://nowhere.invalid/x"),
          Url.parse("http://a.localhost/").origin(), null), Reason.CORS);
    }
  }

  /** Found by the fuzzer of answers: capitals hid a header from every rule, and showed cookies to guests. */
  @Test
  void whatALinkAnswersInCapitalsBindsAllTheSame() throws Exception {
    Interceptor answer = (request, next) -> CompletableFuture.completedFuture(new NetworkResponse(200, List.of(
        new FetchResponse.Header("Set-Cookie", "a=b"), new FetchResponse.Header("Content-Type", "text/html"),
        new FetchResponse.Header("X-Content-Type-Options", "nosniff")), "own".getBytes()));
    try (FetchClient client = FetchClient.create(Fetching.QUICK, null, List.of(answer))) {
      FetchResponse response = get(client, "http://nowhere.invalid/");
      assertEquals(List.of("content-type", "x-content-type-options"),
          response.headers().stream().map(FetchResponse.Header::name).toList());
      assertEquals("text/html", response.mimeEssence().orElseThrow());
    }
  }

  @Test
  void aLinkThatThrowsFailsItsFetchAlone() throws Exception {
    Interceptor broken = (request, next) -> {
      throw new IllegalArgumentException("broken link");
    };
    try (FetchClient client = FetchClient.create(Fetching.QUICK, null, List.of(broken))) {
      FetchError error = Fetching.failure(client, "http://localhost/", Reason.PROTOCOL);
      assertEquals(IllegalArgumentException.class, error.getCause().getClass());
    }
  }

  @Test
  void aLinkThatFailsWithAnErrorFailsItsFetchAlone() throws Exception {
    Interceptor broken = (request, next) -> {
      throw new NoClassDefFoundError("broken link");
    };
    try (FetchClient client = FetchClient.create(Fetching.QUICK, null, List.of(broken))) {
      FetchError error = Fetching.failure(client, "http://localhost/", Reason.PROTOCOL);
      assertEquals(NoClassDefFoundError.class, error.getCause().getClass());
    }
  }

  @Test
  void connectionsAreSharedWithinAPartitionAlone() throws Exception {
    try (TestSite site = new TestSite().on("/", 200, "x"); FetchClient client = FetchClient.create(Fetching.QUICK)) {
      Url url = site.url("localhost", "/");
      FetchRequest request = FetchRequest.document(url);
      PartitionKey a = PartitionKey.topLevel(Url.parse("http://a.localhost/").origin());
      PartitionKey b = PartitionKey.topLevel(Url.parse("http://b.localhost/").origin());
      PartitionKey framed = PartitionKey.of(Url.parse("http://a.localhost/").origin(),
          Url.parse("http://b.localhost/").origin(), false);

      fetch(client, request.in(a));
      fetch(client, request.in(b));
      fetch(client, request.in(framed));
      fetch(client, request.in(a));

      List<Integer> ports = site.seen().stream().map(TestSite.Seen::clientPort).toList();
      assertEquals(ports.get(0), ports.get(3));
      assertNotEquals(ports.get(0), ports.get(1));
      assertNotEquals(ports.get(0), ports.get(2));
      assertNotEquals(ports.get(1), ports.get(2));
    }
  }

  @Test
  void anOpaqueOriginIsAPartitionOfItsOwn() {
    Origin one = Origin.opaque();
    assertEquals(PartitionKey.topLevel(one), PartitionKey.topLevel(one));
    assertNotEquals(PartitionKey.topLevel(one), PartitionKey.topLevel(Origin.opaque()));
  }

  @Test
  void aFrameOfAnotherSiteHasTheAncestorBit() throws Exception {
    Origin top = Url.parse("http://shop.localhost/").origin();
    Origin sub = Url.parse("http://x.shop.localhost/").origin();
    Origin other = Url.parse("http://other.localhost/").origin();
    assertEquals(false, PartitionKey.of(top, sub, false).crossSiteAncestor());
    assertEquals(true, PartitionKey.of(top, sub, true).crossSiteAncestor());
    assertEquals(true, PartitionKey.of(top, other, false).crossSiteAncestor());
    assertEquals("http://shop.localhost", PartitionKey.of(top, other, false).topLevelSite());
  }
}
