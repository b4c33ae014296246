import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import request from 'supertest';
import { api, type Api, type Method, type Received } from '../../support/api.js';
import { atOnce, aUser, DAILY_LIMIT, done, newKey, paymentBody, signUpBody } from '../../support/builders.js';
import { aPayment, cancel } from '../../support/cancels.js';
import { type AnswerName, expectAnswer, expectSuccess } from '../../support/contract.js';
import { BASE_URL, describeWith, stackPart } from '../../support/environment.js';
import { aKey, aService, bearer } from '../../support/keyed-service.js';
import { aParty, eventually, expectNothingMoved, MONEY_ROUTES, moneyOf, type Party } from '../../support/money.js';
import { type OwnService, startOwnService } from '../../support/own-service.js';
import type { ServiceProgram } from '../../support/service-program.js';
import { sql } from '../../support/stores.js';

const ENGLISH = { 'accept-language': 'en-US,en;q=0.9,ko;q=0.8' };
const KOREAN = { 'accept-language': 'ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7' };
const NOBODY = 999_999_999_999;

interface Asking {
  readonly headers?: Record<string, string>;
  readonly key?: string;
  readonly through?: Api;
}
type Call = readonly [method: Method, path: string, body?: unknown, asking?: Asking];

function askIn(language: Record<string, string>, [method, path, body, asking = {}]: Call): Promise<Received<object>> {
  const { headers, key, through = api } = asking;
  return through.send(method, path, body, { key, headers: { ...language, ...headers } });
}

/** In English, and the same in Korean but for the message. What is asked must be asked twice with the same outcome. */
async function expectRefused(call: Call, name: AnswerName): Promise<void> {
  const english = await askIn(ENGLISH, call);
  expectAnswer(english, name, 'en');
  const korean = await askIn(KOREAN, call);
  expectAnswer(korean, name);
  expect([korean.detail, korean.location]).toEqual([english.detail, english.location]);
}

describe('a message', () => {
  it('is what it says', async () => {
    const call = ['GET', `/payments/${NOBODY}`] as const;
    expect((await askIn(ENGLISH, call)).message).toBe('The payment was not found.');
    expect((await askIn(KOREAN, call)).message).toBe('결제를 찾을 수 없습니다.');
    expect((await api.send(...call)).message).toBe('결제를 찾을 수 없습니다.');
    expect((await api.send('GET', '/health/live', undefined, { headers: ENGLISH })).message).toBe('Success');
  });

  it.each([
    ['*', 'ko'],
    ['fr-FR, fr;q=0.9', 'ko'],
    ['en;q=0.8, ko;q=0.9', 'ko'],
    ['en;q=banana', 'ko'],
    [';;;,,,q=', 'ko'],
    ['en'.repeat(5_000), 'ko'],
    ['en', 'en'],
    ['fr, en;q=0.1', 'en'],
  ] as const)('for Accept-Language: %.40s is in %s', async (header, language) => {
    const received = await api.send('GET', '/nowhere', undefined, { headers: { 'accept-language': header } });
    expectAnswer(received, 'NotFound', language);
    expect(received.headers).toMatchObject({ 'content-language': language, vary: 'accept-language' });
  });

  it('leaves the other choice of an answer, CSV or JSON, as it is', async () => {
    const { accountId } = await aUser({ charged: 1_000 });
    const path = `/accounts/${accountId}/transactions`;
    const json = await api.send('GET', path, undefined, { headers: ENGLISH });
    expectSuccess(json, 200, 'en');
    expect(json.headers['vary']).toBe('accept, accept-language');
    const [korean, english] = [KOREAN, ENGLISH].map((it) =>
      request(BASE_URL).get(path).set(it).set('accept', 'text/csv'),
    );
    const [one, other] = [await korean, await english];
    expect([other?.status, other?.headers['content-language'], other?.text]).toEqual([200, undefined, one?.text]);
  });
});

