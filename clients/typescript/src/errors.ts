import type { operations } from './schema.js';

/** What any call may be refused with, as the API's document has it: its code, and its detail. */
type Refusal = {
  [Id in keyof operations]: BodyOf<Omit<operations[Id]['responses'], 200 | 201 | 202>>;
}[keyof operations];
type BodyOf<Responses> = {
  [Status in keyof Responses]: Responses[Status] extends { content: { 'application/json': infer Body } } ? Body : never;
}[keyof Responses];

/** What is not the service's to say. */
interface Unanswered {
  /** The time is over, and the service was still at work. */
  readonly Processing: unknown;
  /** Nothing came back, or not all of it. `cause` says why. */
  readonly NoAnswer: undefined;
  /** What came back is not the service's: a gateway's page, say. */
  readonly UnexpectedAnswer: undefined;
  /** The answer sent us to another server to ask. Nothing was sent there. */
  readonly ForeignLocation: undefined;
}

type DetailOf<Body, Code> = Body extends { code: Code }
  ? 'detail' extends keyof Body
    ? Body['detail']
    : undefined
  : never;

export type PayErrorCode = Refusal['code'] | keyof Unanswered;
export type PayErrorDetail<Code extends PayErrorCode> = Code extends keyof Unanswered
  ? Unanswered[Code]
  : DetailOf<Refusal, Code>;

export interface PayErrorFields<Code extends PayErrorCode> {
  readonly code: Code;
  /** Of HTTP, of the last answer; 0 where there was none. 202 where the bank refused it later. */
  readonly status: number;
  readonly detail: PayErrorDetail<Code>;
  /**
   * `refused`: no money was moved. `unknown`: it may have been, or may yet be; the same call with the same
   * `idempotencyKey` finds out, and is always safe.
   */
  readonly outcome: 'refused' | 'unknown';
  /** The `Idempotency-Key` that the call was sent with, if any. */
  readonly idempotencyKey: string | undefined;
  /** Under which the service's log has the whole story. */
  readonly requestId: string | undefined;
  /** Seconds. */
  readonly retryAfter: number | undefined;
}

/** A call that has not succeeded. `isPayError` tells one from other errors, and then `code` tells its `detail`. */
export class PayError<Code extends PayErrorCode = PayErrorCode> extends Error implements PayErrorFields<Code> {
  override readonly name = 'PayError';
  readonly code: Code;
  readonly status: number;
  readonly detail: PayErrorDetail<Code>;
  readonly outcome: 'refused' | 'unknown';
  readonly idempotencyKey: string | undefined;
  readonly requestId: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(message: string, fields: PayErrorFields<Code>, cause?: unknown) {
    super(`${fields.code}: ${message}`, cause === undefined ? undefined : { cause });
    this.code = fields.code;
    this.status = fields.status;
    this.detail = fields.detail;
    this.outcome = fields.outcome;
    this.idempotencyKey = fields.idempotencyKey;
    this.requestId = fields.requestId;
    this.retryAfter = fields.retryAfter;
  }
}

/** One for each code: `error.code === 'DailyLimitExceeded'` is enough for the compiler to know `error.detail`. */
export type AnyPayError = { [Code in PayErrorCode]: PayError<Code> }[PayErrorCode];

export function isPayError(error: unknown): error is AnyPayError {
  return error instanceof PayError;
}
