import { Ajv, type ValidateFunction } from 'ajv';
import { BASE_URL } from './environment.js';

type Schema = Record<string, unknown>;
interface Media {
  readonly schema: Schema;
  readonly examples?: Record<string, { value: unknown }>;
}
export interface Operation {
  readonly 'x-access'?: readonly string[];
  readonly parameters?: readonly { name: string; in: string; required?: boolean; example?: unknown; schema: Schema }[];
  readonly requestBody?: { readonly content: { readonly 'application/json': Media } };
  /** What is sent to the endpoint that the call registers, by type of event. */
  readonly callbacks?: Readonly<Record<string, Record<string, { readonly post: Operation }>>>;
  readonly responses: Record<
    string,
    { readonly headers?: object; readonly content: { readonly 'application/json': Media } }
  >;
}
export interface OpenApi {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, Schema> };
}

/** What is answered before a route is looked at can happen on every route and is in no list of its own. */
const BEFORE_ANY_ROUTE = [408, 431];
/** By this name schemas refer to the components, which are prepared once for all of them. */
const DOCUMENT = 'document';
const ENVELOPE: Schema = {
  type: 'object',
  required: ['code', 'message'],
  properties: { code: { type: 'string' }, message: { type: 'string' }, detail: { type: 'object' } },
};

/**
 * Holds requests and answers against the service's own OpenAPI document. Schemas are closed first: a field that the
 * document doesn't know is a mistake too.
 */
export class Conformance {
  /** Most validators are used a few times: what makes them faster costs more than it gains. */
  private readonly ajv = new Ajv({
    strict: false,
    formats: { int64: true, uri: true },
    allErrors: true,
    validateSchema: false, // the document is linted
    inlineRefs: false,
    code: { optimize: false },
  });
  private readonly validators = new Map<string, ValidateFunction>();
  private readonly templates: readonly { readonly template: string; readonly pattern: RegExp }[];

  private constructor(readonly document: OpenApi) {
    this.ajv.addSchema({ $id: DOCUMENT, components: closed(document.components) });
    this.templates = Object.keys(document.paths)
      .sort((a, b) => a.split('{').length - b.split('{').length)
      .map((template) => ({ template, pattern: new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`) }));
  }

  static readonly load = once(async () => {
    const answer = await fetch(`${BASE_URL}/openapi.json`);
    return new Conformance((await answer.json()) as OpenApi);
  });

  /** How an event differs from what is documented at the call that registers endpoints. */
  eventMismatches(path: string, body: { readonly type: string }): readonly string[] {
    const callback = this.document.paths[path]?.['post']?.callbacks?.[body.type]?.['{$request.body#/url}'];
    const schema = callback?.post.requestBody?.content['application/json'].schema;
    return schema ? this.mismatches(`event ${body.type} of ${path}`, schema, body) : [`${body.type} is not documented`];
  }

  /** @throws Error that says how the answer differs from what is documented */
  checkAnswer(method: string, path: string, status: number, headers: Record<string, string>, body: unknown): void {
    const route = this.findRoute(method, path);
    const response = route?.operation.responses[status];
    const problems: string[] = [];
    if (!headers['x-request-id']) problems.push('no X-Request-Id');
    if (headers['content-type'] !== 'application/json; charset=utf-8') problems.push(`${headers['content-type']}`);
    if (route && !response && !BEFORE_ANY_ROUTE.includes(status)) problems.push('the status is not documented');
    problems.push(...languageProblems(headers, body ?? {}));
    const { schema } = response?.content['application/json'] ?? { schema: ENVELOPE };
    problems.push(...this.mismatches(response ? `${method} ${route?.template} ${status}` : 'envelope', schema, body));
    const { code } = (body ?? {}) as { code?: string };
    const { location } = headers;
    const mayLead = response?.headers !== undefined && 'Location' in response.headers;
    const shouldLead = status === 201 || status === 202 || code === 'AlreadyComplete' || (status === 200 && mayLead);
    if (shouldLead && !location) problems.push('no Location');
    if (location && response && !mayLead) problems.push('Location is not documented');
    if (location && !this.findRoute('get', location)) problems.push(`Location ${location} leads nowhere`);
    if (status === 503 && !/^[1-9]\d*$/.test(headers['retry-after'] ?? '')) problems.push('no Retry-After');
    if (problems.length > 0) {
      throw new Error(`${method} ${path} answered ${status}: ${problems.join('; ')}\n${JSON.stringify(body, null, 2)}`);
    }
  }

  /** Of a request that was accepted: whether the document would have let a client send it. */
  checkRequest(method: string, path: string, body: unknown): void {
    const route = this.findRoute(method, path);
    const schema = route?.operation.requestBody?.content['application/json'].schema;
    if (!route || !schema) return;
    const problems = this.mismatches(`${method} ${route.template}`, schema, body);
    if (problems.length > 0) {
      throw new Error(`${method} ${path} was accepted against its documentation: ${problems.join('; ')}`);
    }
  }

  /** What is wrong with a value, by a schema of the document; `name` tells the schemas apart. */
  mismatches(name: string, schema: Schema, value: unknown): string[] {
    let validator = this.validators.get(name);
    if (!validator) {
      validator = this.ajv.compile(closed(schema) as Schema);
      this.validators.set(name, validator);
    }
    if (validator(value)) return [];
    return (validator.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }

  /** The roles whose keys open a route. */
  rolesOf(method: string, path: string): readonly string[] {
    return this.findRoute(method, path)?.operation['x-access'] ?? [];
  }

  private findRoute(method: string, path: string): { template: string; operation: Operation } | undefined {
    const [pathname = ''] = path.split('?');
    const template = this.templates.find(({ pattern }) => pattern.test(pathname))?.template;
    const operation = template === undefined ? undefined : this.document.paths[template]?.[method.toLowerCase()];
    return template !== undefined && operation ? { template, operation } : undefined;
  }
}

/** A message is in the language that its headers name. */
function languageProblems(headers: Record<string, string>, { message = '' }: { message?: string }): string[] {
  const language = /[가-힣]/.test(message) ? 'ko' : 'en';
  const problems = [];
  if (headers['content-language'] !== language) problems.push(`"${message}" is not ${headers['content-language']}`);
  if (!headers['vary']?.split(', ').includes('accept-language')) problems.push('no Vary: accept-language');
  return problems;
}

/** A copy of a schema in which objects with listed properties have no others, and what it refers to is looked up once. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  if (typeof copy['$ref'] === 'string') copy['$ref'] = DOCUMENT + copy['$ref'];
  return copy['type'] === 'object' && copy['properties'] ? { additionalProperties: false, ...copy } : copy;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
