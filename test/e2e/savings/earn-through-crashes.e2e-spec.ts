import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { atOnce, DAILY_LIMIT } from '../../support/builders.js';
import { describeWith } from '../../support/environment.js';
import { type Saver, SavingsStack } from '../../support/savings-stack.js';

/** `INTEREST_CROWD=1000 npm run test:e2e -- earn-through-crashes` takes some ten minutes. */
const CROWD = Number(process.env['INTEREST_CROWD'] ?? 8);
const WITHIN_MS = Math.max(240_000, CROWD * 2_000);
const KILLS = CROWD > 100 ? 12 : 2;
const PAUSE_MAX_MS = CROWD > 100 ? 30_000 : 500;

describeWith(['databaseUrl', 'redisUrl'], 'interest of 400 days', () => {
  let stack: SavingsStack;
  beforeAll(async () => {
    stack = await SavingsStack.start();
  });
  afterAll(() => stack.own.stop());

  it(
    'is exact for everybody, with a 29th of February in it, whenever the service is killed',
    async () => {
      stack.standAt('2027-12-01 10:00:00');
      const crowd: Saver[] = [];
      const saved = () => 1 + Math.floor(Math.random() * DAILY_LIMIT);
      while (crowd.length < CROWD) {
        crowd.push(...(await atOnce(Math.min(20, CROWD - crowd.length), () => stack.aSaver({ saved: saved() }))));
      }
      stack.standAt('2029-01-05 05:00:00');
      for (let kill = 1; kill <= KILLS; kill++) {
        await sleep(Math.random() * PAUSE_MAX_MS);
        await stack.own.service.kill('SIGKILL');
        await stack.own.service.start();
      }
      await stack.interestThrough('2029-01-04', WITHIN_MS);
      await stack.expectExact(crowd, '2029-01-04');
      const [row] = await stack.own.sql<{ count: number; won: number; leap: number }>(
        `SELECT COUNT(*) AS count, CAST(SUM(m.amount) AS SIGNED) AS won, COUNT(IF(p.day = '2028-02-29', 1, NULL)) AS leap
         FROM interest_postings p JOIN movements m ON m.id = p.movement_id`,
      );
      expect(Number(row?.leap)).toBeGreaterThan(0);
      if (CROWD > 100) {
        process.stderr.write(`${CROWD} savers, ${KILLS} kills: ${row?.count} postings of ${row?.won} won, all exact\n`);
      }
    },
    WITHIN_MS + 240_000,
  );
});
