package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.fetch;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchError.Reason;
import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import dev.skerry.fetch.FetchResponse.Tainting;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Request modes, the CORS check, tainting and what a requester says of itself, over several loopback origins. */
@ParameterizedClass
@EnumSource(Protocol.class)
class CorsTest extends ProtocolTest {

  private static final byte[] WASM = {0, 'a', 's', 'm', 1, 0, 0, 0};

  private Url page;
  private Origin shop;

  @BeforeEach
  void start() throws Exception {
    page = site.url("shop.localhost", "/pages/index.html?id=1#top");
    shop = page.origin();
  }

  private FetchRequest module(String host, String path) throws UrlParseException {
    return FetchRequest.module(site.url(host, path), shop, page);
  }

  private FetchRequest request(Mode mode, Credentials credentials, String path) throws UrlParseException {
    return new FetchRequest(site.url("other.localhost", path), mode, credentials, Destination.EMPTY, shop, page);
  }

  @Test
  void aSameOriginModuleNeedsNoPermissionAndSendsNoOrigin() throws Exception {
    site.on("/app.wasm", 200, WASM, "Content-Type: application/wasm");

    FetchResponse response = fetch(client, module("shop.localhost", "/app.wasm"));

    assertEquals(Tainting.BASIC, response.tainting());
    assertEquals(WASM.length, response.requireWasm().length);
    assertNull(site.last().header("origin"));
    assertEquals(page.withoutFragment().href(), site.last().header("referer"));
    assertEquals("same-origin", site.last().header("sec-fetch-site"));
    assertEquals("cors", site.last().header("sec-fetch-mode"));
    assertEquals("script", site.last().header("sec-fetch-dest"));
    assertNull(site.last().header("sec-fetch-user"));
  }

  @Test
  void aCrossOriginModuleNeedsPermission() throws Exception {
    site.on("/no.wasm", 200, WASM, "Content-Type: application/wasm")
        .on("/star.wasm", 200, WASM, "Access-Control-Allow-Origin: *")
        .on("/exact.wasm", 200, WASM, "Access-Control-Allow-Origin: " + shop)
        .on("/other.wasm", 200, WASM, "Access-Control-Allow-Origin: http://other.localhost")
        .on("/null.wasm", 200, WASM, "Access-Control-Allow-Origin: null")
        .on("/both.wasm", 200, WASM, "Access-Control-Allow-Origin: *", "Access-Control-Allow-Origin: *");

    FetchError error = failure(client, module("other.localhost", "/no.wasm"), Reason.CORS);
    assertTrue(error.getMessage().contains("no Access-Control-Allow-Origin header"), error.getMessage());
    assertTrue(error.getMessage().contains(shop.toString()), error.getMessage());
    assertEquals(shop.toString(), site.last().header("origin"));
    assertEquals(shop + "/", site.last().header("referer"));
    assertEquals("cross-site", site.last().header("sec-fetch-site"));

    assertEquals(Tainting.CORS, fetch(client, module("other.localhost", "/star.wasm")).tainting());
    assertEquals(Tainting.CORS, fetch(client, module("other.localhost", "/exact.wasm")).tainting());
    failure(client, module("other.localhost", "/other.wasm"), Reason.CORS);
    failure(client, module("other.localhost", "/null.wasm"), Reason.CORS);
    failure(client, module("other.localhost", "/both.wasm"), Reason.CORS);
  }

  @Test
  void aSameSiteOriginIsStillAnotherOrigin() throws Exception {
    site.on("/app.wasm", 200, WASM);

    failure(client, module("www.shop.localhost", "/app.wasm"), Reason.CORS);
    assertEquals("same-site", site.last().header("sec-fetch-site"));
  }

