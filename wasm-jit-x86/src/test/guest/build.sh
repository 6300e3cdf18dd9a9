#!/bin/sh
# Rebuilds the prebuilt test guest. Needs clang and wasm-ld.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"${CLANG:-clang}" --target=wasm32 -O2 -mbulk-memory -nostdlib -Wl,--no-entry -Wl,--strip-debug \
  -o "$here/../resources/guest/kernels.wasm" "$here/kernels.c"
