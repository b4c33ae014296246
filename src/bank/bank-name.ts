import { field, type FieldOptions } from '../platform/http/fields.js';
import { isLine } from '../platform/http/line.js';
import { findBank } from './banks.js';

const LENGTH_MAX = 50;

/** A bank by its name or one of its aliases, kept as it was written. */
export function BankName(options?: FieldOptions): PropertyDecorator {
  const rule = {
    accepts: (value: unknown) => isLine(value, LENGTH_MAX) && findBank(value) !== null,
    reason: 'must be a bank that GET /banks lists, by its name or an alias',
    schema: { type: 'string' as const, minLength: 1, maxLength: LENGTH_MAX, example: 'HANA BANK' },
  };
  return field(rule, { description: 'by its name or an alias, as `GET /banks` lists them', ...options });
}
