import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { get, type IncomingMessage } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { done } from '../../support/builders.js';
import { getCsv, rowsOf } from '../../support/csv.js';
import { describeWith } from '../../support/environment.js';
import { eventually } from '../../support/money.js';
import { type OwnStack, type OwnUser, signUpAt, startOwnStack } from '../../support/own-stack.js';
import { linesAddress, linesPage, settledDays, type Settlement, settlementAddress } from '../../support/settlements.js';

/** More than is summed at once, and with the day after it more than a page sums. */
const BUSY = 60_000;
const NEXT = 45_000;
const LINES_AT_ONCE = 1_000;
const DIGITS =
  '(SELECT 0 d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)';
const NUMBERS = `(SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d AS n
  FROM ${DIGITS} a, ${DIGITS} b, ${DIGITS} c, ${DIGITS} e, ${DIGITS} f)`;
const [BUSY_DAY, NEXT_DAY, QUIET_DAY, LAST_DAY] = ['2025-02-26', '2025-02-27', '2025-02-28', '2025-03-01'] as const;

/** Written without the service: nobody audits these books. */
describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'days with very many payments', () => {
  let stack: OwnStack;
  let user: OwnUser;
  let partnerId: number;
  let payable: number;

  beforeAll(async () => {
    stack = await startOwnStack();
    user = await signUpAt(stack, '1234561000');
    const created = stack.api.send<{ partnerId: number }>('POST', '/partners', { name: '바쁜상회' });
    partnerId = (await done(created)).detail.partnerId;
    const [account] = await stack.sql<{ id: number }>(
      "SELECT id FROM accounts WHERE kind = 'PARTNER_PAYABLE' AND owner_id = ?",
      [partnerId],
    );
    payable = account?.id as number;
    await addPayments(1_000, BUSY, BUSY_DAY);
    await addCancels(1_000, BUSY, BUSY_DAY, 500_000);
    await addPayments(100_000, NEXT, NEXT_DAY);
    await addPayments(200_000, 10, LAST_DAY);
    await stack.sql('ANALYZE TABLE payments, payment_cancels, entries');
  });
  afterAll(() => stack?.stop());

  /** Of 2 won each; each tenth has failed. Long orders, so that a file is more than the buffers of a connection. */
  async function addPayments(firstId: number, count: number, day: string): Promise<void> {
    const at = new Date(`${day}T12:00:00+09:00`);
    const numbers = `FROM ${NUMBERS} numbers WHERE n <= ${count} ORDER BY n`;
    const isPaid = 'n % 10 <> 0';
    await stack.sql(
      `INSERT INTO movements (id, type, status, user_id, account_id, counter_account_id, amount, topped_up_amount,
         idempotency_scope, idempotency_key, request_hash, attempt_id, created_at, completed_at)
       SELECT ${firstId} + n, 'PAYMENT', IF(${isPaid}, 'COMPLETED', 'FAILED'), ?, ?, ?, 2, 0, 'seed', CONCAT(${firstId}, '-', n),
         REPEAT('h', 32), REPEAT('a', 16), ?, ? ${numbers}`,
      [user.userId, user.accountId, payable, at, at],
    );
    await stack.sql(
      `INSERT INTO payments (movement_id, partner_id, partner_pay_key, order_live, business_date, product_items)
       SELECT ${firstId} + n, ?, CONCAT(RPAD('order-', 90, 'x'), ${firstId} + n), IF(${isPaid}, 1, NULL), ?, '[]' ${numbers}`,
      [partnerId, day],
    );
    await stack.sql(
      `INSERT INTO entries (movement_id, leg, account_id, amount, seq, balance_after, posted_at)
       SELECT ${firstId} + n, 3, ?, 2, NULL, NULL, ? FROM ${NUMBERS} numbers WHERE n <= ${count} AND ${isPaid}`,
      [payable, at],
    );
  }

  /** 1 won of each payment whose number ends in 5. */
  async function addCancels(ofFirst: number, count: number, day: string, firstId: number): Promise<void> {
    const at = new Date(`${day}T13:00:00+09:00`);
    const numbers = `FROM ${NUMBERS} numbers WHERE n <= ${count} AND n % 10 = 5 ORDER BY n`;
    await stack.sql(
      `INSERT INTO payment_cancels (movement_id, payment_id, partner_id, business_date, sequence, amount, cancelable_after,
         reason, canceled_at) SELECT ${firstId} + n, ${ofFirst} + n, ?, ?, 1, 1, 1, 'seed', ? ${numbers}`,
      [partnerId, day, at],
    );
    await stack.sql(
      `INSERT INTO entries (movement_id, leg, account_id, amount, seq, balance_after, posted_at)
       SELECT ${firstId} + n, 2, ?, -1, NULL, NULL, ? ${numbers}`,
      [payable, at],
    );
  }

  const ofDay = (date: string, paymentCount: number, cancelCount: number) => ({
    date,
    paymentCount,
    payments: 2 * paymentCount,
    captureCount: 0,
    captures: 0,
    cancelCount,
    cancels: cancelCount,
    net: 2 * paymentCount - cancelCount,
    isClosed: true,
  });
  const EXPECTED = [
    ofDay('2025-02-25', 0, 0),
    ofDay(BUSY_DAY, 0.9 * BUSY, BUSY / 10),
    ofDay(NEXT_DAY, 0.9 * NEXT, 0),
    ofDay(QUIET_DAY, 0, 0),
    ofDay(LAST_DAY, 9, 0),
  ];
  const PERIOD = { from: '2025-02-25', to: LAST_DAY };

  /** How many rows the server has read, of anything. */
  async function rowsRead(): Promise<number> {
    const rows = await stack.sql<{ Value: string }>("SHOW GLOBAL STATUS LIKE 'Handler_read%'");
    return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
  }

  it('are told page by page, of which none sums without end, and from then on in one', async () => {
    const first = await settledDays(partnerId, PERIOD, stack.api);
    expect(first.items).toEqual(EXPECTED.slice(0, 2));
    const cursor = first.nextCursor as string;
    const second = await settledDays(partnerId, { ...PERIOD, cursor }, stack.api);
    expect(second).toEqual({ partnerId, items: EXPECTED.slice(2), nextCursor: null });

    const before = await rowsRead();
    expect(await settledDays(partnerId, PERIOD, stack.api)).toEqual({ partnerId, items: EXPECTED, nextCursor: null });
    expect((await rowsRead()) - before).toBeLessThan(1_000);
    const alone = await done(
      stack.api.send<Settlement>('GET', settlementAddress(partnerId, { date: BUSY_DAY }), undefined),
    );
    expect(alone.detail).toMatchObject({ count: 0.9 * BUSY, cancels: BUSY / 10 });
  });

  it('are told in parts that follow each other', async () => {
    const parts = await stack.sql<{ after: number; upTo: number | null; count: number }>(
      `SELECT after_id AS after, up_to_id AS upTo, entry_count AS count FROM settlement_parts
       WHERE partner_id = ? AND day = ? AND part_of = 'payments' ORDER BY after_id`,
      [partnerId, BUSY_DAY],
    );
    expect(parts).toEqual([
      { after: 0, upTo: 51_000, count: 45_000 },
      { after: 51_000, upTo: null, count: 9_000 },
    ]);
  });

  it('have pages of lines that cost the same wherever they are', async () => {
    const cursor = Buffer.from('40001').toString('base64url');
    const before = await rowsRead();
    const page = await linesPage(partnerId, BUSY_DAY, { limit: 100, cursor }, stack.api);
    expect((await rowsRead()) - before).toBeLessThan(5_000);
    expect(page.items.map(({ paymentId }) => paymentId).slice(0, 3)).toEqual([39_999, 39_998, 39_997]);
    expect(page.items).toHaveLength(100);
  });

  it('have all lines in one file, each once', async () => {
    const { status, text } = await getCsv(stack.baseUrl + linesAddress(partnerId, BUSY_DAY));
    expect(status).toBe(200);
    const rows = rowsOf(text);
    expect(rows).toHaveLength(BUSY);
    expect(new Set(rows.map(({ paymentId, cancelId }) => `${paymentId} ${cancelId}`)).size).toBe(BUSY);
    expect(rows.reduce((sum, { amount }) => sum + Number(amount), 0)).toBe(EXPECTED[1]?.net);
  });

  it('are not read ahead of who takes the file, and keep no connection of the database meanwhile', async () => {
    const reads = async () => {
      const metrics = await (await fetch(`${stack.baseUrl}/metrics`)).text();
      const valueOf = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(metrics)?.[1] ?? 0);
      return {
        count: valueOf('database_transaction_duration_seconds_count\\{name="list-settlement-lines"\\}'),
        busy:
          valueOf('database_pool_connections\\{pool="main",state="open"\\}') -
          valueOf('database_pool_connections\\{pool="main",state="free"\\}'),
      };
    };
    const before = await reads();
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { accept: 'text/csv' };
      get(stack.baseUrl + linesAddress(partnerId, BUSY_DAY), { headers }, resolve).on('error', reject);
    });
    answer.pause();
    let last = -1;
    const stalled = await eventually(reads, ({ count, busy }) => {
      const isSame = count === last && count > before.count && busy === 0;
      last = count;
      return isSame;
    });
    // Failed payments are looked at, too; and only what came back full has something behind it.
    const whole = Math.floor((BUSY + BUSY / 10) / LINES_AT_ONCE) + 1;
    expect(stalled.count - before.count).toBeLessThan(whole);
    expect(rowsOf(await textOf(answer))).toHaveLength(BUSY);
    expect((await reads()).count - before.count).toBe(whole);
  });
});