  @Test
  void withCredentialsTheStarDoesNotCountAndCredentialsMustBeAllowed() throws Exception {
    site.on("/star", 200, "", "Access-Control-Allow-Origin: *", "Access-Control-Allow-Credentials: true")
        .on("/exact", 200, "", "Access-Control-Allow-Origin: " + shop)
        .on("/wrong", 200, "", "Access-Control-Allow-Origin: " + shop, "Access-Control-Allow-Credentials: TRUE")
        .on("/right", 200, "", "Access-Control-Allow-Origin: " + shop, "Access-Control-Allow-Credentials: true");

    failure(client, request(Mode.CORS, Credentials.INCLUDE, "/star"), Reason.CORS);
    failure(client, request(Mode.CORS, Credentials.INCLUDE, "/exact"), Reason.CORS);
    failure(client, request(Mode.CORS, Credentials.INCLUDE, "/wrong"), Reason.CORS);
    assertEquals(200, fetch(client, request(Mode.CORS, Credentials.INCLUDE, "/right")).status());
  }

  @Test
  void anOpaqueOriginAsksAsNull() throws Exception {
    site.on("/star", 200, "", "Access-Control-Allow-Origin: *")
        .on("/null", 200, "", "Access-Control-Allow-Origin: null").on("/no", 200, "");

    Origin opaque = Origin.opaque();
    assertEquals(200, fetch(client, FetchRequest.module(site.url("a.localhost", "/star"), opaque, null)).status());
    assertEquals("null", site.last().header("origin"));
    assertNull(site.last().header("referer"));
    assertEquals(200, fetch(client, FetchRequest.module(site.url("a.localhost", "/null"), opaque, null)).status());
    failure(client, FetchRequest.module(site.url("a.localhost", "/no"), opaque, null), Reason.CORS);
  }

  @Test
  void aCorsResponseShowsSafelistedAndExposedHeadersAlone() throws Exception {
    site.on("/a", 200, "x", "Access-Control-Allow-Origin: *", "Content-Type: text/plain", "X-Secret: 1", "X-Open: 2",
        "Access-Control-Expose-Headers: X-Open", "Set-Cookie: a=b");

    FetchResponse response = fetch(client, module("other.localhost", "/a"));

    assertEquals(Optional.of("text/plain"), response.header("content-type"));
    assertEquals(Optional.of("2"), response.header("x-open"));
    assertEquals(Optional.empty(), response.header("x-secret"));
    assertEquals(Optional.empty(), response.header("set-cookie"));
  }

  @Test
  void exposedHeadersMayBeAllButNotWithCredentials() throws Exception {
    site.on("/a", 200, "x", "Access-Control-Allow-Origin: " + shop, "Access-Control-Allow-Credentials: true",
        "X-Secret: 1", "Set-Cookie: a=b", "Access-Control-Expose-Headers: *");

    FetchResponse open = fetch(client, request(Mode.CORS, Credentials.OMIT, "/a"));
    assertEquals(Optional.of("1"), open.header("x-secret"));
    assertEquals(Optional.empty(), open.header("set-cookie"));
    FetchResponse credentialed = fetch(client, request(Mode.CORS, Credentials.INCLUDE, "/a"));
    assertEquals(Optional.empty(), credentialed.header("x-secret"));
  }

  @Test
  void aNoCorsResponseFromAnotherOriginIsOpaqueToItsLength() throws Exception {
    site.on("/a", 200, "secret", "X-Secret: 1").redirect("/r", 302, "/a");

    FetchResponse response = fetch(client, request(Mode.NO_CORS, Credentials.OMIT, "/r"));

    assertEquals(Tainting.OPAQUE, response.tainting());
    assertEquals(0, response.status());
    assertEquals(0, response.body().length);
    assertEquals(List.of(), response.headers());
    assertEquals(List.of(site.url("other.localhost", "/r")), response.urlList());
  }

  @Test
  void sameOriginModeBlocksAnotherOriginAtOnceAndAfterARedirect() throws Exception {
    site.redirect("/r", 302, site.origin("other.localhost") + "/secret").on("/secret", 200, "x");

    failure(client, request(Mode.SAME_ORIGIN, Credentials.OMIT, "/secret"), Reason.BLOCKED);
    assertEquals(0, site.seen().size());
    failure(client, new FetchRequest(site.url("shop.localhost", "/r"), Mode.SAME_ORIGIN, Credentials.OMIT,
        Destination.EMPTY, shop, page), Reason.BLOCKED);
    assertEquals(1, site.seen().size());
  }

