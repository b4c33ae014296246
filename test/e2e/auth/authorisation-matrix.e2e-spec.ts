import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { actsOfRequests, keyIdOf } from '../../support/acts.js';
import { type Api, type Method, type Received } from '../../support/api.js';
import { agree } from '../../support/agreements.js';
import { authorize } from '../../support/authorizations.js';
import { aSavingsAccount, aUser, done, linkBody, newKey, paymentBody } from '../../support/builders.js';
import { describeWith, stackPart } from '../../support/environment.js';
import { hold } from '../../support/held-transfers.js';
import { aKey, aService, bearer, revokeKey } from '../../support/keyed-service.js';
import type { ServiceProgram } from '../../support/service-program.js';
import { sql } from '../../support/stores.js';
import { APP_WEBHOOKS, removeEndpoints } from '../../support/app-webhooks.js';
import { type Asked, type Route, ROUTES, type World } from './routes.js';

const MODES = ['required', 'optional'] as const;
type Mode = (typeof MODES)[number];
const CALLERS = [
  'no key',
  'wrong key',
  'revoked key',
  "other partner's key",
  "other partner's reading key",
  'own key',
  'own reading key',
  'app key',
  'operator key',
  "auditor's key",
  'metrics key',
] as const;
type Caller = (typeof CALLERS)[number];
type Statuses = Readonly<Record<Caller, number>>;

const REFUSALS: Readonly<Record<number, string>> = { 401: 'Unauthorized', 403: 'Forbidden' };
/** What any refused call would leave behind if it did anything. */
const TABLES = [
  'movements',
  'payments',
  'payment_cancels',
  'partners',
  'users',
  'accounts',
  'linked_accounts',
  'webhook_endpoints',
  'webhook_secrets',
  'webhook_resends',
  'api_keys',
  'operator_acts',
];

/** The matrix: what a route answers to whom. */
function statusesOf({ access, served, toOther }: Route, method: Method, mode: Mode): Statuses {
  if (access === 'public') return every(served);
  const byRole = (role: 'partner' | 'app' | 'operator') => (access.includes(role) ? served : 403);
  const byReader = (role: 'partner' | 'operator') => (method === 'GET' ? byRole(role) : 403);
  const other = access.includes('partner') ? (toOther ?? NaN) : 403;
  return {
    'no key': mode === 'required' ? 401 : served,
    'wrong key': 401,
    'revoked key': 401,
    "other partner's key": other,
    "other partner's reading key": method === 'GET' ? other : 403,
    'own key': byRole('partner'),
    'own reading key': byReader('partner'),
    'app key': byRole('app'),
    'operator key': byRole('operator'),
    "auditor's key": byReader('operator'),
    'metrics key': 403,
  };
}

