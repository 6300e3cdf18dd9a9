package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.fetch;
import static dev.skerry.fetch.Policies.client;
import static dev.skerry.fetch.Policies.container;
import static dev.skerry.fetch.Policies.csp;
import static dev.skerry.fetch.Policies.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchError.Reason;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import dev.skerry.fetch.Refusal.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Content Security Policy level 3 where requests are made, against real servers on several origins. */
@ParameterizedClass
@EnumSource(Protocol.class)
class CspFetchTest extends ProtocolTest {

  private final List<CspViolation> violations = Collections.synchronizedList(new ArrayList<>());
  private final List<Refusal> refusals = Collections.synchronizedList(new ArrayList<>());
  private final FetchObserver observer = new FetchObserver() {
    @Override
    public void violation(CspViolation violation) {
      violations.add(violation);
    }

    @Override
    public void refused(FetchRequest request, Url url, Refusal refusal) {
      refusals.add(refusal);
    }
  };
  private String page;
  private String other;

  @BeforeEach
  void start() throws Exception {
    site.on("/x", 200, "x", "Access-Control-Allow-Origin: *", "Content-Type: text/javascript");
    page = site.origin("page.localhost") + "/";
    other = site.origin("other.localhost");
  }

  private FetchRequest asked(String policy, String url, Mode mode, Destination destination) {
    return request(client(page, container(csp(page, policy)), observer), url, mode, destination);
  }

  @Test
  void section412AConnectionIsMadeWhereTheListNamesItsTarget() throws Exception {
    assertEquals("x", new String(fetch(client, asked("connect-src " + other, other + "/x", Mode.CORS,
        Destination.EMPTY)).body()));
    assertEquals(List.of(), violations);
  }

  @Test
  void section412AConnectionToAnywhereElseIsNotEvenTried() {
    FetchError error = failure(client, asked("default-src 'self'", other + "/x#f", Mode.CORS, Destination.EMPTY),
        Reason.BLOCKED);
    assertTrue(error.getMessage().contains("connect-src"), error.getMessage());
    assertEquals(List.of(), site.seen());
    assertEquals(other + "/x", violations.get(0).blockedUri());
    assertEquals(List.of(new Refusal(Rule.CSP, "connect-src", violations.get(0).sentence())), refusals);
  }

  @Test
  void section411AReportOnlyPolicyStopsNothingAndIsTold() throws Exception {
    CspList list = CspList.parse(Policies.headers("Content-Security-Policy-Report-Only: connect-src 'none'"),
        Policies.origin(page));
    fetch(client, request(client(page, container(list), observer), other + "/x", Mode.CORS, Destination.EMPTY));
    assertEquals(1, violations.size());
    assertEquals(List.of(), refusals);
  }

  @Test
  void section6728ARedirectIsCheckedAgainAndItsPathDoesNotCount() throws Exception {
    site.redirect("/r", 302, other + "/x", "Access-Control-Allow-Origin: *")
        .redirect("/away", 302, site.origin("third.localhost") + "/x");
    fetch(client, asked("script-src 'self' " + other + "/only/this", page + "r", Mode.CORS, Destination.SCRIPT));
    failure(client, asked("script-src 'self' " + other, page + "away", Mode.CORS, Destination.SCRIPT), Reason.BLOCKED);
    assertEquals(page + "away", violations.get(0).blockedUri(), "where it led is not told");
  }

  @Test
  void section67DataUrlsAreUrlsToo() throws Exception {
    failure(client, asked("script-src *", "data:text/javascript,x", Mode.CORS, Destination.SCRIPT), Reason.BLOCKED);
    assertEquals("data", violations.get(0).blockedUri());
    fetch(client, asked("script-src data:", "data:text/javascript,x", Mode.CORS, Destination.SCRIPT));
  }

  @Test
  void section6111AFrameIsRuledByItsEmbedder() throws Exception {
    failure(client, asked("frame-src 'self'", other + "/x", Mode.NAVIGATE, Destination.IFRAME), Reason.BLOCKED);
    fetch(client, asked("frame-src " + other, other + "/x", Mode.NAVIGATE, Destination.IFRAME));
    fetch(client, asked("default-src 'none'", other + "/x", Mode.NAVIGATE, Destination.DOCUMENT));
  }

  private FetchRequest ofPlainPage(String policy, String url, Mode mode, Destination destination) {
    String plain = "http://page.localhost/";
    return request(client(plain, container(csp(plain, policy)), observer), url, mode, destination);
  }

  @Test
  void upgradeInsecureRequestsSection41RequestsGoOverHttpsButNotThoseToLoopback() throws Exception {
    List<String> seen = new ArrayList<>();
    try (FetchClient fake = FetchClient.create(Fetching.QUICK, null, List.of((request, next) -> {
      seen.add(request.url().href());
      return CompletableFuture.completedFuture(new NetworkResponse(200, List.of(), new byte[0]));
    }))) {
      for (String url : List.of("http://b.example/", "http://b.example:8080/x", "http://localhost/",
          "https://b.example/")) {
        fetch(fake, ofPlainPage("upgrade-insecure-requests", url, Mode.NO_CORS, Destination.IMAGE));
      }
      fetch(fake, ofPlainPage("upgrade-insecure-requests", "http://b.example/", Mode.NAVIGATE, Destination.IFRAME));
      fetch(fake, ofPlainPage("upgrade-insecure-requests", "http://b.example/", Mode.NAVIGATE, Destination.DOCUMENT));
      fetch(fake, ofPlainPage("default-src *", "http://b.example/", Mode.NO_CORS, Destination.IMAGE));
    }
    assertEquals(List.of("https://b.example/", "https://b.example:8080/x", "http://localhost/", "https://b.example/",
        "https://b.example/", "http://b.example/", "http://b.example/"), seen);
  }

  @Test
  void upgradeInsecureRequestsSection41ComesBeforeTheListIsAsked() throws Exception {
    failure(client, asked("img-src https:", "http://b.invalid/", Mode.NO_CORS, Destination.IMAGE), Reason.BLOCKED);
    failure(client, asked("upgrade-insecure-requests; img-src https:", "http://" + Fetching.NO_HOST + "/",
        Mode.NO_CORS, Destination.IMAGE), Reason.DNS);
  }
}
