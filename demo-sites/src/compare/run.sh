#!/bin/sh
# Compares skerry with headless Chromium and jsdom on the same pages, in turns, in one run, and prints a table:
# small pages loaded side by side (pages a second, resident memory), and one small page cold, as a whole process.
# Needs a built clone, node 18 or later, Debian's chromium (apt install chromium), and npm's jsdom, which is fetched
# into target/npm at first use.
#
# Usage: run.sh [PAGES [ROUNDS]]     100 pages and 3 rounds unless said otherwise
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$here/../../..
npm_dir=$root/demo-sites/target/npm
jsdom=jsdom@26.1.0
command -v chromium > /dev/null || { echo "run.sh: chromium is missing: apt install chromium" >&2; exit 1; }
if [ ! -d "$npm_dir/node_modules/jsdom" ]; then
  mkdir -p "$npm_dir"
  npm install --prefix "$npm_dir" --no-save --no-audit --no-fund --silent "$jsdom"
fi
work=$(mktemp -d)
mkfifo "$work/ready"
java -cp "$root/demo-sites/target/lib/*" dev.skerry.demo.DemoServer > "$work/ready" &
server=$!
trap 'kill "$server" 2> /dev/null; rm -rf "$work"' EXIT
read -r line < "$work/ready"
start=$(echo "$line" | sed 's/.* at \(http[^ ]*\) .*/\1/')
NODE_PATH=$npm_dir/node_modules SKERRY=$root/origin-manager/bin/skerry node "$here/compare.cjs" "$start" "${1:-100}" "${2:-3}"