/** Whose doing of it is on record, and by which role. In the sandbox nobody is called to account. */
function recordedAs({ access, isDoneAlready }: Route, name: string, mode: Mode): Partial<Record<Caller, string>> {
  if (isDoneAlready || access === 'public' || !access.includes('operator') || /^GET |\/sandbox\//.test(name)) return {};
  const isForThemAlone = access.length === 1;
  return { 'operator key': 'operator', ...(mode === 'optional' && isForThemAlone && { 'no key': 'anyone' }) };
}

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'who may call what', () => {
  const services = {} as Record<Mode, ServiceProgram>;
  const headers = {} as Record<Caller, Readonly<Record<string, string>>>;
  let world: World;
  let served: string[];
  let operationIds: Record<string, string>;
  let operatorsKeyId: number;

  beforeAll(async () => {
    await aKey('operator');
    await Promise.all(
      MODES.map(
        async (mode) =>
          (services[mode] = await aService({ AUTH: mode, BANK_SIMULATOR_URL: stackPart('simulatorUrl') })),
      ),
    );
    const [partnerId, otherPartnerId] = await Promise.all([aPartner(), aPartner()]);
    headers['no key'] = {};
    headers['wrong key'] = bearer(`sk_test_${randomBytes(32).toString('base64url')}`);
    headers['revoked key'] = bearer(await aRevokedKey(partnerId));
    headers["other partner's key"] = bearer(await aKey(otherPartnerId));
    headers["other partner's reading key"] = bearer(await aKey(otherPartnerId, 'partner-read'));
    headers['own key'] = bearer(await aKey(partnerId));
    headers['own reading key'] = bearer(await aKey(partnerId, 'partner-read'));
    headers['app key'] = bearer(await aKey('app'));
    const operatorsKey = await aKey('operator');
    operatorsKeyId = await keyIdOf(operatorsKey);
    headers['operator key'] = bearer(operatorsKey);
    headers["auditor's key"] = bearer(await aKey('auditor'));
    headers['metrics key'] = bearer(await aKey('metrics'));
    world = await aWorld(services.optional.api, partnerId);
    const document = (await (await fetch(`${services.required.baseUrl}/openapi.json`)).json()) as Document;
    operationIds = Object.fromEntries(
      Object.entries(document.paths).flatMap(([path, operations]) =>
        Object.entries(operations).map(([method, { operationId }]) => [`${method.toUpperCase()} ${path}`, operationId]),
      ),
    );
    served = Object.keys(operationIds);
  });
  afterAll(async () => {
    if (services.optional) await removeEndpoints(services.optional.api, APP_WEBHOOKS);
    await Promise.all(MODES.map((mode) => services[mode]?.stop()));
  });

  const aPartner = async () => {
    const { detail } = await services.optional.api.send<{ partnerId: number }>('POST', '/partners', {
      name: '길동상회',
    });
    return detail.partnerId;
  };

  const whatThereIs = async () => {
    const counts = TABLES.map((table) => `(SELECT CONCAT(COUNT(*), '/', COALESCE(MAX(id), 0)) FROM ${idOf(table)})`);
    const [row] = await sql<{ counted: string }>(`SELECT CONCAT_WS(' ', ${counts.join(', ')}) AS counted`);
    return row?.counted;
  };

  it('knows every route that the service has', () => {
    expect(Object.keys(ROUTES).sort()).toEqual(served.sort());
  });

  describe.each(MODES)('AUTH=%s', (mode) => {
    describe.each(Object.entries(ROUTES))('%s', (name, route) => {
      const method = name.split(' ')[0] as Method;
      const expected = statusesOf(route, method, mode);
      const isRefused = (caller: Caller) => expected[caller] >= 300;
      const answers = {} as Record<Caller, Received<unknown>>;
      let before: string | undefined;
      let after: string | undefined;
      let reason: string | null = null;

      const ask = async (caller: Caller, { path, body, key }: Asked) => {
        const why = body as { reason?: string; cancelReason?: string } | undefined;
        reason = why?.reason ?? why?.cancelReason ?? null;
        answers[caller] = await services[mode].api.send(method, path, body, { key, headers: headers[caller] });
      };

      /** All who are refused, or only read, ask at once; then, one by one, those who change something. */
      beforeAll(async () => {
        const changes = (caller: Caller) => method !== 'GET' && !isRefused(caller);
        const asked = await route.ask(world);
        before = await whatThereIs();
        await Promise.all(CALLERS.filter((it) => !changes(it)).map((caller) => ask(caller, asked)));
        after = await whatThereIs();
        for (const caller of CALLERS.filter(changes)) await ask(caller, await route.ask(world));
      });

      it.each(CALLERS)('%s', (caller) => {
        const { status, code } = answers[caller];
        expect({ status, code }).toEqual({
          status: expected[caller],
          code: isRefused(caller) ? (REFUSALS[expected[caller]] ?? expect.stringMatching(/NotFound$/)) : 'Success',
        });
        if (!isRefused(caller)) return;
        expectNothingMore(answers[caller]);
        expect(after).toBe(before);
      });

      it('is recorded, once, when an operator does it', async () => {
        const requestIdOf = (caller: Caller) => answers[caller].headers['x-request-id'];
        const acts = await actsOfRequests(CALLERS.map(requestIdOf));
        const recorded = Object.entries(recordedAs(route, name, mode)).map(([caller, role]) => ({
          action: operationIds[name],
          keyId: role === 'anyone' ? null : operatorsKeyId,
          role,
          address: '127.0.0.1',
          requestId: requestIdOf(caller as Caller),
          reason,
          subject: expect.any(String),
          subjectId: expect.any(Number),
        }));
        expect(acts).toHaveLength(recorded.length);
        expect(acts).toEqual(expect.arrayContaining(recorded));
      });
    });

    it('lets who operates, reads what operators do, or collects them, and nobody else, read the metrics', async () => {
      const asked = CALLERS.map(async (caller) => {
        const { status } = await fetch(`${services[mode].baseUrl}/metrics`, { headers: headers[caller] });
        return [caller, status] as const;
      });
      const rule: Route = { access: ['operator'], served: 200, ask: () => ({ path: '/metrics' }) };
      expect(Object.fromEntries(await Promise.all(asked))).toEqual({
        ...statusesOf(rule, 'GET', mode),
        'metrics key': 200,
      });
    });

    it.each(['/docs', '/openapi.json'])('shows everybody %s', async (path) => {
      const asked = CALLERS.map((caller) => fetch(services[mode].baseUrl + path, { headers: headers[caller] }));
      expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(CALLERS.map(() => 200));
    });

    it('says of an unknown route that it is unknown, whoever asks', async () => {
      const ask = (caller: Caller) =>
        services[mode].api.send('GET', '/secrets', undefined, { headers: headers[caller] });
      expect((await Promise.all(CALLERS.map(ask))).map(({ status }) => status)).toEqual(CALLERS.map(() => 404));
    });
  });

  it('decides before validation: who may not call is not told what a call looks like', async () => {
    const { api } = services.required;
    for (const caller of ['no key', 'wrong key', 'app key', 'operator key'] as const) {
      const received = await api.send('POST', '/payments', { nonsense: true }, { headers: headers[caller] });
      expect([caller, received.status]).toEqual([
        caller,
        caller.includes('operator') || caller === 'app key' ? 403 : 401,
      ]);
      expectNothingMore(received);
    }
  });

  it('decides before idempotency: a stranger with the right key of a payment neither learns of it nor holds it up', async () => {
    const { api } = services.required;
    const key = newKey();
    const body = paymentBody(world.userId, { partnerId: world.partnerId, totalPayAmount: 1 });
    const stranger = { key, headers: headers["other partner's key"] };
    expect((await api.send('POST', '/payments', body, stranger)).status).toBe(403);
    const own = { key, headers: headers['own key'] };
    expect((await api.send('POST', '/payments', body, own)).status).toBe(201);
    expect((await api.send('POST', '/payments', body, stranger)).status).toBe(403);
    expect((await api.send('POST', '/payments', body, own)).status).toBe(409);
  });

  it('tells a partner of another one exactly what it is told of nothing', async () => {
    const { api } = services.required;
    const asOther = { headers: headers["other partner's key"] };
    const nothing = await api.send('GET', '/payments/999999999', undefined, asOther);
    const others = await api.send('GET', `/payments/${world.paymentId}`, undefined, asOther);
    expect(envelopeOf(others)).toEqual(envelopeOf(nothing));
    const noPartner = await api.send('GET', '/partners/999999999', undefined, asOther);
    const otherPartner = await api.send('GET', `/partners/${world.partnerId}`, undefined, asOther);
    expect(envelopeOf(otherPartner)).toEqual(envelopeOf(noPartner));
  });

  it.each([
    ['a text', (partnerId: number) => String(partnerId)],
    ['a list', (partnerId: number) => [partnerId]],
    ['null', () => null],
    ['nothing', () => undefined],
    ['an object', () => ({})],
    ['an object that can be no text', () => ({ toString: 1 })],
    ['an object that can be no number', (partnerId: number) => ({ valueOf: partnerId, toString: null })],
    ['a fraction', (partnerId: number) => partnerId + 0.5],
    ['too large a number', () => 2 ** 53],
  ])('is not deceived by a partnerId that is %s', async (_name, partnerIdFrom) => {
    const body = paymentBody(world.userId, { partnerId: partnerIdFrom(world.partnerId), totalPayAmount: 1 });
    const sending = { key: newKey(), headers: headers['own key'] };
    expect((await services.required.api.send('POST', '/payments', body, sending)).status).toBe(400);
  });

  it.each(['partnerId=100&partnerId=', 'partnerId[]=', 'PartnerId='])('nor by a query %s', async (beginning) => {
    const path = `/payments?${beginning}${world.partnerId}&partnerPayKey=none`;
    const received = await services.required.api.send('GET', path, undefined, { headers: headers['own key'] });
    expect([400, 403]).toContain(received.status);
  });
});

