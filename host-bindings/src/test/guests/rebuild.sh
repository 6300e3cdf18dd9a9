#!/bin/sh
# Rebuilds the test guests. Needs clang with lld, and wasi-libc (Debian: clang lld wasi-libc libclang-rt-dev-wasm32).
set -eu
cd "$(dirname "$0")"
for source in *.c; do
  clang --target=wasm32-wasi --sysroot=/usr -O2 -Wall -Wextra -Werror -Wl,--strip-debug \
    -o "${source%.c}.wasm" "$source"
done
