package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Opcode;

/**
 * When a loop is left that one comparison ends, which each turn makes once: it goes on while
 * {@code induction + offset RELATION limit} holds. In the first turn the left side is {@code start + offset}, here
 * called the first, and it grows by the induction's step.
 *
 * @param induction what is compared, with a constant step that is not 0
 * @param offset what is added to it first, as a signed number
 * @param relation a comparison of i32 or i64, by which the loop goes on
 * @param limit an invariant of the loop
 * @param exit the edge by which the loop is left
 * @param turns how many turns the loop has, or -1 if that is no constant
 * @param exact says that the loop comes to where the left side is the limit, neither passing it nor wrapping, if the
 *     first fulfils the relation (else there is one turn). Then there is one turn more than
 *     {@code (limit - first) / step} if the step is above 0, or {@code (first - limit) / -step}; the difference modulo
 *     two to the power of the bits, the division of unsigned numbers. False for {@code eq}
 */
public record TripCount(Induction induction, long offset, Opcode relation, int limit, int exit, long turns,
    boolean exact) {
}
