import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AnyPayError, createPayClient, isPayError, type PayClient } from '@pay-practice/client';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { api } from '../../support/api.js';
import { aUser, done, newKey, newOrder, paymentBody, SANDBOX_PARTNER, type TestUser } from '../../support/builders.js';
import { BASE_URL, describeWith, KEYS } from '../../support/environment.js';
import { type Lie, LyingProxy } from '../../support/lying-proxy.js';

let proxy: LyingProxy;
let pay: PayClient;
beforeAll(async () => {
  proxy = await LyingProxy.to(BASE_URL);
  pay = createPayClient({ baseUrl: proxy.url, key: KEYS['partner'], timeoutMs: 4_000, deadlineMs: 60_000 });
});
afterAll(() => proxy.stop());

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const keysSeen = () => new Set(proxy.seen.map(({ headers }) => headers['idempotency-key']));
const waysSeen = () => proxy.seen.map(({ method, path }) => `${method} ${path.replace(/\d+/, '1')}`);
const paymentsOf = async (order: string) =>
  (await done(api.payments({ partnerId: SANDBOX_PARTNER, partnerPayKey: order }))).detail.items;
const away = (retryAfter: number): Lie => ({
  status: 503,
  headers: { 'retry-after': String(retryAfter), 'x-request-id': 'request-1' },
  body: { code: 'TemporarilyUnavailable', message: '잠시 후 다시 시도해 주세요.' },
});

/** What a call is refused with. */
async function refusal(call: Promise<unknown>): Promise<AnyPayError> {
  const error = await call.then(
    () => new Error('it was not refused'),
    (thrown: unknown) => thrown,
  );
  if (isPayError(error)) return error;
  throw error;
}

