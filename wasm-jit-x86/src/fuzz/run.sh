#!/bin/sh
# Looks for modules that break the front end, with Jazzer: run.sh [SECONDS [JAZZER-ARGUMENTS...]]
# What it learns stays in target/fuzz/corpus; an input that breaks something is written to target/fuzz.
set -eu
cd "$(dirname "$0")/../../.."
mvn -q -Pjazzer -pl wasm-jit-x86 -am test-compile dependency:build-classpath -Dmdep.outputFile=target/fuzz.classpath
cd wasm-jit-x86
classpath="target/test-classes:target/classes:$(cat target/fuzz.classpath)"
seconds=${1:-60}
[ $# -eq 0 ] || shift
java -cp "$classpath" dev.skerry.wasm.fuzz.Seeds target/fuzz/seeds
mkdir -p target/fuzz/corpus
exec java -cp "$classpath" com.code_intelligence.jazzer.Jazzer --target_class=dev.skerry.wasm.fuzz.ModuleFuzzer \
  --instrumentation_includes='dev.skerry.wasm.**' --reproducer_path=target/fuzz -artifact_prefix=target/fuzz/ \
  -max_total_time="$seconds" -max_len=4096 -timeout=10 "$@" target/fuzz/corpus target/fuzz/seeds
