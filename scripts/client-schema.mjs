// What @pay-practice/client knows of the API: made of docs/openapi.json, never by hand.
import { join } from 'node:path';
import { projectFolder } from './prepare.mjs';

export const schemaPath = 'clients/typescript/src/schema.ts';
export const schemaFile = join(projectFolder, schemaPath);

const keyHeader = 'Idempotency-Key';

/**
 * The text of the client's schema.ts: the types of openapi-typescript, then what it leaves out. The key is an option of
 * every call there (the client makes one), so it is no parameter; and examples are for those who read the document.
 */
export async function clientSchemaOf(document) {
  const { default: openapiTS, astToString, COMMENT_HEADER } = await import('openapi-typescript');
  const types = astToString(await openapiTS(simplified(document), { silent: true }));
  const keyed = operationsOf(document).filter(({ operation }) => takesKey(operation));
  return `${COMMENT_HEADER}
${types}
/** Every event that is sent to an endpoint. */
export type WebhookEvent =
${eventSchemasOf(document)
  .map((name) => `    | components["schemas"]["${name}"]`)
  .join('\n')};

/** The calls that take an ${keyHeader}: sent again under the same key, they do it once. */
export const keyedCalls: ReadonlySet<string> = new Set([
${keyed.map(({ method, path }) => `    "${method.toUpperCase()} ${path}",`).join('\n')}
]);
`;
}

function operationsOf({ paths }) {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, operation]) => operation?.responses)
      .map(([method, operation]) => ({ method, path, operation })),
  );
}

const isKey = ({ in: place, name }) => place === 'header' && name === keyHeader;
const takesKey = ({ parameters = [] }) => parameters.some(isKey);

function simplified(document) {
  const copy = structuredClone(document);
  for (const { operation } of operationsOf(copy)) {
    if (takesKey(operation)) operation.parameters = operation.parameters.filter((parameter) => !isKey(parameter));
  }
  withoutExamples(copy.components.schemas);
  withoutExamples(copy.paths);
  return copy;
}

/** Of schemas alone: a property may well be called `example`. */
function withoutExamples(node) {
  if (node === null || typeof node !== 'object') return;
  const isSchema = ['type', 'allOf', 'oneOf', '$ref', 'schema'].some((name) => name in node);
  if (isSchema) delete node.example;
  Object.values(node).forEach(withoutExamples);
}

/** openapi-typescript passes over callbacks. */
function eventSchemasOf(document) {
  const bodies = operationsOf(document)
    .flatMap(({ operation }) => Object.values(operation.callbacks ?? {}))
    .flatMap((callback) => Object.values(callback))
    .map(({ post }) => post.requestBody.content['application/json'].schema.$ref.split('/').at(-1));
  return [...new Set(bodies)];
}
