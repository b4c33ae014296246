import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { get, type IncomingMessage } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { type EntryPage } from '../../support/api.js';
import { done } from '../../support/builders.js';
import { getCsv, rowsOf } from '../../support/csv.js';
import { describeWith } from '../../support/environment.js';
import { eventually } from '../../support/money.js';
import { type OwnStack, type OwnUser, signUpAt, startOwnStack } from '../../support/own-stack.js';

const LINES = 20_000;
/** Long ones, so that a statement is more than what lies in the buffers of a connection. */
const MEMO = '점심값과 커피값 '.repeat(11);
const DIGITS =
  '(SELECT 0 d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)';
const NUMBERS = `(SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d AS n
  FROM ${DIGITS} a, ${DIGITS} b, ${DIGITS} c, ${DIGITS} e, ${DIGITS} f)`;
/** Seoul's midnight between 2025-02-25 and 26. */
const MIDNIGHT = Date.parse('2025-02-26T00:00:00+09:00');

/** Written without the service: nobody audits these books. */
describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'an account with very many entries', () => {
  let stack: OwnStack;
  let user: OwnUser;
  let other: OwnUser;
  let address: string;
  beforeAll(async () => {
    stack = await startOwnStack();
    [user, other] = [await signUpAt(stack, '1234561000'), await signUpAt(stack, '1234571000')];
    address = `${stack.baseUrl}/accounts/${user.accountId}/transactions`;
    await addLines(1, LINES);
  });
  afterAll(() => stack?.stop());

  /** One every second up to midnight; each thousandth is a deposit. The user gets 1 won with each. */
  async function addLines(from: number, to: number): Promise<void> {
    const type = "IF(n % 1000 = 0, 'SAVINGS_DEPOSIT', 'TRANSFER')";
    const at = `DATE_SUB(?, INTERVAL ${LINES} - n SECOND)`;
    const range = [from, to];
    await stack.sql(
      `INSERT INTO movements (id, type, status, user_id, account_id, counter_account_id, amount, topped_up_amount, memo,
         idempotency_scope, idempotency_key, request_hash, attempt_id, created_at, completed_at)
       SELECT 1000 + n, ${type}, 'COMPLETED', ?, ?, ?, 1, 0, ?, 'seed', n, REPEAT('h', 32), REPEAT('a', 16), ${at}, ${at}
       FROM ${NUMBERS} numbers WHERE n BETWEEN ? AND ?`,
      [other.userId, other.accountId, user.accountId, MEMO, new Date(MIDNIGHT), new Date(MIDNIGHT), ...range],
    );
    for (const [leg, accountId, amount] of [
      [2, other.accountId, -1],
      [3, user.accountId, 1],
    ]) {
      await stack.sql(
        `INSERT INTO entries (movement_id, leg, account_id, amount, seq, balance_after, posted_at)
         SELECT 1000 + n, ?, ?, ?, n, n, ${at} FROM ${NUMBERS} numbers WHERE n BETWEEN ? AND ?`,
        [leg, accountId, amount, new Date(MIDNIGHT), ...range],
      );
    }
  }

  const reads = async () => {
    const metrics = await (await fetch(`${stack.baseUrl}/metrics`)).text();
    const valueOf = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(metrics)?.[1] ?? 0);
    return {
      count: valueOf('database_transaction_duration_seconds_count\\{name="list-entries"\\}'),
      busy:
        valueOf('database_pool_connections\\{pool="main",state="open"\\}') -
        valueOf('database_pool_connections\\{pool="main",state="free"\\}'),
    };
  };
  const open = (url: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      get(url, { headers: { accept: 'text/csv' } }, resolve).on('error', reject);
    });

  it('is told whole, each entry once', async () => {
    const { status, text } = await getCsv(address);
    expect(status).toBe(200);
    const rows = rowsOf(text);
    expect(rows).toHaveLength(LINES);
    expect(rows.every(({ balanceAfter }, place) => Number(balanceAfter) === LINES - place)).toBe(true);
    expect(rows[0]?.['memo']).toBe(MEMO);
  });

  it('is not read ahead of who takes it, and keeps no connection of the database meanwhile', async () => {
    const before = await reads();
    const answer = await open(address);
    answer.pause();
    // Nothing more is read: the buffers on the way are full.
    let last = -1;
    const stalled = await eventually(reads, ({ count, busy }) => {
      const isSame = count === last && count > before.count && busy === 0;
      last = count;
      return isSame;
    });
    expect(stalled.count - before.count).toBeLessThan(LINES / 500 - 1);
    expect((await stack.api.user(user.userId)).status).toBe(200);
    expect(rowsOf(await textOf(answer))).toHaveLength(LINES);
    expect((await reads()).count - before.count).toBe(LINES / 500 - 1);
  });

  it('costs nothing more once its client is gone', async () => {
    const before = await reads();
    const answer = await open(address);
    answer.pause();
    await eventually(reads, ({ count }) => count > before.count);
    answer.destroy();
    let last = -1;
    const ended = await eventually(reads, ({ count, busy }) => {
      const isSame = count === last && busy === 0;
      last = count;
      return isSame;
    });
    expect(ended.count - before.count).toBeLessThan(LINES / 500 - 1);
  });

  it('is told by days, which begin at midnight in Seoul to the millisecond', async () => {
    const at = async (seq: number, ms: number) =>
      stack.sql('UPDATE entries SET posted_at = ? WHERE account_id = ? AND seq = ?', [
        new Date(ms),
        user.accountId,
        seq,
      ]);
    const DAY_MS = 86_400_000;
    await at(LINES - 2, MIDNIGHT - 1);
    await at(LINES - 1, MIDNIGHT);
    await at(LINES, MIDNIGHT + DAY_MS - 1);
    const balances = async (query: string) =>
      rowsOf((await getCsv(`${address}${query}`)).text).map(({ balanceAfter }) => Number(balanceAfter));
    expect(await balances('?from=2025-02-26&to=2025-02-26')).toEqual([LINES, LINES - 1]);
    expect(await balances('?from=2025-02-26')).toEqual([LINES, LINES - 1]);
    expect((await balances('?to=2025-02-25'))[0]).toBe(LINES - 2);
    await at(LINES, MIDNIGHT + DAY_MS);
    expect(await balances('?from=2025-02-26&to=2025-02-26')).toEqual([LINES - 1]);
    expect(await balances('?from=2025-02-27&to=2025-02-27')).toEqual([LINES]);
    const page = await stack.api.entries(user.accountId, { from: '2025-02-26', to: '2025-02-26' });
    expect(page.detail.items.map(({ occurredAt }) => occurredAt)).toEqual(['2025-02-26 00:00:00']);
  });

  it('is told by days also where a clock was put back meanwhile', async () => {
    await stack.sql('UPDATE entries SET posted_at = ? WHERE account_id = ? AND seq IN (10, 20)', [
      new Date('2025-03-10T12:00:00+09:00'),
      user.accountId,
    ]);
    const rows = rowsOf((await getCsv(`${address}?from=2025-03-10&to=2025-03-10`)).text);
    expect(rows.map(({ balanceAfter }) => balanceAfter)).toEqual(['20', '10']);
  });

  it('has pages of a rare type that are quick, and may be short', async () => {
    const found: number[] = [];
    let pages = 0;
    for (let cursor: string | null = ''; cursor !== null; pages++) {
      const query = { type: 'SAVINGS_DEPOSIT', limit: 10, ...(cursor && { cursor }) };
      const page: EntryPage = (await done(stack.api.entries(user.accountId, query))).detail;
      found.push(...page.items.map(({ balanceAfter }) => balanceAfter));
      cursor = page.nextCursor;
    }
    expect(found).toEqual(Array.from({ length: LINES / 1000 }, (_, i) => LINES - 1000 * i));
    expect(pages).toBe(1 + LINES / 2_000);
    expect(rowsOf((await getCsv(`${address}?type=savings_deposit`)).text)).toHaveLength(LINES / 1000);
  });

  it('is refused as one piece beyond so many entries, whatever their type', async () => {
    await addLines(LINES + 1, LINES + 1);
    for (const query of ['', '?type=SAVINGS_DEPOSIT', '?from=2025-01-01']) {
      const { status, text } = await getCsv(address + query);
      expect([status, JSON.parse(text)]).toEqual([
        400,
        { code: 'StatementTooLong', message: '조회할 내역이 너무 많습니다.', detail: { linesMax: LINES } },
      ]);
    }
    expect((await getCsv(`${address}?to=2025-02-25`)).status).toBe(200);
    expect((await stack.api.entries(user.accountId, { from: '2025-01-01', limit: 1 })).status).toBe(200);
  });
});
