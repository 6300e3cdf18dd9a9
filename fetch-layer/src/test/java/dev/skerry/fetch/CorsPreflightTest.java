package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.fetch;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchError.Reason;
import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import dev.skerry.fetch.TestSite.Seen;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CORS-preflight fetch (Fetch §4.8) and the CORS-preflight cache (Fetch §4.9). */
@ParameterizedClass
@EnumSource(value = Protocol.class, names = {"HTTP_1", "HTTP_2"})
class CorsPreflightTest extends ProtocolTest {

  private Origin shop;

  @BeforeEach
  void start() throws Exception {
    shop = site.url("shop.localhost", "/").origin();
  }

  private FetchRequest request(Credentials credentials, String path) throws UrlParseException {
    return new FetchRequest(site.url("api.localhost", path), Mode.CORS, credentials, Destination.EMPTY, shop,
        site.url("shop.localhost", "/")).in(PartitionKey.topLevel(shop));
  }

  private FetchRequest delete(String path) throws UrlParseException {
    return request(Credentials.SAME_ORIGIN, path).withMethod("DELETE");
  }

  private List<String> methods() {
    return site.seen().stream().map(Seen::method).toList();
  }

  /** Answers the preflight and the request of a path. */
  private void allow(String path, int preflightStatus, String... headers) {
    List<String> all = new ArrayList<>(List.of(headers));
    all.add("Access-Control-Allow-Origin: " + shop);
    all.add("Access-Control-Allow-Credentials: true");
    site.on("OPTIONS " + path, preflightStatus, "", all.toArray(String[]::new))
        .on(path, 200, "done", "Access-Control-Allow-Origin: " + shop, "Access-Control-Allow-Credentials: true");
  }

  @Test
  void aMethodOrHeaderThatNoFormSendsIsAskedForFirst() throws Exception {
    allow("/", 204, "Access-Control-Allow-Methods: DELETE", "Access-Control-Allow-Headers: x-b, X-A");

    FetchResponse response = fetch(client, delete("/").withHeader("X-B", "1").withHeader("X-a", "2")
        .withHeader("Accept", "text/x"));

    assertEquals("done", new String(response.body()));
    assertEquals(List.of("OPTIONS", "DELETE"), methods());
    Seen preflight = site.seen().get(0);
    assertEquals("DELETE", preflight.header("access-control-request-method"));
    assertEquals("x-a,x-b", preflight.header("access-control-request-headers"));
    assertEquals("*/*", preflight.header("accept"));
    assertEquals(shop.toString(), preflight.header("origin"));
    assertEquals(site.origin("shop.localhost") + "/", preflight.header("referer"));
    assertEquals("cors", preflight.header("sec-fetch-mode"));
    assertNull(preflight.header("x-a"));
    assertEquals("2", site.last().header("x-a"));
  }

  @Test
  void aSimpleRequestIsNotAskedFor() throws Exception {
    allow("/", 204);

    fetch(client, request(Credentials.SAME_ORIGIN, "/").withMethod("POST")
        .withBody(RequestBody.of("a=b".getBytes(), "application/x-www-form-urlencoded")));

    assertEquals(List.of("POST"), methods());
  }

  @Test
  void aRequestCanWishForAPreflight() throws Exception {
    allow("/", 204);

    fetch(client, request(Credentials.SAME_ORIGIN, "/").withCorsPreflight());

    assertEquals(List.of("OPTIONS", "GET"), methods());
  }

