package dev.skerry.origin;

import java.util.EnumMap;
import java.util.Map;

/**
 * The limits of a page host: a value for every row of {@link Limit}. Immutable.
 *
 * @param values all rows, each at least 1
 */
public record Limits(Map<Limit, Long> values) {

  private static final Limits DEFAULTS = new Limits(Map.of());

  /** Rows that are not named take their defaults. */
  public Limits {
    Map<Limit, Long> all = new EnumMap<>(Limit.class);
    for (Limit limit : Limit.values()) {
      long value = values.getOrDefault(limit, limit.byDefault());
      if (value < 1) {
        throw new IllegalArgumentException("the limit " + limit + " must be at least 1, not " + value);
      }
      all.put(limit, value);
    }
    values = Map.copyOf(all);
  }

  public static Limits defaults() {
    return DEFAULTS;
  }

  /** These limits with another value for one row, in that row's unit. */
  public Limits with(Limit limit, long value) {
    Map<Limit, Long> changed = new EnumMap<>(values);
    changed.put(limit, value);
    return new Limits(changed);
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
