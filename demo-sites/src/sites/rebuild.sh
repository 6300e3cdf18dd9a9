#!/bin/sh
# Rebuilds every .wasm of the demo sites from the sources beside it. The same tools give the same bytes.
#
# Debian 12:  apt install clang lld wasi-libc libclang-rt-dev-wasm32 wabt nodejs npm
# npm:        assemblyscript, in the version below (fetched into target/npm at first use)
#
# Usage: rebuild.sh [--out DIR] [c] [wat] [ts]
#   --out DIR   writes to DIR/<site>/<name>.wasm instead of beside the sources
#   c wat ts    only the guests in these languages
set -eu

here=$(cd "$(dirname "$0")" && pwd)
npm_dir=$here/../../target/npm
assemblyscript=assemblyscript@0.28.20
out=$here
languages=
while [ $# -gt 0 ]; do
  case $1 in
    --out) out=$2; shift 2 ;;
    c | wat | ts) languages="$languages $1"; shift ;;
    *) echo "rebuild.sh: unknown argument '$1'" >&2; exit 2 ;;
  esac
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Paths given to the compilers are relative, so that no folder of this machine ends up in a module.
cd "$here"

wants() {
  case " ${languages:-c wat ts} " in *" $1 "*) return 0 ;; *) return 1 ;; esac
}

c_flags='--target=wasm32-wasi -mreference-types -O2 -std=c11 -Wall -Wextra -Werror -Ilib'
# One page of stack keeps a deep guest small; names stay for backtraces.
link_flags='--target=wasm32-wasi -mreference-types -Wl,--strip-debug -Wl,-z,stack-size=65536'

# c_guest SITE/NAME SOURCE... : a command that runs on WASI alone
c_guest() {
  module=$1; shift
  mkdir -p "$out/${module%/*}"
  clang $c_flags $link_flags "$@" -o "$out/$module.wasm"
  chmod 644 "$out/$module.wasm"
}

# c_page SITE/NAME SOURCE... : a command that runs in a page, with the library and callbacks
c_page() {
  c_guest "$@" "$work/skerry.o" "$work/table.o" -Wl,--export-table
}

wat_guest() {
  mkdir -p "$out/${1%/*}"
  wat2wasm --debug-names "$1.wat" -o "$out/$1.wasm"
}

ts_guest() {
  mkdir -p "$out/${1%/*}"
  "$npm_dir/node_modules/.bin/asc" "$1.ts" -O3 --runtime stub --noAssert --use abort= \
    --exportStart _initialize --enable reference-types -o "$out/$1.wasm"
}

markdown='news/render.c news/blocks.c news/lines.c news/inlines.c news/links.c news/references.c news/text.c'

if wants c; then
  clang $c_flags -c lib/skerry.c -o "$work/skerry.o"
  clang --target=wasm32-wasi -mreference-types -c lib/skerry.s -o "$work/table.o"
  c_guest samples/hello-wasi samples/hello-wasi.c
  c_page samples/hello-c samples/hello-c.c
  c_page mandelbrot/mandelbrot mandelbrot/mandelbrot.c
  c_page modules/counter modules/counter.c
  c_page hostile/hunger hostile/hunger.c
  c_page news/markdown news/page.c $markdown
  c_guest news/markdown-command news/command.c news/html.c $markdown
fi

if wants wat; then
  wat_guest samples/hello-wat
  wat_guest mandelbrot/escape
  for name in read write loop recurse; do
    wat_guest "hostile/$name"
  done
fi

if wants ts; then
  if [ ! -x "$npm_dir/node_modules/.bin/asc" ]; then
    mkdir -p "$npm_dir"
    npm install --prefix "$npm_dir" --no-save --no-audit --no-fund --silent "$assemblyscript"
  fi
  ts_guest samples/hello-ts
  ts_guest life/life
fi
