import { afterEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import request from 'supertest';
import { api } from '../../support/api.js';
import { authorize, capture, voidPayment } from '../../support/authorizations.js';
import { aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { Conformance, type Operation } from '../../support/conformance.js';
import { ANSWER_ROWS } from '../../support/contract.js';
import { BASE_URL, describeWith } from '../../support/environment.js';
import {
  aListener,
  aReceiver,
  ping,
  register,
  stopReceivers,
  until,
  untilDelivered,
} from '../../support/webhook-partner.js';

/** The calls of the contract, and what each may answer. */
const ROUTES: readonly [route: string, statuses: string][] = [
  ['post /users', '201 202 400 409 422'],
  ['get /users', '200 400'],
  ['get /users/{userId}', '200 400 404'],
  ['post /accounts/savings', '201 202 400 404 409 422'],
  ['get /accounts/savings', '200 400'],
  ['post /accounts/savings/{accountId}/withdrawals', '201 202 400 404 409 422'],
  ['patch /accounts/savings/deposit', '200 202 400 404 409 422 503'],
  ['post /accounts/main/charge', '200 202 400 404 409 422 503'],
  ['post /accounts/main/withdrawals', '201 202 400 404 409 422 503'],
  ['get /accounts/{accountId}/transactions', '200 400 404'],
  ['post /transfers', '201 202 400 404 409 422 503'],
  ['get /transactions/{transactionId}', '200 400 404'],
  ['post /payments', '201 202 400 404 409 422 503'],
  ['get /payments/{paymentId}', '200 400 404'],
  ['get /payments', '200 400'],
  ['get /partners/{partnerId}/settlements', '200 400 404'],
  ['get /partners/{partnerId}/settlements/{day}/lines', '200 400 404'],
  ['get /banks', '200'],
  ['get /health/live', '200'],
  ['get /health/ready', '200 503'],
];

/** Whatever is asked for: who asks, how often, and how we are. */
const EVERYWHERE = '401 403 429 500 503'.split(' ');
const PUBLIC = '500 503'.split(' ');
const conformance = await Conformance.load();

function operationOf(route: string): Operation {
  const [method = '', path = ''] = route.split(' ');
  const operation = conformance.document.paths[path]?.[method];
  if (!operation) throw new Error(`${route} is not documented`);
  return operation;
}

it.each(ROUTES)('the document of %s has %s, and what every call can answer', (route, statuses) => {
  const operation = operationOf(route);
  const common = /health|banks/.test(route) ? PUBLIC : EVERYWHERE;
  const body = operation.requestBody ? ['413', '415'] : [];
  const wanted = new Set([...statuses.split(' '), ...common, ...body]);
  expect(Object.keys(operation.responses).sort()).toEqual([...wanted].sort());
});

const documented = Object.entries(conformance.document.paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => `${method} ${path}`),
);

describe.each(documented)('the document of %s', (route) => {
  it('has an example for every answer that fits its schema', () => {
    for (const [status, response] of Object.entries(operationOf(route).responses)) {
      const { schema, examples = {} } = response.content['application/json'];
      expect([status, Object.keys(examples).length]).not.toEqual([status, 0]);
      for (const [name, { value }] of Object.entries(examples)) {
        const problems = conformance.mismatches(`example ${route} ${status}`, schema, value);
        expect([status, name, problems]).toEqual([status, name, []]);
      }
    }
  });

  it('has an example for every field and parameter of the request that fits its schema', () => {
    const { requestBody, parameters = [] } = operationOf(route);
    for (const { name, example, schema } of parameters) {
      const shown = example ?? schema['example'] ?? schema['default'];
      expect([name, shown === undefined]).toEqual([name, false]);
      expect([name, conformance.mismatches(`${route} ?${name}`, schema, shown)]).toEqual([name, []]);
    }
    if (!requestBody) return;
    const { schema } = requestBody.content['application/json'];
    const name = String(schema['$ref']).split('/').at(-1) as string;
    const { properties } = conformance.document.components.schemas[name] as {
      properties: Record<string, { example?: unknown }>;
    };
    const example = Object.fromEntries(Object.entries(properties).map(([field, it]) => [field, it.example]));
    expect(conformance.mismatches(`example ${route}`, schema, example)).toEqual([]);
  });
});

describe('the documentation', () => {
  it('says where a key is needed, and where it is honoured', () => {
    const keyOf = (route: string) => operationOf(route).parameters?.find(({ name }) => name === 'Idempotency-Key');
    for (const route of ['post /payments', 'post /accounts/main/withdrawals']) {
      expect(keyOf(route)).toMatchObject({ in: 'header', required: true });
    }
    for (const route of [
      'post /users',
      'post /accounts/savings',
      'post /accounts/savings/{accountId}/withdrawals',
      'post /transfers',
      'post /accounts/main/charge',
      'patch /accounts/savings/deposit',
    ]) {
      expect(keyOf(route)).toMatchObject({ in: 'header', required: false });
    }
  });

  it('lists every answer of the contract', () => {
    const { description } = (conformance.document as unknown as { info: { description: string } }).info;
    for (const { code, message } of ANSWER_ROWS) expect(description).toContain(`\`${code}\` | ${message} |`);
  });

  it('leads nowhere but to schemas that are there', () => {
    const text = JSON.stringify(conformance.document);
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]*)"/g)) {
      expect(conformance.document.components.schemas).toHaveProperty(name as string);
    }
  });

  it('says what a 202 tells whole, or that not even an id is known', () => {
    const { schema } = operationOf('post /payments').responses['202']?.content['application/json'] ?? {};
    const body = (detail: object) => ({ code: 'Processing', message: '처리 중', detail });
    const mismatches = (detail: object) => conformance.mismatches('202 of a payment', schema ?? {}, body(detail));
    expect(mismatches({ paymentId: 15, partnerPayKey: 'order' })).toEqual([]);
    expect(mismatches({})).toEqual([]);
    expect(mismatches({ paymentId: 15 })).not.toEqual([]);
  });

  it('begins with payments', () => {
    const { tags } = conformance.document as unknown as { tags: { name: string }[] };
    expect(tags[0]?.name).toBe('payments');
    expect(Object.keys(conformance.document.paths)[0]).toBe('/payments');
  });

  it('is the one in docs/openapi.json, which was made without a store', () => {
    const file = new URL('../../../docs/openapi.json', import.meta.url);
    expect(conformance.document).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  });

  it('is shown to people at /docs, on a phone too', async () => {
    const { status, type, text } = await api.text('/docs');
    expect([status, type]).toEqual([200, 'text/html']);
    expect(text).toContain('swagger-ui');
    expect(text).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
  });

  it('is beside the console, where / leads a browser, and nobody else', async () => {
    const browser = await request(BASE_URL).get('/').set('accept', 'text/html,application/xhtml+xml,*/*;q=0.8');
    expect([browser.status, browser.headers['location'], browser.headers['vary']]).toEqual([303, '/console', 'accept']);
    const program = await request(BASE_URL).get('/').set('accept', '*/*');
    expect([program.status, program.body]).toEqual([404, NOT_FOUND]);
    const sender = await request(BASE_URL).post('/').set('accept', 'text/html');
    expect([sender.status, sender.body]).toEqual([404, NOT_FOUND]);
  });

  it.each(['swagger-ui.css', 'swagger-ui-bundle.js', 'swagger-ui-standalone-preset.js', 'favicon-32x32.png'])(
    'keeps %s in the caches, and nothing that a deployment changes',
    async (name) => {
      const asset = await request(BASE_URL).head(`/docs/${name}`);
      expect([asset.status, asset.headers['cache-control']]).toEqual([200, 'public, max-age=86400']);
      expect((await request(BASE_URL).get(`/docs/no-${name}`)).headers['cache-control']).toBe('no-store');
    },
  );

  it.each(['/docs', '/docs/swagger-ui-init.js', '/openapi.json'])(
    'sends %s, which a deployment changes, only to whom it is new',
    async (path) => {
      const first = await request(BASE_URL).get(path);
      const { etag = '', 'cache-control': caching } = first.headers;
      expect([first.status, caching, etag]).toEqual([200, 'no-cache', expect.stringMatching(/^"[\w-]{43}"$/)]);
      for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
        const again = await request(BASE_URL).get(path).set('if-none-match', known);
        expect([again.status, again.text, again.headers['etag']]).toEqual([304, '', etag]);
      }
      const other = await request(BASE_URL).get(path).set('if-none-match', '"other"');
      expect([other.status, other.text]).toEqual([200, first.text]);
    },
  );
});