describe('a payment of the client', () => {
  it.each<[string, Lie[]]>([
    ['the request', ['lost']],
    ['the answer', ['answer lost']],
    ['half of the answer', ['answer cut']],
    ['all of it, again and again', ['answer lost', 'lost', 'answer cut', 'answer lost', 'lost']],
  ])('is made once when %s is lost', async (_what, lies) => {
    const { userId } = await aUser();
    const body = paymentBody(userId);
    proxy.tell(...lies);
    const answer = await pay.POST('/payments', { body });
    expect(answer.replayed).toBe(lies[0] !== 'lost');
    expect(answer.detail).toMatchObject({ partnerPayKey: body.partnerPayKey, totalPayAmount: 23_000 });
    expect(proxy.seen).toHaveLength(lies.length + 1);
    expect(keysSeen()).toEqual(new Set([answer.idempotencyKey]));
    expect(new Set(proxy.seen.map((seen) => seen.body))).toEqual(new Set([JSON.stringify(body)]));
    expect(await paymentsOf(body.partnerPayKey)).toHaveLength(1);
  });

  it('is made once when nobody answers in time', async () => {
    const { userId } = await aUser();
    const body = paymentBody(userId);
    const key = newKey();
    proxy.tell('silence', 'answer never comes');
    const answer = await pay.POST('/payments', { body, idempotencyKey: key, timeoutMs: 2_000 });
    expect([answer.replayed, answer.idempotencyKey, keysSeen()]).toEqual([true, key, new Set([key])]);
    expect(await paymentsOf(body.partnerPayKey)).toHaveLength(1);
  });

  it('is what it was when the same key comes again', async () => {
    const { userId } = await aUser();
    const init = { body: paymentBody(userId), idempotencyKey: newKey() };
    proxy.tell();
    const first = await pay.POST('/payments', init);
    const second = await pay.POST('/payments', init);
    expect(second).toMatchObject({ detail: first.detail, replayed: true });
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
  });

  it('waits as long as a 503 says, and is sent under the same key', async () => {
    const { userId } = await aUser();
    proxy.tell(away(1));
    const began = performance.now();
    const { replayed } = await pay.POST('/payments', { body: paymentBody(userId) });
    expect([replayed, proxy.seen.length, keysSeen().size]).toEqual([false, 2, 1]);
    expect(performance.now() - began).toBeGreaterThanOrEqual(1_000);
  });

  it('does not wait for what comes after its deadline', async () => {
    const { userId } = await aUser();
    proxy.tell(away(600));
    const began = performance.now();
    const error = await refusal(pay.POST('/payments', { body: paymentBody(userId) }));
    expect(performance.now() - began).toBeLessThan(30_000);
    expect(error).toMatchObject({ code: 'TemporarilyUnavailable', status: 503, outcome: 'refused', retryAfter: 600 });
    expect(error.requestId).toBe('request-1');
    expect(proxy.seen).toHaveLength(1);
  });

  it('is given up at the deadline, and not called refused', async () => {
    const { userId } = await aUser();
    proxy.tell('silence', 'silence', 'silence', 'silence', 'silence', 'silence');
    const began = performance.now();
    const init = { body: paymentBody(userId), deadlineMs: 1_500, timeoutMs: 1_000, idempotencyKey: newKey() };
    // A signal that only a Request holds is collected, and the request hangs for ever.
    const collecting = setInterval(collectGarbage, 20);
    const error = await refusal(pay.POST('/payments', init)).finally(() => clearInterval(collecting));
    expect(performance.now() - began).toBeLessThan(30_000);
    expect(error).toMatchObject({
      code: 'NoAnswer',
      status: 0,
      outcome: 'unknown',
      idempotencyKey: init.idempotencyKey,
    });
  });

  it('is sent so many times and no more', async () => {
    const { userId } = await aUser();
    proxy.tell('lost', 'lost', 'lost', 'lost');
    const error = await refusal(pay.POST('/payments', { body: paymentBody(userId), attemptsMax: 3 }));
    expect([error.code, error.outcome, proxy.seen.length]).toEqual(['NoAnswer', 'unknown', 3]);
  });

  it('is not called refused by what says nothing of an earlier attempt', async () => {
    const { userId } = await aUser();
    const body = paymentBody(userId);
    proxy.tell('answer lost', {
      status: 401,
      body: { code: 'Unauthorized', message: '인증이 필요합니다.', detail: {} },
    });
    const error = await refusal(pay.POST('/payments', { body }));
    expect(error).toMatchObject({ code: 'Unauthorized', outcome: 'unknown' });
    expect(await paymentsOf(body.partnerPayKey)).toHaveLength(1);
  });

  it('ends at once when its signal says so, with the reason of the signal', async () => {
    const { userId } = await aUser();
    const reason = new Error('the customer has left');
    const control = new AbortController();
    proxy.tell('silence');
    const call = pay.POST('/payments', { body: paymentBody(userId), signal: control.signal });
    setTimeout(() => control.abort(reason), 100);
    await expect(call).rejects.toBe(reason);
    const late = pay.POST('/payments', { body: paymentBody(userId), signal: control.signal });
    await expect(late).rejects.toBe(reason);
    expect(proxy.seen).toHaveLength(1);
  });

  it.each<[string, string, number, (user: TestUser) => object]>([
    ['InvalidRequest', 'refused', 400, ({ userId }) => paymentBody(userId, { totalPayAmount: 0 })],
    ['InvalidUserId', 'refused', 404, () => paymentBody(987_654_321)],
  ])('that is refused with %s is sent once', async (code, outcome, status, body) => {
    proxy.tell();
    const error = await refusal(pay.POST('/payments', { body: body(await aUser()) as ReturnType<typeof paymentBody> }));
    expect([error.code, error.outcome, error.status, proxy.seen.length]).toEqual([code, outcome, status, 1]);
    if (error.code === 'InvalidRequest') expect(error.detail.errors[0]?.field).toBe('totalPayAmount');
  });

  it('is not sent again where the key belongs to another', async () => {
    const { userId } = await aUser();
    const idempotencyKey = newKey();
    proxy.tell();
    await pay.POST('/payments', { body: paymentBody(userId), idempotencyKey });
    const error = await refusal(pay.POST('/payments', { body: paymentBody(userId), idempotencyKey }));
    expect([error.code, error.outcome, proxy.seen.length]).toEqual(['IdempotencyKeyReused', 'refused', 2]);
  });

  it('takes no page of a gateway for an answer', async () => {
    const { userId } = await aUser();
    const body = paymentBody(userId);
    const page = { body: '<html>', headers: { 'content-type': 'text/html' } };
    proxy.tell({ status: 502, ...page }, { status: 200, ...page }, { status: 503, ...page }, 'truth');
    expect((await pay.POST('/payments', { body })).replayed).toBe(false);
    proxy.tell({ status: 403, ...page });
    const error = await refusal(pay.POST('/payments', { body: paymentBody(userId) }));
    expect(error).toMatchObject({ code: 'UnexpectedAnswer', status: 403, outcome: 'unknown' });
  });

  it('follows no redirect', async () => {
    const elsewhere = await LyingProxy.to(BASE_URL);
    proxy.tell({ status: 307, headers: { location: `${elsewhere.url}/payments` } });
    const error = await refusal(pay.POST('/payments', { body: paymentBody(1) }));
    expect([error.code, error.status, elsewhere.seen]).toEqual(['UnexpectedAnswer', 307, []]);
    await elsewhere.stop();
  });
});

