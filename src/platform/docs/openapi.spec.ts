import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject, OperationObject, ResponseObject } from '@nestjs/swagger';
import { Ajv } from 'ajv';
import { ToyModule } from '../../../test/support/toy-app.js';
import { loadConfig } from '../config/config.js';
import { createApp } from '../http/app.js';
import { serveDocs } from './docs-page.js';

let app: NestFastifyApplication;
let document: OpenAPIObject;

beforeAll(async () => {
  app = await createApp(ToyModule, loadConfig({ LOG_LEVEL: 'silent' }));
  serveDocs(app);
  await app.init();
  document = (await app.inject('/openapi.json')).json<OpenAPIObject>();
});
afterAll(() => app.close());

const responsesOf = (operation: OperationObject | undefined) =>
  Object.entries(operation?.responses ?? {}) as [string, ResponseObject][];

describe('the OpenAPI document', () => {
  it('has every status that a call can answer', () => {
    const statuses = responsesOf(document.paths['/toys']?.post).map(([status]) => status);
    expect(statuses).toEqual(['201', '202', '400', '409', '413', '415', '500', '503']);
    expect(responsesOf(document.paths['/toys/{toyId}']?.get).map(([status]) => status)).toEqual([
      '200',
      '400',
      '404',
      '500',
      '503',
    ]);
  });

  it('has an example for each answer, and it fits its schema', () => {
    // The formats (int64) and examples of OpenAPI mean nothing to a validator of JSON schemas.
    const ajv = new Ajv({ strict: false, formats: { int64: true } });
    const components = document.components as object;
    for (const [status, { content, headers }] of responsesOf(document.paths['/toys']?.post)) {
      const { schema, examples } = content?.['application/json'] ?? {};
      const check = ajv.compile({ ...schema, components });
      const values = Object.values(examples ?? {}) as { value: unknown }[];
      expect([status, values.length > 0]).toEqual([status, true]);
      for (const { value } of values) expect([check(value), check.errors]).toEqual([true, null]);
      expect(headers).toHaveProperty('X-Request-Id');
    }
  });

  it('documents what each field of a body may be', () => {
    const { ToyDto } = document.components?.schemas ?? {};
    expect(ToyDto).toMatchObject({
      required: ['userId', 'amount'],
      properties: { amount: { type: 'integer', minimum: 1, maximum: 9_007_199_254_740_991 }, items: { maxItems: 100 } },
    });
  });

  it('is shown by a page whose scripts the browser may run', async () => {
    const page = await app.inject('/docs');
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    const scripts = [...page.body.matchAll(/<script([^>]*)>/g)].map(([, attributes]) => attributes);
    expect(scripts.length).toBeGreaterThan(0);
    for (const attributes of scripts) expect(attributes).toContain('src=');
    expect((await app.inject('/docs/swagger-ui-bundle.js')).statusCode).toBe(200);
  });
});