  @Test
  void aPreflightCarriesNoCookie() throws Exception {
    allow("/", 204, "Access-Control-Allow-Methods: DELETE");
    site.on("/login", 200, "", "Set-Cookie: id=1");
    fetch(client, FetchRequest.document(site.url("api.localhost", "/login")));
    Origin api = site.url("api.localhost", "/").origin();
    FetchRequest credentialed = new FetchRequest(site.url("api.localhost", "/"), Mode.CORS, Credentials.INCLUDE,
        Destination.EMPTY, shop, null).in(PartitionKey.topLevel(api)).withMethod("DELETE");

    fetch(client, credentialed);

    assertNull(site.seen().get(1).header("cookie"));
    assertEquals("OPTIONS", site.seen().get(1).method());
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 401, 404, 500})
  void aPreflightNeedsAnOkStatus(int status) throws Exception {
    allow("/", status, "Access-Control-Allow-Methods: DELETE", "Location: /else");

    FetchError error = failure(client, delete("/"), Reason.CORS);

    assertTrue(error.getMessage().contains("status " + status), error.getMessage());
    assertEquals(List.of("OPTIONS"), methods());
  }

  @Test
  void aPreflightNeedsTheCorsCheck() throws Exception {
    site.on("OPTIONS /", 204, "", "Access-Control-Allow-Methods: DELETE").on("/", 200, "",
        "Access-Control-Allow-Origin: *");

    failure(client, delete("/"), Reason.CORS);

    assertEquals(List.of("OPTIONS"), methods());
  }

  /** Methods are compared case-sensitively, header names are not; {@code *} counts without credentials alone. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "SAME_ORIGIN|DELETE|x-a|true", "SAME_ORIGIN|delete|x-a|false", "SAME_ORIGIN|PUT, DELETE|X-A, x-b|true",
      "SAME_ORIGIN|*|*|true", "SAME_ORIGIN|DELETE||false", "SAME_ORIGIN||x-a|false", "SAME_ORIGIN|DELETE|x-b|false",
      "INCLUDE|*|x-a|false", "INCLUDE|DELETE|*|false", "INCLUDE|DELETE|x-a|true",
      "SAME_ORIGIN|DELETE, (|x-a|false", "SAME_ORIGIN|DELETE|x-a, a b|false", "SAME_ORIGIN|,DELETE,,|,x-a|true"})
  void whatAPreflightAllows(Credentials credentials, String methods, String headers, boolean allowed)
      throws Exception {
    allow("/", 204, "Access-Control-Allow-Methods: " + (methods == null ? "" : methods),
        "Access-Control-Allow-Headers: " + (headers == null ? "" : headers));
    FetchRequest request = request(credentials, "/").withMethod("DELETE").withHeader("X-A", "1");

    if (allowed) {
      fetch(client, request);
    } else {
      failure(client, request, Reason.CORS);
    }

    assertEquals(allowed ? List.of("OPTIONS", "DELETE") : List.of("OPTIONS"), methods());
  }

  @Test
  void theStarDoesNotStandForAuthorization() throws Exception {
    allow("/star", 204, "Access-Control-Allow-Headers: *");
    allow("/named", 204, "Access-Control-Allow-Headers: *, Authorization");

    failure(client, request(Credentials.OMIT, "/star").withHeader("Authorization", "x"), Reason.CORS);
    fetch(client, request(Credentials.OMIT, "/named").withHeader("Authorization", "x"));

    assertEquals("x", site.last().header("authorization"));
  }

  @Test
  void whatWasAllowedIsRememberedForAWhile() throws Exception {
    allow("/", 204, "Access-Control-Allow-Methods: DELETE", "Access-Control-Allow-Headers: x-a",
        "Access-Control-Max-Age: 60");

    fetch(client, delete("/").withHeader("X-A", "1"));
    fetch(client, delete("/"));
    fetch(client, delete("/").withHeader("X-A", "2"));

    assertEquals(List.of("OPTIONS", "DELETE", "DELETE", "DELETE"), methods());
  }

  @Test
  void anotherMethodHeaderUrlOrPartitionIsAskedForAnew() throws Exception {
    allow("/", 204, "Access-Control-Allow-Methods: DELETE, PUT", "Access-Control-Allow-Headers: x-a");
    allow("/b", 204, "Access-Control-Allow-Methods: DELETE, PUT", "Access-Control-Allow-Headers: x-a");
    fetch(client, delete("/"));
    int before = site.seen().size();

    failure(client, request(Credentials.SAME_ORIGIN, "/").withMethod("PATCH"), Reason.CORS);
    failure(client, delete("/").withHeader("X-Z", "1"), Reason.CORS);
    fetch(client, delete("/b"));
    fetch(client, delete("/").in(PartitionKey.of(Url.parse("http://top.localhost/").origin(), shop, true)));

    assertEquals(List.of("OPTIONS", "OPTIONS", "OPTIONS", "DELETE", "OPTIONS", "DELETE"),
        methods().subList(before, site.seen().size()));
  }

  @Test
  void whatIsAllowedWithoutCredentialsIsNotAllowedWithThem() throws Exception {
    allow("/", 204, "Access-Control-Allow-Methods: DELETE");

    fetch(client, delete("/"));
    fetch(client, request(Credentials.INCLUDE, "/").withMethod("DELETE"));
    fetch(client, delete("/"));

    assertEquals(List.of("OPTIONS", "DELETE", "OPTIONS", "DELETE", "DELETE"), methods());
  }

  @Test
  void anAgeOfNothingIsNotRemembered() throws Exception {
    allow("/", 204, "Access-Control-Allow-Methods: DELETE", "Access-Control-Max-Age: 0");

    fetch(client, delete("/"));
    fetch(client, delete("/"));

    assertEquals(List.of("OPTIONS", "DELETE", "OPTIONS", "DELETE"), methods());
  }

  @ParameterizedTest
  @CsvSource({"60,60", "7200,7200", "7201,7200", "999999999999,7200", "-1,5", "x,5", "1e3,5"})
  void theAgeHasALimitAndADefault(String header, long seconds) {
    NetworkResponse response = new NetworkResponse(204,
        new HeaderList().append("access-control-max-age", header).headers(), new byte[0]);

    assertEquals(seconds, PreflightResult.of(response, false).maxAgeSeconds());
  }

  @Test
  void aRequestThatFailsAfterAllForgetsWhatWasAllowed() throws Exception {
    allow("/", 204, "Access-Control-Allow-Methods: DELETE", "Access-Control-Max-Age: 60");
    fetch(client, delete("/"));
    site.on("/", 200, "");
    failure(client, delete("/"), Reason.CORS);

    allow("/", 204, "Access-Control-Allow-Methods: DELETE");
    fetch(client, delete("/"));

    assertEquals(List.of("OPTIONS", "DELETE", "DELETE", "OPTIONS", "DELETE"), methods());
  }

  @Test
  void opaqueOriginsShareNothingOfWhatWasAllowed() throws Exception {
    site.on("OPTIONS /", 204, "", "Access-Control-Allow-Origin: null", "Access-Control-Allow-Methods: DELETE",
        "Access-Control-Max-Age: 60").on("/", 200, "", "Access-Control-Allow-Origin: null");

    for (int i = 0; i < 2; i++) {
      fetch(client, new FetchRequest(site.url("api.localhost", "/"), Mode.CORS, Credentials.OMIT, Destination.EMPTY,
          Origin.opaque(), null).withMethod("DELETE"));
    }

    assertEquals(List.of("OPTIONS", "DELETE", "OPTIONS", "DELETE"), methods());
  }

  @Test
  void aRedirectOfAPreflightedRequestIsAskedForAtItsTarget() throws Exception {
    allow("/to", 204, "Access-Control-Allow-Methods: DELETE");
    site.on("OPTIONS /from", 204, "", "Access-Control-Allow-Origin: " + shop, "Access-Control-Allow-Methods: DELETE")
        .redirect("/from", 307, "/to", "Access-Control-Allow-Origin: " + shop);

    fetch(client, delete("/from"));

    assertEquals(List.of("OPTIONS /from", "DELETE /from", "OPTIONS /to", "DELETE /to"),
        site.seen().stream().map(seen -> seen.method() + " " + seen.target()).toList());
  }
}
