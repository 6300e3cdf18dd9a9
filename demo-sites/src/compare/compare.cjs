// Loads the same small pages with skerry, headless Chromium and jsdom, in turns; run.sh starts it.
'use strict';
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const [start, pages, rounds] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const urls = Array.from({ length: pages }, (_, i) => `${start}small.html?${i}`);
const expected = '0332833500 is the sum';

// Memory of a process and everything below it, each shared page counted in parts (PSS), in MiB.
function pss(root) {
  const parents = new Map();
  for (const pid of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      parents.set(Number(pid), Number(fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[1]));
    } catch { /* it has ended */ }
  }
  const inside = (pid) => pid === root || (parents.has(pid) && inside(parents.get(pid)));
  let sum = 0;
  for (const pid of parents.keys()) {
    if (inside(pid)) {
      try {
        sum += Number(/^Pss:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]);
      } catch { /* it has ended */ }
    }
  }
  return sum / 1024;
}

// What bash is told so that processor time comes last on standard error: of itself, then of all that it waited for.
const TIMED = ['-c', '"$@"; status=$?; times >&2; exit $status', 'timed'];

function cpuSeconds(err) {
  const [, minutes, seconds, more, rest] = /(\d+)m([\d.]+)s (\d+)m([\d.]+)s\s*$/.exec(err);
  return (Number(minutes) + Number(more)) * 60 + Number(seconds) + Number(rest);
}

// Watches the memory of a process until it ends; the most that it had.
function watch(child) {
  let most = 0;
  const timer = setInterval(() => { most = Math.max(most, pss(child.pid)); }, 100);
  return () => { clearInterval(timer); return most; };
}

async function skerry() {
  const begun = performance.now();
  const child = spawn('bash', [...TIMED, process.env.SKERRY, 'open', ...urls], { stdio: ['ignore', 'pipe', 'pipe'] });
  const memory = watch(child);
  let out = '';
  let err = '';
  child.stderr.on('data', (data) => { err += data; });
  child.stdout.on('data', (data) => { out += data; });
  const code = await new Promise((resolve) => child.on('close', resolve));
  const seconds = (performance.now() - begun) / 1000;
  const fine = Number(/^(\d+) of \d+ pages fine in ([\d.]+) s/m.exec(out)?.[1] ?? 0);
  if (code !== 0 || fine !== pages) {
    throw new Error(`skerry loaded ${fine} of ${pages} pages: ${out}${err}`);
  }
  const inside = pages / Number(/pages fine in ([\d.]+) s/.exec(out)[1]);
  return { inside, whole: pages / seconds, cpu: cpuSeconds(err) * 1000 / pages, memory: memory() };
}

