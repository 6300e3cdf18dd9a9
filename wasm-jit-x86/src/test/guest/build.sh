#!/bin/sh
# Rebuilds the prebuilt test guests. Needs clang and wasm-ld.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"${CLANG:-clang}" --target=wasm32 -O2 -mbulk-memory -nostdlib -Wl,--no-entry -Wl,--strip-debug \
  -o "$here/../resources/guest/kernels.wasm" "$here/kernels.c"
for kind in vectors:-msimd128 scalars:-mno-simd128; do
  "${CLANG:-clang}" --target=wasm32-wasi -O2 "${kind#*:}" -nostdlib -Wl,--no-entry -Wl,--strip-debug \
    -o "$here/../resources/guest/${kind%:*}.wasm" "$here/vectors.c"
done
