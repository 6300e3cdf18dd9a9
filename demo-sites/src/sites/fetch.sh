#!/bin/sh
# Fetches the two programs of others that the gallery can show, and puts their modules into target/gallery, where the
# demo server finds them at its next request. Nothing of this is committed; the gallery is whole without them.
#
#   quickjs   JavaScript: npm's quickjs-wasi (MIT), which holds QuickJS-ng built for WASI, as it is
#   sqlite    SQL: the source of SQLite (public domain) out of npm's better-sqlite3, built here with sql/sql.c
#
# Needs npm; for sqlite also Debian's  clang lld wasi-libc libclang-rt-dev-wasm32
# Usage: fetch.sh [quickjs] [sqlite]      (both without arguments)
set -eu

quickjs=quickjs-wasi@3.6.2
sqlite=better-sqlite3@12.11.1

here=$(cd "$(dirname "$0")" && pwd)
gallery=$here/../../target/gallery
for name in "$@"; do
  case $name in
    quickjs | sqlite) ;;
    *) echo "fetch.sh: unknown program '$name': quickjs or sqlite" >&2; exit 2 ;;
  esac
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$gallery"

wants() {
  case " ${names:-quickjs sqlite} " in *" $1 "*) return 0 ;; *) return 1 ;; esac
}

# package NAME@VERSION : the folder that holds its files; nothing of a package is run
package() {
  archive=$(cd "$work" && npm pack --silent "$1")
  mkdir "$work/${1%@*}"
  tar -xzf "$work/$archive" -C "$work/${1%@*}" --strip-components=1
  echo "$work/${1%@*}"
}

# keep FILE NAME : by a rename, so that a server never sees half a module
keep() {
  cp "$1" "$gallery/$2.new"
  chmod 644 "$gallery/$2.new"
  mv "$gallery/$2.new" "$gallery/$2"
  echo "$2: $(wc -c < "$gallery/$2") bytes"
}

names=$*
if wants quickjs; then
  folder=$(package "$quickjs")
  keep "$folder/quickjs.wasm" quickjs.wasm
fi
if wants sqlite; then
  folder=$(package "$sqlite")/deps/sqlite3
  cd "$here"
  flags='--target=wasm32-wasi -mreference-types -Ilib'
  # shellcheck disable=SC2086 # flags are words
  {
    clang $flags -c lib/skerry.s -o "$work/table.o"
    clang $flags -O2 -w -c "$folder/sqlite3.c" -o "$work/sqlite3.o" -DSQLITE_OS_OTHER=1 -DSQLITE_THREADSAFE=0 \
      -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_DEFAULT_MEMSTATUS=0 -DSQLITE_DQS=0 -DSQLITE_TEMP_STORE=3
    clang $flags -O2 -std=gnu11 -Wall -Wextra -Werror -isystem "$folder" sql/sql.c lib/skerry.c \
      "$work/sqlite3.o" "$work/table.o" -Wl,--strip-debug -Wl,--export-table -o "$work/sql.wasm"
  }
  keep "$work/sql.wasm" sql.wasm
fi
