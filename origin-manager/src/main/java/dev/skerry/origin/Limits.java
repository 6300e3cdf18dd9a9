package dev.skerry.origin;

import dev.skerry.fetch.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The limits of a page host: a value for every row of {@link Limit}, and other values for the documents of some
 * origins. Immutable.
 *
 * @param values all rows, each at least 1
 * @param rules in the order in which they apply: where several match an origin, the last one counts
 */
public record Limits(Map<Limit, Long> values, List<Rule> rules) {

  private static final Limits DEFAULTS = new Limits(Map.of(), List.of());

  /**
   * Other values for the origins that match.
   *
   * @param origins {@code *} for all, an origin such as {@code https://shop.example:8443}, one whose host begins with
   *     {@code *.} for all hosts below that one, or {@code null} for opaque origins
   */
  public record Rule(String origins, Map<Limit, Long> values) {

    public Rule {
      values = Map.copyOf(values);
      OriginPattern.parse(origins);
      values.forEach((limit, value) -> {
        if (limit.scope() != Limit.Scope.ORIGIN) {
          throw new IllegalArgumentException("the limit " + limit + " (" + limit.sentence()
              + ") cannot differ by origin");
        }
        requirePositive(limit, value);
      });
    }
  }

  /** Rows that are not named take their defaults. */
  public Limits {
    Map<Limit, Long> all = new EnumMap<>(Limit.class);
    for (Limit limit : Limit.values()) {
      all.put(limit, requirePositive(limit, values.getOrDefault(limit, limit.byDefault())));
    }
    values = Map.copyOf(all);
    rules = List.copyOf(rules);
  }

  private static long requirePositive(Limit limit, long value) {
    if (value < 1) {
      throw new IllegalArgumentException("the limit " + limit + " must be at least 1, not " + value);
    }
    return value;
  }

  public static Limits defaults() {
    return DEFAULTS;
  }

  /**
   * The limits that a policy file gives, the defaults where it says nothing: a JSON object with {@code "limits"}, an
   * object of rows and values, and {@code "origins"}, an object of patterns as in {@link Rule} with such objects.
   *
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException naming what is wrong, and where
   */
  public static Limits read(Path file) throws IOException {
    try {
      return LimitsReader.parse(Files.readString(file));
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(file + ": " + wrong.getMessage(), wrong);
    }
  }

  /** These limits with another value for one row, in that row's unit. */
  public Limits with(Limit limit, long value) {
    Map<Limit, Long> changed = new EnumMap<>(values);
    changed.put(limit, value);
    return new Limits(changed, rules);
  }

  /** These limits with another value for one row, in the documents of those origins; see {@link Rule}. */
  public Limits with(String origins, Limit limit, long value) {
    List<Rule> more = new ArrayList<>(rules);
    more.add(new Rule(origins, Map.of(limit, value)));
    return new Limits(values, more);
  }

  /** What counts for the documents of an origin. */
  Limits of(Origin origin) {
    if (rules.isEmpty()) {
      return this;
    }
    Map<Limit, Long> own = new EnumMap<>(values);
    rules.stream().filter(rule -> OriginPattern.parse(rule.origins()).matches(origin))
        .forEach(rule -> own.putAll(rule.values()));
    return new Limits(own, List.of());
  }

  /** Whether a row has another value than its default, for whatever origins. */
  boolean isSet(Limit limit) {
    return get(limit) != limit.byDefault() || rules.stream().anyMatch(rule -> rule.values().containsKey(limit));
  }

  public long get(Limit limit) {
    return values.get(limit);
  }

  /** The value as an int, at most {@link Integer#MAX_VALUE}. */
  int count(Limit limit) {
    return (int) Math.min(Integer.MAX_VALUE, get(limit));
  }

  /** The sentence for whoever went over that limit. */
  String exceeded(Limit limit) {
    return "over the limit of " + limit.format(get(limit)) + " (" + limit.sentence() + ")";
  }
}
