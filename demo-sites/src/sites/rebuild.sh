#!/bin/sh
# Rebuilds every .wasm of the demo sites from the sources beside it. The same tools give the same bytes.
#
# Debian 12:  apt install clang lld wasi-libc libclang-rt-dev-wasm32 wabt
# Node.js:    20 or later with npm (Debian 12 itself has 18), for AssemblyScript alone
# npm:        assemblyscript, in the version below (fetched into target/npm at first use)
#
# Usage: rebuild.sh [--out DIR | --list | --toolchain] [c] [wat] [ts]
#   --out DIR   writes to DIR/<site>/<name>.wasm instead of beside the sources
#   --list      prints the modules, <site>/<name>, and builds nothing
#   --toolchain prints the versions of the tools that are here, a line for each language; toolchain.txt holds the
#               versions that the modules beside the sources were built with
#   c wat ts    only the guests in these languages
# shellcheck disable=SC2086 # flags and lists of sources are words
set -eu

here=$(cd "$(dirname "$0")" && pwd)
npm_dir=$here/../../target/npm
asc=$npm_dir/node_modules/.bin/asc
assemblyscript=assemblyscript@0.28.20
out=$here
only_toolchain=
list=
languages=
while [ $# -gt 0 ]; do
  case $1 in
    --out) out=$2; shift 2 ;;
    --list) list=yes; shift ;;
    --toolchain) only_toolchain=yes; shift ;;
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

sum() {
  sha256sum "$(clang --target=wasm32-wasi "$@")" | cut -c1-16
}

# A language whose tools are not here has no line.
toolchain() {
  if wants c && command -v clang > /dev/null && command -v wasm-ld > /dev/null; then
    echo "c: $(clang --version | head -n 1), $(wasm-ld --version)," \
      "libc.a $(sum -print-file-name=libc.a), crt1-command.o $(sum -print-file-name=crt1-command.o)," \
      "builtins $(sum --rtlib=compiler-rt -print-libgcc-file-name)"
  fi
  if wants wat && command -v wat2wasm > /dev/null; then
    echo "wat: wat2wasm $(wat2wasm --version)"
  fi
  if wants ts && [ -x "$asc" ] && command -v node > /dev/null; then
    echo "ts: assemblyscript $("$asc" --version)"
  fi
}

if [ -n "$only_toolchain" ]; then
  toolchain
  exit 0
fi

c_flags='--target=wasm32-wasi -mreference-types -O2 -std=c11 -Wall -Wextra -Werror -Ilib'
# One page of stack keeps a deep guest small; names stay for backtraces.
link_flags='--target=wasm32-wasi -mreference-types -Wl,--strip-debug -Wl,-z,stack-size=65536'

# begin SITE/NAME : false where the module is only to be listed
begin() {
  if [ -n "$list" ]; then
    echo "$1"
    return 1
  fi
  mkdir -p "$out/${1%/*}"
}

# c_guest SITE/NAME SOURCE... : a command that runs on WASI alone
c_guest() {
  module=$1; shift
  begin "$module" || return 0
  clang $c_flags $link_flags "$@" -o "$out/$module.wasm"
  chmod 644 "$out/$module.wasm"
}

# c_page SITE/NAME SOURCE... : a command that runs in a page, with the library and callbacks
c_page() {
  c_guest "$@" "$work/skerry.o" "$work/table.o" -Wl,--export-table
}

# c_reactor SITE/NAME SOURCE... : a page's library of exported functions, without main
c_reactor() {
  c_page "$@" -mexec-model=reactor
}

wat_guest() {
  begin "$1" || return 0
  wat2wasm --debug-names "$1.wat" -o "$out/$1.wasm"
}

ts_guest() {
  begin "$1" || return 0
  "$asc" "$1.ts" -O3 --runtime stub --noAssert --use abort= \
    --exportStart _initialize --enable reference-types -o "$out/$1.wasm"
}

markdown='news/render.c news/blocks.c news/lines.c news/inlines.c news/links.c news/references.c news/text.c'

if wants c; then
  if [ -z "$list" ]; then
    clang $c_flags -c lib/skerry.c -o "$work/skerry.o"
    clang --target=wasm32-wasi -mreference-types -c lib/skerry.s -o "$work/table.o"
  fi
  c_guest samples/hello-wasi samples/hello-wasi.c
  c_page samples/hello-c samples/hello-c.c
  c_reactor samples/todo samples/todo.c
  c_page mandelbrot/mandelbrot mandelbrot/mandelbrot.c
  c_page modules/counter modules/counter.c
  c_page hostile/hunger hostile/hunger.c
  c_page filter/filter filter/filter.c
  c_page halves/halves halves/halves.c
  c_page chat/chat chat/chat.c lib/value.c
  c_page prompt/prompt prompt/prompt.c
  c_page news/markdown news/page.c $markdown
  c_guest news/markdown-command news/command.c news/html.c $markdown
fi

if wants wat; then
  wat_guest samples/hello-wat
  wat_guest samples/small
  wat_guest mandelbrot/escape
  wat_guest prompt/bridge
  wat_guest prompt/env
  for name in read write loop recurse; do
    wat_guest "hostile/$name"
  done
fi

if wants ts; then
  if [ -z "$list" ] && [ ! -x "$asc" ]; then
    mkdir -p "$npm_dir"
    npm install --prefix "$npm_dir" --no-save --no-audit --no-fund --silent "$assemblyscript"
  fi
  ts_guest samples/hello-ts
  ts_guest life/life
fi

if [ "$out" = "$here" ] && [ -z "$languages$list" ]; then
  toolchain > toolchain.txt
fi
