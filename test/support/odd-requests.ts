import type { OpenApi, Operation } from './conformance.js';

/** Every kind of value that a field of a body may be given, as it is written. */
const IN_BODIES: readonly string[] = [
  ...'null true false 0 -0 1 -1 1.5 1.0 1e3 1e400 -1e400 9007199254740991 9007199254740993'.split(' '),
  ...'"" "1" "0x1" "null" "text" "2025-02-30" "\\u0000" "\\ud800" "\\u202e" 12345678901234567890123456789'.split(' '),
  ...['" "', '"\'; DROP TABLE users;--"', `"${'x'.repeat(5_000)}"`, '['.repeat(2_000) + ']'.repeat(2_000)],
  ...'[] [1] ["a"] [[]] [null] [{}] [{"toString":1}] {} {"a":1} {"a":1,"a":2} {"0":1} {"length":1} {"length":-1}'.split(
    ' ',
  ),
  ...'{"toString":1} {"toString":null,"valueOf":null} {"valueOf":1} {"toJSON":1} {"then":1} {"hasOwnProperty":1}'.split(
    ' ',
  ),
  ...'{"constructor":1} {"constructor":{"prototype":1}} {"__proto__":{"a":1}}'.split(' '),
];
/** The same for a parameter of a path or a query, as it stands in a URL. */
const IN_URLS: readonly string[] = [
  ...' 0 -1 1.5 1e3 00001 9007199254740992 99999999999999999999 abc null true [] {} __proto__ constructor'.split(' '),
  ...'%00 %20 %ff %E0%A4%A %F0%9F%98%80 %D9%A3 %EF%BC%91 1%3BDROP %27 ..%2f.. MTIz approved'.split(' '),
  ...'2025-02-26 2025-02-30 2025-04-31 2025-13-45 2999-99-99'.split(' '),
  ...['x'.repeat(99), 'x'.repeat(3_000)],
];
const IN_HEADERS: readonly string[] = ['', ' ', '"', '"a', '""', 'a b', 'a,b', '\u00ff', 'x'.repeat(300)];
/** How a parameter of a query may be written otherwise. */
const SPELLINGS: readonly ((name: string, value: string) => string)[] = [
  (name, value) => `${name}=${value}&${name}=${value}`,
  (name, value) => `${name}[]=${value}`,
  (name, value) => `${name}[toString]=${value}`,
  (name, value) => `${name.toUpperCase()}=${value}`,
  (name) => name,
];

type Scalar = number | string;
type Json = null | boolean | Scalar | readonly Json[] | { readonly [name: string]: Json };

export interface OddRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}
interface Parts {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Stands where an odd value will. */
const HERE = '<here>';

/**
 * Requests made from the service's own document: good ones of the examples in it and of what is there, and from those
 * every one with something else in one place.
 */
export class OddRequests {
  /** `known`: what is there, by the name that fields and parameters have for it. */
  constructor(
    private readonly document: OpenApi,
    private readonly known: Readonly<Record<string, () => Scalar>>,
  ) {}

  good(path: string, operation: Operation): OddRequest {
    const body = this.bodyOf(operation, false);
    return { ...requestOf(this.partsOf(path, operation)), ...(body && { body: JSON.stringify(body) }) };
  }

  odd(path: string, operation: Operation, takesBody: boolean): OddRequest[] {
    const bodies = takesBody ? this.oddBodies(path, operation) : [];
    return [...bodies, ...this.oddParameters(path, operation)];
  }

  private oddBodies(path: string, operation: Operation): OddRequest[] {
    const body = this.bodyOf(operation, true) ?? {};
    const marked = [HERE, ...placesIn(body).map((place) => replaced(body, place, HERE))].map((it) =>
      JSON.stringify(it),
    );
    return marked.flatMap((text) =>
      IN_BODIES.map((value) => ({
        ...requestOf(this.partsOf(path, operation)),
        body: text.replace(JSON.stringify(HERE), () => value),
      })),
    );
  }

