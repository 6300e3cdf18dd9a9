package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.fetch;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.fetch.FetchError.Reason;
import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import dev.skerry.fetch.FetchResponse.Type;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The CORS protocol (Fetch §3.3) as one table: who asks how for what, what the server allows, and what becomes of it.
 * In the answers, {@code own} stands for the requester's origin.
 */
@ParameterizedClass
@EnumSource(Protocol.class)
class CorsMatrixTest extends ProtocolTest {

  @ParameterizedTest(name = "{0} {1} {2} from {3}: origin {4}, credentials {5} -> {6}")
  @CsvSource({
      // request, credentials, way, requester, allowed origin, allow-credentials, outcome
      "simple,      SAME_ORIGIN, direct,      shop, own,   ,      CORS",
      "simple,      SAME_ORIGIN, direct,      shop, *,     ,      CORS",
      "simple,      SAME_ORIGIN, direct,      shop, null,  ,      refused",
      "simple,      SAME_ORIGIN, direct,      shop, ,      ,      refused",
      "simple,      INCLUDE,     direct,      shop, own,   true,  CORS",
      "simple,      INCLUDE,     direct,      shop, own,   ,      refused",
      "simple,      INCLUDE,     direct,      shop, own,   True,  refused",
      "simple,      INCLUDE,     direct,      shop, *,     true,  refused",
      "simple,      OMIT,        direct,      shop, *,     ,      CORS",
      "preflighted, SAME_ORIGIN, direct,      shop, own,   ,      CORS",
      "preflighted, SAME_ORIGIN, direct,      shop, *,     ,      CORS",
      "preflighted, SAME_ORIGIN, direct,      shop, ,      ,      refused",
      "preflighted, INCLUDE,     direct,      shop, own,   true,  CORS",
      "preflighted, INCLUDE,     direct,      shop, own,   ,      refused",
      "preflighted, INCLUDE,     direct,      shop, *,     true,  refused",
      "simple,      SAME_ORIGIN, direct,      null, null,  ,      CORS",
      "simple,      SAME_ORIGIN, direct,      null, *,     ,      CORS",
      "simple,      INCLUDE,     direct,      null, null,  true,  CORS",
      "simple,      INCLUDE,     direct,      null, *,     true,  refused",
      "preflighted, SAME_ORIGIN, direct,      null, null,  ,      CORS",
      "preflighted, INCLUDE,     direct,      null, null,  true,  CORS",
      "simple,      SAME_ORIGIN, home,        shop, ,      ,      BASIC",
      "preflighted, INCLUDE,     home,        shop, ,      ,      BASIC",
      "simple,      SAME_ORIGIN, home-home,   shop, ,      ,      BASIC",
      "preflighted, SAME_ORIGIN, home-home,   shop, ,      ,      BASIC",
      "simple,      SAME_ORIGIN, home-api,    shop, own,   ,      CORS",
      "simple,      SAME_ORIGIN, home-api,    shop, ,      ,      refused",
      "preflighted, SAME_ORIGIN, home-api,    shop, own,   ,      CORS",
      "simple,      SAME_ORIGIN, api-api,     shop, own,   ,      CORS",
      "preflighted, INCLUDE,     api-api,     shop, own,   true,  CORS",
      "simple,      SAME_ORIGIN, api-api,     shop, null,  ,      refused",
      "simple,      SAME_ORIGIN, api-other,   shop, *,     ,      CORS",
      "simple,      SAME_ORIGIN, api-other,   shop, own,   ,      refused",
      "preflighted, SAME_ORIGIN, api-other,   shop, *,     ,      CORS",
      "simple,      INCLUDE,     api-other,   shop, *,     true,  refused",
      "simple,      SAME_ORIGIN, api-home,    shop, *,     ,      CORS",
      "simple,      SAME_ORIGIN, api-home,    shop, own,   ,      refused"
  })
  void theCorsMatrix(String kind, Credentials credentials, String way, String requester, String allowOrigin,
                     String allowCredentials, String outcome) throws Exception {
    Origin origin = requester.equals("null") ? Origin.opaque() : site.url("shop.localhost", "/").origin();
    List<String> headers = new ArrayList<>(List.of("Access-Control-Allow-Methods: PUT"));
    if (allowOrigin != null) {
      headers.add("Access-Control-Allow-Origin: " + (allowOrigin.equals("own") ? origin : allowOrigin));
    }
    if (allowCredentials != null) {
      headers.add("Access-Control-Allow-Credentials: " + allowCredentials);
    }
    String[] answer = headers.toArray(String[]::new);
    String[] hosts = way.equals("direct") ? new String[] {"api"} : way.split("-");
    site.on("OPTIONS /first", 204, "", answer).on("OPTIONS /last", 204, "", answer).on("/last", 200, "done", answer)
        .redirect("/first", 307, site.origin(host(hosts[hosts.length - 1])) + "/last", answer);
    FetchRequest request = new FetchRequest(site.url(host(hosts[0]), hosts.length == 1 ? "/last" : "/first"),
        Mode.CORS, credentials, Destination.EMPTY, origin, null)
        .withMethod(kind.equals("preflighted") ? "PUT" : "GET");

    if (outcome.equals("refused")) {
      failure(client, request, Reason.CORS);
    } else {
      FetchResponse response = fetch(client, request);
      assertEquals(Type.valueOf(outcome), response.type());
      assertEquals("done", new String(response.body()));
    }
  }

  private static String host(String role) {
    return role.equals("home") ? "shop.localhost" : role + ".localhost";
  }
}
