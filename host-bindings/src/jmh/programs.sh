#!/bin/sh
# Measures QuickJS and Ruby from npm, warm, in V8, in this engine and in Chicory's compiler, as one table of CPU times.
#   programs.sh [quickjs] [ruby] [node] [auto] [chicory]   only those; wasm-jit-x86/src/jmh/fetch.sh fetches the packages
# Chicory makes each function a method: Ruby takes it half a minute and 4 GB to load. Properties in JAVA_OPTIONS reach all JVMs.
set -eu
cd "$(dirname "$0")/../../.."
packages=$PWD/wasm-jit-x86/target/npm/node_modules
[ -d "$packages" ] || { echo "programs.sh: there is no $packages: run wasm-jit-x86/src/jmh/fetch.sh" >&2; exit 2; }
mvn -q -Pbench -pl host-bindings -am test-compile dependency:build-classpath -Dmdep.outputFile=target/bench.classpath
cd host-bindings
# shellcheck disable=SC2086
exec java ${JAVA_OPTIONS:-} -cp "target/test-classes:target/classes:$(cat target/bench.classpath)" \
  dev.skerry.bindings.bench.ProgramTable "$packages" "$@"
