#!/bin/sh
# Rebuilds the .wasm files in this folder from their sources: needs clang with wasi-libc and lld, and wabt.
set -eu
cd "$(dirname "$0")"
for source in *.c; do
  clang --target=wasm32-wasi -O2 -Wall -Wextra -Werror -Wl,--strip-debug -o "${source%.c}.wasm" "$source"
done
for source in *.wat; do
  wat2wasm --enable-exceptions --debug-names -o "${source%.wat}.wasm" "$source"
done
