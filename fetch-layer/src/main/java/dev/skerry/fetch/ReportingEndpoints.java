package dev.skerry.fetch;

import dev.skerry.fetch.FetchResponse.Header;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The endpoints that a document names for its reports (Reporting §3.3). */
public final class ReportingEndpoints {

  private ReportingEndpoints() {
  }

  /** Processes a document's {@code Reporting-Endpoints}: those that are not trustworthy are left out. */
  public static Map<String, Url> parse(List<Header> headers, Url document) {
    Map<String, Url> endpoints = new LinkedHashMap<>();
    StructuredHeader.strings(HeaderList.get(headers, "reporting-endpoints").orElse("")).forEach((name, text) -> {
      try {
        Url url = Url.parse(text, document);
        if (url.origin().isPotentiallyTrustworthy()) {
          endpoints.put(name, url);
        }
      } catch (UrlParseException unusable) {
        endpoints.remove(name);
      }
    });
    return endpoints;
  }
}
