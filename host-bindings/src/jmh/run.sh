#!/bin/sh
# Measures the Ruby program as whole processes, as the operating system sees them: elapsed, processor time, resident.
#   run.sh [RUNS [FILE]]    cold without a code cache, cold with an empty one, the second and third run with what is
#                           there then, and node's cold time, RUNS times in turns (3); FILE is dist/ruby+stdlib.wasm of
#                           npm's @ruby/3.4-wasm-wasi, which wasm-jit-x86/src/jmh/fetch.sh fetches
# Java gets the options that origin-manager/bin/skerry gives it for run, a class-data archive like the launcher's, and
# jffi's library as a file.
set -eu
cd "$(dirname "$0")/../../.."
runs=${1:-3}
file=$(readlink -f "${2:-wasm-jit-x86/target/npm/node_modules/@ruby/3.4-wasm-wasi/dist/ruby+stdlib.wasm}")
[ -f "$file" ] || { echo "run.sh: there is no $file: run wasm-jit-x86/src/jmh/fetch.sh" >&2; exit 2; }
mvn -q -pl host-bindings -am -DskipTests package dependency:build-classpath \
  -Dmdep.outputFile=target/starts.classpath -Dmdep.includeScope=runtime
work=$PWD/host-bindings/target/starts
rm -rf "$work"
mkdir "$work"
jar -c -f "$work/example.jar" -C host-bindings/target/test-classes dev/skerry/bindings/example
class_path=$(echo "$PWD"/host-bindings/target/host-bindings-*.jar):$work/example.jar
class_path=$class_path:$(cat host-bindings/target/starts.classpath)
natives=$(tr : '\n' <host-bindings/target/starts.classpath | grep 'jffi-[^/]*-native.jar$')
(cd "$work" && jar -x -f "$natives" jni/x86_64-Linux)
options="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:NewSize=16m -XX:-UsePerfData -Xlog:disable -Xlog:all=error:stderr"
options="$options -XX:CompileCommand=quiet"
options="$options -XX:CompileCommand=CompileThresholdScaling,dev.skerry.wasm.verify.*::*,0.2"
options="$options -Djdk.includeInExceptions= -Djdk.io.permissionsUseCanonicalPath=false"
options="$options -Djffi.boot.library.path=$work/jni"
ruby() {
  # shellcheck disable=SC2086 # options are split at blanks
  command time -f '%e s elapsed, %U + %S s of processor time, %M KB' \
    java $options "$@" -cp "$class_path" dev.skerry.bindings.example.RubyProgram "$file" 'puts 1' ${cache:+"$cache"} 2>&1
}
in_node() {
  command time -f '%e s elapsed, %U + %S s of processor time, %M KB' \
    node --no-warnings host-bindings/src/test/node/ruby.mjs "$file" 'puts 1' 2>&1
}
say() {
  printf '%-34s' "$1"
  shift
  "$@" | grep elapsed
}
# The archive has the classes of a first and a second run.
cache=$work/warm-up
ruby -XX:DumpLoadedClassList="$work/first" >/dev/null
ruby -XX:DumpLoadedClassList="$work/second" >/dev/null
sort -u "$work/first" "$work/second" >"$work/classes"
java -XX:+UseSerialGC -Xlog:disable -Xshare:dump -XX:SharedClassListFile="$work/classes" \
  -XX:SharedArchiveFile="$work/archive" -cp "$class_path" >/dev/null 2>&1
archive=-XX:SharedArchiveFile=$work/archive
run=0
while [ "$run" -lt "$runs" ]; do
  run=$((run + 1))
  cache=
  say "cold, no cache" ruby "$archive"
  say "cold, no cache, no class archive" ruby
  cache=$work/cache-$run
  say "first, fills the cache" ruby "$archive"
  say "second" ruby "$archive"
  say "third" ruby "$archive"
  if command -v node >/dev/null; then
    say "node" in_node
  fi
done
