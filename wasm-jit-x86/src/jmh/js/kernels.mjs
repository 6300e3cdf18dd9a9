// Runs the kernels in V8. Arguments: the modules. Reads lines of a kernel, a size and a number of calls; answers each
// with the checksum and the nanoseconds of CPU time that all calls took.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const kernels = {};
for (const file of process.argv.slice(2)) {
  Object.assign(kernels, new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file))).exports);
}
for await (const line of createInterface({ input: process.stdin })) {
  const [name, size, calls] = line.split(' ');
  const run = kernels[name];
  if (typeof run !== 'function') {
    console.log(`no kernel ${name}`);
    continue;
  }
  let answer = 0;
  const start = process.cpuUsage();
  for (let i = 0; i < calls; i++) {
    answer = run(size);
  }
  const { user, system } = process.cpuUsage(start);
  console.log(`${answer} ${(user + system) * 1000}`);
}
