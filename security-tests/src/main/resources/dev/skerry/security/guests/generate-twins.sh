#!/bin/sh
# Prints the module divisions or vectors: each operation twice, once with a constant operand (its name ends in " const")
# and once with the same operand as a parameter (" var"); names say the operation and the constant.
set -eu

divisions() {
  echo ';; Made by generate-twins.sh: divisions by constants beside divisions by parameters.'
  echo '(module $divisions'
  for op in div_s div_u rem_s rem_u; do
    for divisor in 1 2 3 5 6 7 9 10 11 25 60 125 625 641 1000 65535 65536 0x7fffffff 0x80000000 0xfffffffd 0xffffffff; do
      echo "  (func (export \"i32.$op $divisor const\") (param i64 i64) (result i64)"
      echo "    (i64.extend_i32_u (i32.$op (i32.wrap_i64 (local.get 0)) (i32.const $divisor))))"
      echo "  (func (export \"i32.$op $divisor var\") (param i64 i64) (result i64)"
      echo "    (i64.extend_i32_u (i32.$op (i32.wrap_i64 (local.get 0)) (i32.wrap_i64 (local.get 1)))))"
    done
    for divisor in 1 2 3 5 7 10 641 0xffffffff 0x100000000 0x7fffffffffffffff 0x8000000000000000 0xfffffffffffffffd \
      0xffffffffffffffff; do
      echo "  (func (export \"i64.$op $divisor const\") (param i64 i64) (result i64)"
      echo "    (i64.$op (local.get 0) (i64.const $divisor)))"
      echo "  (func (export \"i64.$op $divisor var\") (param i64 i64) (result i64)"
      echo "    (i64.$op (local.get 0) (local.get 1)))"
    done
  done
  echo ')'
}

# Folds the vector on the stack into an i64.
fold='(local.set $v) (i64.xor (i64x2.extract_lane 0 (local.get $v))
  (i64.mul (i64x2.extract_lane 1 (local.get $v)) (i64.const 31)))'

vector_twins() { # name, constant, operation with constant, operation with parameter
  echo "  (func (export \"$1 $2 const\") (param i64 i64) (result i64) (local \$v v128) $3 $fold)"
  echo "  (func (export \"$1 $2 var\") (param i64 i64) (result i64) (local \$v v128) $4 $fold)"
}

vectors() {
  echo ';; Made by generate-twins.sh: vector operations with constant operands beside those with parameters.'
  echo '(module $vectors'
  a='(i64x2.replace_lane 1 (i64x2.splat (local.get 0)) (i64.mul (local.get 0) (i64.const 0x9e3779b97f4a7c15)))'
  for shape in i8x16 i16x8 i32x4 i64x2; do
    for op in shl shr_s shr_u; do
      for amount in 0 1 7 8 9 15 16 17 31 32 33 63 64 65 255 256 0x7fffffff 0xffffffff; do
        vector_twins "$shape.$op" "$amount" "($shape.$op $a (i32.const $amount))" \
          "($shape.$op $a (i32.wrap_i64 (local.get 1)))"
      done
    done
  done
  for value in 0 1 0x7f80ff01 0xffffffff; do
    for op in i8x16.add_sat_s i8x16.sub_sat_u i8x16.min_u i8x16.max_s i8x16.avgr_u i8x16.swizzle i8x16.eq i8x16.lt_u \
      i16x8.mul i16x8.q15mulr_sat_s i16x8.narrow_i32x4_s i16x8.narrow_i32x4_u i16x8.extmul_low_i8x16_s i32x4.dot_i16x8_s \
      i32x4.mul i32x4.gt_u i64x2.mul i64x2.gt_s v128.andnot v128.xor; do
      vector_twins "$op" "$value" "($op $a (v128.const i32x4 $value $value $value $value))" \
        "($op $a (i32x4.splat (i32.wrap_i64 (local.get 1))))"
    done
    vector_twins v128.bitselect "$value" "(v128.bitselect $a (v128.not $a) (v128.const i32x4 $value $value $value $value))" \
      "(v128.bitselect $a (v128.not $a) (i32x4.splat (i32.wrap_i64 (local.get 1))))"
  done
  echo ')'
}

"$1"
