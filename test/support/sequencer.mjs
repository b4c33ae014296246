import { createRequire } from 'node:module';

const { default: Sequencer } = createRequire(import.meta.url)('@jest/test-sequencer');

/** What wants an empty database comes first; the rest by name, always the same. */
const FIRST = 'seed-document.e2e-spec.ts';

export default class ByPlace extends Sequencer {
  sort(tests) {
    const place = ({ path }) => (path.endsWith(FIRST) ? 0 : 1);
    return [...tests].sort((a, b) => place(a) - place(b) || a.path.localeCompare(b.path));
  }
}