describe('a payment that is still being made', () => {
  const processing = (location: string, status = 202): Lie => ({
    status,
    headers: { location },
    body: { code: status === 202 ? 'Processing' : 'AlreadyOnGoing', message: '처리 중', detail: {} },
  });
  const pending: Lie = { status: 200, body: { code: 'Success', message: '성공', detail: { status: 'PENDING' } } };

  it.each([202, 409])('is asked for where a %i says, then called by its result', async (status) => {
    const { userId } = await aUser();
    proxy.tell(processing('/payments/1', status), pending, pending);
    const { detail, replayed } = await pay.POST('/payments', { body: paymentBody(userId) });
    expect([detail.totalPayAmount, replayed]).toEqual([23_000, false]);
    expect(waysSeen().slice(0, 4)).toEqual([
      'POST /payments',
      'GET /payments/1',
      'GET /payments/1',
      expect.stringMatching(/^(GET|POST) \/payments/),
    ]);
    expect(proxy.seen.find(({ method }) => method === 'GET')?.headers['idempotency-key']).toBeUndefined();
  });

  it('is asked for by its key where it has no number yet', async () => {
    const { userId } = await aUser();
    const found = { status: 'PENDING', paymentId: 1 };
    const list: Lie = { status: 200, body: { code: 'Success', message: '성공', detail: { items: [found] } } };
    proxy.tell(processing('/payments?partnerId=100&idempotencyKey=k'), list, list, pending);
    await pay.POST('/payments', { body: paymentBody(userId) });
    expect(waysSeen().filter((way) => way.startsWith('GET /payments?'))).toHaveLength(4);
  });

  it('is still unknown at the deadline', async () => {
    const { userId } = await aUser();
    proxy.tell(processing('/payments/1'), ...Array.from({ length: 50 }, () => pending));
    const error = await refusal(pay.POST('/payments', { body: paymentBody(userId), deadlineMs: 3_000 }));
    expect(error).toMatchObject({ code: 'Processing', status: 202, outcome: 'unknown' });
  });

  it('is never asked for elsewhere', async () => {
    const elsewhere = await LyingProxy.to(BASE_URL);
    const places = [`${elsewhere.url}/payments/1`, elsewhere.url.replace('http:', ''), 'data:,x'];
    for (const place of places) {
      proxy.tell(processing(place));
      const error = await refusal(pay.POST('/payments', { body: paymentBody(1) }));
      expect([error.code, error.outcome, proxy.seen.length]).toEqual(['ForeignLocation', 'unknown', 1]);
    }
    expect(elsewhere.seen).toEqual([]);
    await elsewhere.stop();
  });

  describeWith(['simulatorUrl'], 'with a bank that takes its time', () => {
    it.each([
      ['is paid in the end', '9016', null],
      ['is refused in the end', '9017', 'NotEnoughAccountBalance'],
    ])('%s', async (_end, bankAccount, code) => {
      const { userId } = await aUser({ bankAccount });
      const body = paymentBody(userId, { partnerPayKey: newOrder() });
      proxy.tell();
      const call = pay.POST('/payments', { body });
      if (code === null) {
        expect(await call).toMatchObject({ replayed: true, detail: { partnerPayKey: body.partnerPayKey } });
      } else {
        expect(await refusal(call)).toMatchObject({ code, status: 202, outcome: 'refused' });
      }
      expect(keysSeen().size).toBe(2); // one, and none where it only asked
      expect(waysSeen().filter((way) => way === 'GET /payments/1').length).toBeGreaterThan(0);
      const [payment, ...others] = await paymentsOf(body.partnerPayKey);
      expect([payment?.status, others]).toEqual([code === null ? 'APPROVED' : 'FAILED', []]);
    });
  });
});

describe('other calls', () => {
  it('have a key where the API takes one, and are not repeated where it takes none', async () => {
    const user = await aUser({ charged: 23_000 });
    proxy.tell();
    const paid = await pay.POST('/payments', { body: paymentBody(user.userId) });
    proxy.tell('answer lost');
    const path = { paymentId: paid.detail.paymentId };
    const cancel = { body: { cancelAmount: 3_000, cancelReason: '구매자 변심' }, params: { path } };
    const canceled = await pay.POST('/payments/{paymentId}/cancel', cancel);
    expect(canceled).toMatchObject({ replayed: true, detail: { cancelableAmount: 20_000 } });

    proxy.tell('lost');
    const register = { params: { path: { partnerId: SANDBOX_PARTNER } }, body: { url: 'http://127.0.0.1:9/hooks' } };
    const error = await refusal(pay.POST('/partners/{partnerId}/webhooks', register));
    expect([error.code, proxy.seen.length]).toEqual(['NoAnswer', 1]);
  });

  it('read again what was lost, and read files as they are', async () => {
    const body = paymentBody((await aUser()).userId);
    await done(api.pay(body, newKey()));
    proxy.tell('lost', 'answer cut');
    const { detail } = await pay.GET('/payments', {
      params: { query: { partnerId: SANDBOX_PARTNER, partnerPayKey: body.partnerPayKey } },
    });
    expect([proxy.seen.length, keysSeen(), detail.items.length]).toEqual([3, new Set([undefined]), 1]);
    const params = { path: { partnerId: SANDBOX_PARTNER }, query: { date: '2025-02-26' } };
    const headers = { accept: 'text/csv' };
    const csv = await pay.GET('/partners/{partnerId}/settlements', { params, headers, parseAs: 'text' });
    expect(csv.detail.split('\r\n')).toHaveLength(3);
  });

  it('send the API key with each of them', async () => {
    const keyed = createPayClient({ baseUrl: proxy.url, key: 'sk_test_nonsense' });
    proxy.tell();
    const error = await refusal(keyed.GET('/payments/{paymentId}', { params: { path: { paymentId: 1 } } }));
    expect(error.code === 'Unauthorized' && error.detail.reason).toBe('malformed');
    expect(proxy.seen[0]?.headers['authorization']).toBe('Bearer sk_test_nonsense');
  });
});
