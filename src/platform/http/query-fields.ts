import { applyDecorators, Param, type PipeTransform } from '@nestjs/common';
import { ApiParam, type ApiParamOptions } from '@nestjs/swagger';
import { Expose, Transform } from 'class-transformer';
import { type FieldOptions, type FieldRule, field, integerRule, isId, NUMBER_MAX, patternRule } from './fields.js';
import { invalidField } from './validation.pipe.js';

/**
 * The fields of query strings and paths. They arrive as text: only plain digits become a number, and everything else
 * stays what it is and is refused by the field's check (`?limit=1&limit=2` too, which arrives as a list).
 */
export const digitsToNumber = (value: unknown): unknown =>
  typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;

/** The id of something, in a query string. */
export function QueryId(options?: FieldOptions): PropertyDecorator {
  return applyDecorators(
    field(integerRule(1, NUMBER_MAX, 1), options),
    Transform(({ value }) => digitsToNumber(value)),
  );
}

/** How many items a page has, from 1 to `max`; `byDefault` when absent. */
export function QueryLimit(byDefault: number, max: number): PropertyDecorator {
  return applyDecorators(
    field(integerRule(1, max, byDefault, { default: byDefault }), {
      optional: true,
      description: 'how many items a page has at most',
    }),
    Expose(),
    Transform(({ value }) => (value === undefined ? byDefault : digitsToNumber(value))),
  );
}

const DAY_PATTERN = '^[12]\\d{3}-[01]\\d-[0-3]\\d$';
const DAY_REASON = 'must be a day like 2025-02-26';

function isDay(value: unknown): value is string {
  if (typeof value !== 'string' || !new RegExp(DAY_PATTERN).test(value) || !(Date.parse(value) > 0)) return false;
  return new Date(`${value}T00:00:00Z`).toISOString().startsWith(value);
}

/** A calendar day, in Asia/Seoul. */
export function QueryDay(options?: FieldOptions): PropertyDecorator {
  const schema = { type: 'string', pattern: DAY_PATTERN, example: '2025-02-26' } as const;
  return field({ accepts: isDay, reason: DAY_REASON, schema }, options);
}

/** One of some words in capitals, which a client may write in any case. */
export function QueryChoice(choices: readonly string[], options?: FieldOptions): PropertyDecorator {
  const rule: FieldRule = {
    accepts: (value) => typeof value === 'string' && choices.includes(value),
    reason: `must be one of ${choices.join(', ')}, in any case`,
    schema: { type: 'string', enum: [...choices], example: choices[0] },
  };
  return applyDecorators(
    field(rule, options),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toUpperCase() : value)),
  );
}

/** Where the next page begins: opaque to clients, who send back the `nextCursor` of the page before. */
export function QueryCursor(): PropertyDecorator {
  const rule = patternRule('^[A-Za-z0-9_-]{1,100}$', 'must be the nextCursor of an earlier page', 'MTIz');
  return field(rule, {
    optional: true,
    description: 'the `nextCursor` of the page before; the first page when absent',
  });
}

const PATH_ID: PipeTransform<unknown, number> = {
  transform(value, { data }) {
    const id = digitsToNumber(value);
    if (isId(id)) return id;
    throw invalidField(data ?? 'path', `must be an integer from 1 to ${NUMBER_MAX}`);
  },
};

const PATH_DAY: PipeTransform<unknown, string> = {
  transform(value, { data }) {
    if (isDay(value)) return value;
    throw invalidField(data ?? 'path', DAY_REASON);
  },
};

/** An id in the path: `@PathId('paymentId') paymentId: number`. */
export function PathId(name: string): ParameterDecorator {
  const schema = { type: 'integer' as const, format: 'int64', minimum: 1, maximum: NUMBER_MAX, example: 1 };
  return pathParameter(PATH_ID, { name, description: `the ${name.replace(/Id$/, '')}'s id`, schema });
}

/** A calendar day in the path, in Asia/Seoul: `@PathDay('day') day: string`. */
export function PathDay(name: string): ParameterDecorator {
  const schema = { type: 'string' as const, pattern: DAY_PATTERN, example: '2025-02-26' };
  return pathParameter(PATH_DAY, { name, description: 'a business day in Asia/Seoul', schema });
}

function pathParameter(pipe: PipeTransform, shown: ApiParamOptions & { readonly name: string }): ParameterDecorator {
  return (target, method, index) => {
    Param(shown.name, pipe)(target, method, index);
    const handler = method && Object.getOwnPropertyDescriptor(target, method);
    if (!handler) throw new Error('PathId and PathDay belong on a parameter of a controller method');
    ApiParam(shown)(target, method, handler);
  };
}
