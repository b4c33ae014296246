import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { sharedSchemaPath } from './shared-schemas.js';

/** The fields of answers, as the OpenAPI document shows them: a decorator each. */
interface ShownOptions {
  /** The field may be absent. */
  readonly optional?: boolean;
  /** The field may be null. */
  readonly nullable?: boolean;
  readonly description?: string;
  readonly example?: unknown;
}

function shown(schema: ApiPropertyOptions, { optional = false, ...options }: ShownOptions = {}): PropertyDecorator {
  return ApiProperty({ ...schema, ...options, required: !optional } as ApiPropertyOptions);
}

export const Shown = {
  id: (options?: ShownOptions) => shown({ type: 'integer', format: 'int64', minimum: 1, example: 1 }, options),
  /** An amount that is never negative, in won. */
  won: (options?: ShownOptions) => shown({ type: 'integer', format: 'int64', minimum: 0, example: 10_000 }, options),
  /** An amount with its sign, in won. */
  signedWon: (options?: ShownOptions) => shown({ type: 'integer', format: 'int64', example: -10_000 }, options),
  count: (options?: ShownOptions) => shown({ type: 'integer', minimum: 0, example: 1 }, options),
  fraction: (options?: ShownOptions) => shown({ type: 'number', minimum: 0, example: 0.5 }, options),
  /** Of something that may be negative. */
  signedCount: (options?: ShownOptions) => shown({ type: 'integer', example: -1 }, options),
  flag: (options?: ShownOptions) => shown({ type: 'boolean', example: false }, options),
  text: (options?: ShownOptions) => shown({ type: 'string', example: '홍길동' }, options),
  texts: (options?: ShownOptions) => shown({ type: 'array', items: { type: 'string' } }, options),
  /** `YYYY-MM-DD HH:mm:ss` in Asia/Seoul, which is described once for all of them. */
  dateTime: (options?: ShownOptions) => shown({ allOf: [{ $ref: sharedSchemaPath('SeoulDateTime') }] }, options),
  choice: (choices: readonly string[], options?: ShownOptions) =>
    shown({ type: 'string', enum: [...choices], example: choices[0] }, options),
  choices: (choices: readonly string[], options?: ShownOptions) =>
    shown({ type: 'array', items: { type: 'string', enum: [...choices] }, example: choices.slice(0, 1) }, options),
  /** Swagger takes only a function named `type` for one that is to be called. */
  object: (type: () => new () => object, options?: ShownOptions) => shown({ type: () => type() }, options),
  list: (type: () => new () => object, options?: ShownOptions) => shown({ type: () => [type()] }, options),
  ids: (options?: ShownOptions) =>
    shown({ type: 'array', items: { type: 'integer', minimum: 1 }, example: [1, 2] }, options),
};
