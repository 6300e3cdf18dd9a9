package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.fetch;
import static dev.skerry.fetch.Policies.headers;
import static dev.skerry.fetch.Policies.url;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchError.Reason;
import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import dev.skerry.fetch.Refusal.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What embedder and opener policies report, of what they stop and of what they would stop were they enforced. */
@ParameterizedClass
@EnumSource(value = Protocol.class, names = {"HTTP_1", "HTTP_2"})
class PolicyReportTest extends ProtocolTest {

  private final List<PolicyReport> reports = Collections.synchronizedList(new ArrayList<>());
  private final FetchObserver observer = new FetchObserver() {
    @Override
    public void report(PolicyReport report) {
      reports.add(report);
    }
  };

  private String page;
  private String other;

  @BeforeEach
  void start() throws Exception {
    site.on("/x", 200, "x", "Content-Type: text/javascript").on("/shared", 200, "x",
        "Content-Type: text/javascript", "Cross-Origin-Resource-Policy: cross-origin");
    page = site.origin("page.localhost") + "/";
    other = site.origin("other.localhost") + "/";
  }

  /** A document that was sent with those headers, and has an endpoint of the name "main". */
  private RequestClient document(String at, String... lines) {
    Url url = url(at);
    return new RequestClient(url, url.origin(), "", 200, PolicyContainer.of(headers(lines), url, true,
        AddressSpace.LOOPBACK), true, false, PartitionKey.topLevel(url.origin()),
        Map.of("main", url(page + "reports")), observer);
  }

