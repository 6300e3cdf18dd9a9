#!/bin/sh
# Rebuilds the test guests. Needs clang with lld, wasi-libc and wabt
set -eu
cd "$(dirname "$0")"
for source in *.c; do
  clang --target=wasm32-wasi --sysroot=/usr -O2 -Wall -Wextra -Werror -Wl,--strip-debug \
    -o "${source%.c}.wasm" "$source"
done
for source in *.wat; do
  wat2wasm -o "${source%.wat}.wasm" "$source"
done
