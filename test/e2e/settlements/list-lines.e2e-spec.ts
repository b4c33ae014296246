import { beforeAll, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { aUser, newOrder, paymentBody, newKey, type TestUser } from '../../support/builders.js';
import { expectAnswer, fieldsOf } from '../../support/contract.js';
import { getCsv, rowsOf } from '../../support/csv.js';
import { BASE_URL, describeKeyless } from '../../support/environment.js';
import {
  aPartner,
  cancel,
  DAY_MS,
  dayOf,
  type Line,
  linesAddress,
  linesOf,
  linesPage,
  movementOf,
  pay,
  settlement,
} from '../../support/settlements.js';

const COLUMNS = 'occurredAt,type,paymentId,captureId,cancelId,partnerPayKey,amount';

describeKeyless("the lines of a partner's business day", () => {
  const today = dayOf(Date.now());
  let partnerId: number;
  let user: TestUser;
  let expected: Omit<Line, 'occurredAt'>[];

  beforeAll(async () => {
    partnerId = await aPartner();
    user = await aUser({ charged: 100_000 });
    const orders = [newOrder(), newOrder(), newOrder()] as const;
    const [first, second] = [
      await pay(user, partnerId, 1_000, orders[0]),
      await pay(user, partnerId, 2_000, orders[1]),
    ];
    const [whole, part] = [await cancel(first, 1_000), await cancel(second, 500)];
    const again = await pay(user, partnerId, 3_000, orders[0]); // its order was given back
    const rest = await cancel(second, 1_500);
    const short = await aUser({ bankAccount: '9001' });
    const failed = await api.pay(paymentBody(short.userId, { partnerId, partnerPayKey: orders[2] }), newKey());
    expectAnswer(failed, 'NotEnoughAccountBalance');
    await pay(user, await aPartner(), 7_000, orders[0]); // another partner's
    const payment = (paymentId: number, partnerPayKey: string, amount: number) =>
      ({ type: 'PAYMENT', paymentId, partnerPayKey, amount }) as const;
    const cancelOf = (paymentId: number, partnerPayKey: string, cancelId: number, amount: number) =>
      ({ type: 'CANCEL', paymentId, cancelId, partnerPayKey, amount }) as const;
    expected = [
      cancelOf(second, orders[1], rest, -1_500),
      payment(again, orders[0], 3_000),
      cancelOf(second, orders[1], part, -500),
      cancelOf(first, orders[0], whole, -1_000),
      payment(second, orders[1], 2_000),
      payment(first, orders[0], 1_000),
    ];
  });

  it('are what was paid and given back, newest first, and come to its settlement', async () => {
    const page = await linesPage(partnerId, today);
    expect(page).toEqual({
      date: today,
      partnerId,
      isClosed: false,
      items: expected.map((line) => ({
        ...line,
        occurredAt: expect.stringMatching(`^${today} \\d\\d:\\d\\d:\\d\\d$`),
      })),
      nextCursor: null,
    });
    const { net } = await settlement(partnerId, today);
    expect(page.items.reduce((sum, { amount }) => sum + amount, 0)).toBe(net);
  });

  it('come page by page, and a page stays the same while new ones arrive', async () => {
    const before = await linesOf(partnerId, today);
    const first = await linesPage(partnerId, today, { limit: 2 });
    const paid = await pay(user, partnerId, 4_000);
    const second = await linesPage(partnerId, today, { limit: 2, cursor: first.nextCursor as string });
    const canceled = await cancel(paid, 1_000);
    const third = await linesPage(partnerId, today, { limit: 100, cursor: second.nextCursor as string });
    expect([...first.items, ...second.items, ...third.items]).toEqual(before);
    expect(third.nextCursor).toBeNull();
    expect(await linesPage(partnerId, today, { limit: 2, cursor: first.nextCursor as string })).toEqual(second);
    expect((await linesOf(partnerId, today, 1)).map(movementOf).slice(0, 2)).toEqual([canceled, paid]);
    expect((await linesOf(partnerId, today, 1)).slice(2)).toEqual(before);
  });

  it('are none on days without any, which are closed once they are over', async () => {
    for (const day of [dayOf(Date.now() - DAY_MS), '2019-06-01']) {
      const nothing = { date: day, partnerId, isClosed: true, items: [], nextCursor: null };
      expect(await linesPage(partnerId, day)).toEqual(nothing);
    }
    expect(await linesPage(partnerId, '2099-01-01')).toMatchObject({ isClosed: false, items: [] });
  });

  it('are to be had as CSV, all of them, in which nobody writes formulas', async () => {
    const shop = await aPartner();
    const orders = ['=1+1', '+82', '-1', '@SUM(A1)', 'a"b,c', "'=1"];
    for (const order of orders) await pay(user, shop, 1_000, order);
    const canceled = await cancel((await linesPage(shop, today)).items[0]?.paymentId as number, 400);
    const lines = await linesOf(shop, today);
    const { status, headers, text } = await getCsv(BASE_URL + linesAddress(shop, today, { limit: 1 }));
    expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(headers.get('content-disposition')).toBe(`attachment; filename="settlement-${shop}-${today}.csv"`);
    expect(headers.get('vary')).toBe('accept');
    expect(text.startsWith(`${COLUMNS}\r\n`)).toBe(true);
    const rows = rowsOf(text);
    const safe = ["'=1+1", "'+82", "'-1", "'@SUM(A1)", 'a"b,c', "'=1"].reverse();
    expect(rows.map(({ partnerPayKey }) => partnerPayKey)).toEqual([safe[0], ...safe]);
    expect(rows.map(({ amount }) => Number(amount))).toEqual([-400, ...orders.map(() => 1_000)]);
    expect(rows[0]).toMatchObject({ type: 'CANCEL', cancelId: String(canceled), amount: '-400' });
    expect(rows[1]).toMatchObject({ type: 'PAYMENT', cancelId: '', occurredAt: lines[1]?.occurredAt });
    expect(rows.map(({ paymentId }) => Number(paymentId))).toEqual(lines.map(({ paymentId }) => paymentId));
  });

  it.each([
    ['day', '2026-02-30', {}],
    ['day', '20260228', {}],
    ['day', 'today', {}],
    ['limit', '2026-02-28', { limit: 501 }],
    ['limit', '2026-02-28', { limit: 0 }],
    ['cursor', '2026-02-28', { cursor: 'abc' }],
    ['type', '2026-02-28', { type: 'PAYMENT' }],
  ])('are not listed with a wrong %s (%s %o)', async (field, day, query: Record<string, string | number>) => {
    const received = await api.send('GET', linesAddress(partnerId, day, query));
    expectAnswer(received, 'InvalidRequest');
    expect(fieldsOf(received)).toEqual([field]);
  });

  it('are refused as JSON where CSV is wanted', async () => {
    const refused = [
      [linesAddress(partnerId, today, { cursor: 'MTIz' }), 400],
      [linesAddress(partnerId, '2026-02-30'), 400],
      [linesAddress(999_999_999, today), 404],
    ] as const;
    for (const [address, expectedStatus] of refused) {
      const { status, headers } = await getCsv(BASE_URL + address);
      expect([status, headers.get('content-type')]).toEqual([expectedStatus, 'application/json; charset=utf-8']);
    }
  });

  it('are none of no partner', async () => {
    expectAnswer(await api.send('GET', linesAddress(999_999_999, today)), 'InvalidMerchant');
  });
});
