import { getSchemaPath } from '@nestjs/swagger';
import type { HeaderObject, ReferenceObject, ResponseObject, ResponsesObject, SchemaObject } from '@nestjs/swagger';
import { type AnswerName, ANSWERS, RETRY_AFTER_SECONDS } from '../http/answers.js';
import { MESSAGES } from '../http/messages.js';
import { sharedSchemaPath } from './shared-schemas.js';
import { commonRefusals, type DeclaredAnswers, usualDetail } from './api-answers.js';
import { exampleOf, type Schemas } from './examples.js';

/** What a call takes, which decides what it can be refused with. */
type Takes = Parameters<typeof commonRefusals>[0];

/** What the responses have in common, to which they add. */
export interface Components {
  readonly schemas: Record<string, SchemaObject | ReferenceObject>;
  readonly headers: Record<string, HeaderObject>;
}

interface Row {
  readonly name: keyof typeof MESSAGES;
  readonly status: number;
  readonly code: string;
  readonly detail: string | null;
  /** Another schema that the detail may have. */
  readonly orDetail?: string | null;
  readonly hasLocation?: boolean;
}

/** A response per status, from what a controller has declared. What many calls answer stands in the components. */
export function responsesOf(declared: DeclaredAnswers, takes: Takes, components: Components): ResponsesObject {
  const { success, detail, orDetail, processing, csv, refusals } = declared;
  // Whatever may be 202 first is found in one place, also when it is done at once.
  const hasLocation = success === 201 || processing !== null;
  const rows: Row[] = [{ name: 'Success', status: success, code: 'Success', detail, orDetail, hasLocation }];
  if (processing) rows.push({ name: 'Processing', status: 202, code: 'Processing', detail: processing });
  for (const refusal of [...commonRefusals(takes), ...refusals]) {
    rows.push({ ...ANSWERS[refusal.answer], name: refusal.answer, detail: refusal.detail });
  }
  const byStatus = Map.groupBy(new Map(rows.map((row) => [row.name, row])).values(), ({ status }) => status);
  const responses = Object.fromEntries([...byStatus].map(([status, some]) => [status, response(some, components)]));
  const inCsv = { 'text/csv': { schema: { type: 'string' as const }, example: csv } };
  if (csv !== null) Object.assign(responses[success]?.content ?? {}, inCsv);
  return responses;
}

function response(rows: readonly Row[], components: Components): ResponseObject {
  const envelopes = rows.map((row) => sharedEnvelope(row, components));
  const [only] = envelopes;
  const schema = only && envelopes.length === 1 ? only : { oneOf: envelopes };
  const examples = Object.fromEntries(
    rows.map((row, index) => [row.name, { value: exampleOf(envelopes[index] ?? {}, components.schemas) }]),
  );
  const has = (...statuses: number[]) => rows.some(({ status }) => statuses.includes(status));
  const headers: (keyof typeof HEADERS)[] = ['X-Request-Id', 'Content-Language'];
  if (rows.some(({ name, hasLocation }) => hasLocation || WITH_LOCATION.has(name))) headers.push('Location');
  if (has(429, 503)) headers.push('Retry-After');
  if (has(401)) headers.push('WWW-Authenticate');
  return {
    description: rows.map(({ code, name }) => `${code}: ${wordsOf(name).join(' / ')}`).join('<br>'),
    headers: Object.fromEntries(headers.map((name) => [name, sharedHeader(name, components)])),
    content: { 'application/json': { schema, examples } },
  };
}

/** The envelope of an answer: that of a refusal which says the same wherever it comes from has a name of its own. */
function sharedEnvelope(row: Row, { schemas }: Components): SchemaObject | ReferenceObject {
  const isAlwaysTheSame = row.name in ANSWERS && row.detail === usualDetail(row.name as AnswerName);
  if (!isAlwaysTheSame || WITH_LOCATION.has(row.name)) return envelope(row, schemas);
  const name = `${row.name}Answer`;
  schemas[name] ??= envelope(row, schemas);
  return { $ref: getSchemaPath(name) };
}

function sharedHeader(name: keyof typeof HEADERS, { headers }: Components): ReferenceObject {
  headers[name] = HEADERS[name];
  return { $ref: `#/components/headers/${name}` };
}

function envelope({ name, code, detail, orDetail }: Row, schemas: Schemas): SchemaObject {
  return {
    type: 'object',
    required: detail && !MAY_LACK_DETAIL.has(name) ? ['code', 'message', 'detail'] : ['code', 'message'],
    properties: {
      code: { type: 'string', enum: [code], example: code, description: 'what happened, for programs' },
      message: { type: 'string', enum: wordsOf(name), example: MESSAGES[name].ko, description: MESSAGE },
      ...(detail ? { detail: detailSchema(name, detail, orDetail, schemas) } : {}),
    },
  };
}

const MESSAGE = 'the same for people: in Korean, or in English for whoever prefers it by `Accept-Language`';
const wordsOf = (name: keyof typeof MESSAGES) => [MESSAGES[name].ko, MESSAGES[name].en];

/** What is not known yet may not have an id either: then all of its detail is missing, never a part. */
function detailSchema(
  name: string,
  detail: string,
  orDetail: string | null | undefined,
  schemas: Schemas,
): SchemaObject {
  const schema = schemas[detail.split('/').at(-1) ?? ''] as SchemaObject | undefined;
  const isKnown = name !== 'Processing' || !schema?.required?.length;
  const described = { description: DETAILS[name] ?? 'what there is to say of it' };
  if (orDetail) return { oneOf: [{ $ref: detail }, { $ref: orDetail }], ...described };
  if (isKnown) return { allOf: [{ $ref: detail }], ...described };
  return { oneOf: [{ $ref: detail }, { $ref: sharedSchemaPath('NotEvenAnId') }], ...described };
}

const DETAILS: Readonly<Record<string, string>> = {
  Success: 'the result',
  Processing: 'what is known by now',
  PaymentComplete: 'the stored result, the same for ever',
  RequestComplete: 'the stored result, the same for ever',
};
const WITH_LOCATION = new Set(['Processing', 'PaymentComplete', 'RequestComplete', 'PaymentOnGoing', 'RequestOnGoing']);
/** What is still being worked on may not have an id yet; and a partner's key is not told of limits. */
const MAY_LACK_DETAIL = new Set(['DailyLimitExceeded', 'PaymentOnGoing', 'RequestOnGoing']);
const HEADERS = {
  'X-Request-Id': {
    description: 'the one that came with the request, or a new one; it is in our logs',
    schema: { type: 'string', example: '6acd189f-f319-41ad-b77a-4b092f026566' },
  },
  'Content-Language': {
    description: 'the language of `message`, which is chosen by `Accept-Language`',
    schema: { type: 'string', enum: ['ko', 'en'], example: 'ko' },
  },
  Location: {
    description: 'where the resource is, or where to ask what became of it',
    schema: { type: 'string', example: '/payments/15' },
  },
  'Retry-After': {
    description: 'after how many seconds to try again',
    schema: { type: 'integer', example: RETRY_AFTER_SECONDS },
  },
  'WWW-Authenticate': { description: 'how to send a key', schema: { type: 'string', example: 'Bearer' } },
} as const satisfies Record<string, HeaderObject>;
