import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { actsOfRequests, actsOn, keyIdOf, type StoredAct } from '../../support/acts.js';
import { Api, api as anyone, type Method, type Received } from '../../support/api.js';
import { atOnce, aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { expectAnswer, expectSuccess, tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { aKey, aService, bearer } from '../../support/keyed-service.js';
import { APP_WEBHOOKS, removeEndpoints } from '../../support/app-webhooks.js';
import type { ServiceProgram } from '../../support/service-program.js';

const URL = 'http://127.0.0.1:9/';
const WHY = '고객 요청';
const IN_QUERY = `reason=${encodeURIComponent(WHY)}`;
const DAY = { from: '2025-02-26 00:00:00', to: '2025-02-27 00:00:00' };

/** What operators may do besides, with why they do it. `hooks`: of the partner, or of the app. */
const CALLS: readonly {
  readonly action: string;
  readonly method: Method;
  readonly path: string;
  readonly body?: object;
  /** What has no key is done again when it is asked for again, and is recorded again. */
  readonly takesKey?: true;
}[] = [
  { action: 'register%', method: 'POST', path: '', body: { url: URL } },
  { action: 'change%', method: 'PATCH', path: '/:endpointId', body: { disabled: false }, takesKey: true },
  { action: 'rotate%Secret', method: 'POST', path: `/:endpointId/rotate-secret?${IN_QUERY}` },
  { action: 'resend%Events', method: 'POST', path: '/:endpointId/resend', body: DAY, takesKey: true },
  { action: 'remove%', method: 'DELETE', path: `/:endpointId?${IN_QUERY}` },
];

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'what an operator does', () => {
  let service: ServiceProgram;
  let api: Api;
  let partnerId: number;
  const keys = {} as Record<'operator' | 'colleague' | 'partner' | 'app', string>;
  let keyId: number;

  beforeAll(async () => {
    keys.operator = await aKey('operator');
    keys.colleague = await aKey('operator');
    keyId = await keyIdOf(keys.operator);
    service = await aService({ AUTH: 'required', TRUSTED_PROXIES: '127.0.0.1' });
    ({ api } = service);
    partnerId = (await done(create())).detail.partnerId;
    keys.partner = await aKey(partnerId);
    keys.app = await aKey('app');
  });
  afterAll(async () => {
    await service?.stop();
  });

  const as = (who: keyof typeof keys) => ({ ...bearer(keys[who]), 'x-forwarded-for': '203.0.113.7' });
  const operate = <T>(method: Method, path: string, body?: object, key?: string) =>
    api.send<T>(method, path, body, { key, headers: as('operator') });
  const create = (body: object = {}, key?: string) =>
    operate<{ partnerId: number }>('POST', '/partners', { name: '길동상회', ...body }, key);
  /** As its owner. */
  const register = async (owner: 'partner' | 'app', hooks: string) => {
    const registered = api.send<{ endpointId: number }>('POST', hooks, { url: URL }, { headers: as(owner) });
    return (await done(registered)).detail.endpointId;
  };
  const actsOf = (...answers: Received<unknown>[]) =>
    actsOfRequests(answers.map(({ headers }) => headers['x-request-id']));
  const actOf = (answer: Received<unknown>, act: Partial<StoredAct>): StoredAct =>
    ({
      keyId,
      role: 'operator',
      address: '203.0.113.7',
      requestId: answer.headers['x-request-id'],
      reason: null,
      ...act,
    }) as StoredAct;

  describe.each([
    ['a partner', 'Webhook', 'partner'],
    ["the wallet's own back end", 'AppWebhook', 'app'],
  ] as const)('to endpoints of %s', (_name, noun, owner) => {
    const hooks = () => (owner === 'app' ? APP_WEBHOOKS : `/partners/${partnerId}/webhooks`);
    const anEndpoint = () => register(owner, hooks());
    afterAll(async () => {
      await removeEndpoints(new Api(service.baseUrl, { [owner]: keys[owner] }), hooks());
    });

    it.each(CALLS)('is recorded with who, from where, what, why, on whom: $action', async (call) => {
      const { action, method, path, body, takesKey } = call;
      const endpointId = await anEndpoint();
      const address = hooks() + path.replace(':endpointId', String(endpointId));
      const sent = body && { ...body, reason: WHY };
      const answer = await operate<{ endpointId: number }>(method, address, sent);
      expect(answer.code).toBe('Success');
      const subjectId = path === '' ? answer.detail.endpointId : endpointId;
      const act = actOf(answer, { action: action.replace('%', noun), reason: WHY, subject: 'webhook', subjectId });
      expect(await actsOf(answer)).toEqual([act]);
      if (takesKey) await isDoneOnce((key) => operate(method, address, sent, key));
    });

    it('is not recorded of the owner itself, whose reason is taken all the same', async () => {
      const endpointId = await anEndpoint();
      const address = `${hooks()}/${endpointId}`;
      const own = { headers: as(owner) };
      const answers = [
        await api.send('PATCH', address, { disabled: false, reason: WHY }, own),
        await api.send('POST', `${address}/resend`, { ...DAY, reason: WHY }, own),
        await api.send('POST', `${address}/rotate-secret?${IN_QUERY}`, undefined, own),
        await api.send('DELETE', `${address}?${IN_QUERY}`, undefined, own),
      ];
      expect(tally(answers)).toEqual({ '200 Success': 4 });
      expect(await actsOf(...answers)).toEqual([]);
      expect(await actsOn('webhook', endpointId)).toEqual([]);
    });

    it('is not recorded when it is refused', async () => {
      const missing = `${hooks()}/999999999`;
      const answers = [
        await operate('PATCH', missing, { disabled: true, reason: WHY }),
        await operate('DELETE', missing),
        await operate('POST', `${missing}/rotate-secret`),
        await operate('POST', hooks(), { url: 'ftp://nowhere' }),
        await operate('PATCH', missing, { disabled: true, reason: ' ' }),
        await operate('DELETE', `${missing}?reason=${'x'.repeat(201)}`),
      ];
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 400, 400, 400]);
      expect(await actsOf(...answers)).toEqual([]);
    });
  });

  it('is recorded of an event that is sent again', async () => {
    const hooks = `/partners/${partnerId}/webhooks`;
    const endpointId = await register('partner', hooks);
    const pinged = await operate('POST', `${hooks}/${endpointId}/ping`);
    expect(await actsOf(pinged)).toEqual([
      actOf(pinged, { action: 'pingWebhook', subject: 'webhook', subjectId: endpointId }),
    ]);
    const { userId } = await aUser({ given: 1_000 });
    await done(anyone.pay(paymentBody(userId, { partnerId, totalPayAmount: 1_000 }), newKey()));
    const events = `/partners/${partnerId}/webhook-events`;
    const listed = await done(operate<{ items: { eventId: number }[] }>('GET', events));
    const eventId = listed.detail.items[0]?.eventId as number;
    const resentAt = (id: number) => `${events}/${id}/resend?${IN_QUERY}`;
    const resent = await operate('POST', resentAt(eventId));
    expectSuccess(resent, 200);
    expect(await actsOf(resent)).toEqual([
      actOf(resent, { action: 'resendWebhookEvent', reason: WHY, subject: 'event', subjectId: eventId }),
    ]);
    const refused = await operate('POST', resentAt(999_999_999));
    expectAnswer(refused, 'WebhookEventNotFound');
    expect(await actsOf(refused)).toEqual([]);
  });

  it('is recorded of a merchant that is taken on', async () => {
    const created = await create({ reason: WHY });
    expectSuccess(created, 201);
    const act = { action: 'createPartner', reason: WHY, subject: 'partner', subjectId: created.detail.partnerId };
    expect(await actsOf(created)).toEqual([actOf(created, act)]);
    await isDoneOnce((key) => create({}, key));
  });

  it('may be repeated with the API key of a colleague: operators share their idempotency keys', async () => {
    const key = newKey();
    const first = await create({}, key);
    const body = { name: '길동상회' };
    const second = await api.send('POST', '/partners', body, { key, headers: as('colleague') });
    expectAnswer(second, 'RequestComplete');
    expect(second.detail).toEqual(first.detail);
    expect(second.location).toBe(first.location);
    expectAnswer(await create({ name: '다른상회' }, key), 'KeyReused');
    expect(await actsOf(first, second)).toHaveLength(1);
  });

  it('has keys of its own: those of a partner neither answer nor hinder it', async () => {
    const hooks = `/partners/${partnerId}/webhooks`;
    const address = `${hooks}/${await register('partner', hooks)}`;
    const key = newKey();
    for (const disabled of [true, false]) {
      const who = disabled ? 'partner' : 'operator';
      const answer = await api.send<{ disabled: boolean }>('PATCH', address, { disabled }, { key, headers: as(who) });
      expectSuccess(answer, 200);
      expect(answer.detail.disabled).toBe(disabled);
    }
  });

  it('is not recorded of what it reads', async () => {
    const { userId } = await aUser();
    const answers = [
      await operate('GET', `/users/${userId}`),
      await operate('GET', `/partners/${partnerId}/webhooks`),
      await operate('POST', '/payments', paymentBody(userId), newKey()),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 403]);
    expect(await actsOf(...answers)).toEqual([]);
  });

  /** One after the other, and twenty at once, through Redis and behind it: one deed, and one act. */
  async function isDoneOnce(send: (key: string) => Promise<Received<unknown>>): Promise<void> {
    const key = newKey();
    const first = await send(key);
    const repeated = await send(key);
    expect([first.code, repeated.code]).toEqual(['Success', 'AlreadyComplete']);
    expect(await actsOf(first, repeated)).toHaveLength(1);
    const another = newKey();
    const answers = await atOnce(20, () => send(another));
    expect(answers.filter(({ code }) => code === 'Success')).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
    const [act, ...more] = await actsOf(...answers);
    expect(more).toEqual([]);
    expect(act?.requestId).toBe(answers.find(({ code }) => code === 'Success')?.headers['x-request-id']);
  }
});
