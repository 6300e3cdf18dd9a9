#!/bin/sh
# Rebuilds every prebuilt module of this folder beside its source. Needs Debian's package: wabt.
set -eu
cd "$(dirname "$0")"
./generate-out-of-bounds.sh > out-of-bounds.wat
for source in *.wat; do
  wat2wasm --enable-all --debug-names "$source" -o "${source%.wat}.wasm"
done
for twins in divisions vectors; do
  ./generate-twins.sh "$twins" | wat2wasm --enable-all --debug-names - -o "$twins.wasm"
done
