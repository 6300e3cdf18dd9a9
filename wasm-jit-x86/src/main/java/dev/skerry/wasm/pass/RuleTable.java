package dev.skerry.wasm.pass;

/**
 * The rewrite rules, {@code pattern => result}, or {@code pattern => result if condition}; the first that matches is
 * taken. Small letters are any values, capitals any constants; {@code (width x)} is how many low bits of a value may be
 * set. Results and conditions that have constants alone are computed with the operators of the language.
 *
 * <p>{@code iN} and {@code fN} stand for both widths, {@code BITS} for the number of bits, {@code LAST} for one less,
 * {@code MIN} for the least signed number; of <code>{a|b}</code> every place takes the same alternative.
 * A constant operand of a commutative operator is always the second one. All must hold for every value, traps and NaNs
 * included; {@code RulesTest} tries each of them.
 */
final class RuleTable {

  static final String[] ROWS = {
    // Sums.
    "(iN.add x 0) => x",
    "(iN.add (iN.add x K) L) => (iN.add x (iN.add K L))",
    "(iN.add (iN.sub K x) L) => (iN.sub (iN.add K L) x)",
    "(iN.add (iN.sub x y) y) => x",
    "(iN.add y (iN.sub x y)) => x",
    "(iN.add x (iN.sub 0 y)) => (iN.sub x y)",
    "(iN.add (iN.sub 0 y) x) => (iN.sub x y)",
    "(iN.sub x x) => 0",
    "(iN.sub x K) => (iN.add x (iN.sub 0 K))",
    "(iN.sub (iN.add x y) x) => y",
    "(iN.sub (iN.add x y) y) => x",
    "(iN.sub x (iN.add x y)) => (iN.sub 0 y)",
    "(iN.sub x (iN.sub 0 y)) => (iN.add x y)",
    "(iN.sub K (iN.add x L)) => (iN.sub (iN.sub K L) x)",
    "(iN.sub K (iN.sub L x)) => (iN.add x (iN.sub K L))",

    // Products.
    "(iN.mul x 0) => 0",
    "(iN.mul x 1) => x",
    "(iN.mul x -1) => (iN.sub 0 x)",
    "(iN.mul x K) => (iN.shl x (iN.ctz K)) if (iN.eq (iN.popcnt K) 1)",
    "(iN.mul (iN.mul x K) L) => (iN.mul x (iN.mul K L))",
    "(iN.mul (iN.shl x K) L) => (iN.mul x (iN.shl L K))",
    "(iN.mul (iN.sub 0 x) K) => (iN.mul x (iN.sub 0 K))",

    // Divisions by constants; for those by other numbers than powers of two see DivisionByConstant.
    "(iN.{div_s|div_u} x 1) => x",
    "(iN.{rem_s|rem_u} x 1) => 0",
    "(iN.rem_s x -1) => 0",
    "(iN.div_u x K) => (iN.shr_u x (iN.ctz K)) if (iN.eq (iN.popcnt K) 1)",
    "(iN.rem_u x K) => (iN.and x (iN.sub K 1)) if (iN.eq (iN.popcnt K) 1)",
    "(iN.{div_s|rem_s} x K) => (iN.{div_u|rem_u} x K) if (i32.and (iN.gt_s K 0) (iN.lt_u (width x) BITS))",
    "(i32.div_s x MIN) => (i32.eq x MIN)",
    "(i64.div_s x MIN) => (i64.extend_i32_u (i64.eq x MIN))",
    "(iN.div_s x K) => (iN.sub 0 (iN.div_s x (iN.sub 0 K))) if (iN.lt_s K -1)",
    "(iN.rem_s x K) => (iN.rem_s x (iN.sub 0 K)) if (i32.and (iN.lt_s K -1) (iN.ne K MIN))",
    "(iN.div_s x K) => (iN.shr_s (iN.add x (iN.shr_u (iN.shr_s x LAST) (iN.sub BITS (iN.ctz K)))) (iN.ctz K))"
        + " if (i32.and (iN.gt_s K 1) (iN.eq (iN.popcnt K) 1))",
    "(iN.rem_s x K) => (iN.sub x (iN.and (iN.add x (iN.shr_u (iN.shr_s x LAST) (iN.sub BITS (iN.ctz K))))"
        + " (iN.sub 0 K))) if (i32.and (iN.gt_s K 1) (iN.eq (iN.popcnt K) 1))",

    // Bits.
    "(iN.and x 0) => 0",
    "(iN.and x x) => x",
    "(iN.and (iN.and x K) L) => (iN.and x (iN.and K L))",
    "(iN.and x K) => x if (iN.le_u (width x) (iN.ctz (iN.xor K -1)))",
    "(iN.and (iN.or x K) L) => (iN.and x L) if (iN.eqz (iN.and K L))",
    "(iN.and (iN.shl x K) L) => (iN.shl x K) if (iN.eq (iN.and L (iN.shl -1 K)) (iN.shl -1 K))",
    "(iN.and (iN.extend8_s x) K) => (iN.and x K) if (iN.le_u K 255)",
    "(iN.and (iN.extend16_s x) K) => (iN.and x K) if (iN.le_u K 65535)",
    "(i64.and (i64.extend32_s x) K) => (i64.and x K) if (i64.le_u K 0xffffffff)",
    "(i64.and (i64.extend_i32_s x) K) => (i64.and (i64.extend_i32_u x) K) if (i64.le_u K 0xffffffff)",
    "(iN.or x 0) => x",
    "(iN.or x -1) => -1",
    "(iN.or x x) => x",
    "(iN.or (iN.or x K) L) => (iN.or x (iN.or K L))",
    "(iN.{or|xor|add} (iN.shl x K) (iN.shr_u x L)) => (iN.rotl x K)"
        + " if (i32.and (iN.eq (iN.add K L) BITS) (iN.lt_u (iN.sub K 1) LAST))",
    "(iN.{or|xor|add} (iN.shr_u x L) (iN.shl x K)) => (iN.rotl x K)"
        + " if (i32.and (iN.eq (iN.add K L) BITS) (iN.lt_u (iN.sub K 1) LAST))",
    "(iN.{or|xor|add} (iN.shr_u (iN.mul x K) L) (iN.mul x M)) => (iN.rotl (iN.mul x K) (iN.sub BITS L))"
        + " if (i32.and (iN.eq M (iN.shl K (iN.sub BITS L))) (iN.lt_u (iN.sub L 1) LAST))",
    "(iN.{or|xor|add} (iN.mul x M) (iN.shr_u (iN.mul x K) L)) => (iN.rotl (iN.mul x K) (iN.sub BITS L))"
        + " if (i32.and (iN.eq M (iN.shl K (iN.sub BITS L))) (iN.lt_u (iN.sub L 1) LAST))",
    "(i32.xor x 1) => (i32.eqz x) if (i32.le_u (width x) 1)",
    "(iN.xor x 0) => x",
    "(iN.xor x x) => 0",
    "(iN.xor (iN.xor x K) L) => (iN.xor x (iN.xor K L))",
    "(iN.xor (iN.xor x y) y) => x",

    // Shifts.
    "(iN.{shl|shr_s|shr_u|rotl|rotr} x 0) => x",
    "(iN.{shl|shr_s|shr_u|rotl|rotr} x K) => (iN.{shl|shr_s|shr_u|rotl|rotr} x (iN.and K LAST)) if (iN.gt_u K LAST)",
    "(iN.{shl|shr_s|shr_u|rotl|rotr} x (iN.and y K)) => (iN.{shl|shr_s|shr_u|rotl|rotr} x y)"
        + " if (iN.eq (iN.and K LAST) LAST)",
    "(iN.{shl|shr_s|shr_u} 0 x) => 0",
    "(i32.shr_s (i32.shl x {24|16}) {24|16}) => (i32.{extend8_s|extend16_s} x)",
    "(i64.shr_s (i64.shl x {56|48|32}) {56|48|32}) => (i64.{extend8_s|extend16_s|extend32_s} x)",
    "(iN.{shl|shr_s|shr_u} (iN.{shl|shr_s|shr_u} x K) L) => (iN.{shl|shr_s|shr_u} x (iN.add K L))"
        + " if (i32.and (iN.le_u (iN.or K L) LAST) (iN.le_u (iN.add K L) LAST))",
    "(iN.shr_u (iN.shl x K) K) => (iN.and x (iN.shr_u -1 K))",
    "(iN.shl (iN.{shr_u|shr_s} x K) K) => (iN.and x (iN.shl -1 K))",
    "(iN.shr_u x K) => 0 if (i32.and (iN.le_u K LAST) (iN.le_u (width x) K))",
    "(iN.shr_s x K) => (iN.shr_u x K) if (iN.lt_u (width x) BITS)",
    "(iN.rotr x K) => (iN.rotl x (iN.sub BITS K))",
    "(iN.rotl (iN.rotl x K) L) => (iN.rotl x (iN.and (iN.add K L) LAST))",

    // Widths.
    "(iN.extend8_s (iN.and x K)) => (iN.extend8_s x) if (iN.eq (iN.and K 255) 255)",
    "(iN.extend16_s (iN.and x K)) => (iN.extend16_s x) if (iN.eq (iN.and K 65535) 65535)",
    "(i64.extend32_s (i64.and x K)) => (i64.extend32_s x) if (i64.eq (i64.and K 0xffffffff) 0xffffffff)",
    "(iN.extend8_s x) => x if (iN.lt_u (width x) 8)",
    "(iN.extend16_s x) => x if (iN.lt_u (width x) 16)",
    "(i64.extend32_s x) => x if (i64.lt_u (width x) 32)",
    "(iN.{extend8_s|extend16_s} (iN.{extend8_s|extend8_s} x)) => (iN.extend8_s x)",
    "(iN.{extend8_s|extend16_s} (iN.{extend16_s|extend16_s} x)) => (iN.{extend8_s|extend16_s} x)",
    "(i64.extend32_s (i64.{extend8_s|extend16_s|extend32_s} x)) => (i64.{extend8_s|extend16_s|extend32_s} x)",
    "(i64.extend32_s (i64.{extend_i32_s|extend_i32_u} x)) => (i64.extend_i32_s x)",
    "(i32.wrap_i64 (i64.{extend_i32_s|extend_i32_u} x)) => x",
    "(i32.wrap_i64 (i64.and x K)) => (i32.wrap_i64 x) if (i64.eq (i64.and K 0xffffffff) 0xffffffff)",
    "(i32.wrap_i64 (i64.or x (i64.shl y K))) => (i32.wrap_i64 x) if (i64.lt_u (i64.sub K 32) 32)",
    "(i32.wrap_i64 (i64.or (i64.shl y K) x)) => (i32.wrap_i64 x) if (i64.lt_u (i64.sub K 32) 32)",
    "(i32.wrap_i64 (i64.extend32_s x)) => (i32.wrap_i64 x)",
    "(i32.wrap_i64 (i64.{add|sub|mul|and|or|xor} (i64.{extend_i32_u|extend_i32_u|extend_i32_u|extend_i32_u|"
        + "extend_i32_u|extend_i32_u} x) (i64.extend_i32_u y))) => (i32.{add|sub|mul|and|or|xor} x y)",
    "(i32.wrap_i64 (i64.{add|mul|and|or|xor} (i64.extend_i32_u x) K)) =>"
        + " (i32.{add|mul|and|or|xor} x (i32.wrap_i64 K))",
    "(i64.extend_i32_u (i32.wrap_i64 x)) => x if (i64.le_u (width x) 32)",
    "(i64.extend_i32_u (i32.wrap_i64 x)) => (i64.and x 0xffffffff)",
    "(i64.extend_i32_s (i32.wrap_i64 x)) => (i64.extend32_s x)",
    "(i64.extend_i32_s x) => (i64.extend_i32_u x) if (i32.lt_u (width x) 32)",

    // Comparisons.
    "(iN.{eq|ne|lt_s|lt_u|gt_s|gt_u|le_s|le_u|ge_s|ge_u} K x) =>"
        + " (iN.{eq|ne|gt_s|gt_u|lt_s|lt_u|ge_s|ge_u|le_s|le_u} x K)",
    "(iN.{eq|le_s|le_u|ge_s|ge_u} x x) => 1",
    "(iN.{ne|lt_s|lt_u|gt_s|gt_u} x x) => 0",
    "(iN.eq x 0) => (iN.eqz x)",
    "(i32.ne x 0) => x if (i32.le_u (width x) 1)",
    "(i32.eq x 1) => x if (i32.le_u (width x) 1)",
    "(i32.ne x 1) => (i32.eqz x) if (i32.le_u (width x) 1)",
    "(iN.lt_u x 0) => 0",
    "(iN.ge_u x 0) => 1",
    "(iN.gt_u x 0) => (iN.ne x 0)",
    "(iN.le_u x 0) => (iN.eqz x)",
    "(iN.lt_u x 1) => (iN.eqz x)",
    "(iN.ge_u x 1) => (iN.ne x 0)",
    "(iN.lt_s x MIN) => 0",
    "(iN.ge_s x MIN) => 1",
    "(iN.{lt_u|le_u|ne|gt_u|ge_u|eq} x K) => {1|1|1|0|0|0}"
        + " if (i32.and (iN.lt_u (width x) BITS) (iN.ge_u K (iN.shl 1 (width x))))",
    "(iN.{eq|ne} (iN.add x K) L) => (iN.{eq|ne} x (iN.sub L K))",
    "(iN.{eq|ne} (iN.xor x K) L) => (iN.{eq|ne} x (iN.xor L K))",
    "(iN.{eq|ne} (iN.sub K x) L) => (iN.{eq|ne} x (iN.sub K L))",
    "(iN.eqz (iN.add x K)) => (iN.eq x (iN.sub 0 K))",
    "(iN.eqz (iN.sub x y)) => (iN.eq x y)",
    "(iN.eqz (iN.xor x y)) => (iN.eq x y)",
    "(iN.ne (iN.{sub|xor} x y) 0) => (iN.ne x y)",
    "(i32.eqz (iN.eqz x)) => (iN.ne x 0)",
    "(i32.eqz (iN.{eq|ne|lt_s|lt_u|gt_s|gt_u|le_s|le_u|ge_s|ge_u} x y)) =>"
        + " (iN.{ne|eq|ge_s|ge_u|le_s|le_u|gt_s|gt_u|lt_s|lt_u} x y)",
    "(i32.eqz (fN.{eq|ne} x y)) => (fN.{ne|eq} x y)",
    "(i64.eqz (i64.{extend_i32_s|extend_i32_u} x)) => (i32.eqz x)",
    "(i64.{eq|ne|lt_s|lt_u|gt_s|gt_u|le_s|le_u|ge_s|ge_u} (i64.extend_i32_u x) (i64.extend_i32_u y)) =>"
        + " (i32.{eq|ne|lt_u|lt_u|gt_u|gt_u|le_u|le_u|ge_u|ge_u} x y)",
    "(i64.{eq|ne|lt_s|lt_u|gt_s|gt_u|le_s|le_u|ge_s|ge_u} (i64.extend_i32_s x) (i64.extend_i32_s y)) =>"
        + " (i32.{eq|ne|lt_s|lt_u|gt_s|gt_u|le_s|le_u|ge_s|ge_u} x y)",
    "(i64.{eq|ne|lt_s|lt_u|gt_s|gt_u|le_s|le_u|ge_s|ge_u} (i64.extend_i32_u x) K) =>"
        + " (i32.{eq|ne|lt_u|lt_u|gt_u|gt_u|le_u|le_u|ge_u|ge_u} x (i32.wrap_i64 K)) if (i64.le_u K 0xffffffff)",
    "(i64.{eq|ne|lt_s|gt_s|le_s|ge_s} (i64.extend_i32_s x) K) =>"
        + " (i32.{eq|ne|lt_s|gt_s|le_s|ge_s} x (i32.wrap_i64 K)) if (i64.eq (i64.extend32_s K) K)",

    // Choices.
    "(select x x c) => x",
    "(select x y K) => x if (i32.ne K 0)",
    "(select x y 0) => y",
    "(select 1 0 c) => c if (i32.le_u (width c) 1)",
    "(select 1 0 c) => (i32.ne c 0)",
    "(select 0 1 c) => (i32.eqz c)",
    "(select x y (i32.eqz c)) => (select y x c)",
    "(select x y (i32.ne c 0)) => (select x y c)",

    // Floats: only what is the same for every bit pattern.
    "(fN.neg (fN.neg x)) => x",
    "(fN.abs (fN.{neg|abs} x)) => (fN.abs x)",
    "(f32.div x K) => (f32.mul x (f32.div 1 K)) if (i32.and (i32.eqz (i32.and (i32.reinterpret_f32 K) 0x7fffff))"
        + " (i32.lt_u (i32.sub (i32.and (i32.shr_u (i32.reinterpret_f32 K) 23) 255) 1) 253))",
    "(f64.div x K) => (f64.mul x (f64.div 1 K)) if"
        + " (i32.and (i64.eqz (i64.and (i64.reinterpret_f64 K) 0xfffffffffffff))"
        + " (i64.lt_u (i64.sub (i64.and (i64.shr_u (i64.reinterpret_f64 K) 52) 2047) 1) 2045))",
    "(i32.reinterpret_f32 (f32.reinterpret_i32 x)) => x",
    "(i64.reinterpret_f64 (f64.reinterpret_i64 x)) => x",
    "(f32.reinterpret_i32 (i32.reinterpret_f32 x)) => x",
    "(f64.reinterpret_i64 (i64.reinterpret_f64 x)) => x",
    "(fN.convert_i64_s (i64.extend_i32_s x)) => (fN.convert_i32_s x)",
    "(fN.{convert_i64_s|convert_i64_u} (i64.extend_i32_u x)) => (fN.convert_i32_u x)",
    "(fN.convert_i64_u x) => (fN.convert_i64_s x) if (i64.lt_u (width x) 64)",
    "(fN.convert_i32_u x) => (fN.convert_i32_s x) if (i32.lt_u (width x) 32)",
  };

  private RuleTable() {
  }
}
