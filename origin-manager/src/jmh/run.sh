#!/bin/sh
# Measures what a page host holds and how fast its agents are; each part is a JVM of its own with a heap of 1 GiB.
#   run.sh                      all of the following
#   run.sh agents [COUNT]       resident memory of so many idle agents, each with an instance (10,000)
#   run.sh messages [PAIRS]     messages a second between so many pairs of agents (1,000)
#   run.sh delay [SECONDS]      how long tasks wait beside an endless loop and an agent at its memory limit (20)
set -eu
cd "$(dirname "$0")/../../.."
mvn -q -DskipTests -pl origin-manager -am test-compile dependency:build-classpath -DincludeScope=test \
  -Dmdep.outputFile=target/bench.classpath
cd origin-manager
classpath="target/test-classes:target/classes:$(cat target/bench.classpath)"
part() {
  java -Xmx1g -Dskerry.codeCache=off -cp "$classpath" dev.skerry.origin.HostTable "$@"
}
case ${1:-all} in
  all)
    part agents 10000
    part messages 1000 10
    part delay 20 ;;
  agents) part agents "${2:-10000}" ;;
  messages) part messages "${2:-1000}" 10 ;;
  delay) part delay "${2:-20}" ;;
  *)
    echo "run.sh: agents, messages or delay, not $1" >&2
    exit 2 ;;
esac
