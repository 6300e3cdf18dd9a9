#!/bin/sh
# Rebuilds the prebuilt guests of tests and benchmarks. Needs clang and wasm-ld. With an argument it builds the native
# program that runs the kernels instead, there; that needs gcc. OPTIMIZATION has the compiler's options if not -O2.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$here/../resources/guest
cd "$here/kernels"
if [ $# -gt 0 ]; then
  # shellcheck disable=SC2086
  exec "${CC:-gcc}" ${OPTIMIZATION:--O2} -ffp-contract=off -fno-math-errno -o "$1" ./*.c -lm
fi
build() {
  "${CLANG:-clang}" -O2 -ffp-contract=off -Wall -Wextra -Wno-parentheses -Werror -nostdlib -Wl,--no-entry \
    -Wl,--strip-debug "$@"
}
build --target=wasm32 -mbulk-memory -o "$out/kernels.wasm" linear.c stencil.c numeric.c integer.c crypto.c calls.c \
  memory.c programs.c
build --target=wasm32 -mbulk-memory -o "$out/loops.wasm" loops.c
build --target=wasm32 -mbulk-memory -o "$out/paths.wasm" paths.c
build --target=wasm32 -mbulk-memory -msimd128 -o "$out/simd.wasm" simd.c
for kind in vectors:-msimd128 scalars:-mno-simd128; do
  build --target=wasm32-wasi "${kind#*:}" -o "$out/${kind%:*}.wasm" "$here/vectors.c"
done
build --target=wasm32 -mbulk-memory -matomics -Wl,--import-memory,--shared-memory,--max-memory=4194304 \
  -Wl,--initial-memory=262144 -o "$out/stress.wasm" "$here/stress/stress.c"
cd "$here/lines"
for version in 4 5; do
  "${CLANG:-clang}" --target=wasm32 -O1 -gdwarf-$version -fdebug-compilation-dir=. -Wall -Wextra -Werror -nostdlib \
    -Wl,--no-entry -o "$out/lines$version.wasm" main.c
done
chmod 644 "$out"/*.wasm
