import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';

/** The fields of answers, as the OpenAPI document shows them: a decorator each. */
export interface ShownOptions {
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

const DATE_TIME = '^\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}$';

export const Shown = {
  id: (options?: ShownOptions) => shown({ type: 'integer', format: 'int64', minimum: 1, example: 1 }, options),
  /** An amount that is never negative, in won. */
  won: (options?: ShownOptions) => shown({ type: 'integer', format: 'int64', minimum: 0, example: 10_000 }, options),
  /** An amount with its sign, in won. */
  signedWon: (options?: ShownOptions) => shown({ type: 'integer', format: 'int64', example: -10_000 }, options),
  count: (options?: ShownOptions) => shown({ type: 'integer', minimum: 0, example: 1 }, options),
  text: (options?: ShownOptions) => shown({ type: 'string', example: '홍길동' }, options),
  /** `YYYY-MM-DD HH:mm:ss` in Asia/Seoul. */
  dateTime: (options?: ShownOptions) =>
    shown({ type: 'string', pattern: DATE_TIME, example: '2025-02-26 00:55:56' }, options),
  choice: (choices: readonly string[], options?: ShownOptions) =>
    shown({ type: 'string', enum: [...choices], example: choices[0] }, options),
  /** Swagger takes only a function named `type` for one that is to be called. */
  object: (type: () => new () => object, options?: ShownOptions) => shown({ type: () => type() }, options),
  list: (type: () => new () => object, options?: ShownOptions) => shown({ type: () => [type()] }, options),
  ids: (options?: ShownOptions) =>
    shown({ type: 'array', items: { type: 'integer', minimum: 1 }, example: [1, 2] }, options),
};
