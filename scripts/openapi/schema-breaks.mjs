// What of one schema its clients would miss in another: see breaks.mjs.

/** Bounds of what a client may send, with the direction in which they narrow. */
const BOUNDS = { minimum: 1, minLength: 1, minItems: 1, maximum: -1, maxLength: -1, maxItems: -1 };

/** `sent`: whether clients send what is described; else they receive it. */
export function compareSchemas(how, where, before, after) {
  const pair = `${before?.$ref} ${after?.$ref}`;
  if (before?.$ref && how.seen.has(pair)) return [];
  const within = { ...how, seen: new Set(how.seen).add(pair) };
  const was = flat(how.ofOld, before);
  const is = flat(how.ofNow, after);
  if (!was.oneOf && !is.oneOf) return compareFlat(within, where, was, is);
  // Each alternative that there was must still be one of them.
  const alternatives = (is.oneOf ?? [is]).map((it) => flat(how.ofNow, it));
  return (was.oneOf ?? [was]).flatMap((it) => {
    const one = flat(how.ofOld, it);
    const found = alternatives.map((other) => compareSchemas(within, `${where} ${labelOf(one)}`, one, other));
    return found.sort((a, b) => a.length - b.length)[0];
  });
}

function compareFlat(how, where, was, is) {
  const breaks = [];
  for (const key of ['type', 'format', 'pattern'])
    if (was[key] !== is[key] && (how.sent ? is : was)[key] !== undefined)
      breaks.push(`${where}: ${key} is no longer ${was[key] ?? 'open'}`);
  const [oldWords, nowWords] = [was.enum ?? [], is.enum ?? []];
  const missing = oldWords.filter((word) => !nowWords.includes(word) && is.enum);
  const added = how.sent || how.forPeople || !was.enum ? [] : nowWords.filter((word) => !oldWords.includes(word));
  if (missing.length > 0) breaks.push(`${where}: no longer ${missing.join(', ')}`);
  if (added.length > 0) breaks.push(`${where}: newly ${added.join(', ')}`);
  if (how.sent ? is.enum && !was.enum : was.enum && !is.enum) breaks.push(`${where}: other words than before`);
  if (how.sent ? was.nullable && !is.nullable : is.nullable && !was.nullable)
    breaks.push(`${where}: null is another matter`);
  for (const [bound, sign] of Object.entries(how.sent ? BOUNDS : {}))
    if (is[bound] !== undefined && (was[bound] === undefined || (is[bound] - was[bound]) * sign > 0))
      breaks.push(`${where}: ${bound} is ${is[bound]}, it was ${was[bound] ?? 'open'}`);
  const required = how.sent ? missingFrom(is.required, was.required) : missingFrom(was.required, is.required);
  for (const name of required)
    if (is.properties?.[name]) breaks.push(`${where}.${name} is ${how.sent ? 'newly' : 'no longer'} required`);
  for (const [name, schema] of Object.entries(was.properties ?? {}))
    if (!is.properties?.[name]) breaks.push(`${where}.${name} is gone`);
    else breaks.push(...compareSchemas(howOf(how, was, name), `${where}.${name}`, schema, is.properties[name]));
  if (was.items && is.items) breaks.push(...compareSchemas(how, `${where}[]`, was.items, is.items));
  return breaks;
}

/** An envelope's message is for people, in the language they ask for: programs go by the code beside it. */
const howOf = (how, { properties }, name) => ({ ...how, forPeople: name === 'message' && !!properties.code?.enum });
const missingFrom = (some = [], others = []) => some.filter((it) => !others.includes(it));
/** Answers of one status are told apart by their code. */
const labelOf = ({ properties }) => properties?.code?.enum?.[0] ?? '';
const flat = (resolve, schema) => {
  const { allOf = [], ...own } = resolve(schema ?? {});
  return Object.assign({}, ...allOf.map((it) => flat(resolve, it)), own);
};

export const resolver = (document) => {
  const resolve = (it) =>
    it?.$ref
      ? resolve(
          it.$ref
            .split('/')
            .slice(1)
            .reduce((at, name) => at?.[name], document) ?? {},
        )
      : it;
  return resolve;
};