describe('what is done', () => {
  it('is told in English, with 200 and 201', async () => {
    const signedUp = await askIn(ENGLISH, ['POST', '/users', signUpBody()]);
    expectSuccess(signedUp, 201, 'en');
    const { userId } = signedUp.detail as { userId: number };
    expectSuccess(await askIn(ENGLISH, ['GET', `/users/${userId}`]), 200, 'en');
    expectSuccess(await askIn(ENGLISH, ['POST', '/accounts/main/charge', { userId, amount: 50_000 }]), 200, 'en');
    const paid = await askIn(ENGLISH, ['POST', '/payments', paymentBody(userId), { key: newKey() }]);
    expectSuccess(paid, 201, 'en');
    expect((await moneyOf({ userId })).main).toBe(27_000);
  });
});

describe('a refusal is told in English', () => {
  let party: Party;
  beforeAll(async () => {
    party = await aParty({ given: 100_000 });
  });

  it.each<[name: AnswerName, call: (party: Party) => Call | Promise<Call>]>([
    ['NotFound', () => ['GET', '/nowhere']],
    ['NotFound', () => ['PUT', '/payments', {}]],
    ['InvalidRequest', () => ['GET', '/users/%E0%A4%A']],
    ['InvalidRequest', () => ['POST', '/payments', '{"userId":', { key: newKey() }]],
    ['InvalidRequest', () => ['POST', '/users', {}]],
    ['InvalidRequest', () => ['GET', '/users/0']],
    ['TooLarge', () => ['POST', '/payments', 'x'.repeat(10 ** 6), { key: newKey() }]],
    ['WrongType', () => ['POST', '/payments', 'a=1', { key: newKey(), headers: { 'content-type': 'text/plain' } }]],
    ['KeyMissing', ({ userId }) => ['POST', '/payments', paymentBody(userId)]],
    ['KeyInvalid', ({ userId }) => ['POST', '/payments', paymentBody(userId), { key: 'a b' }]],
    ['Unauthorized', () => ['GET', '/users/1', undefined, { headers: bearer('nonsense') }]],
    ['InvalidUserId', () => ['GET', `/users/${NOBODY}`]],
    [
      'InvalidMerchant',
      ({ userId }) => ['POST', '/payments', paymentBody(userId, { partnerId: NOBODY }), { key: newKey() }],
    ],
    ['AccountNotFound', () => ['GET', `/accounts/${NOBODY}/transactions`]],
    ['AlreadyRegistered', ({ email }) => ['POST', '/users', signUpBody({ email })]],
    [
      'NotEnoughBalance',
      ({ userId, savingsAccountId: id }) => ['POST', `/accounts/savings/${id}/withdrawals`, { userId, amount: 1 }],
    ],
    ['DailyLimitExceeded', ({ userId }) => ['POST', '/accounts/main/charge', { userId, amount: DAILY_LIMIT + 1 }]],
    [
      'AlreadyCanceled',
      async () => {
        const { paymentId, ...paid } = await aPayment();
        await done(cancel({ ...paid, paymentId }));
        return ['POST', `/payments/${paymentId}/cancel`, { cancelReason: '변심' }, { key: newKey() }];
      },
    ],
    ['NotEnoughAccountBalance', () => aChargeFrom('9001')],
    ['BankMaintenance', () => aChargeFrom('9005')],
  ])('(%s)', async (name, call) => {
    const made = await call(party);
    await expectNothingMoved([party, party.friend], () => expectRefused(made, name));
  });

  async function aChargeFrom(bankAccount: string): Promise<Call> {
    const { userId } = await aUser({ bankAccount });
    return ['POST', '/accounts/main/charge', { userId, amount: 1_000 }];
  }
});

describe.each(MONEY_ROUTES)('a duplicate of $name', (route) => {
  const { method, path, success, complete } = route;
  it.each([
    ['in Korean', KOREAN, 'ko'],
    ['in English', ENGLISH, 'en'],
  ] as const)('is told in the language of whoever asks, when the first was asked for %s', async (_how, first, own) => {
    const party = await aParty({ charged: 100_000 });
    const call = [method, path, route.body(party, 10_000), { key: newKey() }] as const;
    const made = await askIn(first, call);
    expectSuccess(made, success, own);
    for (const [language, name] of [
      [ENGLISH, 'en'],
      [KOREAN, 'ko'],
      [{}, 'ko'],
      [ENGLISH, 'en'],
    ] as const) {
      const again = await askIn(language, call);
      expectAnswer(again, complete, name);
      expect(again.detail).toEqual(made.detail);
    }
    const reused = await askIn(ENGLISH, [method, path, route.body(party, 20_000), call[3]]);
    expectAnswer(reused, 'KeyReused', 'en');
  });
});

