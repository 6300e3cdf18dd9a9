// Runs a program of others in V8. Arguments: quickjs and its module, beside which its package's code is, or ruby and
// its module; then the script of the work. Reads lines of a text and a number of times; evaluates it and answers with
// the nanoseconds of CPU time that it took, or with a sentence.
import { openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { WASI } from 'node:wasi';

const [, , program, file, work] = process.argv;

async function quickJs() {
  const { QuickJS } = await import(pathToFileURL(dirname(file) + '/dist/index.js'));
  const vm = await QuickJS.create({ wasm: readFileSync(file) });
  return text => vm.evalCode(text);
}

async function ruby() {
  const args = ['ruby', '-EUTF-8', '-e_=0'];
  const wasi = new WASI({ version: 'preview1', args, stderr: openSync('/dev/null', 'w') });
  const module = await WebAssembly.compile(readFileSync(file));
  const imports = { wasi_snapshot_preview1: wasi.wasiImport };
  for (const wanted of WebAssembly.Module.imports(module)) {
    imports[wanted.module] ??= {};
    imports[wanted.module][wanted.name] ??= value => value;
  }
  const instance = await WebAssembly.instantiate(module, imports);
  const find = prefix => instance.exports[Object.keys(instance.exports).find(name => name.startsWith(prefix))];
  const view = () => new DataView(instance.exports.memory.buffer);
  const string = bytes => {
    const address = instance.exports.cabi_realloc(0, 0, 1, bytes.length);
    new Uint8Array(instance.exports.memory.buffer).set(bytes, address);
    return address;
  };
  wasi.initialize(instance);
  const list = instance.exports.cabi_realloc(0, 0, 4, 8 * args.length);
  args.map(arg => Buffer.from(arg + '\0')).forEach((bytes, i) => {
    const address = string(bytes);
    view().setUint32(list + 8 * i, address, true);
    view().setUint32(list + 8 * i + 4, bytes.length, true);
  });
  find('ruby-init: ')(list, args.length);
  const evaluate = find('rb-eval-string-protect: ');
  return text => {
    const valueAndState = evaluate(string(Buffer.from(text)), Buffer.byteLength(text));
    if (view().getInt32(valueAndState + 4, true) !== 0) {
      throw new Error('the script failed');
    }
  };
}

const evaluate = await (program === 'ruby' ? ruby() : quickJs());
evaluate(readFileSync(work, 'utf8'));
for await (const line of createInterface({ input: process.stdin })) {
  const start = process.cpuUsage();
  try {
    evaluate(line);
    const { user, system } = process.cpuUsage(start);
    console.log((user + system) * 1000);
  } catch (error) {
    console.log(`no: ${error.message}`);
  }
}
