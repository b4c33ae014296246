import { describe, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { Conformance, type Operation } from '../../support/conformance.js';
import { ANSWER_ROWS } from '../../support/contract.js';

/** The calls of the contract, and what each may answer. */
const ROUTES: readonly [route: string, statuses: string][] = [
  ['post /users', '201 400 409'],
  ['get /users/{userId}', '200 400 404'],
  ['post /accounts/savings', '201 400 404'],
  ['patch /accounts/savings/deposit', '200 202 400 404 409 422 503'],
  ['post /accounts/main/charge', '200 202 400 404 409 422 503'],
  ['get /accounts/{accountId}/transactions', '200 400 404'],
  ['post /transfers', '201 202 400 404 409 422 503'],
  ['get /transactions/{transactionId}', '200 400 404'],
  ['post /payments', '201 202 400 404 409 422 503'],
  ['get /payments/{paymentId}', '200 400 404'],
  ['get /payments', '200 400'],
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
  const common = route.includes('/health/') ? PUBLIC : EVERYWHERE;
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
    expect(keyOf('post /payments')).toMatchObject({ in: 'header', required: true });
    for (const route of ['post /transfers', 'post /accounts/main/charge', 'patch /accounts/savings/deposit']) {
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

  it('is shown to people at /docs', async () => {
    const { status, type, text } = await api.text('/docs');
    expect([status, type]).toEqual([200, 'text/html']);
    expect(text).toContain('swagger-ui');
  });
});
