import { expect, it } from '@jest/globals';
import { clusterPrograms } from '../../../scripts/stack/cluster.mjs';
import { describeIf } from '../../support/describe-if.js';
import { isOurs, runAsProgram } from '../run-as-program.js';

const { missing } = clusterPrograms({ withRouter: true });
const needs = isOurs ? missing : ['servers of its own'];

/** The three servers start, join and rejoin beside whatever else the machine does. */
const WITHIN_MS = 600_000;

describeIf(needs.length === 0, needs.join(', '), 'the service while its stores fail over', () => {
  it(
    'loses nothing, does nothing twice, and goes on when they do',
    async () => {
      const { code, said } = await runAsProgram('failover', '--short', '--seed', '1');
      expect({ code, said: code === 0 ? '' : said }).toEqual({ code: 0, said: '' });
    },
    WITHIN_MS,
  );
});
