#!/bin/sh
# Builds and runs benchmarks.
#   run.sh kernels [REGULAR-EXPRESSION [ENGINE...]]   the C kernels in every engine that is here, as a table of ratios;
#                                                     JAVA_OPTIONS="-Dskerry.memory=check" and the like reach all JVMs
#                                                     "kernels .* guard check mask hardened" compares those, as jit
#                                                     "kernels .* auto unprofiled": auto with and without profiles
#   run.sh programs [PROGRAM...] [ENGINE...]          QuickJS and Ruby from npm, warm, in V8, this engine and Chicory's
#                                                     compiler, after fetch.sh (host-bindings/src/jmh/programs.sh);
#                                                     "unprofiled" is auto without profiles of branches
#   run.sh speed                                      both tables, one after the other
#   run.sh overhead [REGULAR-EXPRESSION]              each way to keep accesses within memory over none, measured and
#                                                     predicted, and what polls cost; some three minutes
#   run.sh warmup [REGULAR-EXPRESSION [ENGINE...]]    milliseconds until a kernel runs at 90 % of its end speed, from
#                                                     when a fresh process is asked for it; node and auto by default
#   run.sh compile [MODULE]                           MB of bodies a second on one warm thread with all passes, and heap
#                                                     taken; without a module: Ruby's after fetch.sh, else the kernels
#   run.sh substrate                                  JMH, in some three minutes: entering and leaving machine code,
#                                                     traps, interrupts, suspension, memories, stacks, publishing
#   run.sh cold [RUNS]                                compiling all of Ruby on one thread: in a cold JVM, then warmer (4
#                                                     times in all), and V8's optimizing tier; after fetch.sh
#   run.sh warm [REGULAR-EXPRESSION]                  how long kernels take to nine tenths of their speed in a fresh
#                                                     process, with an empty code cache and a full one,
#                                                     and a class-data archive as the launcher makes one
#   run.sh proofs [ROUNDS [STRATEGY,...]]             how fast the verifier proves all of Ruby's code, after fetch.sh:
#                                                     the first round of the first strategy is that of a cold JVM
#   run.sh jmh [REGULAR-EXPRESSION...]                JMH; validation and instantiation are measured after fetch.sh
set -eu
cd "$(dirname "$0")/../../.."
case ${1:-kernels} in
  programs)
    shift
    exec host-bindings/src/jmh/programs.sh "$@" ;;
  speed)
    wasm-jit-x86/src/jmh/run.sh kernels
    exec host-bindings/src/jmh/programs.sh ;;
esac
mvn -q -Pbench -pl wasm-jit-x86 -am test-compile dependency:build-classpath -Dmdep.outputFile=target/bench.classpath
cd wasm-jit-x86
classpath="target/test-classes:target/classes:$(cat target/bench.classpath)"
what=${1:-kernels}
[ $# -eq 0 ] || shift
case $what in
  kernels)
    if command -v "${CC:-gcc}" > /dev/null; then
      sh src/test/guest/build.sh "$PWD/target/kernels-native"
    fi
    # shellcheck disable=SC2086
    exec java ${JAVA_OPTIONS:-} -cp "$classpath" dev.skerry.wasm.bench.KernelTable "$@" ;;
  overhead)
    # Code without checks has none that tell of an access what loops on vectors have to know.
    export JAVA_TOOL_OPTIONS="${JAVA_TOOL_OPTIONS:-} -Dskerry.passes.off=vectorisation"
    # shellcheck disable=SC2086
    exec java ${JAVA_OPTIONS:-} -cp "$classpath" dev.skerry.wasm.bench.OverheadTable "$@" ;;
  warmup)
    # shellcheck disable=SC2086
    exec java ${JAVA_OPTIONS:-} -cp "$classpath" dev.skerry.wasm.bench.WarmupTable "$@" ;;
  compile)
    module=target/npm/node_modules/@ruby/3.4-wasm-wasi/dist/ruby.wasm
    [ -e "$module" ] || module=src/test/resources/guest/kernels.wasm
    # shellcheck disable=SC2086
    exec java ${JAVA_OPTIONS:-} -Xmx1g -cp "$classpath" dev.skerry.wasm.bench.CompileTable "${1:-$module}" ;;
  substrate)
    memory=../linear-memory/target
    # shellcheck disable=SC2086
    java ${JAVA_OPTIONS:-} -cp "$memory/test-classes:$memory/classes:$classpath" org.openjdk.jmh.Main -foe true \
      -jvmArgsAppend -Dslf4j.internal.verbosity=ERROR -v SILENT -rff target/substrate.txt \
      -f 1 -wi 3 -w 300ms -i 5 -r 300ms 'memory.(Code|Memory)Benchmark|ActivationBenchmark'
    exec cat target/substrate.txt ;;
  cold)
    module=target/npm/node_modules/@ruby/3.4-wasm-wasi/dist/ruby.wasm
    # shellcheck disable=SC2086
    java ${JAVA_OPTIONS:--XX:+UseSerialGC -Xmx2g} -cp "$classpath" dev.skerry.wasm.bench.CompileSpeed "$module" "${1:-4}"
    if command -v node > /dev/null; then
      node --no-liftoff --no-wasm-lazy-compilation --wasm-num-compilation-tasks=1 --no-wasm-tier-up \
        --single-threaded src/jmh/js/compile.mjs "$module" 1
    fi ;;
  warm)
    # A class-data archive wants jars.
    rm -rf target/warm
    mkdir target/warm
    jars=
    for folder in target/classes target/test-classes ../linear-memory/target/classes; do
      jar -c -f "target/warm/$(echo "$folder" | tr -c '[:alnum:]\n' -).jar" -C "$folder" .
    done
    for entry in target/warm/*.jar $(tr : '\n' < target/bench.classpath | grep '\.jar$'); do
      jars=$jars:$entry
    done
    exec java -cp "${jars#:}" dev.skerry.wasm.bench.WarmStart "$@" ;;
  proofs)
    # shellcheck disable=SC2086
    exec java ${JAVA_OPTIONS:-} -cp "$classpath" dev.skerry.wasm.bench.ProofTimes \
      target/npm/node_modules/@ruby/3.4-wasm-wasi/dist/ruby.wasm "$@" ;;
  jmh)
    module=target/npm/node_modules/@ruby/3.4-wasm-wasi/dist/ruby.wasm
    [ -e "$module" ] || set -- -e ValidationBenchmark "$@"
    instance=target/npm/node_modules/quickjs-wasi/quickjs.wasm
    [ -e "$instance" ] || set -- -e InstantiationBenchmark "$@"
    exec java "-Dskerry.bench.module=$module" "-Dskerry.bench.instance=$instance" -cp "$classpath" \
      org.openjdk.jmh.Main -foe true "$@" ;;
  *)
    echo "run.sh: kernels, programs, speed, overhead, warmup, compile, cold, warm, substrate, proofs or jmh, not $what" >&2
    exit 2 ;;
esac
