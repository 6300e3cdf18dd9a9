package dev.skerry.wasm.pass;

/**
 * A vector that takes the place of a value of a loop, or of the values that copies of its body within one turn have:
 * how it is made from others. Lanes beyond those that count hold anything.
 *
 * @param lane bits of a lane
 * @param code the vector instruction, if it is one
 * @param scalar the value that is in all lanes, that shifts count by, or that a ramp or recurrence begins from
 * @param numbers constants, as the kind says
 */
record VectorNode(Kind kind, int lane, int code, VectorNode a, VectorNode b, VectorNode c, int scalar,
    LoopAccess access, long[] numbers) {

  /** How it is made. */
  enum Kind {
    /** {@code scalar}, an invariant, in all lanes, as {@code code} does it. */
    SPLAT,
    /** {@code numbers}, one for each copy of the body. */
    NUMBERS,
    /** What {@code access} loads once before the loop, in all lanes, as {@code code} does it. */
    UNIFORM,
    /** Loads from where the first of {@code access} is. */
    LOAD,
    /**
     * Loads lane by lane: of each turn what {@code access} is, with one of {@code numbers} more for each copy of the
     * body.
     */
    GATHER,
    /** The vector operator {@code code} on {@code a}, {@code b} and {@code c}. */
    OPERATOR,
    /** The shift {@code code} of {@code a} by {@code scalar}, an invariant. */
    SHIFT,
    /** Bytes of {@code a} and {@code b} that {@code numbers} name as {@code i8x16.shuffle} does. */
    SHUFFLE,
    /** The parameter {@code scalar} times the last of {@code numbers}, plus one of the others for each copy. */
    RAMP,
    /** What {@code a} was one element before; what the parameter {@code scalar} is in the first turn. */
    RECURRENCE
  }

  static VectorNode operator(int lane, int code, VectorNode a, VectorNode b, VectorNode c) {
    return new VectorNode(Kind.OPERATOR, lane, code, a, b, c, -1, null, null);
  }

  static VectorNode splat(int lane, int code, int scalar) {
    return new VectorNode(Kind.SPLAT, lane, code, null, null, null, scalar, null, null);
  }

  static VectorNode numbers(int lane, long... numbers) {
    return new VectorNode(Kind.NUMBERS, lane, 0, null, null, null, -1, null, numbers);
  }

  /** Records compare what they hold; here each is itself. */
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
