import { expect, it } from '@jest/globals';
import type { HeardReport, InstanceReport } from './instance-reports.js';
import { minuteOf } from './minute-counts.js';
import { pictureOf } from './picture.js';

const NOW = Date.UTC(2026, 10, 28, 3, 0, 30);
const now = minuteOf(NOW);

function heard(id: string, changes: Partial<InstanceReport> = {}, heardSecondsAgo = 1): HeardReport {
  const quiet = { version: '0.1.0', startedAtMs: NOW - 5_000, openCircuits: [], isLeaving: false, counted: {} };
  return { report: { id, ...quiet, ...changes }, heardSecondsAgo };
}

it('has a line for each of the last sixty minutes, and nothing in it while nobody has said anything', () => {
  const { payments, topUps, instances, openCircuits } = pictureOf([], NOW);
  expect(payments.perMinute.map(({ minutesAgo }) => minutesAgo)).toEqual(
    Array.from({ length: 60 }, (_, at) => 59 - at),
  );
  expect(payments).toMatchObject({ approved: 0, refused: 0, pending: 0, failed: 0 });
  expect([topUps, instances, openCircuits]).toEqual([{ done: 0, refused: 0, unknown: 0 }, [], []]);
});

it('adds up what all instances have counted, also those that are gone', () => {
  const { payments, topUps, instances } = pictureOf(
    [
      heard('a', {
        counted: { [now]: { 'payments.approved': 3, 'topUps.done': 1 }, [now - 59]: { 'payments.approved': 1 } },
      }),
      heard('b', { counted: { [now]: { 'payments.approved': 4, 'payments.refused': 2 } }, isLeaving: true }),
      heard('c', { counted: { [now - 1]: { 'payments.pending': 1, 'topUps.unknown': 5 } } }, 16),
      heard('d', { counted: { [now - 60]: { 'payments.failed': 9 }, [now + 1]: { 'payments.failed': 9 } } }, 15),
    ],
    NOW,
  );
  expect(payments).toMatchObject({ approved: 8, refused: 2, pending: 1, failed: 0 });
  expect(payments.perMinute.at(-1)).toEqual({ minutesAgo: 0, approved: 7, refused: 2, pending: 0, failed: 0 });
  expect(payments.perMinute[0]).toMatchObject({ minutesAgo: 59, approved: 1 });
  expect(topUps).toEqual({ done: 1, refused: 0, unknown: 5 });
  expect(instances.map(({ id }) => id)).toEqual(['a', 'd']);
});

it('tells of a bank that is left alone by which instances that is', () => {
  const { openCircuits, instances } = pictureOf(
    [
      heard('a', { openCircuits: ['088', '081'] }),
      heard('b', { openCircuits: ['081'], commit: '3f2a9c1' }),
      heard('gone', { openCircuits: ['004'] }, 60),
    ],
    NOW,
  );
  expect(openCircuits).toEqual([
    { bankCode: '081', bankName: '하나은행', instanceIds: ['a', 'b'] },
    { bankCode: '088', bankName: '신한은행', instanceIds: ['a'] },
  ]);
  expect(instances[1]).toEqual({
    id: 'b',
    version: '0.1.0',
    commit: '3f2a9c1',
    startedMsAgo: 5_000,
    heardSecondsAgo: 1,
    openCircuits: ['081'],
  });
});
