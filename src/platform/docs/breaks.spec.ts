import { expect, it } from '@jest/globals';
import type { SchemaObject } from '@nestjs/swagger';
import { breaksBetween } from '../../../scripts/openapi/breaks.mjs';

interface Operation {
  operationId: string;
  'x-access': string[];
  parameters: { in: string; name: string; required?: boolean; schema: SchemaObject }[];
  requestBody: { required?: boolean; content: Record<string, { schema: object }> };
  responses: Record<string, { headers?: object; content: Record<string, { schema: object }> }>;
  callbacks: Record<string, Record<string, { post: { parameters: { name: string }[]; requestBody: object } }>>;
}
interface Small {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, SchemaObject & { properties: Record<string, SchemaObject> }> };
}

const answer = (code: string, more: object = {}, messages = ['완료']) => ({
  type: 'object',
  required: ['code'],
  properties: { code: { type: 'string', enum: [code] }, message: { type: 'string', enum: messages }, ...more },
});
const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** One call with something of everything that is compared. */
function aDocument(): Small {
  const operation: Operation = {
    operationId: 'approvePayment',
    'x-access': ['partner', 'operator'],
    parameters: [
      { in: 'header', name: 'Key', schema: { type: 'string', maxLength: 100 } },
      { in: 'query', name: 'status', schema: { type: 'string', enum: ['OLD', 'NEW'] } },
    ],
    requestBody: json(ref('Request')),
    responses: {
      201: { headers: { Location: {} }, ...json({ allOf: [ref('Payment')], description: 'the result' }) },
      409: json({ oneOf: [answer('OnGoing'), answer('Complete', { detail: ref('Payment') })] }),
    },
    callbacks: {
      approved: {
        '{$request.body#/url}': { post: { parameters: [{ name: 'Signature' }], requestBody: json(ref('Event')) } },
      },
    },
  };
  const schemas = {
    Request: {
      type: 'object' as const,
      required: ['amount'],
      properties: {
        amount: { type: 'integer' as const, minimum: 1, maximum: 100 },
        memo: { type: 'string' as const },
      },
    },
    Payment: {
      type: 'object' as const,
      required: ['id'],
      properties: {
        id: { type: 'integer' as const },
        status: { type: 'string' as const, enum: ['PAID', 'OPEN'] },
        parts: { type: 'array' as const, items: ref('Payment') },
      },
    },
    Event: { type: 'object' as const, required: ['id'], properties: { id: { type: 'integer' as const } } },
  };
  return { paths: { '/payments': { post: operation } }, components: { schemas } };
}

/** What breaks by a change of the document. */
function breaksOf(change: (parts: ReturnType<typeof partsOf>) => void): string[] {
  const after = aDocument();
  change(partsOf(after));
  return breaksBetween(aDocument(), after);
}

function partsOf(document: Small) {
  const { Request, Payment, Event } = document.components.schemas as Record<
    'Request' | 'Payment' | 'Event',
    SchemaObject
  >;
  const fields = (schema: SchemaObject) => schema.properties as Record<string, SchemaObject>;
  const post = document.paths['/payments']?.['post'] as Operation;
  const [key, status] = post.parameters as [Operation['parameters'][0], Operation['parameters'][0]];
  return { document, post, key, status, Request, Payment, Event, fields };
}