// Chromium, told what to do through a pipe (the Chrome DevTools protocol).
async function chromium() {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'compare-'));
  const begun = performance.now();
  const child = spawn('bash', [...TIMED, 'chromium', '--headless=new', '--no-sandbox', '--disable-gpu', '--remote-debugging-pipe',
    '--host-resolver-rules=MAP *.localhost 127.0.0.1', `--user-data-dir=${profile}`, 'about:blank'],
  { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
  let err = '';
  child.stderr.on('data', (data) => { err += data; });
  const memory = watch(child);
  const waiting = new Map();
  let last = 0;
  let buffer = '';
  child.stdio[4].on('data', (data) => {
    buffer += data;
    for (let end = buffer.indexOf('\0'); end >= 0; end = buffer.indexOf('\0')) {
      const message = JSON.parse(buffer.slice(0, end));
      buffer = buffer.slice(end + 1);
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
    }
  });
  const send = (method, params, sessionId) => new Promise((resolve) => {
    last += 1;
    waiting.set(last, resolve);
    child.stdio[3].write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
  });
  await send('Browser.getVersion', {});
  const ready = performance.now();
  await Promise.all(urls.map(async (url) => {
    const { result: { targetId } } = await send('Target.createTarget', { url });
    const { result: { sessionId } } = await send('Target.attachToTarget', { targetId, flatten: true });
    for (;;) {
      const answer = await send('Runtime.evaluate',
        { expression: 'document.getElementById("result")?.textContent', returnByValue: true }, sessionId);
      if (answer.result?.result?.value === expected) {
        return;
      }
      await new Promise((resolve) => { setTimeout(resolve, 20); });
    }
  }));
  const done = performance.now();
  const used = memory();
  await send('Browser.close', {});
  await new Promise((resolve) => child.on('close', resolve));
  fs.rmSync(profile, { recursive: true, force: true });
  return {
    inside: pages * 1000 / (done - ready), whole: pages * 1000 / (done - begun),
    cpu: cpuSeconds(err) * 1000 / pages, memory: used,
  };
}

// jsdom in a process of its own, which this file is too.
async function jsdom() {
  const begun = performance.now();
  const child = spawn('bash', [...TIMED, process.execPath, __filename, start, String(pages), 'jsdom'],
    { stdio: ['ignore', 'pipe', 'pipe'] });
  const memory = watch(child);
  let out = '';
  let err = '';
  child.stderr.on('data', (data) => { err += data; });
  child.stdout.on('data', (data) => { out += data; });
  await new Promise((resolve) => child.on('close', resolve));
  const seconds = (performance.now() - begun) / 1000;
  const { fine, millis } = JSON.parse(out);
  if (fine !== pages) {
    throw new Error(`jsdom loaded ${fine} of ${pages} pages`);
  }
  return {
    inside: pages * 1000 / millis, whole: pages / seconds, cpu: cpuSeconds(err) * 1000 / pages, memory: memory(),
  };
}

async function inJsdom() {
  const { JSDOM, VirtualConsole } = require('jsdom');
  const dns = require('node:dns');
  const lookup = dns.lookup;
  dns.lookup = (host, options, callback) => (host.endsWith('.localhost')
    ? lookup('127.0.0.1', options, callback ?? options) : lookup(host, options, callback));
  const begun = performance.now();
  const all = await Promise.all(urls.map(async (url) => {
    const page = await JSDOM.fromURL(url, {
      runScripts: 'dangerously', resources: 'usable', virtualConsole: new VirtualConsole(),
      beforeParse(window) { Object.assign(window, { fetch, TextDecoder, WebAssembly, Uint8Array }); },
    });
    const result = page.window.document.getElementById('result');
    while (result.textContent !== expected) {
      await new Promise((resolve) => { setTimeout(resolve, 5); });
    }
    return page;
  }));
  const millis = performance.now() - begun;
  await new Promise((resolve) => { setTimeout(resolve, 200); });
  console.log(JSON.stringify({ fine: all.length, millis }));
  process.exit(0);
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

function cold(command, args) {
  const begun = performance.now();
  const { stdout, stderr, status } = spawnSync('bash', [...TIMED, command, ...args], { encoding: 'utf8' });
  if (status !== 0 || !stdout.includes(expected)) {
    throw new Error(`${command} did not show the page: ${stdout}`);
  }
  return { elapsed: (performance.now() - begun) / 1000, cpu: cpuSeconds(stderr) };
}

async function main() {
  const peers = { skerry, chromium, jsdom };
  const figures = { skerry: [], chromium: [], jsdom: [] };
  const colds = { skerry: [], chromium: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, load] of Object.entries(peers)) {
      figures[name].push(await load());
    }
    for (let i = 0; i < 2; i += 1) {
      colds.skerry.push(cold(process.env.SKERRY, ['open', '--dump-dom', urls[0]]));
      const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'compare-'));
      colds.chromium.push(cold('chromium', ['--headless=new', '--no-sandbox', '--disable-gpu', '--dump-dom', '--virtual-time-budget=5000',
        '--host-resolver-rules=MAP *.localhost 127.0.0.1', `--user-data-dir=${profile}`, urls[0]]));
      fs.rmSync(profile, { recursive: true, force: true });
    }
  }
  console.log(`${pages} pages side by side, medians of ${rounds} rounds; load average ${os.loadavg()[0].toFixed(1)}`);
  console.log('| | pages a second, running | whole process | processor time of a page | memory (PSS) '
    + '| one page, cold: elapsed | processor |');
  console.log('|---|---|---|---|---|---|---|');
  for (const [name, all] of Object.entries(figures)) {
    const value = (key) => median(all.map((one) => one[key])).toFixed(0);
    const once = (key) => (colds[name] ? `${median(colds[name].map((one) => one[key])).toFixed(2)} s` : '');
    console.log(`| ${name} | ${value('inside')} | ${value('whole')} | ${value('cpu')} ms | ${value('memory')} MiB `
      + `| ${once('elapsed')} | ${once('cpu')} |`);
  }
}

if (process.argv[4] === 'jsdom') {
  inJsdom();
} else {
  main().catch((error) => { console.error(`compare: ${error.message}`); process.exit(1); });
}
