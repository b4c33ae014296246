import { createRequire } from 'node:module';

const { default: Sequencer } = createRequire(import.meta.url)('@jest/test-sequencer');

/** What wants an empty database comes first, what looks at everything in it comes last; the rest by name, always the same. */
const FIRST = 'seed-document.e2e-spec.ts';
const LAST = 'balance-ledger.e2e-spec.ts';

export default class ByPlace extends Sequencer {
  sort(tests) {
    const place = ({ path }) => (path.endsWith(FIRST) ? 0 : path.endsWith(LAST) ? 2 : 1);
    return [...tests].sort((a, b) => place(a) - place(b) || a.path.localeCompare(b.path));
  }
}
