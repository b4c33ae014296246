// Where the service's time goes: a CPU profile of (b) at saturation, taken through the inspector so that it holds
// nothing but that.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { freePort } from '../scripts/stack/ports.mjs';
import { atSaturation } from './measure.mjs';
import { startSite } from './site.mjs';

const warmUpMs = 5_000;
const samplingMicroseconds = 250;
const functionsShown = 40;

/** The nearest of these on the stack, from the inside out, is what a sample is counted for. */
const areas = [
  ['database', /node_modules\/(mysql2|sql-escaper|typeorm|lru\.min|named-placeholders|denque)\/|database\/|ledger\//],
  [
    'Redis',
    /node_modules\/(@?ioredis|redis-parser|standard-as-callback|cluster-key-slot|denque)\/|idempotency\.store|platform\/redis\//,
  ],
  [
    'validation',
    /node_modules\/(class-validator|class-transformer|validator)\/|validation\.pipe|http\/(fields|quick-check)/,
  ],
  [
    'logs and metrics',
    /node_modules\/(pino|sonic-boom|prom-client|safe-stable|quick-format)[^/]*\/|platform\/(logging|metrics)\/|request-log|logger\.service/,
  ],
  ['Nest and RxJS', /node_modules\/(@nestjs|rxjs|reflect-metadata)\//],
  [
    'HTTP: Fastify and Node',
    /node_modules\/(fastify|@fastify|find-my-way|secure-json-parse|fast-|light-my|avvio|@pinojs)|^node:(_http|internal\/http|http|net)|json-body|platform\/http\//,
  ],
  ['our own code', /\/dist\//],
];

/**
 * Runs (b) under the profiler, prints the shares, and writes the profile (for Chrome's DevTools) beside the numbers.
 */
export async function profile({ options, sites, tell, startWorker }) {
  const inspectorPort = await freePort();
  tell('Starting the stack, the simulator and the service ...');
  sites.main = await startSite({ extra: { NODE_OPTIONS: `--inspect=127.0.0.1:${inspectorPort}` } });
  const bench = { sites, load: startWorker('load-generator.mjs'), connections: 128 };
  await atSaturation(bench, {}, warmUpMs);
  const inspector = await connectInspector(inspectorPort);
  await inspector.ask('Profiler.enable');
  await inspector.ask('Profiler.setSamplingInterval', { interval: samplingMicroseconds });
  await inspector.ask('Profiler.start');
  const { perSecond, cpuMsEach } = await atSaturation(bench, {}, options.seconds * 1000);
  const { profile: taken } = await inspector.ask('Profiler.stop');
  inspector.close();
  const file = options.json.replace(/(\.json)?$/, '.cpuprofile');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(taken));
  console.log(
    `${Math.round(perSecond)} payments per second; ${cpuMsEach.service.toFixed(3)} ms of the service's CPU each\n`,
  );
  printShares(taken);
  console.log(`\nThe profile: ${file}`);
}

async function connectInspector(port) {
  const [{ webSocketDebuggerUrl }] = await (await fetch(`http://127.0.0.1:${port}/json`)).json();
  const socket = new WebSocket(webSocketDebuggerUrl);
  await new Promise((resolve, reject) => Object.assign(socket, { onopen: resolve, onerror: reject }));
  let last = 0;
  const waiting = new Map();
  socket.onmessage = ({ data }) => {
    const { id, result, error } = JSON.parse(data);
    const { resolve, reject } = waiting.get(id) ?? {};
    waiting.delete(id);
    if (error) reject?.(new Error(error.message));
    else resolve?.(result);
  };
  return {
    ask: (method, params = {}) =>
      new Promise((resolve, reject) => {
        waiting.set(++last, { resolve, reject });
        socket.send(JSON.stringify({ id: last, method, params }));
      }),
    close: () => socket.close(),
  };
}

function printShares({ nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const node of nodes) for (const child of node.children ?? []) byId.get(child).parent = node;
  const byArea = new Map();
  const byFunction = new Map();
  let busy = 0;
  samples.forEach((id, index) => {
    const node = byId.get(id);
    const { functionName } = node.callFrame;
    const time = timeDeltas[index + 1] ?? 0;
    if (functionName === '(idle)') return;
    busy += time;
    add(byArea, areaOf(node), time);
    add(byFunction, nameOf(node), time);
  });
  const show = (title, map, count) => {
    console.log(title);
    const sorted = [...map].sort(([, a], [, b]) => b - a).slice(0, count);
    for (const [name, time] of sorted) console.log(`${((time / busy) * 100).toFixed(1).padStart(6)} %  ${name}`);
  };
  const total = timeDeltas.reduce((sum, delta) => sum + delta, 0);
  show(
    `Shares of the time that the thread was busy (${Math.round((busy / total) * 100)} % of all):`,
    byArea,
    areas.length + 4,
  );
  show('\nFunctions, without what they call:', byFunction, functionsShown);
}

function areaOf(node) {
  const { functionName } = node.callFrame;
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (functionName === '(program)') return "Node's own native code";
  for (let frame = node; frame; frame = frame.parent) {
    const found = areas.find(([, pattern]) => pattern.test(frame.callFrame.url));
    if (found) return found[0];
  }
  return 'promises, timers, streams';
}

function nameOf({ callFrame: { functionName, url, lineNumber } }) {
  const place = url && ` ${url.replace(/.*node_modules\//, '').replace(/.*\/dist\//, 'dist/')}:${lineNumber + 1}`;
  return (functionName || '(anonymous)') + place;
}

const add = (map, key, value) => map.set(key, (map.get(key) ?? 0) + value);
