#!/bin/sh
# Rebuilds the .wasm files in this folder from their sources: needs wabt.
set -eu
cd "$(dirname "$0")"
for source in *.wat; do
  wat2wasm --debug-names -o "${source%.wat}.wasm" "$source"
done
