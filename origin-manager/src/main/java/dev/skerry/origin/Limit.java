package dev.skerry.origin;

import java.time.Duration;
import java.util.Locale;

/**
 * Everything that a page may take has a limit: one row each, with its default. An agent that goes over one gets a clear
 * error or ends; every other agent does not notice.
 */
public enum Limit {
  AGENT_MEMORY(Scope.ORIGIN, Unit.BYTES, 256L << 20, "linear memory, instances and modules of one agent"),
  PAGE_MEMORY(Scope.PAGE, Unit.BYTES, 1L << 30, "the same of all agents of a page; the largest of a frame ends"),
  PAGE_MODULES(Scope.PAGE, Unit.BYTES, Math.min(256L << 20, Limit.ofHeap(4)),
      "Java heap for instances, modules and documents on their way of a page"),
  HOST_MODULES(Scope.HOST, Unit.BYTES, Limit.ofHeap(2),
      "Java heap for instances, modules and documents on their way of all pages"),
  AGENT_TABLE_ELEMENTS(Scope.ORIGIN, Unit.COUNT, 1_000_000, "table elements of one agent"),
  AGENT_INSTANCES(Scope.ORIGIN, Unit.COUNT, 1_000, "module instances of one agent"),
  STACK(Scope.ORIGIN, Unit.BYTES, 1L << 20, "guest stack of one activation"),
  NESTING(Scope.ORIGIN, Unit.COUNT, 32, "how deep host functions call back into guest code"),
  TASK_CPU(Scope.ORIGIN, Unit.MILLIS, 5_000, "processor time of one task"),
  TASK_WALL(Scope.ORIGIN, Unit.MILLIS, 30_000, "time that one task takes by the clock"),
  AGENT_CPU(Scope.ORIGIN, Unit.MILLIS, 120_000, "processor time of one agent"),
  AGENT_FUEL(Scope.ORIGIN, Unit.COUNT, Long.MAX_VALUE,
      "units of fuel that guest code of one agent takes, the same on every machine; counted only where it is set"),
  AGENT_TIMERS(Scope.ORIGIN, Unit.COUNT, 2_000, "running timers of one agent"),
  WAITING_CALLS(Scope.ORIGIN, Unit.COUNT, 64, "calls of guest code of one agent that wait for something"),
  SENT_MESSAGES(Scope.ORIGIN, Unit.COUNT, 10_000, "messages of one sender that wait for their receivers"),
  SENT_MESSAGE_BYTES(Scope.ORIGIN, Unit.BYTES, 8L << 20,
      "bytes of one sender's messages that wait for their receivers"),
  PORTS(Scope.ORIGIN, Unit.COUNT, 10_000, "open message ports that one document has made or has on their way"),
  RECEIVED_PORTS(Scope.ORIGIN, Unit.COUNT, 10_000, "open message ports that one document was sent"),
  STORAGE(Scope.ORIGIN, Unit.BYTES, 10L << 20,
      "names and values in one storage area of one origin and top-level site"),
  HOST_STORAGE(Scope.HOST, Unit.BYTES, 256L << 20, "names and values in the local storage of all origins"),
  CONSOLE_MESSAGES(Scope.ORIGIN, Unit.COUNT, 10_000, "console messages kept of one agent"),
  CONSOLE_TEXT(Scope.ORIGIN, Unit.COUNT, 1L << 20, "characters of console text kept of one agent"),
  TRAPS(Scope.ORIGIN, Unit.COUNT, 100, "traps reported of one agent"),
  DOM_NODES(Scope.PAGE, Unit.COUNT, 1_000_000, "nodes of a page's documents: of its own origin, and of all others"),
  ADDED_NODES(Scope.ORIGIN, Unit.COUNT, 100_000, "nodes that guests add to one document"),
  FRAMES(Scope.PAGE, Unit.COUNT, 100, "frames within documents of a page: of its own origin, and of all others"),
  FRAME_DEPTH(Scope.PAGE, Unit.COUNT, 10, "frames inside each other"),
  MODULES(Scope.ORIGIN, Unit.COUNT, 500, "modules in the graphs of one document"),
  REQUESTS(Scope.PAGE, Unit.COUNT, 2_000, "requests of a page: of its own origin, and of all others"),
  REQUESTS_IN_FLIGHT(Scope.ORIGIN, Unit.COUNT, 6, "requests of one agent at the same time; more wait"),
  FETCHED_BYTES(Scope.PAGE, Unit.BYTES, 512L << 20, "bytes that a page fetches: its own origin, and all others"),
  DOCUMENT_BYTES(Scope.PAGE, Unit.BYTES, 16L << 20, "bytes of one document"),
  URL_LENGTH(Scope.ORIGIN, Unit.COUNT, 2L << 20, "characters of a URL in a document"),
  BODY_BYTES(Scope.HOST, Unit.BYTES, 64L << 20, "bytes of one response"),
  FETCH_TIME(Scope.HOST, Unit.MILLIS, 30_000, "time of one fetch, redirects included");

  /** What a limit counts. */
  public enum Unit {
    COUNT("pieces"), BYTES("bytes"), MILLIS("milliseconds");

    private final String words;

    Unit(String words) {
      this.words = words;
    }

    /** What an amount is an amount of. */
    public String words() {
      return words;
    }
  }

  /** Whose sum is limited: of all pages, of one page, or of one agent or document, which may differ by origin. */
  public enum Scope { HOST, PAGE, ORIGIN }

  private final Scope scope;
  private final Unit unit;
  private final long byDefault;
  private final String sentence;

  Limit(Scope scope, Unit unit, long byDefault, String sentence) {
    this.scope = scope;
    this.unit = unit;
    this.byDefault = byDefault;
    this.sentence = sentence;
  }

  /** A part of the largest heap that this process may have. */
  private static long ofHeap(int part) {
    return Math.max(1 << 20, Runtime.getRuntime().maxMemory() / part);
  }

  public Scope scope() {
    return scope;
  }

  public Unit unit() {
    return unit;
  }

  public long byDefault() {
    return byDefault;
  }

  /** What is limited, as a part of a sentence. */
  public String sentence() {
    return sentence;
  }

  /** An amount of this limit's unit for people, such as {@code 64 MiB} or {@code 5 s}. */
  String format(long amount) {
    return switch (unit) {
      case COUNT -> String.format(Locale.ROOT, "%,d", amount);
      case BYTES -> bytes(amount);
      case MILLIS -> duration(Duration.ofMillis(amount));
    };
  }

  static String bytes(long amount) {
    if (amount >= 1L << 20) {
      return scaled(amount, 20) + " MiB";
    }
    return amount >= 1L << 10 ? scaled(amount, 10) + " KiB" : amount + " bytes";
  }

  private static String scaled(long amount, int shift) {
    long unit = 1L << shift;
    return String.format(Locale.ROOT, amount % unit == 0 ? "%.0f" : "%.1f", amount / (double) unit);
  }

  static String duration(Duration time) {
    long micros = time.toNanos() / 1_000;
    if (micros >= 1_000_000) {
      return String.format(Locale.ROOT, micros % 1_000_000 == 0 ? "%.0f s" : "%.2f s", micros / 1e6);
    }
    return String.format(Locale.ROOT, "%.1f ms", micros / 1e3);
  }
}
