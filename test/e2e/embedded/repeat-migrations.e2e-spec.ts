import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate } from '../../../src/platform/database/migrate.js';
import { migrations } from '../../../src/platform/database/migrations/index.js';
import { describeWith } from '../../support/environment.js';
import { Killed, migrationCalled, Schema } from '../../support/own-schema.js';

describeWith(['serviceLog', 'databaseUrl'], 'a migration that is killed after each of its statements', () => {
  let schema: Schema;
  beforeAll(async () => {
    schema = await Schema.empty();
  });
  afterAll(() => schema.close());

  it.each(migrations.map((migration) => [migration.name, migration] as const))(
    '%s goes on with every next start',
    async (_name, migration) => {
      const done = new Set<string>();
      while (await schema.isKilledAfterNext(migration, done));
      expect(done.size).toBeGreaterThan(0);
      await schema.through(migration);
    },
  );

  it('leaves what an undisturbed one leaves', async () => {
    const untouched = await Schema.empty();
    try {
      await migrate(untouched.dataSource);
      expect(await schema.tables()).toEqual(await untouched.tables());
    } finally {
      await untouched.close();
    }
  });
});

const PAYMENTS = 12_000;
const AT_ONCE_MAX = 5_000;

describeWith(['serviceLog', 'databaseUrl'], 'a migration of a table with many rows', () => {
  let schema: Schema;
  const businessDates = migrationCalled('BusinessDates');
  beforeAll(async () => {
    schema = await Schema.empty();
    await schema.upTo(businessDates);
    const digits =
      'SELECT 0 n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 ';
    const ten = `(${digits} UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)`;
    await schema.rows(
      `INSERT INTO movements (type, status, user_id, account_id, amount, topped_up_amount, idempotency_scope,
         idempotency_key, request_hash, attempt_id, created_at, completed_at)
       SELECT 'PAYMENT', 'COMPLETED', 1, 1, 1, 0, 'test', a.n * 10000 + b.n * 1000 + c.n * 100 + d.n * 10 + e.n, '', '',
         '2026-11-22 14:59:59', IF(e.n = 0, '2026-11-22 15:00:00', '2026-11-22 14:59:59')
       FROM ${ten} a, ${ten} b, ${ten} c, ${ten} d, ${ten} e LIMIT ${PAYMENTS}`,
    );
    await schema.rows(
      `INSERT INTO payments (movement_id, partner_id, partner_pay_key, product_items)
       SELECT id, 100, idempotency_key, '[]' FROM movements`,
    );
  });
  afterAll(() => schema.close());

  it('never updates more than some thousand at once, and goes on where it was killed', async () => {
    const updated: number[] = [];
    const run = (killAfter: number) =>
      schema.watched(businessDates, (statement, rows) => {
        if (/^\s*UPDATE/i.test(statement)) updated.push(rows);
        if (updated.length === killAfter) throw new Killed();
      });
    await expect(run(2)).rejects.toThrow(Killed);
    await run(Infinity);
    expect(Math.max(...updated)).toBeLessThanOrEqual(AT_ONCE_MAX);
    expect(updated.reduce((sum, rows) => sum + rows)).toBe(PAYMENTS);
  });

  it('leaves each row with the day of its journal in Seoul', async () => {
    const days = await schema.rows(
      `SELECT DATE_FORMAT(business_date, '%Y-%m-%d') AS day, CAST(COUNT(*) AS SIGNED) AS payments
       FROM payments GROUP BY business_date ORDER BY business_date`,
    );
    expect(days).toHaveLength(2);
    const [wrong] = await schema.rows<{ count: number }>(
      `SELECT COUNT(*) AS count FROM payments p JOIN movements m ON m.id = p.movement_id
       WHERE p.business_date <> DATE(m.completed_at + INTERVAL 9 HOUR)`,
    );
    expect(Number(wrong?.count)).toBe(0);
  });
});

describe('every migration', () => {
  it('is in the order of its time stamp', () => {
    const stamps = migrations.map(({ name }) => Number(/\d+$/.exec(name)?.[0]));
    expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
  });
});
