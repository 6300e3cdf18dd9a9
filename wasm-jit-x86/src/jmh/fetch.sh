#!/bin/sh
# Fetches the programs of others that are measured, Ruby and QuickJS, into target/npm.
set -eu
cd "$(dirname "$0")/../.."
npm install --no-save --ignore-scripts --no-audit --no-fund --prefix target/npm \
  @ruby/3.4-wasm-wasi@2.10.1 quickjs-wasi@3.6.2
