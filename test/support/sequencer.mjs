import { createRequire } from 'node:module';

const { default: Sequencer } = createRequire(import.meta.url)('@jest/test-sequencer');

/**
 * What wants an empty database comes first, and then what takes longest, so that no worker is left alone with it; the
 * rest by name, always the same.
 */
const FIRST = ['seed-document.e2e-spec.ts', 'faults.spec.ts', 'failover.spec.ts'];

export default class ByPlace extends Sequencer {
  sort(tests) {
    const place = ({ path }) => {
      const index = FIRST.findIndex((name) => path.endsWith(`/${name}`));
      return index < 0 ? FIRST.length : index;
    };
    return [...tests].sort((a, b) => place(a) - place(b) || a.path.localeCompare(b.path));
  }
}
