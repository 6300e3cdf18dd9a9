#!/bin/sh
# Every fuzzer once, each for a time of one's choice, one after the other: run.sh [SECONDS [SEED]] (600 each, seed 1).
# Each prints what it tried: URLs, cookies, mutants of modules, random programs in both tiers, mutants of machine code
# against the verifier, mutants that run, answers, scenarios. A failure names the seed that repeats it.
set -eu
cd "$(dirname "$0")/../../.."
seconds=${1:-600}
seed=${2:-1}
fuzzers='UrlFuzzTest,CookieFuzzTest,MutationTest,DifferentialTest,CampaignTest,MutatedModulesTest,AnswerFuzzTest'
# Cases are numbered from the seed on, so that runs with neighbouring seeds try different ones.
first=$((seed * 10000000))
exec mvn test-compile surefire:test@default-test -pl security-tests -am -Dtest="$fuzzers,ScenarioTest" \
  -Dsurefire.failIfNoSpecifiedTests=false -DfailIfNoTests=false -Dskerry.seed="$first" -Dskerry.fuzz.seed="$first" \
  -Dskerry.fuzz.seconds="$seconds" -Dskerry.campaign.seconds="$seconds"
