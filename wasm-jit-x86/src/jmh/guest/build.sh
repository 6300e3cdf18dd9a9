#!/bin/sh
# Rebuilds the benchmark's guest. Needs clang and wasm-ld.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"${CLANG:-clang}" --target=wasm32 -O2 -Wall -Wextra -Werror -mbulk-memory -nostdlib -Wl,--no-entry \
  -Wl,--strip-debug -o "$here/../resources/bench/kernels.wasm" "$here/kernels.c"
chmod 644 "$here/../resources/bench/kernels.wasm"
