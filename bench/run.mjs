// `npm run bench`: what the speed claims rest on. README.md says what is measured and how to read it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { build, onEnd, prepareNode } from '../scripts/prepare.mjs';
import { showFigures } from './figures.mjs';
import { readOptions } from './options.mjs';

const sites = {};
const workers = [];
let ending = false;

async function bench() {
  const options = readOptions(process.argv.slice(2));
  if (process.env.DATABASE_URL || process.env.REDIS_URL || process.env.BANK_URL) {
    throw new Error('The benchmark makes its own stores and fills them: unset DATABASE_URL, REDIS_URL and BANK_URL.');
  }
  await prepareNode();
  if (options.plot) {
    showFigures(options.plot);
    return end(0);
  }
  onEnd(() => end(1));
  await build();
  // What these import is there only now.
  const { benchmark } = await import('./benchmark.mjs');
  const { check } = await import('./check.mjs');
  const { interest } = await import('./interest.mjs');
  const { search } = await import('./search.mjs');
  const { print } = await import('./report.mjs');
  const { profile } = await import('./profile.mjs');
  const { startWorker } = await import('./worker.mjs');
  const context = { options, sites, tell: (line) => console.error(line), startWorker: startOne(startWorker) };
  let code = 0;
  if (options.check) {
    code = (await check(context)) ? 0 : 1;
  } else if (options.interest) {
    await interest(context);
  } else if (options.search) {
    await search(context);
  } else if (options.profile) {
    await profile(context);
  } else {
    const results = await benchmark(context);
    mkdirSync(dirname(options.json), { recursive: true });
    writeFileSync(options.json, JSON.stringify(results, null, 2));
    print(results);
    console.log(`\nAll numbers: ${options.json}`);
  }
  await end(code);
}

const startOne = (startWorker) => (name) => {
  const worker = startWorker(name);
  workers.push(worker);
  return worker;
};

async function end(code) {
  if (ending) return;
  ending = true;
  for (const worker of workers) worker.stop();
  for (const site of Object.values(sites)) await site.stop();
  process.exit(code);
}

bench().catch(async (error) => {
  if (ending) return;
  console.error(error.message || error);
  await end(1);
});
