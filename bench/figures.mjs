// What README.md shows of one or two runs, a database each: the table (as Markdown), and the plot (plot.mjs).
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { plot } from './plot.mjs';
import { peerHalfLoaded } from './rates.mjs';

const plotFile = fileURLToPath(new URL('latency.svg', import.meta.url));

/** Reads the numbers of the runs, prints the table, and writes the plot beside README.md. */
export function showFigures(files) {
  const runs = files.map((file) => figuresOf(JSON.parse(readFileSync(file, 'utf8')), file));
  console.log(table(runs));
  writeFileSync(plotFile, plot(runs));
  console.log(`\nThe plot: ${plotFile}`);
}

function figuresOf({ cases, machine: { databaseSettings } }, file) {
  const [b, p, c, pc] = ['b', 'p', 'c', 'pc'].map((id) => cases.find((testCase) => testCase.id === id));
  if (!b || !p || !c || !pc) throw new Error(`${file} has no figures of (b), (p), (c) and (pc).`);
  return { database: nameOf(databaseSettings.version), b, p, c, pc };
}

function nameOf(version) {
  const product = version.includes('MariaDB') ? 'MariaDB' : 'MySQL';
  return `${product} ${version.split('.').slice(0, 2).join('.')}`;
}

const parts = ['service', 'database', 'redis'];

/** A row of the table: what, then of a run the service's value, the peer's, and the one by the other. */
const rows = [
  ['payments per second', ({ b, p }) => more(b.perSecond.median, p.perSecond.median)],
  ['… of one payer', ({ c, pc }) => more(c.perSecond.median, pc.perSecond.median)],
  ['p99 in ms, while the plain wallet is half loaded', ({ b, p }) => less(halfLoaded(b).p99, halfLoaded(p).p99, 1)],
  ['CPU ms per payment, all programs', ({ b, p }) => less(cpuOf(b), cpuOf(p), 2)],
  ...parts.map((part) => [
    `… ${part === 'redis' ? 'Redis' : part}`,
    ({ b, p }) => less(b.cpuMsEach[part], p.cpuMsEach[part], 2),
  ]),
];

function table(runs) {
  const head = runs.flatMap(({ database }) => [database, 'plain', 'ratio']);
  const lines = [
    ['', ...head],
    ['---', ...head.map(() => '--:')],
    ...rows.map(([what, of]) => [what, ...runs.flatMap(of)]),
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const halfLoaded = ({ sameRates }) => sameRates.find(({ name }) => name === peerHalfLoaded);
const cpuOf = ({ cpuMsEach }) => parts.reduce((sum, part) => sum + cpuMsEach[part], 0);
const whole = (value) => Math.round(value).toLocaleString('en');
const more = (ours, peers) => [whole(ours), whole(peers), `× ${(ours / peers).toFixed(1)}`];
const less = (ours, peers, digits) => [ours.toFixed(digits), peers.toFixed(digits), `× ${(ours / peers).toFixed(2)}`];
