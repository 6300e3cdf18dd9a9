package dev.skerry.origin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What pages did and when, in bounded space, as Chrome's trace-event format: fetches, compiles, tasks and messages, a
 * line for each origin. Thread-safe.
 */
public final class TraceLog implements PageObserver {

  private static final int MOST = 200_000;
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();
  private static final String NETWORK = "requests of ";
  private static final String[][] CATEGORIES = {{"compile", "compile"}, {"message", "messages"},
      {"port message", "messages"}, {"parse", "parse"}, {"timer", "timers"}};

  private final long startNanos = System.nanoTime();
  private final List<Event> events = new ArrayList<>();
  private long dropped;

  /** One thing that took time, or a moment where that is null. */
  private record Event(String line, String category, String name, long atNanos, Duration time) {
  }

  @Override
  public boolean wantsTasks() {
    return true;
  }

  @Override
  public void task(TaskReport task) {
    String category = "tasks";
    for (String[] row : CATEGORIES) {
      if (task.name().startsWith(row[0])) {
        category = row[1];
      }
    }
    add(new Event(task.origin(), category, task.name(), task.startNanos(), task.time()));
  }

  @Override
  public void request(RequestReport request) {
    String line = NETWORK + (request.initiator().isEmpty() ? "the person" : request.initiator());
    add(new Event(line, "fetch", request.url(), System.nanoTime() - request.time().toNanos(), request.time()));
  }

  @Override
  public void console(ConsoleMessage message) {
    add(new Event(message.origin(), "console", message.text(), System.nanoTime(), null));
  }

  private synchronized void add(Event event) {
    if (events.size() < MOST) {
      events.add(event);
    } else {
      dropped++;
    }
  }

  /** Writes what there is so far. The writer stays open. */
  public void write(Writer out) throws IOException {
    List<Event> all;
    synchronized (this) {
      all = List.copyOf(events);
    }
    Map<String, Integer> lines = new LinkedHashMap<>();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("displayTimeUnit", "ms");
      json.writeArrayFieldStart("traceEvents");
      for (Event event : all) {
        Integer line = lines.get(event.line());
        if (line == null) {
          line = lines.size() + 1;
          lines.put(event.line(), line);
          name(json, line, event.line());
        }
        write(json, event, line);
      }
      json.writeEndArray();
      json.writeNumberField("droppedEvents", dropped);
      json.writeEndObject();
    }
    out.write('\n');
  }

  /** A metadata event: what the line is called. */
  private static void name(JsonGenerator json, int line, String name) throws IOException {
    begin(json, line, "thread_name", "M");
    json.writeObjectFieldStart("args");
    json.writeStringField("name", name);
    json.writeEndObject();
    json.writeEndObject();
  }

  private void write(JsonGenerator json, Event event, int line) throws IOException {
    begin(json, line, event.name(), event.time() == null ? "i" : "X");
    json.writeStringField("cat", event.category());
    json.writeNumberField("ts", micros(event.atNanos() - startNanos));
    if (event.time() == null) {
      json.writeStringField("s", "t");
    } else {
      json.writeNumberField("dur", micros(event.time().toNanos()));
    }
    json.writeEndObject();
  }

  private static void begin(JsonGenerator json, int line, String name, String phase) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", name);
    json.writeStringField("ph", phase);
    json.writeNumberField("pid", 1);
    json.writeNumberField("tid", line);
  }

  private static double micros(long nanos) {
    return Math.max(0, nanos) / 1e3;
  }
}
