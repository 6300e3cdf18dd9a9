// What ProgramTimes does, in node: node times.mjs quickjs FOLDER-OF-quickjs-wasi, or node times.mjs ruby ruby.wasm
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { WASI } from 'node:wasi';

const [, , program, file] = process.argv;
const script = name => readFileSync(new URL(name, import.meta.url), 'utf8');

async function quickJs() {
  const { QuickJS } = await import(pathToFileURL(file + '/dist/index.js'));
  const vm = await QuickJS.create({ wasm: readFileSync(file + '/quickjs.wasm') });
  return text => vm.evalCode(text);
}

async function ruby() {
  const args = ['ruby', '-EUTF-8', '-e_=0'];
  const wasi = new WASI({ version: 'preview1', args });
  const module = await WebAssembly.compile(readFileSync(file));
  const imports = { wasi_snapshot_preview1: wasi.wasiImport };
  for (const wanted of WebAssembly.Module.imports(module)) {
    imports[wanted.module] ??= {};
    imports[wanted.module][wanted.name] ??= value => value;
  }
  const instance = await WebAssembly.instantiate(module, imports);
  const find = prefix => instance.exports[Object.keys(instance.exports).find(name => name.startsWith(prefix))];
  const memory = () => instance.exports.memory.buffer;
  const string = bytes => {
    const address = instance.exports.cabi_realloc(0, 0, 1, bytes.length);
    new Uint8Array(memory()).set(bytes, address);
    return address;
  };
  wasi.initialize(instance);
  const list = instance.exports.cabi_realloc(0, 0, 4, 8 * args.length);
  args.map(arg => Buffer.from(arg + '\0')).forEach((bytes, i) => {
    const address = string(bytes);
    const view = new DataView(memory());
    view.setUint32(list + 8 * i, address, true);
    view.setUint32(list + 8 * i + 4, bytes.length, true);
  });
  find('ruby-init: ')(list, args.length);
  return text => find('rb-eval-string-protect: ')(string(Buffer.from(text)), Buffer.byteLength(text));
}

const isRuby = program === 'ruby';
const evaluate = await (isRuby ? ruby() : quickJs());
const repeat = times => evaluate(isRuby ? `${times}.times { work }` : `for (let i = 0; i < ${times}; i++) work()`);
evaluate(script(isRuby ? 'work.rb' : 'work.js'));
repeat(1500);
await new Promise(resolve => setTimeout(resolve, 2000));
repeat(500);
let best = Infinity;
for (let sample = 0; sample < 9; sample++) {
  const start = process.cpuUsage();
  repeat(50);
  const used = process.cpuUsage(start);
  best = Math.min(best, (used.user + used.system) / 50);
}
console.log(`${Math.round(best)} us`);
process.exit(0);
