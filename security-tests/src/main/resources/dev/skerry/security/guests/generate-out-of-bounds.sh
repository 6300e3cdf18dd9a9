#!/bin/sh
# Prints out-of-bounds.wat: one exported function for each load and store and each static offset that matters.
# A name such as "i32.load8_s offset=65535" is the instruction as it stands in the function's body.
set -eu

loads='i32.load i64.load f32.load f64.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u
i64.load8_s i64.load8_u i64.load16_s i64.load16_u i64.load32_s i64.load32_u'
stores='i32.store i64.store f32.store f64.store i32.store8 i32.store16 i64.store8 i64.store16 i64.store32'
offsets='0 1 65529 65535 65536 131072 2147483647 2147483648 4294967295'

# The bits of a value of type $1 as an i64, and back.
to_bits() {
  case $1 in
    i32) echo "i64.extend_i32_u" ;;
    i64) echo "" ;;
    f32) echo "i32.reinterpret_f32 i64.extend_i32_u" ;;
    f64) echo "i64.reinterpret_f64" ;;
  esac
}
from_bits() {
  case $1 in
    i32) echo "i32.wrap_i64" ;;
    i64) echo "" ;;
    f32) echo "i32.wrap_i64 f32.reinterpret_i32" ;;
    f64) echo "f64.reinterpret_i64" ;;
  esac
}

echo ';; Made by generate-out-of-bounds.sh; the harness decides which memory stands behind the import.'
echo '(module $out-of-bounds'
echo '  (import "fault-domain" "memory" (memory 1))'
for offset in $offsets; do
  for load in $loads; do
    echo "  (func (export \"$load offset=$offset\") (param i32) (result i64)"
    echo "    local.get 0 $load offset=$offset $(to_bits "${load%%.*}"))"
  done
  for store in $stores; do
    echo "  (func (export \"$store offset=$offset\") (param i32 i64)"
    echo "    local.get 0 local.get 1 $(from_bits "${store%%.*}") $store offset=$offset)"
  done
done
echo ')'