/** The service audits its books some minutes after its start at the earliest: here is one that found nothing. */
async function anAudit(): Promise<number> {
  await sql(
    `INSERT INTO audits (started_at, ended_at, checks, bank_unanswered, finding_count)
     VALUES (UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), '{}', 0, 0)`,
  );
  const [row] = await sql<{ id: number }>('SELECT MAX(id) AS id FROM audits');
  return row?.id as number;
}

type Document = { paths: Record<string, Record<string, { operationId: string }>> };

async function aRevokedKey(partnerId: number): Promise<string> {
  const key = await aKey(partnerId);
  await revokeKey(key);
  return key;
}

async function aWorld(api: Api, partnerId: number): Promise<World> {
  const user = await aUser();
  const chargeId = (await done(api.charge({ userId: user.userId, amount: 1_000_000 }))).detail.transactionId;
  const savingsAccountId = await aSavingsAccount(user);
  await api.deposit({ userId: user.userId, amount: 10_000 });
  const other = await aUser();
  const regular = { userId: other.userId, product: 'REGULAR', dailyDeposit: 1_000 };
  const regularAccountId = (await done(api.openSavings(regular))).detail.accountId;
  const partnersWebhooks = `/partners/${partnerId}/webhooks`;
  const eventEndpoint = await newEndpoint(partnersWebhooks);
  const appEventEndpoint = await newEndpoint(APP_WEBHOOKS);
  const pay = paymentBody(user.userId, { partnerId, totalPayAmount: 10_000 });
  const { paymentId } = (await api.pay(pay, newKey())).detail;
  const events = await api.send<{ items: { eventId: number }[] }>('GET', `/partners/${partnerId}/webhook-events`);
  const eventId = events.detail.items[0]?.eventId as number;
  const appEvents = await api.send<{ items: { eventId: number }[] }>('GET', '/app/webhook-events');
  return {
    userId: user.userId,
    otherUserId: other.userId,
    accountId: user.accountId,
    savingsAccountId,
    regularAccountId,
    partnerId,
    chargeId,
    paymentId,
    eventId,
    newLink: async () => {
      for (const { linkedAccountId, isDefault } of (await api.links(user.userId)).detail.items) {
        if (!isDefault) await api.unlink(user.userId, linkedAccountId);
      }
      return (await api.link(user.userId, linkBody())).detail.linkedAccountId;
    },
    newUser: async () => (await aUser()).userId,
    newApiKey: async () => keyIdOf(await aKey('metrics')),
    newPartner: async () =>
      (await done(api.send<{ partnerId: number }>('POST', '/partners', { name: '길동상회' }))).detail.partnerId,
    newSavings: () => aSavingsAccount(other),
    newAgreement: async () => (await done(agree(other.userId, { partnerId }))).detail.agreementId,
    newAuthorization: async () =>
      (await done(authorize(user.userId, { partnerId, totalPayAmount: 1 }))).detail.paymentId,
    newHeldTransfer: async () => (await done(hold(user, other, 1))).detail.transactionId,
    newEndpoint: () => newEndpoint(partnersWebhooks, eventEndpoint),
    newAppEndpoint: () => newEndpoint(APP_WEBHOOKS, appEventEndpoint),
    appEventId: appEvents.detail.items[0]?.eventId as number,
    anAudit,
  };

  /** Another one. There may be ten; when room is needed, it is made with all but the one of the event. */
  async function newEndpoint(path: string, kept?: number): Promise<number> {
    const there = await api.send<{ items: unknown[] }>('GET', path);
    if (there.detail.items.length >= 9) await removeEndpoints(api, path, kept);
    const { detail } = await api.send<{ endpointId: number }>('POST', path, { url: 'http://127.0.0.1:9/' });
    return detail.endpointId;
  }
}

function expectNothingMore(received: Received<unknown>): void {
  const reason: unknown = expect.stringMatching(/^(missing|unknown-or-revoked)$/);
  expect(received.detail).toEqual(received.status === 401 ? { reason } : undefined);
  expect(received.headers['www-authenticate']).toBe(received.status === 401 ? 'Bearer' : undefined);
}

const envelopeOf = ({ status, code, message, detail }: Received<unknown>) => ({ status, code, message, detail });

function every(status: number): Statuses {
  return Object.fromEntries(CALLERS.map((caller) => [caller, status])) as unknown as Statuses;
}

/** Tables that have the movement's id for their own. */
function idOf(table: string): string {
  const named = ['payments', 'payment_cancels'].includes(table) ? 'movement_id' : 'id';
  return `(SELECT ${named} AS id FROM ${table}) AS t`;
}
