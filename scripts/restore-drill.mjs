// `npm run drill:restore`: takes a backup of a private system under load, loses its database, and restores it into a
// second server, twice: with the binary logs, where nothing may be lost, and from the backup alone, where it must be
// told truly what is. docs/operations.md says what it stands for. Ends by itself, with 0 when all held.
import { parseArgs } from 'node:util';
import { build, onEnd, prepareNode } from './prepare.mjs';

const USAGE = `npm run drill:restore -- [options]

  --seconds <n>   how long the load runs before the backup, and again after it (5)`;

async function main() {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '5' }, help: { type: 'boolean', short: 'h', default: false } },
  });
  if (values.help) return console.log(USAGE);
  await prepareNode();
  onEnd(() => process.exit(1)); // the guard ends what is still running
  await build();
  const { drill } = await import('./restore-drill/drill.mjs'); // only now: it needs what is installed
  const problems = await drill(Number(values.seconds));
  for (const problem of problems) console.error(`WRONG: ${problem}`);
  console.log(problems.length === 0 ? 'The drill held.' : `The drill failed: ${problems.length} problems.`);
  process.exit(problems.length === 0 ? 0 : 1);
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