  @Test
  void aRedirectFromTheOwnOriginToAnotherIsCheckedThere() throws Exception {
    site.redirect("/r", 302, site.origin("other.localhost") + "/b").on("/b", 200, "x");

    failure(client, module("shop.localhost", "/r"), Reason.CORS);
    assertEquals(shop.toString(), site.last().header("origin"));
  }

  @Test
  void aCrossOriginChainTaintsTheOriginToNull() throws Exception {
    site.redirect("/r", 302, site.origin("third.localhost") + "/b", "Access-Control-Allow-Origin: *")
        .on("/b", 200, "x", "Access-Control-Allow-Origin: " + shop)
        .redirect("/back", 302, page.href(), "Access-Control-Allow-Origin: *")
        .on("/pages/index.html", 200, "mine");

    failure(client, module("other.localhost", "/r"), Reason.CORS);
    assertEquals("null", site.last().header("origin"));
    failure(client, module("other.localhost", "/back"), Reason.CORS);
    assertEquals("null", site.last().header("origin"));
  }

  @Test
  void everyHopOfARedirectedCorsRequestIsChecked() throws Exception {
    site.redirect("/r", 302, "/b").on("/b", 200, "x", "Access-Control-Allow-Origin: *");

    failure(client, module("other.localhost", "/r"), Reason.CORS);
    assertEquals(1, site.seen().size());
  }

  @Test
  void aCorsRedirectToAUrlWithCredentialsIsRefused() throws Exception {
    String credentialed = site.origin("user:word@other.localhost") + "/b";
    site.redirect("/r", 302, credentialed, "Access-Control-Allow-Origin: *").on("/b", 200, "x");

    failure(client, module("other.localhost", "/r"), Reason.CORS);
    failure(client, module("shop.localhost", "/r"), Reason.CORS);
    assertEquals(2, site.seen().size());
  }

  @Test
  void aNavigationReadsAnyOriginAndSaysWhoStartedIt() throws Exception {
    site.on("/", 200, "x");

    FetchResponse frame = fetch(client, FetchRequest.frame(site.url("other.localhost", "/"), shop, page));
    assertEquals(Tainting.BASIC, frame.tainting());
    assertEquals("iframe", site.last().header("sec-fetch-dest"));
    assertEquals("navigate", site.last().header("sec-fetch-mode"));
    assertEquals("cross-site", site.last().header("sec-fetch-site"));

    fetch(client, FetchRequest.document(site.url("other.localhost", "/")));
    assertEquals("none", site.last().header("sec-fetch-site"));
    assertEquals("?1", site.last().header("sec-fetch-user"));
    assertNull(site.last().header("referer"));
  }

  @Test
  void aModuleMustComeWithAnOkStatusAndTheWasmType() throws Exception {
    site.on("/html", 200, WASM, "Content-Type: text/html").on("/none", 200, WASM)
        .on("/404", 404, WASM, "Content-Type: application/wasm")
        .on("/ok", 200, WASM, "Content-Type: Application/WASM; x=y");

    FetchError html = assertWasmError("/html");
    assertEquals(Reason.MIME_TYPE, html.reason());
    assertTrue(html.getMessage().contains("\"text/html\""), html.getMessage());
    assertTrue(assertWasmError("/none").getMessage().contains("no Content-Type"));
    assertEquals(Reason.STATUS, assertWasmError("/404").reason());
    assertEquals(WASM.length, fetch(client, module("shop.localhost", "/ok")).requireWasm().length);
  }

  private FetchError assertWasmError(String path) throws Exception {
    FetchResponse response = fetch(client, module("shop.localhost", path));
    return assertThrows(FetchError.class, response::requireWasm);
  }
}
