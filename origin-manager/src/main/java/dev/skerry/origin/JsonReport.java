package dev.skerry.origin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.cache.CacheStatistics;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a page's report for machines: the same as {@link TextReport}, texts exactly as they are, times in
 * milliseconds, sizes in bytes. Characters beyond ASCII are escaped, so that it is safe on a terminal too.
 */
public final class JsonReport {

  private static final JsonFactory JSON =
      JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .build();

  private final JsonGenerator json;

  private JsonReport(JsonGenerator json) {
    this.json = json;
  }

  /** Writes one object on lines of its own. The writer stays open. */
  public static void write(PageReport page, Writer out) throws IOException {
    write(page, null, out);
  }

  /** As {@link #write(PageReport, Writer)}, with the top document's source. */
  public static void write(PageReport page, String document, Writer out) throws IOException {
    try (JsonGenerator json = generator(out)) {
      new JsonReport(json).page(page, document);
    }
    out.write('\n');
  }

  /** Writes one object as a part of something larger. */
  public static void write(PageReport page, JsonGenerator json) throws IOException {
    new JsonReport(json).page(page, null);
  }

  /** Writes what there is of a page that did not load. */
  public static void writeFailure(String url, LoadError error, Writer out) throws IOException {
    try (JsonGenerator json = generator(out)) {
      json.writeStartObject();
      json.writeStringField("url", url);
      json.writeBooleanField("settled", false);
      json.writeBooleanField("failed", true);
      json.writeStringField("error", error.getMessage());
      json.writeEndObject();
    }
    out.write('\n');
  }

  private static JsonGenerator generator(Writer out) throws IOException {
    return JSON.createGenerator(out).setPrettyPrinter(new DefaultPrettyPrinter());
  }

  /** Writes the fields of one object. */
  private interface Fields<T> {

    void write(T value) throws IOException;
  }