it.each<[what: string, change: Parameters<typeof breaksOf>[0], line: string]>([
  ['a path is gone', ({ document }) => (document.paths = {}), 'POST /payments is gone'],
  [
    'a method is another',
    ({ document, post }) => (document.paths = { '/payments': { put: post } }),
    'POST /payments is gone',
  ],
  [
    'an operationId is another',
    ({ post }) => (post.operationId = 'pay'),
    'POST /payments: operationId is no longer approvePayment',
  ],
  ['a role is shut out', ({ post }) => post['x-access'].pop(), 'POST /payments: no longer for keys of operator'],
  ['a parameter is gone', ({ post }) => post.parameters.shift(), 'POST /payments: header Key is gone'],
  ['a parameter is required', ({ key }) => (key.required = true), 'POST /payments: header Key is newly required'],
  [
    'another parameter is required',
    ({ post }) => post.parameters.push({ in: 'query', name: 'date', required: true, schema: {} }),
    'POST /payments: query date is newly required',
  ],
  [
    'a parameter is shorter',
    ({ key }) => (key.schema.maxLength = 50),
    'POST /payments: header Key: maxLength is 50, it was 100',
  ],
  [
    'a word is not taken',
    ({ status }) => void status.schema.enum?.pop(),
    'POST /payments: query status: no longer NEW',
  ],
  ['a body is required', ({ post }) => (post.requestBody.required = true), 'POST /payments: a body is newly required'],
  [
    'a field is required',
    ({ Request }) => Request.required?.push('memo'),
    'POST /payments body.memo is newly required',
  ],
  ['a field is not taken', ({ fields, Request }) => delete fields(Request)['memo'], 'POST /payments body.memo is gone'],
  [
    'a field has another type',
    ({ fields, Request }) => (fields(Request)['amount'] = { type: 'string' }),
    'POST /payments body.amount: type is no longer integer',
  ],
  [
    'a field must be more',
    ({ fields, Request }) => (fields(Request)['amount'] = { type: 'integer', minimum: 2, maximum: 100 }),
    'POST /payments body.amount: minimum is 2, it was 1',
  ],
  [
    'a field has a pattern',
    ({ fields, Request }) => (fields(Request)['memo'] = { type: 'string', pattern: '^a' }),
    'POST /payments body.memo: pattern is no longer open',
  ],
  ['a status is gone', ({ post }) => delete post.responses['409'], 'POST /payments 409 is gone'],
  [
    'a header is gone',
    ({ post }) => delete post.responses['201']?.headers,
    'POST /payments 201: header Location is gone',
  ],
  [
    'a content type is gone',
    ({ post }) => (post.responses['201'] = { headers: { Location: {} }, content: {} }),
    'POST /payments 201: application/json is gone',
  ],
  ['a result is not given', ({ fields, Payment }) => delete fields(Payment)['id'], 'POST /payments 201.id is gone'],
  ['a result may be missing', ({ Payment }) => (Payment.required = []), 'POST /payments 201.id is no longer required'],
  [
    'a result may be null',
    ({ fields, Payment }) => (fields(Payment)['id'] = { type: 'integer', nullable: true }),
    'POST /payments 201.id: null is another matter',
  ],
  [
    'a result has another type',
    ({ fields, Payment }) => (fields(Payment)['id'] = { type: 'string' }),
    'POST /payments 201.id: type is no longer integer',
  ],
  [
    'a result has a new word',
    ({ fields, Payment }) => fields(Payment)['status']?.enum?.push('LOST'),
    'POST /payments 201.status: newly LOST',
  ],
  [
    'one of several answers is gone',
    ({ post }) => (post.responses['409'] = json(answer('OnGoing'))),
    'POST /payments 409 Complete.code: no longer Complete',
  ],
  [
    'a message is another',
    ({ post }) => (post.responses['409'] = json(answer('OnGoing', {}, ['진행 중']))),
    'POST /payments 409 OnGoing.message: no longer 완료',
  ],
  ['an event is not sent', ({ post }) => (post.callbacks = {}), 'POST /payments callback approved is gone'],
  [
    'an event lacks a field',
    ({ fields, Event }) => delete fields(Event)['id'],
    'POST /payments callback approved.id is gone',
  ],
  [
    'an event lacks a header',
    ({ post }) => post.callbacks['approved']?.['{$request.body#/url}']?.post.parameters.pop(),
    'POST /payments callback approved: header Signature is gone',
  ],
])('says that %s', (_, change, line) => {
  expect(breaksOf(change)).toContain(line);
});

it.each<[what: string, change: Parameters<typeof breaksOf>[0]]>([
  ['nothing', () => undefined],
  ['another path', ({ document, post }) => (document.paths['/others'] = { post })],
  ['a parameter that may be left out', ({ post }) => post.parameters.push({ in: 'query', name: 'x', schema: {} })],
  ['a field that may be left out', ({ fields, Request }) => (fields(Request)['more'] = { type: 'string' })],
  ['a field that need not be sent any more', ({ Request }) => (Request.required = [])],
  [
    'wider bounds',
    ({ fields, Request }) => (fields(Request)['amount'] = { type: 'integer', minimum: 0, maximum: 101 }),
  ],
  ['a word more that is taken', ({ status }) => status.schema.enum?.push('ANY')],
  ['another result', ({ fields, Payment }) => (fields(Payment)['more'] = { type: 'string' })],
  ['a result that is always there', ({ Payment }) => Payment.required?.push('status')],
  [
    'a pattern that results keep to',
    ({ fields, Event }) => (fields(Event)['id'] = { type: 'integer', pattern: '^a', enum: [1] }),
  ],
  ['another status', ({ post }) => (post.responses['404'] = json(answer('NotFound')))],
  [
    'a second answer of a status',
    ({ post }) =>
      (post.responses['201'] = { ...post.responses['201'], ...json({ oneOf: [answer('Other'), ref('Payment')] }) }),
  ],
  [
    'a message in another language',
    ({ post }) => {
      const [first, second] = [answer('OnGoing', {}, ['완료', 'Done']), answer('Complete', { detail: ref('Payment') })];
      post.responses['409'] = json({ oneOf: [first, second] });
    },
  ],
  ['another event', ({ post }) => (post.callbacks['failed'] = {})],
  [
    'another description',
    ({ fields, Payment }) => (fields(Payment)['id'] = { type: 'integer', description: 'its id' }),
  ],
])('nobody misses anything by %s', (_, change) => {
  expect(breaksOf(change)).toEqual([]);
});
