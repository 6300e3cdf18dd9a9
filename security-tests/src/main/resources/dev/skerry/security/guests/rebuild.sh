#!/bin/sh
# Rebuilds every prebuilt module of this folder beside its source. Needs Debian's package: wabt.
set -eu
# shellcheck disable=SC2086 # features are split at blanks
cd "$(dirname "$0")"
features='--enable-memory64 --enable-multi-memory --enable-tail-call --enable-threads --enable-exceptions'
./generate-out-of-bounds.sh > out-of-bounds.wat
# The same program with a memory that two stores may have.
sed 's/(memory 512)/(memory 512 512 shared)/' killed-midway.wat |
  wat2wasm $features --debug-names - -o killed-midway-shared.wasm
for source in *.wat; do
  wat2wasm $features --debug-names "$source" -o "${source%.wat}.wasm"
done
# The same accesses of a memory that need not have a page.
sed 's/(memory 1)/(memory 0)/' out-of-bounds.wat | wat2wasm $features --debug-names - -o out-of-bounds-empty.wasm
# The same programs with the page behind the end that they aim at, and with references for numbers.
sed -e 's/(memory (export "memory") 1)/(memory (export "memory") 2)/' \
  -e 's/(data (i32.const 0) "p")/& (data (i32.const 65536) "the secret of bank.localhost")/' guest-strings.wat |
  wat2wasm $features --debug-names - -o guest-strings-control.wasm
# The same programs, which exchange their values as bytes that nobody checks.
for part in cloned-value cloned-value-victim; do
  sed -e 's/"post_value"/"post"/' -e 's/"message_value"/"message_data"/' $part.wat |
    wat2wasm $features --debug-names - -o $part-unchecked.wasm
done
# The same spy, which shows itself to the oracle of random scenarios.
sed -e 's/(import "web:console" "log"/(import "acme:oracle" "attend" (func $attend))\n  &/' \
  -e 's/^    (local.set $body (call $query/    (call $attend)\n&/' spy.wat |
  wat2wasm $features --debug-names - -o spy-attended.wasm
# The same gadget with addresses of 64 bits, which reach everywhere.
sed -e "s/(memory 32 32)/(memory i64 32 32)/" -e "s/(i32.load8_u (local.get 0))/(i64.load8_u (local.get 0))/" \
  -e "s/(param i32)/(param i64)/" -e "s/i32.shl/i64.shl/" -e "s/i32.const 12/i64.const 12/" bounds-bypass.wat |
  wat2wasm $features --debug-names - -o bounds-bypass-64.wasm
sed 's/i64/externref/g' type-identity.wat | wat2wasm $features --debug-names - -o type-identity-references.wasm
for twins in divisions vectors; do
  ./generate-twins.sh "$twins" | wat2wasm $features --debug-names - -o "$twins.wasm"
done
