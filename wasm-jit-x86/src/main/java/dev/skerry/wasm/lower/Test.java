package dev.skerry.wasm.lower;

import dev.skerry.wasm.x64.Condition;

/**
 * What flags say: that one of two conditions holds, or that none of them does.
 *
 * @param second null if one condition says it all
 * @param none whether it is true if neither holds; only with a second one
 */
record Test(Condition first, Condition second, boolean none) {

  private static final Test[] SINGLE = new Test[Condition.values().length];

  static {
    for (Condition condition : Condition.values()) {
      SINGLE[condition.ordinal()] = new Test(condition, null, false);
    }
  }

  static Test of(Condition condition) {
    return SINGLE[condition.ordinal()];
  }

  static Test either(Condition first, Condition second) {
    return new Test(first, second, false);
  }

  Test negated() {
    return second == null ? of(first.negated()) : new Test(first, second, !none);
  }
}
