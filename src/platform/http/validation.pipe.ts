import { type ArgumentMetadata, Injectable, type Type, ValidationPipe } from '@nestjs/common';
import { type ValidationError, validateSync, type ValidatorOptions } from 'class-validator';
import { Refusal } from './answers.js';
import { isCertainlyValid } from './quick-check.js';

export interface FieldError {
  readonly field: string;
  readonly reason: string;
}

/** Nobody reads more; a hostile body must not make an answer many times its own size. */
const ERRORS_MAX = 200;
const NAME_LENGTH_MAX = 100;
/** A body of ours nests twice (an object in a list in the body); deeper ones are refused before anything recurses. */
export const DEPTH_MAX = 8;
export const TOO_DEEP: FieldError = { field: 'body', reason: `must not nest deeper than ${DEPTH_MAX} levels` };

const UNKNOWN_FIELD = 'is not a known field';

/**
 * Turns a body or query into its DTO, or refuses it with every error at once. Nothing is converted implicitly, and
 * fields that the DTO doesn't have are errors.
 */
@Injectable()
export class RequestValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      stopAtFirstError: true,
      validationError: { target: false, value: false },
      exceptionFactory: (errors) => invalid(errors.flatMap((error) => flatten(error, ''))),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'custom' || !this.toValidate(metadata)) return value;
    const dto = metadata.metatype as Type<object>;
    // No body is an empty one, where nothing has to be said.
    const body: unknown = value === undefined ? {} : value;
    if (metadata.type === 'body' && isCertainlyValid(dto, body)) return Object.assign(new dto(), body);
    const misleading = metadata.type === 'body' ? takeOutMisleadingFields(value) : [];
    if (misleading.length === 0) return super.transform(value, metadata);
    const others = await super.transform(value, metadata).then(() => [], errorsOf);
    throw invalid([...misleading, ...others]);
  }

  /** None of our rules is asynchronous. */
  protected override validate(object: object, options?: ValidatorOptions): ValidationError[] {
    return validateSync(object, options);
  }
}

export function invalid(errors: readonly FieldError[]): Refusal {
  return new Refusal('InvalidRequest', { errors: errors.slice(0, ERRORS_MAX) });
}

export function invalidField(field: string, reason: string): Refusal {
  return invalid([{ field, reason }]);
}

function errorsOf(error: unknown): readonly FieldError[] {
  if (error instanceof Refusal) return (error.detail as { errors: readonly FieldError[] }).errors;
  throw error;
}

/**
 * Names that every object inherits (`constructor`, `hasOwnProperty` …) would mislead class-transformer and pass for
 * known fields in class-validator: they are taken out before those see them.
 */
function takeOutMisleadingFields(body: unknown): FieldError[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid([{ field: 'body', reason: 'must be a JSON object' }]);
  }
  const errors: FieldError[] = [];
  inspect(body as Record<string, unknown>, '', 1, errors);
  return errors;
}

function inspect(value: Record<string, unknown>, path: string, depth: number, errors: FieldError[]): void {
  if (depth > DEPTH_MAX) throw invalid([TOO_DEEP]);
  for (const name of Object.keys(value)) {
    const inner = value[name];
    if (name in Object.prototype) {
      errors.push({ field: pathOf(path, name), reason: UNKNOWN_FIELD });
      delete value[name];
    } else if (typeof inner === 'object' && inner !== null) {
      inspect(inner as Record<string, unknown>, pathOf(path, name), depth + 1, errors);
    }
  }
}

function flatten(error: ValidationError, parent: string): FieldError[] {
  const field = pathOf(parent, error.property);
  const [[rule, reason] = []] = Object.entries(error.constraints ?? {});
  if (reason !== undefined) return [{ field, reason: rule === 'whitelistValidation' ? UNKNOWN_FIELD : reason }];
  return (error.children ?? []).flatMap((child) => flatten(child, field));
}

/** `productItems[1].count`, as one would write it in code. */
export function pathOf(parent: string, name: string): string {
  const shown = name.length > NAME_LENGTH_MAX ? `${name.slice(0, NAME_LENGTH_MAX)}…` : name;
  if (parent === '') return shown;
  return /^\d+$/.test(shown) ? `${parent}[${shown}]` : `${parent}.${shown}`;
}
