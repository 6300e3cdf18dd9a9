// V8's optimizing compiler over a whole module, on one thread: node FLAGS compile.mjs FILE RUNS
import { readFileSync } from 'node:fs';

const bytes = readFileSync(process.argv[2]);
let at = 8;
let code = 0;
while (at < bytes.length) {
  const id = bytes[at++];
  let size = 0;
  for (let shift = 0, byte = 0x80; byte & 0x80; shift += 7) {
    byte = bytes[at++];
    size |= (byte & 0x7f) << shift;
  }
  code += id === 10 ? size : 0;
  at += size;
}
for (let run = 0; run < Number(process.argv[3]); run++) {
  const before = process.cpuUsage();
  new WebAssembly.Module(bytes);
  const used = process.cpuUsage(before);
  const seconds = (used.user + used.system) / 1e6;
  console.log(`V8       ${(code / 1e6).toFixed(1)} MB in ${seconds.toFixed(2)} s: ${(code / 1e6 / seconds).toFixed(2)} MB/s`);
}
