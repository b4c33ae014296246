import { beforeAll, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { aUser } from '../../support/builders.js';
import { expectAnswer, fieldsOf } from '../../support/contract.js';
import { getCsv, rowsOf } from '../../support/csv.js';
import { BASE_URL, describeKeyless } from '../../support/environment.js';
import {
  aPartner,
  cancel,
  DAY_MS,
  dayOf,
  pay,
  settledDays,
  type SettledDay,
  settlement,
  settlementAddress,
} from '../../support/settlements.js';

const NOTHING = { paymentCount: 0, payments: 0, captureCount: 0, captures: 0, cancelCount: 0, cancels: 0, net: 0 };
const COLUMNS = 'date,paymentCount,payments,captureCount,captures,cancelCount,cancels,net,isClosed';

describeKeyless("a partner's settlements of a period", () => {
  let partnerId: number;
  const day = (back: number) => dayOf(Date.now() - back * DAY_MS);
  const today = day(0);
  const ofToday = {
    ...NOTHING,
    date: today,
    paymentCount: 3,
    payments: 6_000,
    cancelCount: 2,
    cancels: 1_500,
    net: 4_500,
    isClosed: false,
  };

  beforeAll(async () => {
    partnerId = await aPartner();
    const user = await aUser({ charged: 100_000 });
    const paid: number[] = [];
    for (const amount of [1_000, 2_000, 3_000]) paid.push(await pay(user, partnerId, amount));
    await cancel(paid[0] as number, 1_000);
    await cancel(paid[1] as number, 500);
    await pay(user, await aPartner(), 7_000); // another partner's
  });

  it('are a line for each day, oldest first: what is over is closed, and today is not', async () => {
    const { items, nextCursor } = await settledDays(partnerId, { from: day(2), to: today });
    expect(items).toEqual([
      { ...NOTHING, date: day(2), isClosed: true },
      { ...NOTHING, date: day(1), isClosed: true },
      ofToday,
    ]);
    expect(nextCursor).toBeNull();
    const { net, gross, cancels } = await settlement(partnerId, today);
    expect([net, gross, cancels]).toEqual([4_500, 6_000, 1_500]);
  });

  it('are of one day without a last one, and days to come have nothing yet', async () => {
    expect((await settledDays(partnerId, { from: today })).items).toEqual([ofToday]);
    const { items } = await settledDays(partnerId, { from: today, to: day(-2) });
    expect(items.slice(1)).toEqual([day(-1), day(-2)].map((date) => ({ ...NOTHING, date, isClosed: false })));
  });

  it('are of days before there was a calendar, too', async () => {
    const { items } = await settledDays(partnerId, { from: '2019-12-30', to: '2020-01-02' });
    expect(items.map(({ isClosed }) => isClosed)).toEqual([true, true, true, true]);
  });

  it('come page by page, up to a leap year', async () => {
    const period = { from: day(365), to: today };
    const whole = await settledDays(partnerId, { ...period, limit: 366 });
    expect(whole.items).toHaveLength(366);
    expect(whole.nextCursor).toBeNull();
    const found: SettledDay[] = [];
    let pages = 0;
    for (let cursor: string | null = ''; cursor !== null; pages++) {
      const page = await settledDays(partnerId, { ...period, ...(pages === 0 ? {} : { cursor }) });
      found.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(pages).toBe(Math.ceil(366 / 31));
    expect(found).toEqual(whole.items);
  });

  it('are to be had as CSV, all of them', async () => {
    const period = { from: day(60), to: today };
    const { items } = await settledDays(partnerId, { ...period, limit: 366 });
    const { status, headers, text } = await getCsv(BASE_URL + settlementAddress(partnerId, { ...period, limit: 2 }));
    expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    const name = `settlements-${partnerId}-from-${day(60)}-to-${today}.csv`;
    expect(headers.get('content-disposition')).toBe(`attachment; filename="${name}"`);
    expect(text.startsWith(`${COLUMNS}\r\n`)).toBe(true);
    const asText = (item: SettledDay) => Object.fromEntries(Object.entries(item).map(([k, v]) => [k, String(v)]));
    expect(rowsOf(text)).toEqual(items.map(asText));
  });

  it.each([
    ['from', { from: '2026-02-30' }],
    ['from', { from: '2026-2-1', to: '2026-02-03' }],
    ['from', { to: '2026-02-03' }],
    ['to', { from: '2026-02-03', to: '2026-02-29' }],
    ['to', { from: '2026-02-03', to: '2026-02-02' }],
    ['to', { from: '2024-01-01', to: '2025-01-01' }],
    ['from', { date: '2026-02-03', from: '2026-02-03' }],
    ['to', { date: '2026-02-03', to: '2026-02-03' }],
    ['cursor', { date: '2026-02-03', cursor: 'MTIz' }],
    ['cursor', { from: '2026-02-03', cursor: 'MTIz' }],
    ['cursor', { from: '2026-02-03', cursor: Buffer.from(String(Date.parse('2026-02-04'))).toString('base64url') }],
    ['cursor', { from: '2026-02-03', cursor: Buffer.from('9007199254740991').toString('base64url') }],
    ['limit', { from: '2026-02-03', limit: 367 }],
    ['limit', { from: '2026-02-03', limit: 0 }],
    ['date', { limit: 3 }],
    ['day', { from: '2026-02-03', day: '2026-02-03' }],
  ])('are not listed with a wrong %s (%o)', async (field, query: Record<string, string | number>) => {
    const received = await api.send('GET', settlementAddress(partnerId, query));
    expectAnswer(received, 'InvalidRequest');
    expect(fieldsOf(received)).toEqual([field]);
  });

  it('are refused as JSON where CSV is wanted', async () => {
    const cursor = Buffer.from(String(Date.parse(today))).toString('base64url');
    const { status, headers } = await getCsv(BASE_URL + settlementAddress(partnerId, { from: today, cursor }));
    expect([status, headers.get('content-type')]).toEqual([400, 'application/json; charset=utf-8']);
  });

  it('are none of no partner', async () => {
    expectAnswer(await api.send('GET', settlementAddress(999_999_999, { from: today })), 'InvalidMerchant');
  });
});
