// What QuickJsProgram does, in node: node quickjs.mjs FOLDER-OF-quickjs-wasi SCRIPT
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const start = performance.now();
const folder = process.argv[2];
const { QuickJS } = await import(pathToFileURL(folder + '/dist/index.js'));
const vm = await QuickJS.create({ wasm: readFileSync(folder + '/quickjs.wasm') });
vm.setProp(vm.global, 'print', vm.newFunction('print', (...values) => {
  process.stdout.write(values.map(value => value.toString()).join(' ') + '\n');
  return vm.undefined;
}));
const started = performance.now();
const result = vm.evalCode(process.argv[3]);
vm.executePendingJobs();
process.stdout.write(result.toString() + '\n');
console.error(`start ${Math.round(started - start)} ms, evaluate ${Math.round(performance.now() - started)} ms`);
