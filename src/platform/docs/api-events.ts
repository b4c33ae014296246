import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtension, ApiExtraModels, getSchemaPath } from '@nestjs/swagger';
import type { CallbacksObject, ContentObject, SchemaObject } from '@nestjs/swagger';
import { exampleOf, type Schemas } from './examples.js';

interface EventsOptions {
  /** The field of the request's body that says where events are sent. */
  readonly urlField: string;
  /** The class of the body of each type of event. */
  readonly bodies: Readonly<Record<string, Type<object>>>;
  /** Of events whose type is another call's too. */
  readonly operationIds?: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, { readonly description: string; readonly schema: SchemaObject }>>;
  /** What the receiver's answer means, by its status: `2XX`, `410`, `default`. */
  readonly answers: Readonly<Record<string, string>>;
}

/** As it stands in the document until the callbacks are written from it. */
export interface DeclaredEvents extends Omit<EventsOptions, 'bodies'> {
  readonly bodies: readonly { readonly type: string; readonly schema: string }[];
}

export const EVENTS_EXTENSION = 'x-events';

/** Says what a server of the client's is sent after this call has named it. */
export function ApiEvents({ bodies, ...options }: EventsOptions): MethodDecorator {
  const declared: DeclaredEvents = {
    ...options,
    bodies: Object.entries(bodies).map(([type, body]) => ({ type, schema: getSchemaPath(body) })),
  };
  return applyDecorators(ApiExtraModels(...Object.values(bodies)), ApiExtension(EVENTS_EXTENSION, declared));
}

/** `tags`: those of the call. */
export function callbacksOf(
  { urlField, bodies, operationIds = {}, headers, answers }: DeclaredEvents,
  tags: string[],
  schemas: Schemas,
): CallbacksObject {
  const parameters = Object.entries(headers).map(([name, { description, schema }]) => ({
    name,
    in: 'header' as const,
    required: true,
    description,
    schema,
  }));
  const responses = Object.fromEntries(
    Object.entries(answers).map(([status, description]) => [status, { description }]),
  );
  const callbacks = bodies.map(({ type, schema }) => {
    const content: ContentObject = {
      'application/json': { schema: { $ref: schema }, example: exampleOf({ $ref: schema }, schemas) },
    };
    const post = {
      operationId: operationIds[type] ?? `receive${capitalized(type)}`,
      summary: `The event \`${type}\``,
      tags,
      security: [],
      parameters,
      requestBody: { required: true, content },
      responses,
    };
    return [type, { [`{$request.body#/${urlField}}`]: { post } }] as const;
  });
  return Object.fromEntries(callbacks);
}

/** `payment.approved` is `PaymentApproved`. */
const capitalized = (type: string) => type.replace(/(?:^|\.)(\w)/g, (_, letter: string) => letter.toUpperCase());
