import type { SchemaObject } from '@nestjs/swagger';

/** Schemas that are no class of a room's. */
export const SHARED_SCHEMAS = {
  SeoulDateTime: {
    type: 'string',
    pattern: '^\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}$',
    description:
      '`YYYY-MM-DD HH:mm:ss` in Asia/Seoul (UTC+09:00, without summer time), wherever the service or the client is',
    example: '2025-02-26 00:55:56',
  },
  NotEvenAnId: {
    type: 'object',
    maxProperties: 0,
    description: 'nothing can be said yet, not even an id: `Location` asks by the `Idempotency-Key`',
    example: {},
  },
} as const satisfies Record<string, SchemaObject>;

export const sharedSchemaPath = (name: keyof typeof SHARED_SCHEMAS): string => `#/components/schemas/${name}`;
