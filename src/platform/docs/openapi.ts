import type { INestApplication } from '@nestjs/common';
import {
  type OpenAPIObject,
  type OperationObject,
  type PathsObject,
  type ReferenceObject,
  type SchemaObject,
  SwaggerModule,
} from '@nestjs/swagger';
import { ACCESS_EXTENSION, type Role, rolesOf } from '../http/access.js';
import { aboutApi } from './about.js';
import { ANSWERS_EXTENSION, type DeclaredAnswers } from './api-answers.js';
import { callbacksOf, type DeclaredEvents, EVENTS_EXTENSION } from './api-events.js';
import { InvalidRequestDetailDto, UnauthorizedDetailDto } from './refusal-details.js';
import { type Components, responsesOf } from './responses.js';
import { SHARED_SCHEMAS } from './shared-schemas.js';

type DeclaredOperation = OperationObject & {
  [ANSWERS_EXTENSION]?: DeclaredAnswers;
  [EVENTS_EXTENSION]?: DeclaredEvents;
  [ACCESS_EXTENSION]?: readonly Role[];
};

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** The document, from the controllers and their DTOs. Nothing is asked of the application but what it is made of. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, aboutApi(), {
    extraModels: [InvalidRequestDetailDto, UnauthorizedDetailDto],
  });
  const components: Components = { schemas: { ...document.components?.schemas, ...SHARED_SCHEMAS }, headers: {} };
  Object.values(components.schemas).forEach(letBeNull);
  for (const path of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = path[method];
      if (operation) describeOperation(operation, method, components);
    }
  }
  document.components = { ...document.components, ...components };
  document.paths = inOrderOfTags(document);
  document.tags = usedTags(document);
  return document;
}

/** Replaces what a controller declared with what OpenAPI has for it. */
function describeOperation(operation: DeclaredOperation, method: string, components: Components): void {
  const declared = operation[ANSWERS_EXTENSION];
  if (!declared) return;
  delete operation[ANSWERS_EXTENSION];
  const access = operation[ACCESS_EXTENSION];
  if (access) {
    const roles = rolesOf(access, method);
    operation[ACCESS_EXTENSION] = roles;
    operation.description = [`Keys: ${roles.join(', ')}.`, operation.description ?? ''].join('\n\n').trim();
  } else operation.security = [];
  // Where no body is wanted, one that comes all the same is looked at.
  const takesBody = method !== 'get';
  const takesInput = takesBody || (operation.parameters ?? []).length > 0;
  operation.responses = responsesOf(declared, { takesInput, takesBody, takesKey: !!access }, components);
  const events = operation[EVENTS_EXTENSION];
  if (!events) return;
  delete operation[EVENTS_EXTENSION];
  operation.callbacks = callbacksOf(events, operation.tags ?? [], components.schemas);
}

/** `nullable` beside `allOf` would say nothing: what it refers to is never null. */
function letBeNull(schema: SchemaObject | ReferenceObject): void {
  const properties = 'properties' in schema ? (schema.properties ?? {}) : {};
  for (const [name, property] of Object.entries(properties)) {
    if (!('allOf' in property) || !property.nullable) continue;
    const { allOf = [], nullable: _, type: __, ...rest } = property;
    properties[name] = { ...rest, oneOf: [...allOf, { type: 'object', nullable: true, enum: [null] }] };
  }
}

/** In production nothing is the sandbox's. */
function usedTags({ paths, tags = [] }: OpenAPIObject): NonNullable<OpenAPIObject['tags']> {
  const used = new Set(Object.values(paths).flatMap((path) => METHODS.flatMap((method) => path[method]?.tags ?? [])));
  return tags.filter(({ name }) => used.has(name));
}

/** What matters most is read first. */
function inOrderOfTags({ paths, tags = [] }: OpenAPIObject): PathsObject {
  const names = tags.map(({ name }) => name);
  const rank = ([, path]: [string, PathsObject[string]]) => {
    const [tag = ''] = METHODS.map((method) => path[method]).find((operation) => operation)?.tags ?? [];
    return names.includes(tag) ? names.indexOf(tag) : names.length;
  };
  return Object.fromEntries(Object.entries(paths).sort((a, b) => rank(a) - rank(b)));
}
