// `npm run test:faults`: the service under crashes, cuts and lies, and a checker that judges what came of it.
// `--seed`, `--operations`, `--faults` and `--seconds` bound it; see test/faults/run.ts. `npm run test:failover` is the
// same beside stores that fail over; see test/faults/failover/run.ts.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, dataFolder, onEnd, prepareNode, projectFolder } from './prepare.mjs';

await prepareNode();
onEnd(() => process.exit(1)); // the guard ends what is still running
await build();
// Node runs TypeScript as it is, except that our imports name the files as they will be when compiled.
const { registerHooks } = await import('node:module');
registerHooks({
  resolve(specifier, context, next) {
    const source = specifier.startsWith('.') && specifier.endsWith('.js') ? `${specifier.slice(0, -3)}.ts` : undefined;
    const isThere = source && context.parentURL && existsSync(fileURLToPath(new URL(source, context.parentURL)));
    return next(isThere ? source : specifier, context);
  },
});
const isFailover = process.argv[2] === 'failover';
const { run } = await import(isFailover ? '../test/faults/failover/run.ts' : '../test/faults/run.ts');
const code = await run(process.argv.slice(isFailover ? 3 : 2), { data: dataFolder, dist: join(projectFolder, 'dist') });
process.exit(code);
