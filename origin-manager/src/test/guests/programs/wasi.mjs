// Runs a program as `skerry run` does, in node: node wasi.mjs PROGRAM.wasm [FOLDER]
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';

const [, , program, folder] = process.argv;
const wasi = new WASI({ version: 'preview1', args: folder ? [program, '/data'] : [program],
  preopens: folder ? { '/data': folder } : {}, returnOnExit: true });
const module = await WebAssembly.compile(readFileSync(program));
const instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi.wasiImport });
process.exitCode = wasi.start(instance);
