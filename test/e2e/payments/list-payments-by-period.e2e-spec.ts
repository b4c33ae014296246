import { beforeAll, expect, it } from '@jest/globals';
import { api, type Payment } from '../../support/api.js';
import { aUser, done, newKey, paymentBody, type TestUser } from '../../support/builders.js';
import { expectAnswer, fieldsOf } from '../../support/contract.js';
import { describeKeyless } from '../../support/environment.js';
import { eventually } from '../../support/money.js';

interface Page {
  readonly items: readonly Payment[];
  readonly nextCursor: string | null;
}

const TODAY = () => new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10);
const cancelBody = (cancelAmount?: number) => ({ cancelReason: '구매자 변심', ...(cancelAmount && { cancelAmount }) });

describeKeyless("a partner's payments of a period", () => {
  let partnerId: number;
  let user: TestUser;
  let ids: number[];

  const list = (query: Record<string, string | number>) =>
    api.send<Page>(
      'GET',
      `/payments?${new URLSearchParams({ partnerId, from: TODAY(), ...query } as never).toString()}`,
    );
  const pay = async (amount: number) =>
    (await done(api.pay(paymentBody(user.userId, { partnerId, totalPayAmount: amount }), newKey()))).detail.paymentId;
  const cancel = (paymentId: number, amount?: number) =>
    done(api.send('POST', `/payments/${paymentId}/cancel`, cancelBody(amount), { key: newKey() }));
  const failToPay = async () => {
    const [short, idempotencyKey] = [await aUser({ bankAccount: '9001' }), newKey()];
    expectAnswer(await api.pay(paymentBody(short.userId, { partnerId }), idempotencyKey), 'NotEnoughAccountBalance');
    const { items } = (await done(api.payments({ partnerId, idempotencyKey }))).detail;
    return (items[0] as Payment).paymentId;
  };
  const idsOf = ({ items }: Page) => items.map(({ paymentId }) => paymentId);

  beforeAll(async () => {
    partnerId = (await done(api.send<{ partnerId: number }>('POST', '/partners', { name: '길동상회' }))).detail
      .partnerId;
    user = await aUser({ charged: 100_000 });
    ids = [await failToPay()];
    for (let amount = 1_000; amount <= 7_000; amount += 1_000) ids.unshift(await pay(amount));
    await done(api.pay(paymentBody(user.userId, { totalPayAmount: 1 }), newKey())); // another partner's
    await cancel(ids[1] as number);
    await cancel(ids[4] as number, 500);
  });

  it('come newest first, and only its own', async () => {
    const { detail } = await list({});
    expect(idsOf(detail)).toEqual(ids);
    expect(detail.nextCursor).toBeNull();
    expect(detail.items[4]).toMatchObject({
      status: 'PARTIALLY_CANCELED',
      canceledAmount: 500,
      cancelableAmount: 2_500,
    });
  });

  it('come page by page, and a page stays the same while new payments arrive', async () => {
    const first = (await list({ limit: 3 })).detail;
    const second = (await list({ limit: 3, cursor: first.nextCursor as string })).detail;
    ids.unshift(await pay(8_000));
    const third = (await list({ limit: 3, cursor: second.nextCursor as string })).detail;
    expect([first, second, third].flatMap(idsOf)).toEqual(ids.slice(1));
    expect(third.nextCursor).toBeNull();
    expect(await list({ limit: 3, cursor: first.nextCursor as string })).toMatchObject({ detail: second });
  });

  it.each([
    ['APPROVED', (all: number[]) => all.filter((_, place) => ![2, 5, 8].includes(place))],
    ['CANCELED', (all: number[]) => [all[2]]],
    ['PARTIALLY_CANCELED', (all: number[]) => [all[5]]],
    ['partially_canceled', (all: number[]) => [all[5]]],
    ['FAILED', (all: number[]) => [all[8]]],
  ])('can be those that are %s only', async (status, expected) => {
    const found: number[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Page = (await list({ status, limit: 2, ...(cursor && { cursor }) })).detail;
      found.push(...idsOf(page));
      cursor = page.nextCursor;
    }
    expect(found).toEqual(expected(ids));
  });

  it('can be those that wait for the bank only, as long as they do', async () => {
    const { detail: other } = await done(api.send<{ partnerId: number }>('POST', '/partners', { name: '느린상회' }));
    const listed = async (status: string) => idsOf((await list({ partnerId: other.partnerId, status })).detail);
    const late = await aUser({ bankAccount: '9016' });
    const paying = api.pay(paymentBody(late.userId, { partnerId: other.partnerId }), newKey());
    const waiting = await eventually(
      () => listed('PENDING'),
      ({ length }) => length > 0,
    );
    expect(waiting).toEqual([(await paying).detail.paymentId]);
    expect(
      await eventually(
        () => listed('APPROVED'),
        ({ length }) => length > 0,
      ),
    ).toEqual(waiting);
    expect(await listed('PENDING')).toEqual([]);
  });

  it('are none before and after its days', async () => {
    expect((await list({ from: '2020-01-01', to: '2020-12-31' })).detail).toEqual({ items: [], nextCursor: null });
    expect(idsOf((await list({ from: '2020-01-01', to: '2999-12-31' })).detail)).toEqual(ids);
  });

  it.each([
    ['from', { from: '2025-02-30' }],
    ['from', { from: '2025-2-1' }],
    ['to', { to: 'today' }],
    ['to', { to: '2020-01-01' }],
    ['status', { status: 'paid' }],
    ['limit', { limit: 101 }],
    ['cursor', { cursor: 'MTIz' }],
    ['partnerPayKey', { partnerPayKey: 'order' }],
  ])('are not listed with a wrong %s', async (field, query: Record<string, string | number>) => {
    const received = await list(query);
    expectAnswer(received, 'InvalidRequest');
    expect(fieldsOf(received)).toEqual([field]);
  });

  it.each(['to', 'status', 'cursor'])('have a %s, which orders have not', async (field) => {
    const values: Record<string, string> = { to: '2025-01-01', status: 'APPROVED', cursor: 'MjAyNi0xMS0yMy4z' };
    const query = new URLSearchParams({
      partnerId: String(partnerId),
      partnerPayKey: 'o',
      [field]: values[field] ?? '',
    });
    const received = await api.send('GET', `/payments?${query.toString()}`);
    expectAnswer(received, 'InvalidRequest');
    expect(fieldsOf(received)).toEqual([field]);
  });
});
