import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ValidateBy, ValidateIf, ValidateNested } from 'class-validator';
import { fromSeoulDateTime, seoulDateTime } from '../clock/clock.js';
import { isLine } from './line.js';
import { rememberField, rememberItems } from './quick-check.js';

/**
 * The fields of request bodies, a decorator each: the check, the reason a client reads, and the OpenAPI schema.
 * Nothing is converted: what has the wrong type is refused. Absent is allowed with `optional`; null only where that is
 * said.
 */
export interface FieldOptions {
  readonly optional?: boolean;
  readonly description?: string;
  readonly example?: unknown;
}

export interface FieldRule {
  readonly accepts: (value: unknown) => boolean;
  readonly reason: string;
  readonly schema: ApiPropertyOptions;
}

/** The highest amount of won and the highest id: beyond it JSON numbers are no longer exact. */
export const NUMBER_MAX = Number.MAX_SAFE_INTEGER;

const integerWithin = (value: unknown, min: number, max: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;

export const isId = (value: unknown): value is number => integerWithin(value, 1, NUMBER_MAX);

/** One validator per field, so that a field has one reason. */
export function field(rule: FieldRule, { optional = false, ...shown }: FieldOptions = {}): PropertyDecorator {
  const check = ValidateBy({
    name: 'field',
    validator: {
      validate: rule.accepts,
      defaultMessage: (it) => (it?.value === undefined ? 'is required' : rule.reason),
    },
  });
  const documented = ApiProperty({ ...rule.schema, ...shown, required: !optional } as ApiPropertyOptions);
  const remember: PropertyDecorator = (prototype, name) =>
    rememberField(prototype, String(name), { accepts: rule.accepts, optional });
  const decorators = [check, documented, remember];
  return optional ? applyDecorators(unlessAbsent(), ...decorators) : applyDecorators(...decorators);
}

/** An amount of money: an integer number of won, up to `max`. */
export function Won({ max = NUMBER_MAX, ...options }: FieldOptions & { max?: number } = {}): PropertyDecorator {
  return field(integerRule(1, max, 10_000, { description: 'won' }), options);
}

/** The same, or null: there is to be none. */
export function WonOrNull(options?: FieldOptions): PropertyDecorator {
  const { accepts, reason, schema } = integerRule(1, NUMBER_MAX, 10_000, { description: 'won', nullable: true });
  return field({ accepts: (value) => value === null || accepts(value), reason: `${reason}, or null`, schema }, options);
}

/** The id of a user, an account, a partner …: a JSON number from 1 upwards. */
export function Id(options?: FieldOptions): PropertyDecorator {
  return field(integerRule(1, NUMBER_MAX, 1), options);
}

/** One of some words. */
export function Choice(choices: readonly string[], options?: FieldOptions): PropertyDecorator {
  const rule: FieldRule = {
    accepts: (value) => typeof value === 'string' && choices.includes(value),
    reason: choices.length === 1 ? `must be ${choices[0]}` : `must be one of ${choices.join(', ')}`,
    schema: { type: 'string', enum: [...choices], example: choices[0] },
  };
  return field(rule, options);
}

/** How many of something, from 1 to `max`. */
export function Count(max: number, options?: FieldOptions): PropertyDecorator {
  return field(integerRule(1, max, 1), options);
}

/** A line of text of up to `max` characters (code points), kept as it is. Blank counts as missing; see `isLine`. */
export function Text(max: number, options?: FieldOptions): PropertyDecorator {
  const rule: FieldRule = {
    accepts: (value) => isLine(value, max),
    reason: `must be a visible text of 1 to ${max} characters, without control, direction or invisible characters`,
    schema: { type: 'string', minLength: 1, maxLength: max, example: '홍길동' },
  };
  return field(rule, options);
}

const EMAIL_LENGTH_MAX = 254;
const EMAIL = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@[a-z\d]+([.-][a-z\d]+)*$/i;

/** An e-mail address; the domain needs no dot (`hello@gmail`). */
export function Email(options?: FieldOptions): PropertyDecorator {
  const rule: FieldRule = {
    accepts: (value) => typeof value === 'string' && value.length <= EMAIL_LENGTH_MAX && EMAIL.test(value),
    reason: `must be an e-mail address of at most ${EMAIL_LENGTH_MAX} characters`,
    schema: { type: 'string', minLength: 3, maxLength: EMAIL_LENGTH_MAX, example: 'hello@gmail' },
  };
  return field(rule, options);
}

/** The number of an account at another bank, as its owner writes it. */
export function AccountNumber(options?: FieldOptions): PropertyDecorator {
  const pattern = '^[0-9][0-9-]{3,28}[0-9]$';
  const rule = patternRule(pattern, 'must be 5 to 30 digits and hyphens, a digit first and last', '1234567890');
  return field(rule, options);
}

/** `YYYY-MM-DD HH:mm:ss` in Asia/Seoul. */
export function DateTime(options?: FieldOptions): PropertyDecorator {
  const pattern = '^[12]\\d{3}-[01]\\d-[0-3]\\d [0-2]\\d:[0-5]\\d:[0-5]\\d$';
  const expression = new RegExp(pattern);
  const rule: FieldRule = {
    accepts: (value) => typeof value === 'string' && expression.test(value) && isInCalendar(value),
    reason: 'must be a time in Asia/Seoul like 2025-02-26 00:55:56',
    schema: { type: 'string', pattern, example: '2030-02-26 00:55:56' },
  };
  return field(rule, options);
}

/** 1 to `max` visible ASCII characters (no space): keys that other systems make. */
export function VisibleAscii(max: number, options?: FieldOptions): PropertyDecorator {
  const rule = patternRule(`^[!-~]{1,${max}}$`, `must be 1 to ${max} visible ASCII characters`, 'partner-key-123');
  return field(rule, options);
}

/** A list of 1 to `max` objects of a class with fields of its own. */
export function Items(itemType: () => new () => object, max: number, options?: FieldOptions): PropertyDecorator {
  const rule: FieldRule = {
    accepts: (value) => Array.isArray(value) && value.length >= 1 && value.length <= max && value.every(isPlainObject),
    reason: `must be a list of 1 to ${max} objects`,
    schema: { type: () => [itemType()], minItems: 1, maxItems: max },
  };
  const remember: PropertyDecorator = (prototype, name) => rememberItems(prototype, String(name), itemType);
  return applyDecorators(field(rule, options), Type(itemType), ValidateItems(max), remember);
}

/** Looks into the items only of a list that is one, so that its error stands alone and nothing deeper is walked. */
function ValidateItems(max: number): PropertyDecorator {
  return applyDecorators(ValidateNested({ each: true, message: `must be a list of 1 to ${max} objects` }));
}

function unlessAbsent(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined);
}

export function integerRule(min: number, max: number, example: number, schema: ApiPropertyOptions = {}): FieldRule {
  return {
    accepts: (value) => integerWithin(value, min, max),
    reason: `must be an integer from ${min} to ${max}`,
    schema: { type: 'integer', format: 'int64', minimum: min, maximum: max, example, ...schema },
  };
}

export function patternRule(pattern: string, reason: string, example: string): FieldRule {
  const expression = new RegExp(pattern);
  return {
    accepts: (value) => typeof value === 'string' && expression.test(value),
    reason,
    schema: { type: 'string', pattern, example },
  };
}

/** What is no day of the calendar, such as February 30th, comes out as another one. */
function isInCalendar(text: string): boolean {
  const moment = fromSeoulDateTime(text);
  return !Number.isNaN(moment.getTime()) && seoulDateTime(moment) === text;
}

const isPlainObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
