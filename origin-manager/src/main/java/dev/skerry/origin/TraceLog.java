package dev.skerry.origin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import dev.skerry.wasm.CompileReport;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What pages did and when, in bounded space, as Chrome's trace-event format: fetches, compiles, tasks and messages, a
 * line for each origin and one for machine code that is made in the background, and more where things happened at the
 * same time, for on one line they would be taken to lie within each other. Thread-safe.
 */
public final class TraceLog implements PageObserver {

  private static final int MOST = 200_000;
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();
  private static final String NETWORK = "requests of ";
  private static final String COMPILER = "compiler";
  private static final String[][] CATEGORIES = {{"compile", "compile"}, {"message", "messages"},
      {"port message", "messages"}, {"parse", "parse"}, {"timer", "timers"}};

  private final long startNanos = System.nanoTime();
  private final List<Event> events = new ArrayList<>();
  private long dropped;

  /** One thing that took time, or a moment where that is null. */
  private record Event(String line, String category, String name, long atNanos, Duration time) {

    long endNanos() {
      return time == null ? atNanos : atNanos + time.toNanos();
    }
  }

  /** One line of the viewer, and when what is on it so far has ended. */
  private static final class Line {

    private final int id;
    private long endNanos;

    Line(int id) {
      this.id = id;
    }
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

  @Override
  public void compiled(CompileReport code) {
    String name = code.function() + (code.loop() < 0 ? "" : ", loop at byte " + code.loop())
        + (code.cached() ? ", from the cache" : "");
    add(new Event(COMPILER, "machine code", name, code.startNanos(), code.time()));
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
      all = new ArrayList<>(events);
    }
    all.sort(Comparator.comparingLong(Event::atNanos));
    Map<String, List<Line>> lines = new HashMap<>();
    int count = 0;
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("displayTimeUnit", "ms");
      json.writeArrayFieldStart("traceEvents");
      for (Event event : all) {
        List<Line> own = lines.computeIfAbsent(event.line(), name -> new ArrayList<>());
        Line line = free(own, event);
        if (line == null) {
          line = new Line(++count);
          own.add(line);
          name(json, line.id, own.size() == 1 ? event.line() : event.line() + " (" + own.size() + ")");
        }
        line.endNanos = event.endNanos();
        write(json, event, line.id);
      }
      json.writeEndArray();
      json.writeNumberField("droppedEvents", dropped);
      json.writeEndObject();
    }
    out.write('\n');
  }

  /** The first line on which nothing happened at that time; null where there is none. */
  private static Line free(List<Line> lines, Event event) {
    for (Line line : lines) {
      if (line.endNanos <= event.atNanos()) {
        return line;
      }
    }
    return null;
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