const NOT_FOUND = { code: 'NotFound', message: '요청한 경로를 찾을 수 없습니다.' };

describeWith(['databaseUrl', 'simulatorUrl'], 'the document of what a webhook is sent', () => {
  afterEach(stopReceivers);

  it('is of each type of event, and is kept to', async () => {
    const path = '/partners/{partnerId}/webhooks';
    const { callbacks = {} } = operationOf(`post ${path}`);
    const { receiver, partnerId, endpointId } = await aListener();
    const pay = async (bankAccount: string) =>
      api.pay(paymentBody((await aUser({ bankAccount })).userId, { partnerId }), newKey());
    const { paymentId } = (await done(pay('1000'))).detail;
    await pay('9001'); // the bank refuses it
    const cancel = { cancelAmount: 3_000, cancelReason: '변심' };
    await done(api.send('POST', `/payments/${paymentId}/cancel`, cancel, { key: newKey() }));
    const { userId } = await aUser({ bankAccount: '1000' });
    const hold = async () => (await done(authorize(userId, { partnerId }))).detail.paymentId;
    await done(capture(await hold()));
    await done(voidPayment(await hold()));
    await untilDelivered(partnerId, 7);
    const gone = await aReceiver(() => 410);
    const other = (await done(register(partnerId, gone.url))).detail;
    for (const it of [other.endpointId, endpointId]) await done(ping(`/partners/${partnerId}/webhooks/${it}`));
    await until(() => receiver.events.length === 9);
    expect([...new Set(receiver.events.map(({ body }) => body.type))].sort()).toEqual(Object.keys(callbacks).sort());
    for (const { body, headers } of receiver.events) {
      const { parameters } = callbacks[body.type]?.['{$request.body#/url}']?.post ?? {};
      expect([body.type, conformance.eventMismatches(path, body)]).toEqual([body.type, []]);
      for (const { name } of parameters ?? []) expect(headers).toHaveProperty(name.toLowerCase());
      expect(parameters?.map(({ name }) => name)).toEqual(['Pay-Event-Id', 'Pay-Delivery-Id', 'Pay-Signature']);
    }
  });
});
