// What of one OpenAPI document its clients would miss in another: a line each, none when every client can go on as it
// is. What is added to answers breaks nobody; what is taken away there does, and so does what is newly asked for, or no
// longer taken, in requests.
import { compareSchemas, resolver } from './schema-breaks.mjs';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];

/** @returns {string[]} */
export function breaksBetween(before, after) {
  const breaks = [];
  for (const [path, methods] of Object.entries(before.paths ?? {})) {
    for (const method of METHODS.filter((it) => methods[it])) {
      const place = `${method.toUpperCase()} ${path}`;
      const operation = after.paths?.[path]?.[method];
      if (operation) breaks.push(...compareOperations(place, context(before, methods[method], after, operation)));
      else breaks.push(`${place} is gone`);
    }
  }
  return [...new Set(breaks)];
}

const context = (before, old, after, now) => ({ old, now, ofOld: resolver(before), ofNow: resolver(after) });

function compareOperations(place, { old, now, ofOld, ofNow }) {
  const schemas = (where, sent, a, b) => compareSchemas({ ofOld, ofNow, sent, seen: new Set() }, where, a, b);
  const breaks = [];
  if (old.operationId !== now.operationId) breaks.push(`${place}: operationId is no longer ${old.operationId}`);
  for (const role of old['x-access'] ?? [])
    if (now['x-access'] && !now['x-access'].includes(role)) breaks.push(`${place}: no longer for keys of ${role}`);

  const named = (parameters, of) => new Map((parameters ?? []).map(of).map((it) => [`${it.in} ${it.name}`, it]));
  const [oldParameters, nowParameters] = [named(old.parameters, ofOld), named(now.parameters, ofNow)];
  for (const [name, { required, schema }] of nowParameters) {
    const known = oldParameters.get(name);
    if (required && !known?.required) breaks.push(`${place}: ${name} is newly required`);
    if (known) breaks.push(...schemas(`${place}: ${name}`, true, known.schema, schema));
  }
  for (const name of oldParameters.keys()) if (!nowParameters.has(name)) breaks.push(`${place}: ${name} is gone`);

  const [oldBody, nowBody] = [ofOld(old.requestBody ?? {}), ofNow(now.requestBody ?? {})];
  if (nowBody.required && !oldBody.required) breaks.push(`${place}: a body is newly required`);
  breaks.push(
    ...compareContent(`${place} body`, oldBody, nowBody, (...them) => schemas(them[0], true, them[1], them[2])),
  );

  for (const [status, declared] of Object.entries(old.responses ?? {})) {
    const where = `${place} ${status}`;
    const [was, is] = [ofOld(declared), ofNow(now.responses?.[status])];
    if (!is) breaks.push(`${where} is gone`);
    if (!is) continue;
    for (const name of Object.keys(was.headers ?? {}))
      if (!is.headers?.[name]) breaks.push(`${where}: header ${name} is gone`);
    breaks.push(...compareContent(where, was, is, (...them) => schemas(them[0], false, them[1], them[2])));
  }
  return [...breaks, ...compareCallbacks(place, { old, now, ofOld, ofNow })];
}

/** In a callback the client is the one who receives. */
function compareCallbacks(place, { old, now, ofOld, ofNow }) {
  return Object.entries(old.callbacks ?? {}).flatMap(([name, urls]) =>
    Object.entries(urls).flatMap(([url, { post }]) => {
      const where = `${place} callback ${name}`;
      const is = now.callbacks?.[name]?.[url]?.post;
      if (!is) return [`${where} is gone`];
      const headers = (post.parameters ?? []).filter((was) => !is.parameters?.some((it) => it.name === was.name));
      const compare = (at, a, b) => compareSchemas({ ofOld, ofNow, sent: false, seen: new Set() }, at, a, b);
      const gone = headers.map((it) => `${where}: header ${it.name} is gone`);
      return [...gone, ...compareContent(where, ofOld(post.requestBody), ofNow(is.requestBody), compare)];
    }),
  );
}

const compareContent = (where, was, is, compare) =>
  Object.entries(was.content ?? {}).flatMap(([type, { schema }]) =>
    is.content?.[type] ? compare(where, schema, is.content[type].schema) : [`${where}: ${type} is gone`],
  );
