#!/bin/sh
# Rebuilds the harness's machine code from its source. Needs Debian's package: binutils.
set -eu
cd "$(dirname "$0")"
object=$(mktemp)
trap 'rm -f "$object"' EXIT
as --64 cache-timer.s -o "$object"
objcopy -O binary -j .text "$object" cache-timer.bin
