#!/bin/sh
# Every fuzzer for a time of one's choice, one after the other: run.sh [SECONDS [SEED]] (600 each, seed 1).
# Each prints what it tried: modules and mutants, random programs, URLs, cookies, answers, scenarios. A failure names
# the seed that repeats it. The mutations of machine code against the verifier are a campaign of their own: see the
# README of wasm-jit-x86.
set -eu
cd "$(dirname "$0")/../../.."
seconds=${1:-600}
seed=${2:-1}
fuzzers='UrlFuzzTest,CookieFuzzTest,MutationTest,DifferentialTest,MutatedModulesTest,AnswerFuzzTest,ScenarioTest'
# DifferentialTest counts programs; it compares some ten a second.
exec mvn verify -pl security-tests -am -Dtest="$fuzzers" -Dsurefire.failIfNoSpecifiedTests=false \
  -DfailIfNoTests=false -Dskerry.fuzz.seconds="$seconds" -Dskerry.fuzz.seed="$seed" \
  -Dskerry.programs=$((seconds * 10)) -Dskerry.seed=$((5000000 + seed))
