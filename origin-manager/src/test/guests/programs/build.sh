#!/bin/sh
# Rebuilds the programs. Needs clang with lld and wasi-libc, and npm for the AssemblyScript compiler.
set -eu
cd "$(dirname "$0")"
"${CLANG:-clang}" --target=wasm32-wasi --sysroot=/usr -O2 -Wall -Wextra -Werror -Wl,--strip-debug -o sort.wasm sort.c
npx --yes --package assemblyscript@0.27.37 -- asc primes.ts -O3 --runtime incremental --use abort=primes/stop \
  --outFile primes.wasm
chmod 644 ./*.wasm
