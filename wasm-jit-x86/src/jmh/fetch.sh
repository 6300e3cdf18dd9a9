#!/bin/sh
# Fetches the module that validation is measured with into target/npm.
set -eu
cd "$(dirname "$0")/../.."
npm install --no-save --ignore-scripts --no-audit --no-fund --prefix target/npm @ruby/3.4-wasm-wasi@2.10.1
