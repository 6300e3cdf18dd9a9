package dev.skerry.fetch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.skerry.fetch.FetchResponse.Header;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects what it observes as an HTTP Archive (HAR 1.2): an entry for each exchange, without bodies, and one with
 * status 0 for each request that a rule stopped, which says in {@code _blockedBy} which rule. Thread-safe and bounded.
 */
public final class HarLog implements FetchObserver {

  private static final int MAX_ENTRIES = 10_000;
  private static final String VERSION = "1.2";
  private static final String PAGE = "page_1";
  private static final JsonFactory JSON = JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
      .enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private final InstantSource clock;
  private final Instant opened;
  private final List<Entry> entries = new ArrayList<>();
  private long dropped;

  /** An exchange, or a refusal without one. */
  private record Entry(Exchange exchange, Url url, String method, Refusal refusal, Instant at) {
  }

  /** A log that begins now. */
  public HarLog() {
    this(InstantSource.system());
  }

  HarLog(InstantSource clock) {
    this.clock = clock;
    opened = clock.instant();
  }

  @Override
  public void exchange(Exchange exchange) {
    add(new Entry(exchange, exchange.request().url(), exchange.request().method(), null, exchange.started()));
  }

  @Override
  public void refused(FetchRequest request, Url url, Refusal refusal) {
    add(new Entry(null, url, request.method(), refusal, clock.instant()));
  }

  private synchronized void add(Entry entry) {
    if (entries.size() < MAX_ENTRIES) {
      entries.add(entry);
    } else {
      dropped++;
    }
  }

  /**
   * Writes what was collected until now as one JSON object. The writer stays open.
   *
   * @param title of the page
   */
  public void write(String title, Writer out) throws IOException {
    List<Entry> all;
    long missing;
    synchronized (this) {
      all = List.copyOf(entries);
      missing = dropped;
    }
    try (JsonGenerator json = JSON.createGenerator(out).setPrettyPrinter(new DefaultPrettyPrinter())) {
      json.writeStartObject();
      json.writeObjectFieldStart("log");
      json.writeStringField("version", VERSION);
      json.writeObjectFieldStart("creator");
      json.writeStringField("name", "Skerry");
      json.writeStringField("version", "0.1");
      json.writeEndObject();
      page(json, title);
      json.writeArrayFieldStart("entries");
      for (Entry entry : all) {
        entry(json, entry);
      }
      json.writeEndArray();
      if (missing > 0) {
        json.writeStringField("comment", missing + " entries over the limit of " + MAX_ENTRIES + " are not here");
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    out.write('\n');
  }

  private void page(JsonGenerator json, String title) throws IOException {
    json.writeArrayFieldStart("pages");
    json.writeStartObject();
    json.writeStringField("startedDateTime", opened.toString());
    json.writeStringField("id", PAGE);
    json.writeStringField("title", title);
    json.writeObjectFieldStart("pageTimings");
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndArray();
  }

  private static void entry(JsonGenerator json, Entry entry) throws IOException {
    Exchange exchange = entry.exchange;
    json.writeStartObject();
    json.writeStringField("pageref", PAGE);
    json.writeStringField("startedDateTime", entry.at.toString());
    Duration wait = exchange == null ? Duration.ZERO : exchange.waiting();
    Duration receive = exchange == null ? Duration.ZERO : exchange.receiving();
    json.writeNumberField("time", millis(wait.plus(receive)));
    request(json, entry);
    response(json, exchange);
    json.writeObjectFieldStart("cache");
    json.writeEndObject();
    json.writeObjectFieldStart("timings");
    json.writeNumberField("send", 0);
    json.writeNumberField("wait", millis(wait));
    json.writeNumberField("receive", millis(receive));
    json.writeEndObject();
    if (entry.refusal != null) {
      refusal(json, entry.refusal);
    } else if (!exchange.error().isEmpty()) {
      json.writeStringField("comment", exchange.error());
    }
    json.writeEndObject();
  }

  private static void refusal(JsonGenerator json, Refusal refusal) throws IOException {
    json.writeStringField("comment", refusal.sentence());
    json.writeObjectFieldStart("_blockedBy");
    json.writeStringField("policy", refusal.rule().policy());
    json.writeStringField("directive", refusal.directive());
    json.writeStringField("header", refusal.rule().header());
    json.writeStringField("section", refusal.rule().section());
    json.writeEndObject();
  }

  private static void request(JsonGenerator json, Entry entry) throws IOException {
    List<Header> headers = entry.exchange == null ? List.of() : entry.exchange.request().headers();
    json.writeObjectFieldStart("request");
    json.writeStringField("method", entry.method);
    json.writeStringField("url", entry.url.withoutFragment().href());
    json.writeStringField("httpVersion", "");
    cookies(json, headers, "cookie", ";");
    headers(json, headers);
    json.writeArrayFieldStart("queryString");
    for (String pair : entry.url.query().orElse("").split("&")) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        field(json, decoded(equals < 0 ? pair : pair.substring(0, equals)),
            decoded(equals < 0 ? "" : pair.substring(equals + 1)));
      }
    }
    json.writeEndArray();
    json.writeNumberField("headersSize", -1);
    json.writeNumberField("bodySize", -1);
    json.writeEndObject();
  }

  private static void response(JsonGenerator json, Exchange exchange) throws IOException {
    List<Header> headers = exchange == null ? List.of() : exchange.responseHeaders();
    json.writeObjectFieldStart("response");
    json.writeNumberField("status", exchange == null ? 0 : exchange.status());
    json.writeStringField("statusText", "");
    json.writeStringField("httpVersion", "");
    cookies(json, headers, "set-cookie", null);
    headers(json, headers);
    json.writeObjectFieldStart("content");
    json.writeNumberField("size", exchange == null ? 0 : exchange.bodyBytes());
    json.writeStringField("mimeType", HeaderList.get(headers, "content-type").orElse(""));
    json.writeEndObject();
    json.writeStringField("redirectURL", HeaderList.get(headers, "location").orElse(""));
    json.writeNumberField("headersSize", -1);
    json.writeNumberField("bodySize", -1);
    json.writeEndObject();
  }

  private static void headers(JsonGenerator json, List<Header> headers) throws IOException {
    json.writeArrayFieldStart("headers");
    for (Header header : headers) {
      field(json, header.name(), header.value());
    }
    json.writeEndArray();
  }

  /** @param separator between cookies of one header; null where each header is one, with attributes after it */
  private static void cookies(JsonGenerator json, List<Header> headers, String name, String separator)
      throws IOException {
    json.writeArrayFieldStart("cookies");
    for (Header header : headers) {
      if (header.name().equals(name)) {
        String[] pairs = separator == null ? new String[] {header.value().split(";", 2)[0]}
            : header.value().split(separator);
        for (String pair : pairs) {
          int equals = pair.indexOf('=');
          field(json, equals < 0 ? "" : pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
        }
      }
    }
    json.writeEndArray();
  }

  private static void field(JsonGenerator json, String name, String value) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", name);
    json.writeStringField("value", value);
    json.writeEndObject();
  }

  private static String decoded(String component) {
    return new String(PercentDecoder.decode(component.replace('+', ' ')), StandardCharsets.UTF_8);
  }

  private static double millis(Duration time) {
    return time.toNanos() / 1_000 / 1000.0;
  }
}
