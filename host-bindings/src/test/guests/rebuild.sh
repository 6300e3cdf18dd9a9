#!/bin/sh
# Rebuilds the test guests. Needs clang with lld and wasi-libc, and wabt (Debian: clang lld wasi-libc
# libclang-rt-dev-wasm32 wabt).
set -eu
cd "$(dirname "$0")"
for source in *.c; do
  clang --target=wasm32-wasi --sysroot=/usr -O2 -Wall -Wextra -Werror -Wl,--strip-debug \
    -o "${source%.c}.wasm" "$source"
done
for source in *.wat; do
  wat2wasm -o "${source%.wat}.wasm" "$source"
done
chmod 644 ./*.wasm
