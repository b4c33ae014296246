import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { HeadersObject, OperationObject, ReferenceObject, ResponseObject, SchemaObject } from '@nestjs/swagger';
import { ACCESS_EXTENSION, type Role } from '../http/access.js';
import { ANSWERS, RETRY_AFTER_SECONDS } from '../http/answers.js';
import { ANSWERS_EXTENSION, answersTable, commonRefusals, type DeclaredAnswers } from './api-answers.js';
import { InvalidRequestDetailDto } from './refusal-details.js';

type Schemas = Readonly<Record<string, SchemaObject | ReferenceObject>>;
type DeclaredOperation = OperationObject & {
  [ANSWERS_EXTENSION]?: DeclaredAnswers;
  readonly [ACCESS_EXTENSION]?: readonly Role[];
};

interface Row {
  readonly name: string;
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly detail: string | null;
}

const DESCRIPTION = `A small pay service on a double-entry ledger.

- JSON in UTF-8. Every answer is the envelope \`{code, message, detail?}\`.
- Money is an integer number of won. Nothing is converted, and unknown body fields are refused.
- Date-times are \`YYYY-MM-DD HH:mm:ss\` in Asia/Seoul.
- \`X-Request-Id\` is echoed, or made, on every answer.
- **409** means that a payment with this key (or this order) exists or is being made. After any other 4xx, or a 503, no
  money moved and the same key may be sent again. After a 202, a 500 or no answer at all, ask, or send the same key
  again: it is always safe. A 401, 403 or 429 is about this very request and says nothing of an earlier one.

## Keys

\`Authorization: Bearer pk_live_…\` (\`pk_test_…\` outside production). A **partner's** key is for its own payments, cancels,
webhooks and settlements: what is another's payment is not there for it (404), and to name another partner is 403. An
**app** key, of the wallet's own back end, is for users, accounts, savings and transfers. An **operator's** is for partners
and webhooks, and reads everything. A deployment may serve requests without a key (a sandbox does); a wrong key is 401 there
too. Several keys of one owner are good at the same time, so that one can be replaced without a gap.

## Answers

${answersTable()}
`;

/** `GET /docs` (Swagger UI) and `GET /openapi.json`, from the controllers and their DTOs. */
export function serveDocs(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Pay Practice',
  });
}

export function openApiDocument(app: INestApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setTitle('Pay Practice')
    .setDescription(DESCRIPTION)
    .setVersion('1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'pk_test_…', description: 'See "Keys".' })
    .build();
  const document = SwaggerModule.createDocument(app, about, { extraModels: [InvalidRequestDetailDto] });
  for (const path of Object.values(document.paths)) {
    for (const operation of [path.get, path.post, path.put, path.patch, path.delete]) {
      if (operation) describeAnswers(operation, document.components?.schemas ?? {});
    }
  }
  return document;
}

/** Replaces what a controller declared with a response per status. */
function describeAnswers(operation: DeclaredOperation, schemas: Schemas): void {
  const declared = operation[ANSWERS_EXTENSION];
  if (!declared) return;
  delete operation[ANSWERS_EXTENSION];
  const takesBody = operation.requestBody !== undefined;
  const takesInput = takesBody || (operation.parameters ?? []).length > 0;
  const { success, detail, processing } = declared;
  const rows: Row[] = [{ name: 'Success', status: success, code: 'Success', message: '성공', detail }];
  if (processing)
    rows.push({ name: 'Processing', status: 202, code: 'Processing', message: '처리 중', detail: processing });
  const roles = operation[ACCESS_EXTENSION];
  if (roles) operation.description = [`Keys: ${roles.join(', ')}.`, operation.description ?? ''].join('\n\n').trim();
  for (const refusal of [...commonRefusals({ takesInput, takesBody, takesKey: !!roles }), ...declared.refusals]) {
    rows.push({ ...ANSWERS[refusal.answer], name: refusal.answer, detail: refusal.detail });
  }
  const byStatus = Map.groupBy(new Map(rows.map((row) => [row.name, row])).values(), ({ status }) => status);
  operation.responses = Object.fromEntries([...byStatus].map(([status, some]) => [status, response(some, schemas)]));
  const inCsv = { 'text/csv': { schema: { type: 'string' as const }, example: declared.csv } };
  if (declared.csv !== null) Object.assign((operation.responses[success] as ResponseObject).content ?? {}, inCsv);
}

function response(rows: readonly Row[], schemas: Schemas): ResponseObject {
  const envelopes = rows.map((row) => envelope(row));
  const [only] = envelopes;
  const schema = only && envelopes.length === 1 ? only : { oneOf: envelopes };
  const examples = Object.fromEntries(
    rows.map((row, index) => [row.name, { value: exampleOf(envelopes[index] ?? {}, schemas) }]),
  );
  return {
    description: rows.map(({ code, message }) => `${code}: ${message}`).join('<br>'),
    headers: {
      ...REQUEST_ID,
      ...(rows.some(({ name, status }) => status === 201 || WITH_LOCATION.has(name)) ? LOCATION : {}),
      ...(rows.some(({ status }) => status === 429 || status === 503) ? RETRY_AFTER : {}),
    },
    content: { 'application/json': { schema, examples } },
  };
}

function envelope({ name, code, message, detail }: Row): SchemaObject {
  return {
    type: 'object',
    required: detail && !MAY_LACK_DETAIL.has(name) ? ['code', 'message', 'detail'] : ['code', 'message'],
    properties: {
      code: { type: 'string', enum: [code], example: code },
      message: { type: 'string', enum: [message], example: message },
      ...(detail ? { detail: { $ref: detail } } : {}),
    },
  };
}

/** Puts the examples of the fields together. */
function exampleOf(schema: SchemaObject | ReferenceObject, schemas: Schemas): unknown {
  if ('$ref' in schema) return exampleOf(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, schemas);
  const [wrapped] = schema.allOf ?? [];
  if (wrapped) return exampleOf(wrapped, schemas);
  if (schema.example !== undefined) return schema.example;
  if (schema.type === 'array') return schema.items ? [exampleOf(schema.items, schemas)] : [];
  const fields = Object.entries(schema.properties ?? {});
  return Object.fromEntries(fields.map(([name, field]) => [name, exampleOf(field, schemas)]));
}

const WITH_LOCATION = new Set(['Processing', 'PaymentComplete', 'RequestComplete', 'PaymentOnGoing', 'RequestOnGoing']);
/** What is still being worked on may not have an id yet. */
const MAY_LACK_DETAIL = new Set(['PaymentOnGoing', 'RequestOnGoing']);
const REQUEST_ID: HeadersObject = { 'X-Request-Id': { schema: { type: 'string' } } };
const LOCATION: HeadersObject = { Location: { description: 'where the resource is', schema: { type: 'string' } } };
const RETRY_AFTER: HeadersObject = {
  'Retry-After': { description: 'seconds', schema: { type: 'integer', example: RETRY_AFTER_SECONDS } },
};
