import { join } from 'node:path';
import { parseArgs } from 'node:util';

const help = `npm run bench -- [options]

  --full            five rounds, millions of payments (g), memory too; about half an hour
  --only=a,b,h3     these cases only; (h3) and (r) are measured only when they are asked for
  --rounds=3        how often each case is measured; its median counts
  --seconds=4       how long each time
  --windows=10      how often the latency of (b) at half of its own limit is measured
  --millions=5      how many million payments (g) has; of --search 10
  --memory[=120]    watch the service's memory under (b), for so many seconds
  --json=FILE       where the numbers go (default: bench/results/<time>.json)
  --plot=FILE,FILE  the table and the plot of README.md, of the numbers of a run on each database, and nothing else
  --check           whether a payment takes a fifth more CPU than it did, and nothing else: half a minute
  --interest        interest on a million savings accounts, alone and beside payments, and nothing else
  --search          what operators search, read and look at, on ten million payments (--millions), and nothing else
  --profile         profile the service under (b), and nothing else
`;

/** @throws an error with one line for a person when an option is wrong */
export function readOptions(args) {
  const { values } = parseArgs({
    args: args.map((argument) => (argument === '--memory' ? '--memory=' : argument)),
    options: {
      full: { type: 'boolean', default: false },
      only: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      json: { type: 'string' },
      windows: { type: 'string' },
      millions: { type: 'string' },
      memory: { type: 'string' },
      plot: { type: 'string' },
      check: { type: 'boolean', default: false },
      interest: { type: 'boolean', default: false },
      search: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(help);
    process.exit();
  }
  const { full, only, interest, search, profile, plot, check } = values;
  const memory = values.memory ?? (full ? '' : undefined);
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '');
  return {
    full,
    memorySeconds: memory === undefined ? 0 : number('memory', memory || '120', 10, 3_600),
    windows: number('windows', values.windows ?? '1', 1, 100),
    millions: number('millions', values.millions ?? (search ? '10' : '5'), 1, 100),
    interest,
    search,
    profile,
    plot: plot?.split(','),
    check,
    only: only?.split(','),
    rounds: number('rounds', values.rounds ?? (full ? '5' : '3'), 1, 50),
    seconds: number('seconds', values.seconds ?? (full ? '6' : '4'), 1, 60),
    json: values.json ?? join(import.meta.dirname, 'results', `${time}.json`),
  };
}

function number(name, text, min, max) {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new Error(`--${name} must be a whole number from ${min} to ${max}, not "${text}".`);
}
