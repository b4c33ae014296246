import { applyDecorators, Post } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route takes what a browser's form sends, instead of JSON. */
    takesForm?: boolean;
  }
}

/** A route that a browser's form is sent to. Every other one takes JSON alone. */
export const FormPost = (path: string) => applyDecorators(Post(path), RouteConfig({ takesForm: true }));

/** Reads forms, for the routes that take them. What was left blank counts as absent. */
export function acceptForms(server: FastifyInstance): void {
  const type = 'application/x-www-form-urlencoded';
  server.addContentTypeParser(type, { parseAs: 'string' }, (_request, body, done) => {
    done(null, fieldsOf(String(body)));
  });
}

/** A name that stands there twice becomes a list, which no field of a form accepts. */
function fieldsOf(body: string): Record<string, string | string[]> {
  const given = [...new URLSearchParams(body)].filter(([, value]) => value.trim() !== '');
  const byName = Map.groupBy(given, ([name]) => name);
  const fields = [...byName].map(([name, pairs]) => {
    const values = pairs.map(([, value]) => value);
    return [name, values.length === 1 ? (values[0] as string) : values] as const;
  });
  return Object.fromEntries(fields);
}
