import { join } from 'node:path';
import { parseArgs } from 'node:util';

const help = `npm run bench -- [options]

  --full            five rounds, 5 million payments (g), memory too; about half an hour
  --only=a,b,h      these cases only
  --rounds=3        how often each case is measured; its median counts
  --seconds=4       how long each time
  --memory          watch the service's memory under (b) for two minutes
  --json=FILE       where the numbers go (default: bench/results/<time>.json)
  --plot=FILE,FILE  the table and the plot of README.md, of the numbers of a run on each database, and nothing else
  --check           whether a payment takes a fifth more CPU than it did, and nothing else: half a minute
  --interest        interest on a million savings accounts, alone and beside payments, and nothing else
  --search          what operators search and read, on ten million payments, and nothing else
  --profile         profile the service under (b), and nothing else
`;

/** @throws an error with one line for a person when an option is wrong */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      full: { type: 'boolean', default: false },
      only: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      json: { type: 'string' },
      memory: { type: 'boolean', default: false },
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
  const { full, only, memory, interest, search, profile, plot, check } = values;
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '');
  return {
    full,
    memory: memory || full,
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
