#!/bin/sh
# Builds and runs benchmarks.
#   run.sh load                          requests in a second, 1,000 in flight, beside Jetty's bare client
#   run.sh jmh [REGULAR-EXPRESSION...]   JMH: URL parsing, in 20 seconds
set -eu
cd "$(dirname "$0")/../../.."
mvn -q -Pbench -pl fetch-layer -am test-compile dependency:build-classpath -Dmdep.outputFile=target/bench.classpath
cd fetch-layer
classpath="target/test-classes:target/classes:$(cat target/bench.classpath)"
what=${1:-load}
[ $# -eq 0 ] || shift
case $what in
  load) exec java -Xmx512m -cp "$classpath" dev.skerry.fetch.bench.LoadTable ;;
  jmh) exec java -cp "$classpath" org.openjdk.jmh.Main -foe true "$@" ;;
  *)
    echo "run.sh: load or jmh, not $what" >&2
    exit 2 ;;
esac
