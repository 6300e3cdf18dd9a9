// What RubyProgram does, in node: node ruby.mjs ruby.wasm SCRIPT
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';

const start = performance.now();
const args = ['ruby', '-EUTF-8', '-e_=0'];
const wasi = new WASI({ version: 'preview1', args });
const module = await WebAssembly.compile(readFileSync(process.argv[2]));
const imports = { wasi_snapshot_preview1: wasi.wasiImport };
for (const wanted of WebAssembly.Module.imports(module)) {
  imports[wanted.module] ??= {};
  imports[wanted.module][wanted.name] ??= value => value;
}
const ruby = await WebAssembly.instantiate(module, imports);
const find = prefix => ruby.exports[Object.keys(ruby.exports).find(name => name.startsWith(prefix))];
const view = () => new DataView(ruby.exports.memory.buffer);

function string(bytes) {
  const address = ruby.exports.cabi_realloc(0, 0, 1, bytes.length);
  new Uint8Array(ruby.exports.memory.buffer).set(bytes, address);
  return address;
}

wasi.initialize(ruby);
const list = ruby.exports.cabi_realloc(0, 0, 4, 8 * args.length);
args.map(arg => Buffer.from(arg + '\0')).forEach((bytes, i) => {
  const address = string(bytes);
  view().setUint32(list + 8 * i, address, true);
  view().setUint32(list + 8 * i + 4, bytes.length, true);
});
find('ruby-init: ')(list, args.length);
const started = performance.now();
const script = Buffer.from(process.argv[3] + '\n$stdout.flush');
const result = find('rb-eval-string-protect: ')(string(script), script.length);
console.error(`start ${Math.round(started - start)} ms, evaluate ${Math.round(performance.now() - started)} ms`);
process.exitCode = view().getInt32(result + 4, true) === 0 ? 0 : 1;
