#!/bin/sh
# Rebuilds the .wasm files in this folder from their sources: needs wabt, and clang with lld and wasi-libc.
set -eu
cd "$(dirname "$0")"
for source in *.wat; do
  wat2wasm --enable-threads --debug-names -o "${source%.wat}.wasm" "$source"
done
lib=../../../../../demo-sites/src/sites/lib
for source in *.c; do
  clang --target=wasm32-wasi -mreference-types -mexec-model=reactor -O2 -Wall -Wextra -Werror -Wl,--export-table \
    -Wl,--strip-debug -Wl,-z,stack-size=65536 -I"$lib" "$source" "$lib/skerry.c" "$lib/value.c" \
    "$lib/skerry.s" -o "${source%.c}.wasm"
  chmod 644 "${source%.c}.wasm"
done