  private FetchRequest script(RequestClient document, String url) {
    return new FetchRequest(url(url), Mode.NO_CORS, Credentials.OMIT, Destination.SCRIPT, document.origin(),
        document.url()).withClient(document).in(document.partition());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
      "require-corp; report-to=\"main\" | ^^ | main | UNSAFE_NONE | ^^",
      "unsafe-none; report-to=\"main\" | credentialless; report-to=\"a\"; b=?1 | ^^ | CREDENTIALLESS | a",
      "^^ | require-corp; report-to=\"a\";report-to=token | ^^ | REQUIRE_CORP | ^^",
      "require-corp | nonsense; report-to=\"a\" | ^^ | UNSAFE_NONE | ^^",
  })
  void html7141AnEmbedderPolicyNamesWhereItReports(String value, String reportOnly, String endpoint,
                                                    EmbedderPolicy reported, String reportOnlyEndpoint) {
    assertEquals(new EmbedderPolicy.Reporting(endpoint, reported, reportOnlyEndpoint),
        EmbedderPolicy.parseReporting(headers("Cross-Origin-Embedder-Policy: " + value,
            "Cross-Origin-Embedder-Policy-Report-Only: " + reportOnly)));
  }

  @Test
  void fetch37AReportOnlyEmbedderPolicyStopsNothingAndIsReported() throws Exception {
    RequestClient document = document(page, "Cross-Origin-Embedder-Policy-Report-Only: require-corp");

    fetch(client, script(document, other + "x?q#f"));
    fetch(client, script(document, other + "shared"));

    assertEquals(List.of(Map.of("type", "corp", "blockedURL", other + "x?q", "destination", "script", "disposition",
        "reporting")), reports.stream().map(PolicyReport::body).toList());
  }

  @Test
  void fetch37WhatTheValueStopsIsReportedAsEnforcedAndWhereARedirectLedIsNotTold() {
    site.redirect("/r", 302, site.origin("third.localhost") + "/x", "Cross-Origin-Resource-Policy: cross-origin");
    RequestClient document = document(page, "Cross-Origin-Embedder-Policy: require-corp");

    assertEquals(Rule.CORP, failure(client, script(document, other + "r"), Reason.BLOCKED).refusal().orElseThrow()
        .rule());

    assertEquals(List.of(Map.of("type", "corp", "blockedURL", other + "r", "destination", "script", "disposition",
        "enforce")), reports.stream().map(PolicyReport::body).toList());
  }

  @Test
  void fetch37AResponseThatForbidsItselfIsNoMatterOfTheEmbedder() {
    site.on("/own", 200, "x", "Cross-Origin-Resource-Policy: same-origin");
    failure(client, script(document(page, "Cross-Origin-Embedder-Policy: require-corp"), other + "own"),
        Reason.BLOCKED);
    assertEquals(List.of(), reports);
  }

  @Test
  void html7142AFrameIsReportedToItsEmbedder() {
    RequestClient both = document(page, "Cross-Origin-Embedder-Policy: require-corp; report-to=\"main\"",
        "Cross-Origin-Embedder-Policy-Report-Only: require-corp");
    assertTrue(EmbedderPolicy.frameRefusal(both, url(other + "x#f"), EmbedderPolicy.UNSAFE_NONE, reports::add)
        .isPresent());
    assertEquals(List.of(Map.of("type", "navigation", "blockedURL", other + "x", "disposition", "reporting"),
        Map.of("type", "navigation", "blockedURL", other + "x", "disposition", "enforce")),
        reports.stream().map(PolicyReport::body).toList());
    assertEquals(List.of("", "main"), reports.stream().map(PolicyReport::endpoint).toList());
    assertTrue(EmbedderPolicy.frameRefusal(both, url(other), EmbedderPolicy.CREDENTIALLESS, reports::add).isEmpty());
    assertEquals(2, reports.size());
  }

  @Test
  void reporting352AReportIsPostedToTheNamedEndpoint() throws Exception {
    CountDownLatch arrived = new CountDownLatch(2);
    site.onRequest(arrived::countDown);
    RequestClient document = document(page,
        "Cross-Origin-Embedder-Policy-Report-Only: require-corp;report-to=\"main\"");

    fetch(client, script(document, other + "x"));

    assertTrue(arrived.await(60, TimeUnit.SECONDS));
    TestSite.Seen report = site.seen().stream().filter(seen -> seen.method().equals("POST")).findFirst().orElseThrow();
    assertEquals("/reports application/reports+json report",
        report.target() + " " + report.header("content-type") + " " + report.header("sec-fetch-dest"));
    assertEquals("[{\"age\":0,\"body\":{\"blockedURL\":\"" + other + "x\",\"destination\":\"script\",\"disposition\":"
        + "\"reporting\",\"type\":\"corp\"},\"type\":\"coep\",\"url\":\"" + page + "\",\"user_agent\":\""
        + HttpNetwork.USER_AGENT + "\"}]", report.body());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
      "same-origin; report-to=\"a\" | ^^ | ^^ | ^^ | SAME_ORIGIN | a | UNSAFE_NONE | ^^",
      "same-origin | same-origin | require-corp | ^^ | SAME_ORIGIN_PLUS_COEP | ^^ | SAME_ORIGIN_PLUS_COEP | ^^",
      "same-origin | same-origin; report-to=\"b\" | ^^ | require-corp | SAME_ORIGIN | ^^ | SAME_ORIGIN_PLUS_COEP | b",
      "same-origin-plus-COEP; report-to=\"a\" | x; report-to=\"b\" | ^^ | ^^ | UNSAFE_NONE | ^^ | UNSAFE_NONE | ^^",
  })
  void html7131AnOpenerPolicyHasAValueAndOneThatIsOnlyReported(String coop, String coopReportOnly, String coep,
      String coepReportOnly, OpenerPolicy value, String endpoint, OpenerPolicy reportOnly, String reportOnlyEndpoint) {
    List<FetchResponse.Header> sent = headers("Cross-Origin-Opener-Policy: " + coop,
        "Cross-Origin-Opener-Policy-Report-Only: " + coopReportOnly, "Cross-Origin-Embedder-Policy: " + coep,
        "Cross-Origin-Embedder-Policy-Report-Only: " + coepReportOnly);
    assertEquals(new OpenerPolicies(value, endpoint, reportOnly, reportOnlyEndpoint),
        OpenerPolicies.parse(sent, true));
    assertEquals(OpenerPolicies.UNSAFE_NONE, OpenerPolicies.parse(sent, false));
  }

  private static OpenerPolicies enforced(OpenerPolicy value) {
    return new OpenerPolicies(value, "main", OpenerPolicy.UNSAFE_NONE, "");
  }

  private static OpenerPolicies reported(OpenerPolicy value) {
    return new OpenerPolicies(OpenerPolicy.UNSAFE_NONE, "", value, "main");
  }

  @Test
  void html7132ANavigationToAnotherPolicyNeedsAGroupOfItsOwnAndBothSidesHearOfIt() {
    OpenerPolicyEnforcement start = OpenerPolicyEnforcement.of(document(page + "here"),
        enforced(OpenerPolicy.SAME_ORIGIN), false);

    OpenerPolicyEnforcement end = start.enforce(document(other + "there"), enforced(OpenerPolicy.SAME_ORIGIN), false,
        true, reports::add);

    assertTrue(end.needsGroupSwitch());
    assertFalse(end.wouldNeedGroupSwitch());
    assertEquals(List.of(
        Map.of("type", "navigation-to-response", "effectivePolicy", "same-origin", "previousResponseURL", "",
            "referrer", "", "disposition", "enforce"),
        Map.of("type", "navigation-from-response", "effectivePolicy", "same-origin", "nextResponseURL", "",
            "disposition", "enforce")), reports.stream().map(PolicyReport::body).toList());
  }

  @Test
  void html7132ADocumentThatNavigatesByItselfMayKnowWhereTo() {
    OpenerPolicyEnforcement.of(document(page), enforced(OpenerPolicy.SAME_ORIGIN), true)
        .enforce(document(other + "x"), OpenerPolicies.UNSAFE_NONE, false, true, reports::add);
    assertEquals(List.of(other + "x"),
        reports.stream().map(report -> report.body().get("nextResponseURL")).toList());
  }

  @Test
  void html7132AReportOnlyPolicySwitchesNothing() {
    OpenerPolicyEnforcement end = OpenerPolicyEnforcement.of(document(page), OpenerPolicies.UNSAFE_NONE, false)
        .enforce(document(page + "x"), reported(OpenerPolicy.SAME_ORIGIN), false, true, reports::add);
    assertFalse(end.needsGroupSwitch());
    assertTrue(end.wouldNeedGroupSwitch());
    assertEquals(List.of(Map.of("type", "navigation-to-response", "effectivePolicy", "same-origin",
        "previousResponseURL", page, "referrer", "", "disposition", "reporting")),
        reports.stream().map(PolicyReport::body).toList());
  }

  @Test
  void html7132PagesThatReportTheSamePolicyDoNotReportEachOther() {
    OpenerPolicyEnforcement end = OpenerPolicyEnforcement.of(document(page), reported(OpenerPolicy.SAME_ORIGIN), false)
        .enforce(document(page + "x"), reported(OpenerPolicy.SAME_ORIGIN), false, true, reports::add);
    assertFalse(end.wouldNeedGroupSwitch());
    assertEquals(List.of(), reports);
  }

  @Test
  void html7132WithNobodyElseInTheGroupNothingIsReportedAndARedirectIsNotForgotten() {
    OpenerPolicyEnforcement end = OpenerPolicyEnforcement.of(document(page), OpenerPolicies.UNSAFE_NONE, false)
        .enforce(document(other), enforced(OpenerPolicy.SAME_ORIGIN), false, false, reports::add)
        .enforce(document(page), OpenerPolicies.UNSAFE_NONE, false, false, reports::add);
    assertTrue(end.needsGroupSwitch());
    assertEquals(List.of(), reports);
  }
}
