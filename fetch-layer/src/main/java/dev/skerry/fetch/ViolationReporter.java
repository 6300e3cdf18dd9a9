package dev.skerry.fetch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import dev.skerry.fetch.FetchRequest.Redirect;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Reports violations (CSP §5.5, HTML §7.1.3.3 and §7.1.4): to the client's observer, and to the endpoints that the
 * policy names. What becomes of a report is nobody's; while too many are on their way, further ones are told to the
 * observer alone.
 */
final class ViolationReporter implements RequestRules.Reporter {

  private static final String REPORTS = "application/reports+json";
  private static final int MAX_IN_FLIGHT = 64;
  private static final int MAX_ENDPOINTS = 8;

  private final Function<FetchRequest, CompletableFuture<StreamedResponse>> fetch;
  private final AtomicInteger inFlight = new AtomicInteger();

  /** @param fetch how a report is sent */
  ViolationReporter(Function<FetchRequest, CompletableFuture<StreamedResponse>> fetch) {
    this.fetch = fetch;
  }

  @Override
  public void report(CspViolation violation) {
    RequestClient document = violation.document();
    document.observer().violation(violation);
    List<String> group = violation.policy().directives().get("report-to");
    List<String> uris = violation.policy().directives().getOrDefault("report-uri", List.of());
    if (group != null) {
      Url endpoint = group.isEmpty() ? null : document.reportingEndpoints().get(group.get(0));
      if (endpoint != null) {
        send(document, endpoint, Mode.CORS, RequestBody.of(reports(violation), REPORTS));
      }
    } else if (!uris.isEmpty()) {
      byte[] body = cspReport(violation);
      for (Url endpoint : endpoints(uris, document.url())) {
        send(document, endpoint, Mode.NO_CORS, RequestBody.of(body, "application/csp-report"));
      }
    }
  }

  @Override
  public void report(PolicyReport report) {
    RequestClient document = report.document();
    document.observer().report(report);
    Url endpoint = document.reportingEndpoints().get(report.endpoint());
    if (endpoint != null) {
      byte[] body = reports(report.type().token(), document, json -> {
        for (Map.Entry<String, String> member : report.body().entrySet()) {
          json.writeStringField(member.getKey(), member.getValue());
        }
      });
      send(document, endpoint, Mode.CORS, RequestBody.of(body, REPORTS));
    }
  }

  private static List<Url> endpoints(List<String> uris, Url base) {
    List<Url> endpoints = new ArrayList<>();
    for (String uri : uris.subList(0, Math.min(uris.size(), MAX_ENDPOINTS))) {
      try {
        endpoints.add(Url.parse(uri, base));
      } catch (UrlParseException unusable) {
        return endpoints;
      }
    }
    return endpoints;
  }

  private void send(RequestClient document, Url endpoint, Mode mode, RequestBody body) {
    if (inFlight.incrementAndGet() > MAX_IN_FLIGHT) {
      inFlight.decrementAndGet();
      return;
    }
    FetchRequest request = new FetchRequest(endpoint, mode, Credentials.SAME_ORIGIN, Destination.REPORT,
        document.origin(), document.url()).withMethod("POST").withBody(body).withRedirect(Redirect.FOLLOW)
        .withReferrerPolicy(document.policies().referrerPolicy()).in(document.partition()).withClient(document);
    fetch.apply(request).whenComplete((response, failure) -> {
      inFlight.decrementAndGet();
      if (response != null) {
        response.body().cancel();
      }
    });
  }

  /** Loaded with the first report: most clients send none. */
  private static final class Json {

    static final JsonFactory FACTORY = new JsonFactory();
  }

  /** Serialises members into a JSON object. */
  @FunctionalInterface
  private interface Members {

    void write(JsonGenerator json) throws IOException;
  }

  private static byte[] json(Members members) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = Json.FACTORY.createGenerator(bytes)) {
      members.write(json);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /** Obtains the deprecated serialisation of a violation (CSP §5.3). */
  private static byte[] cspReport(CspViolation violation) {
    return json(json -> {
      json.writeStartObject();
      json.writeObjectFieldStart("csp-report");
      json.writeStringField("document-uri", CspViolation.strip(violation.document().url()));
      json.writeStringField("referrer", violation.document().referrer());
      json.writeStringField("blocked-uri", violation.blockedUri());
      json.writeStringField("effective-directive", violation.effectiveDirective());
      json.writeStringField("violated-directive", violation.effectiveDirective());
      json.writeStringField("original-policy", violation.policy().toString());
      json.writeStringField("disposition", violation.policy().disposition().token());
      json.writeNumberField("status-code", violation.document().status());
      json.writeStringField("script-sample", violation.sample());
      json.writeEndObject();
      json.writeEndObject();
    });
  }

  /** A CSPViolationReportBody (CSP §5.5). */
  private static byte[] reports(CspViolation violation) {
    return reports("csp-violation", violation.document(), json -> {
      json.writeStringField("documentURL", CspViolation.strip(violation.document().url()));
      json.writeStringField("referrer", violation.document().referrer());
      json.writeStringField("blockedURL", violation.blockedUri());
      json.writeStringField("effectiveDirective", violation.effectiveDirective());
      json.writeStringField("originalPolicy", violation.policy().toString());
      json.writeStringField("sample", violation.sample());
      json.writeStringField("disposition", violation.policy().disposition().token());
      json.writeNumberField("statusCode", violation.document().status());
    });
  }

  /** A list of one report (Reporting §3.5.2). */
  private static byte[] reports(String type, RequestClient document, Members body) {
    return json(json -> {
      json.writeStartArray();
      json.writeStartObject();
      json.writeNumberField("age", 0);
      json.writeObjectFieldStart("body");
      body.write(json);
      json.writeEndObject();
      json.writeStringField("type", type);
      json.writeStringField("url", CspViolation.strip(document.url()));
      json.writeStringField("user_agent", HttpNetwork.USER_AGENT);
      json.writeEndObject();
      json.writeEndArray();
    });
  }
}