it('a payment under another key of a paid order is told in the language of whoever asks', async () => {
  const { userId } = await aUser({ charged: 100_000 });
  const order = paymentBody(userId);
  await done(api.pay(order, newKey()));
  await expectRefused(['POST', '/payments', order, { key: newKey() }], 'PaymentComplete');
});

describeWith(['redisUrl', 'simulatorUrl'], 'what Redis remembers', () => {
  let redis: Redis;
  beforeAll(() => {
    redis = new Redis(stackPart('redisUrl'));
  });
  afterAll(() => redis.disconnect());

  it('has no language, and what it has forgotten is told in that of whoever asks', async () => {
    const { userId } = await aUser({ charged: 100_000 });
    const key = newKey();
    const call = ['POST', '/payments', paymentBody(userId), { key }] as const;
    expectSuccess(await askIn(ENGLISH, call), 201, 'en');
    const find = async () => {
      const [name] = await redis.keys(`idempotency:{*:${key}}`);
      return name === undefined ? null : redis.get(name);
    };
    const remembered = await eventually(find, (value) => value?.startsWith('c') ?? false, 5_000);
    expect(remembered).not.toMatch(/message|Success|성공/);
    await redis.flushall();
    await expectRefused(call, 'PaymentComplete');
  });

  it('a payment that is under way is told of in the language of whoever asks', async () => {
    const { userId } = await aUser({ bankAccount: '9016' });
    const call = ['POST', '/payments', paymentBody(userId), { key: newKey() }] as const;
    const first = await askIn(ENGLISH, call);
    expectAnswer(first, 'Processing', 'en');
    await expectRefused(call, 'PaymentOnGoing');
    await eventually(
      () => api.send<{ status: string }>('GET', first.location as string),
      ({ detail }) => detail.status !== 'PENDING',
    );
    await expectRefused(call, 'PaymentComplete');
  });
});

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'what is wrong with the service', () => {
  let guarded: ServiceProgram;
  let cutOff: OwnService;
  beforeAll(async () => {
    await aKey('operator');
    guarded = await aService({ AUTH: 'required', RATE_LIMIT_PER_SECOND: '5' });
    cutOff = await startOwnService();
  });
  afterAll(() => Promise.all([guarded?.stop(), cutOff?.stop()]));

  it('or with a key is told in English', async () => {
    await expectRefused(['GET', '/users/1', undefined, { through: guarded.api }], 'Unauthorized');
    const headers = bearer(await aKey('app'));
    await expectRefused(['GET', '/payments/1', undefined, { through: guarded.api, headers }], 'Forbidden');
  });

  it('or with too many requests is told in English', async () => {
    const headers = bearer(await aKey('app'));
    const call = ['GET', `/users/${NOBODY}`, undefined, { through: guarded.api, headers }] as const;
    const answers = await atOnce(40, () => askIn(ENGLISH, call));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    for (const it of refused) expectAnswer(it, 'TooManyRequests', 'en');
  });

  it('(a defect) is told in English', async () => {
    const { paymentId } = await aPayment();
    const [stored] = await sql('SELECT product_items FROM payments WHERE movement_id = ?', [paymentId]);
    await sql(`UPDATE payments SET product_items = '{broken' WHERE movement_id = ?`, [paymentId]);
    try {
      await expectRefused(['GET', `/payments/${paymentId}`], 'Fail');
    } finally {
      await sql('UPDATE payments SET product_items = ? WHERE movement_id = ?', [stored?.['product_items'], paymentId]);
    }
  });

  it('(no database) is told in English', async () => {
    const { userId } = await aUser();
    await cutOff.database.close();
    const pay = ['POST', '/payments', paymentBody(userId), { key: newKey(), through: cutOff.api }] as const;
    await expectRefused(pay, 'TemporarilyUnavailable');
    await expectRefused(['GET', '/health/ready', undefined, { through: cutOff.api }], 'TemporarilyUnavailable');
  });
});
