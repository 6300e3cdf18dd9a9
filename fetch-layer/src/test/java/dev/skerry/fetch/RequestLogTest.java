package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.fetch;
import static dev.skerry.fetch.Policies.csp;
import static dev.skerry.fetch.Policies.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.sstoehr.harreader.HarReader;
import de.sstoehr.harreader.model.Har;
import de.sstoehr.harreader.model.HarEntry;
import dev.skerry.fetch.FetchError.Reason;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What people are told of requests: HTTP archives, refusals, progress, violation reports. */
@ParameterizedClass
@EnumSource(value = Protocol.class, names = {"HTTP_1", "HTTP_2"})
class RequestLogTest extends ProtocolTest {

  private String page;

  @BeforeEach
  void start() throws Exception {
    site.on("/x", 200, "0123456789", "Content-Type: text/plain; charset=utf-8",
        "Set-Cookie: a=b; Path=/", "Access-Control-Allow-Origin: *").redirect("/r", 302, "/x?q=1&r=%20+z&&s");
    page = site.origin("page.localhost") + "/";
  }

  private RequestClient document(CspList csp, FetchObserver observer) {
    return Policies.client(page, Policies.container(csp), observer);
  }

  private static Har read(HarLog log) throws Exception {
    StringWriter text = new StringWriter();
    log.write("a \"page\" \u001b[31m", text);
    assertTrue(text.toString().chars().allMatch(c -> c == '\n' || c >= ' ' && c < 0x7F), "safe on a terminal");
    return new HarReader().readFromString(text.toString());
  }

  @Test
  void har12EveryHopIsAnEntry() throws Exception {
    HarLog log = new HarLog();
    RequestClient document = document(CspList.EMPTY, log);
    fetch(client, request(document, page + "r#fragment", Mode.SAME_ORIGIN, Destination.EMPTY));
    fetch(client, request(document, page + "x", Mode.SAME_ORIGIN, Destination.EMPTY));

    Har har = read(log);
    assertEquals("1.2", har.getLog().getVersion());
    assertEquals("a \"page\" \u001b[31m", har.getLog().getPages().get(0).getTitle());
    List<HarEntry> entries = har.getLog().getEntries();
    assertEquals(List.of(page + "r", page + "x?q=1&r=%20+z&&s", page + "x"),
        entries.stream().map(entry -> entry.getRequest().getUrl()).toList());
    assertEquals(List.of(302, 200, 200), entries.stream().map(entry -> entry.getResponse().getStatus()).toList());
    assertEquals("/x?q=1&r=%20+z&&s", entries.get(0).getResponse().getRedirectURL());
    assertEquals(List.of("q=1", "r=  z", "s="), entries.get(1).getRequest().getQueryString().stream()
        .map(pair -> pair.getName() + "=" + pair.getValue()).toList());
    assertEquals(10, entries.get(1).getResponse().getContent().getSize());
    assertEquals("text/plain; charset=utf-8", entries.get(1).getResponse().getContent().getMimeType());
    assertEquals("a", entries.get(1).getResponse().getCookies().get(0).getName());
    assertEquals("b", entries.get(2).getRequest().getCookies().get(0).getValue());
    assertEquals("page_1", entries.get(2).getPageref());
    assertTrue(entries.get(2).getTime() >= 0 && entries.get(2).getStartedDateTime() != null);
  }

  @Test
  void har12ARefusedRequestSaysPolicyDirectiveHeaderAndSection() throws Exception {
    HarLog log = new HarLog();
    failure(client, request(document(csp(page, "default-src 'self'"), log), site.origin("other.localhost") + "/x",
        Mode.CORS, Destination.EMPTY), Reason.BLOCKED);
    HarEntry entry = read(log).getLog().getEntries().get(0);
    assertEquals(0, entry.getResponse().getStatus());
    assertEquals(Map.of("policy", "Content Security Policy", "directive", "connect-src", "header",
        "content-security-policy", "section", "CSP §4.1"), entry.getAdditional().get("_blockedBy"));
  }

  @Test
  void har12AFailureOfTheNetworkSaysWhy() throws Exception {
    HarLog log = new HarLog();
    failure(client, request(document(CspList.EMPTY, log), protocol.scheme() + "://localhost:1/", Mode.NO_CORS,
        Destination.IMAGE).withClient(document(CspList.EMPTY, log)), Reason.BLOCKED);
    failure(client, request(document(CspList.EMPTY, log), protocol.scheme() + "://" + Fetching.NO_HOST + "/",
        Mode.NO_CORS, Destination.IMAGE), Reason.DNS);
    List<HarEntry> entries = read(log).getLog().getEntries();
    assertTrue(entries.get(0).getComment().contains("bad port"), entries.get(0).getComment());
    assertTrue(entries.get(1).getComment().contains("has no address"), entries.get(1).getComment());
  }

  @Test
  void progressIsToldWithTheExpectedLength() throws Exception {
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    fetch(client, request(document(CspList.EMPTY, new FetchObserver() {
      @Override
      public void progress(Url url, long received, long expected) {
        told.add(url.path() + " " + received + " of " + expected);
      }
    }), page + "x", Mode.SAME_ORIGIN, Destination.EMPTY));
    assertEquals("/x 10 of 10", told.get(told.size() - 1));
  }

  /** Fetches what a policy forbids, and waits until the server has been asked something. */
  private TestSite.Seen reportOf(RequestClient document) throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    site.onRequest(arrived::countDown);
    failure(client, request(document, site.origin("other.localhost") + "/x", Mode.CORS, Destination.EMPTY),
        Reason.BLOCKED);
    assertTrue(arrived.await(60, TimeUnit.SECONDS));
    return site.last();
  }

  @Test
  void csp55AReportIsPostedToTheUriOfThePolicy() throws Exception {
    TestSite.Seen report = reportOf(document(csp(page, "connect-src 'self'; report-uri /report"), FetchObserver.NONE));
    assertEquals("POST /report", report.method() + " " + report.target());
    assertEquals("application/csp-report", report.header("content-type"));
    assertEquals("report", report.header("sec-fetch-dest"));
    assertEquals("{\"csp-report\":{\"document-uri\":\"" + page + "\",\"referrer\":\"\",\"blocked-uri\":\""
        + site.origin("other.localhost") + "/x\",\"effective-directive\":\"connect-src\",\"violated-directive\":"
        + "\"connect-src\",\"original-policy\":\"connect-src 'self'; report-uri /report\",\"disposition\":\"enforce\","
        + "\"status-code\":200,\"script-sample\":\"\"}}", report.body());
  }

  @Test
  void csp55AnEndpointOfTheReportingApiComesFirst() throws Exception {
    RequestClient plain = document(csp(page, "connect-src 'self'; report-uri /old; report-to main"),
        FetchObserver.NONE);
    RequestClient document = new RequestClient(plain.url(), plain.origin(), "", 200, plain.policies(), true, false,
        plain.partition(), Map.of("main", Policies.url(page + "new")), FetchObserver.NONE);
    TestSite.Seen report = reportOf(document);
    assertEquals("POST /new application/reports+json", report.method() + " " + report.target() + " "
        + report.header("content-type"));
    assertTrue(report.body().contains("\"type\":\"csp-violation\",\"url\":\"" + page + "\""), report.body());
  }
}