  private oddParameters(path: string, operation: Operation): OddRequest[] {
    const good = this.good(path, operation);
    return (operation.parameters ?? []).flatMap(({ name, in: place, example, schema }): OddRequest[] => {
      if (place === 'header')
        return IN_HEADERS.map((value) => ({ ...good, headers: { ...good.headers, [name]: value } }));
      if (place === 'path') {
        const paths = IN_URLS.map((value) => path.replace(`{${name}}`, () => value));
        return paths.map((it) => ({ ...good, ...requestOf(this.partsOf(it, operation)) }));
      }
      const { query, ...others } = this.partsOf(path, operation);
      const value = query[name] ?? (this.valueOf(name, example ?? schema['example'] ?? 1) as Scalar);
      const rest = Object.fromEntries(Object.entries(query).filter(([it]) => it !== name));
      const odd = [...IN_URLS.map((it) => `${name}=${it}`), ...SPELLINGS.map((spell) => spell(name, String(value)))];
      return odd.map((more) => ({ ...good, ...requestOf({ ...others, query: rest }, more) }));
    });
  }

  private valueOf(name: string, shown: unknown): Json {
    return this.known[name]?.() ?? (shown as Json);
  }

  /** The body that the document shows, of what there is. */
  private bodyOf(operation: Operation, isWhole: boolean): Readonly<Record<string, Json>> | undefined {
    const { $ref } = operation.requestBody?.content['application/json'].schema ?? {};
    if (typeof $ref !== 'string') return undefined;
    const schema = this.document.components.schemas[$ref.split('/').at(-1) as string];
    const { properties, required = [] } = schema as {
      properties: Record<string, { example: Json }>;
      required?: string[];
    };
    // Where no field is required, at least one of them is: what changes nothing is refused.
    const all = isWhole || required.length === 0;
    const fields = Object.entries(properties).filter(([name]) => all || required.includes(name));
    return Object.fromEntries(fields.map(([name, { example }]) => [name, this.valueOf(name, example)]));
  }

  /** What the parameters that are required have in a good request, and all of the path. */
  private partsOf(path: string, { parameters = [] }: Operation): Parts {
    const given = (place: string) =>
      parameters
        .filter((it) => it.in === place && it.required)
        .map(
          ({ name, example, schema }) =>
            [name, String(this.valueOf(name, example ?? schema['example']) as Scalar)] as const,
        );
    return {
      path: given('path').reduce((it, [name, value]) => it.replace(`{${name}}`, value), path),
      query: Object.fromEntries(given('query')),
      headers: Object.fromEntries(given('header')),
    };
  }
}

function requestOf({ path, query, headers }: Parts, ...more: string[]): OddRequest {
  const pairs = [...Object.entries(query).map(([name, value]) => `${name}=${value}`), ...more];
  return { path: pairs.length > 0 ? `${path}?${pairs.join('&')}` : path, headers };
}

type Place = readonly (string | number)[];

/** Every place in a value, at any depth; of a list only the first. */
function placesIn(value: Json, here: Place = []): Place[] {
  const own = here.length > 0 ? [here] : [];
  if (typeof value !== 'object' || value === null) return own;
  const inner: [string | number, Json][] = Array.isArray(value)
    ? (value as Json[]).slice(0, 1).map((it) => [0, it])
    : Object.entries(value);
  return [...own, ...inner.flatMap(([name, it]) => placesIn(it, [...here, name]))];
}

function replaced(value: Json, [name, ...rest]: Place, by: Json): Json {
  if (name === undefined) return by;
  if (Array.isArray(value)) return (value as Json[]).map((it, index) => (index === name ? replaced(it, rest, by) : it));
  const fields = value as Readonly<Record<string, Json>>;
  return { ...fields, [name]: replaced(fields[name] ?? null, rest, by) };
}
