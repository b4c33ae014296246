import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Agent, request } from 'undici';
import { keyIdOf } from '../../support/acts.js';
import { APP_WEBHOOKS, removeEndpoints } from '../../support/app-webhooks.js';
import { aUser, done, newAccountNumber, newEmail, newKey, newOrder, paymentBody } from '../../support/builders.js';
import { Conformance } from '../../support/conformance.js';
import { describeWith } from '../../support/environment.js';
import { aKey, aService, bearer } from '../../support/keyed-service.js';
import { type OddRequest, OddRequests } from '../../support/odd-requests.js';
import type { ServiceProgram } from '../../support/service-program.js';

type Headers = Readonly<Record<string, string>>;

const URL = 'http://127.0.0.1:9/';
const AT_ONCE = 16;
const SHOWN_MAX = 20;
const conformance = await Conformance.load();
/** None of what these routes can search by is required, but one of it. */
const SEARCHED: Readonly<Record<string, string>> = {
  'GET /payments': '&partnerPayKey=none',
  'GET /partners/{partnerId}/settlements': '?date=2025-02-26',
};
const ROUTES = Object.entries(conformance.document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
);

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'whatever stands in a field', () => {
  let service: ServiceProgram;
  let agent: Agent;
  let callers: Readonly<Record<string, Headers>>;
  let requests: OddRequests;

  beforeAll(async () => {
    service = await aService({ AUTH: 'optional', LOG_LEVEL: 'warn' });
    agent = new Agent({ connections: AT_ONCE });
    const { api } = service;
    const create = async <Detail>(path: string, body: object) =>
      (await done(api.send<Detail>('POST', path, body))).detail;
    const [user, other] = [await aUser({ charged: 1_000_000 }), await aUser()];
    // Savings of the kind that takes every call.
    const regular = { userId: user.userId, product: 'REGULAR', dailyDeposit: 1 };
    const { accountId } = (await done(api.openSavings(regular))).detail;
    const { partnerId } = await create<{ partnerId: number }>('/partners', { name: '길동상회' });
    const { endpointId } = await create<{ endpointId: number }>(`/partners/${partnerId}/webhooks`, { url: URL });
    const { paymentId } = (await done(api.pay(paymentBody(user.userId, { partnerId }), newKey()))).detail;
    const events = await done(
      api.send<{ items: { eventId: number }[] }>('GET', `/partners/${partnerId}/webhook-events`),
    );
    callers = {
      nobody: {},
      'the partner': bearer(await aKey(partnerId)),
      'the app': bearer(await aKey('app')),
      'an operator': bearer(await aKey('operator')),
    };
    const eventId = events.detail.items[0]?.eventId as number;
    const there = {
      fromUserId: user.userId,
      toUserId: other.userId,
      accountId,
      partnerId,
      endpointId,
      paymentId,
      eventId,
      keyId: await keyIdOf(await aKey('metrics')), // may be revoked
    };
    const small = { role: 'app', offsetSeconds: 0, amount: 1, totalPayAmount: 1, cancelAmount: 1, url: URL };
    const fixed = { userId: user.userId, transactionId: paymentId, ...there, ...small };
    requests = new OddRequests(conformance.document, {
      ...Object.fromEntries(Object.entries(fixed).map(([name, value]) => [name, () => value])),
      email: newEmail,
      externalAccountNumber: () => newAccountNumber(),
      partnerPayKey: newOrder,
      'Idempotency-Key': newKey,
    });
  });
  afterAll(async () => {
    await service?.api.send('PUT', '/sandbox/clock', { offsetSeconds: 0 });
    if (service) await removeEndpoints(service.api, APP_WEBHOOKS);
    await agent?.close();
    await service?.stop();
  });

  async function send(method: string, { path, body, headers }: OddRequest, caller: Headers = {}) {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await request(service.baseUrl + path, {
      method: method as 'GET',
      dispatcher: agent,
      headers: { ...type, ...caller, ...headers },
      ...(body !== undefined && { body }),
    });
    const { statusCode: status, headers: received } = answer;
    return { status, headers: received as Record<string, string>, text: await answer.body.text() };
  }

  /** What is wrong with the answer; null when all is well. */
  async function problemOf(method: string, odd: OddRequest, caller: string): Promise<string | null> {
    const { status, headers, text } = await send(method, odd, callers[caller]);
    const name = `${caller}: ${method} ${odd.path.slice(0, 200)} ${JSON.stringify(odd.headers)} ${odd.body?.slice(0, 300)}`;
    if (status === 500) return `${name} → 500`;
    try {
      conformance.checkAnswer(method, odd.path, status, headers, JSON.parse(text));
      return null;
    } catch (error) {
      return `${name} → ${(error as Error).message}`;
    }
  }

  it('stands in requests that are good otherwise', async () => {
    const refused: string[] = [];
    for (const { method, path, operation } of ROUTES) {
      const good = requests.good(path, operation);
      const { status, text } = await send(method, { ...good, path: good.path + (SEARCHED[`${method} ${path}`] ?? '') });
      if (status === 400) refused.push(`${method} ${path} ${text}`);
    }
    expect(refused).toEqual([]);
  });

  it.each(ROUTES)(
    '$method $path answers with the envelope, and never with 500',
    async ({ method, path, operation }) => {
      const odd = requests.odd(path, operation, method !== 'GET');
      const waiting = Object.keys(callers).flatMap((caller) => odd.map((it) => ({ it, caller })));
      const problems: string[] = [];
      const work = async () => {
        for (let next = waiting.pop(); next; next = waiting.pop()) {
          const problem = await problemOf(method, next.it, next.caller);
          if (problem !== null) problems.push(problem);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      expect(problems.slice(0, SHOWN_MAX)).toEqual([]);
    },
  );
});