  private <T> void objects(String name, List<T> values, Fields<T> fields) throws IOException {
    json.writeArrayFieldStart(name);
    for (T value : values) {
      json.writeStartObject();
      fields.write(value);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void page(PageReport page, String document) throws IOException {
    json.writeStartObject();
    json.writeStringField("url", page.url());
    json.writeStringField("title", page.title());
    json.writeBooleanField("settled", page.settled());
    json.writeBooleanField("failed", page.failed());
    millis("elapsedMillis", page.elapsed());
    objects("frames", page.frames(), this::frame);
    objects("origins", page.agents(), this::agent);
    objects("console", page.console(), this::console);
    json.writeNumberField("consoleDropped", page.consoleDropped());
    objects("requests", page.requests(), this::request);
    objects("subresources", page.subresources(), this::subresource);
    objects("problems", page.problems(), this::problem);
    objects("violations", page.violations(), this::violation);
    json.writeNumberField("scriptsNotRun", page.scriptsNotRun());
    codeCache(page.codeCache());
    if (document != null) {
      json.writeStringField("document", document);
    }
    json.writeEndObject();
  }

  private void codeCache(CacheStatistics cache) throws IOException {
    json.writeObjectFieldStart("codeCache");
    json.writeNumberField("hits", cache.hits());
    json.writeNumberField("memoryHits", cache.memoryHits());
    json.writeNumberField("misses", cache.misses());
    json.writeNumberField("rejected", cache.rejected());
    json.writeNumberField("loadedFunctions", cache.loadedFunctions());
    json.writeNumberField("loadedBytes", cache.loadedBytes());
    json.writeNumberField("storedFunctions", cache.storedFunctions());
    json.writeEndObject();
  }

  private void frame(FrameReport frame) throws IOException {
    json.writeStringField("url", frame.url());
    json.writeNumberField("depth", frame.depth());
    json.writeStringField("origin", frame.origin());
    json.writeStringField("title", frame.title());
    json.writeStringField("state", frame.state().name());
    json.writeNumberField("scriptsNotRun", frame.scriptsNotRun());
    json.writeStringField("error", frame.error());
  }

  private void agent(AgentReport agent) throws IOException {
    json.writeStringField("origin", agent.origin());
    json.writeStringField("site", agent.site());
    json.writeArrayFieldStart("documents");
    for (String url : agent.frames()) {
      json.writeString(url);
    }
    json.writeEndArray();
    json.writeNumberField("instances", agent.instances());
    json.writeNumberField("functions", agent.tiers().functions());
    json.writeNumberField("functionsInterpreted", agent.tiers().interpreted());
    json.writeNumberField("functionsCompiled", agent.tiers().compiled());
    json.writeNumberField("memoryBytes", agent.memoryBytes());
    json.writeNumberField("peakMemoryBytes", agent.peakMemoryBytes());
    millis("busyMillis", agent.busyTime());
    json.writeNumberField("tasks", agent.tasks());
    json.writeNumberField("trapCount", agent.trapCount());
    objects("traps", agent.traps(), this::trap);
    json.writeNumberField("messagesSent", agent.messagesSent());
    json.writeNumberField("messagesReceived", agent.messagesReceived());
    json.writeNumberField("messagesWithheld", agent.messagesWithheld());
    json.writeObjectFieldStart("limitsReached");
    for (Map.Entry<Limit, Long> reached : new TreeMap<>(agent.limitsReached()).entrySet()) {
      json.writeNumberField(reached.getKey().name(), reached.getValue());
    }
    json.writeEndObject();
    json.writeStringField("verdict", agent.verdict().kind().name());
    json.writeStringField("verdictDetail", agent.verdict().detail());
  }

  private void trap(TrapReport trap) throws IOException {
    json.writeStringField("activity", trap.activity());
    json.writeStringField("document", trap.document());
    json.writeStringField("kind", trap.kind().name());
    json.writeStringField("message", trap.message());
    objects("frames", trap.frames(), this::trapFrame);
  }

  private void trapFrame(Trap.Frame frame) throws IOException {
    json.writeStringField("module", frame.module());
    json.writeNumberField("function", frame.function());
    json.writeStringField("name", frame.name());
    json.writeNumberField("offset", frame.offset());
    json.writeStringField("source", frame.source());
  }

  private void console(ConsoleMessage message) throws IOException {
    millis("atMillis", message.time());
    json.writeStringField("origin", message.origin());
    json.writeStringField("document", message.document());
    json.writeStringField("level", message.level().name());
    json.writeStringField("text", message.text());
  }

  private void request(RequestReport request) throws IOException {
    json.writeStringField("url", request.url());
    json.writeStringField("finalUrl", request.finalUrl());
    json.writeStringField("destination", request.destination().name());
    json.writeStringField("initiator", request.initiator());
    json.writeNumberField("status", request.status());
    json.writeStringField("mimeType", request.mimeType());
    json.writeNumberField("bytes", request.bytes());
    millis("millis", request.time());
    json.writeStringField("reason", request.reason() == null ? "" : request.reason().name());
    json.writeStringField("error", request.error());
    if (request.refusal() != null) {
      json.writeObjectFieldStart("blockedBy");
      json.writeStringField("policy", request.refusal().rule().policy());
      json.writeStringField("directive", request.refusal().directive());
      json.writeStringField("header", request.refusal().rule().header());
      json.writeStringField("section", request.refusal().rule().section());
      json.writeEndObject();
    }
  }

  private void subresource(SubresourceReport subresource) throws IOException {
    json.writeStringField("url", subresource.url());
    json.writeStringField("destination", subresource.destination().name());
    json.writeStringField("document", subresource.document());
    json.writeBooleanField("requested", subresource.requested());
  }

  private void violation(ViolationReport violation) throws IOException {
    json.writeStringField("document", violation.document());
    json.writeStringField("directive", violation.directive());
    json.writeStringField("blocked", violation.blocked());
    json.writeBooleanField("enforced", violation.enforced());
    json.writeStringField("policy", violation.policy());
    json.writeStringField("sample", violation.sample());
  }

  private void problem(Problem problem) throws IOException {
    json.writeStringField("kind", problem.kind().name());
    json.writeStringField("document", problem.document());
    json.writeBooleanField("fatal", problem.fatal());
    json.writeStringField("message", problem.message());
  }

  private void millis(String name, Duration time) throws IOException {
    json.writeNumberField(name, time.toNanos() / 10_000 / 100.0);
  }
}
