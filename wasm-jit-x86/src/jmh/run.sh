#!/bin/sh
# Builds and runs the benchmarks: run.sh [REGULAR-EXPRESSION]. Validation is measured after fetch.sh.
set -eu
cd "$(dirname "$0")/../../.."
mvn -q -Pbench -pl wasm-jit-x86 -am test-compile dependency:build-classpath -Dmdep.outputFile=target/bench.classpath
cd wasm-jit-x86
exec java -Dskerry.bench.module=target/npm/node_modules/@ruby/3.4-wasm-wasi/dist/ruby.wasm \
  -cp "target/test-classes:target/classes:$(cat target/bench.classpath)" dev.skerry.wasm.bench.Comparison "$@"
