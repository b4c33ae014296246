/**
 * Every answer this service gives, in one place: code, HTTP status and log level. `messages.ts` has what they say.
 * Two entries may share a code where the message depends on what was asked (a payment or another call).
 */
interface AnswerSpec {
  readonly code: string;
  readonly status: number;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
}

const spec = (code: string, status: number, level: AnswerSpec['level'] = 'info'): AnswerSpec => ({
  code,
  status,
  level,
});

export const ANSWERS = {
  InvalidRequest: spec('InvalidRequest', 400),
  StatementTooLong: spec('StatementTooLong', 400),
  IdempotencyKeyMissing: spec('IdempotencyKeyMissing', 400),
  IdempotencyKeyInvalid: spec('IdempotencyKeyInvalid', 400),
  Unauthorized: spec('Unauthorized', 401),
  Forbidden: spec('Forbidden', 403),
  AgreementRequired: spec('AgreementRequired', 403),
  InvalidUserId: spec('InvalidUserId', 404),
  InvalidMerchant: spec('InvalidMerchant', 404),
  AccountNotFound: spec('AccountNotFound', 404),
  TransferNotFound: spec('TransferNotFound', 404),
  PaymentNotFound: spec('PaymentNotFound', 404),
  AgreementNotFound: spec('AgreementNotFound', 404),
  WebhookNotFound: spec('WebhookNotFound', 404),
  WebhookEventNotFound: spec('WebhookEventNotFound', 404),
  KeyNotFound: spec('KeyNotFound', 404),
  NotFound: spec('NotFound', 404),
  PaymentOnGoing: spec('AlreadyOnGoing', 409),
  PaymentComplete: spec('AlreadyComplete', 409),
  RequestOnGoing: spec('AlreadyOnGoing', 409),
  RequestComplete: spec('AlreadyComplete', 409),
  AlreadyRegistered: spec('AlreadyRegistered', 409),
  AlreadyLinked: spec('AlreadyLinked', 409),
  DefaultLinkedAccount: spec('DefaultLinkedAccount', 409),
  LinkedAccountInUse: spec('LinkedAccountInUse', 409),
  TooManyLinkedAccounts: spec('TooManyLinkedAccounts', 422),
  AlreadyCanceled: spec('AlreadyCanceled', 409),
  CancelableAmountChanged: spec('CancelableAmountChanged', 409),
  OverRemainAmount: spec('OverRemainAmount', 422),
  NotCancelable: spec('NotCancelable', 422),
  NotCapturable: spec('NotCapturable', 409),
  OverAuthorizedAmount: spec('OverAuthorizedAmount', 422),
  AccountClosed: spec('AccountClosed', 409),
  AccountFrozen: spec('AccountFrozen', 403),
  PartnerFrozen: spec('PartnerFrozen', 403),
  WalletNotEmpty: spec('WalletNotEmpty', 409),
  TransferDecided: spec('TransferDecided', 409),
  TransferNotHeld: spec('TransferNotHeld', 422),
  LastOperatorKey: spec('LastOperatorKey', 409),
  AccountAmbiguous: spec('AccountAmbiguous', 409),
  PayloadTooLarge: spec('InvalidRequest', 413),
  UnsupportedMediaType: spec('InvalidRequest', 415),
  TooManyRequests: spec('TooManyRequests', 429),
  TooManyWebhooks: spec('TooManyWebhooks', 422),
  WebhookDisabled: spec('WebhookDisabled', 409),
  TooManyWebhookSecrets: spec('TooManyWebhookSecrets', 422),
  IdempotencyKeyReused: spec('IdempotencyKeyReused', 422),
  NotEnoughAccountBalance: spec('NotEnoughAccountBalance', 422),
  DailyLimitExceeded: spec('DailyLimitExceeded', 422),
  NotEnoughBalance: spec('NotEnoughBalance', 422),
  BankMaintenance: spec('BankMaintenance', 503, 'warn'),
  TemporarilyUnavailable: spec('TemporarilyUnavailable', 503, 'warn'),
  Fail: spec('Fail', 500, 'error'),
} as const satisfies Record<string, AnswerSpec>;

export type AnswerName = keyof typeof ANSWERS;

/**
 * Seconds a client should wait before it sends the same request again; sent with every 503, and with 429 by default.
 */
export const RETRY_AFTER_SECONDS = 1;

/** A request that is refused. Thrown anywhere below a controller; the exception filter writes it as the envelope. */
export class Refusal extends Error {
  /** Where the usual number of seconds is too short. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly answer: AnswerName,
    readonly detail?: object,
    readonly location?: string,
    options?: ErrorOptions & { readonly retryAfterSeconds?: number },
  ) {
    super(ANSWERS[answer].code, options);
    this.name = 'Refusal';
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }
}

/** The code of what is done, and of what is not known yet. */
export type ResultCode = 'Success' | 'Processing';

/** What a controller returns: the envelope's code and detail, and where the resource is to be found. */
export class Answer<T extends object> {
  private constructor(
    readonly code: ResultCode,
    readonly detail: T,
    readonly location: string | undefined,
  ) {}

  /** It is done and durable. The status is the route's own (200 or 201). */
  static success<T extends object>(detail: T, location?: string): Answer<T> {
    return new Answer('Success', detail, location);
  }

  /** 202: the outcome is not known yet; `location` says where to ask. */
  static processing<T extends object>(detail: T, location: string): Answer<T> {
    return new Answer('Processing', detail, location);
  }
}
