/**
 * Every answer this service gives, in one place: code, HTTP status, Korean message and log level.
 * Two entries may share a code where the message depends on what was asked (a payment or another call).
 */
interface AnswerSpec {
  readonly code: string;
  readonly status: number;
  readonly message: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
}

const spec = (code: string, status: number, message: string, level: AnswerSpec['level'] = 'info'): AnswerSpec => ({
  code,
  status,
  message,
  level,
});

export const ANSWERS = {
  InvalidRequest: spec('InvalidRequest', 400, '요청 값이 올바르지 않습니다.'),
  StatementTooLong: spec('StatementTooLong', 400, '조회할 내역이 너무 많습니다.'),
  IdempotencyKeyMissing: spec('IdempotencyKeyMissing', 400, '멱등키가 필요합니다.'),
  IdempotencyKeyInvalid: spec('IdempotencyKeyInvalid', 400, '멱등키 형식이 올바르지 않습니다.'),
  Unauthorized: spec('Unauthorized', 401, '인증이 필요합니다.'),
  Forbidden: spec('Forbidden', 403, '권한이 없습니다.'),
  AgreementRequired: spec('AgreementRequired', 403, '고객의 결제 동의가 필요합니다.'),
  InvalidUserId: spec('InvalidUserId', 404, '유효하지 않은 사용자 ID'),
  InvalidMerchant: spec('InvalidMerchant', 404, '유효하지 않은 가맹점'),
  AccountNotFound: spec('AccountNotFound', 404, '계좌를 찾을 수 없습니다.'),
  TransferNotFound: spec('TransferNotFound', 404, '송금을 찾을 수 없습니다.'),
  PaymentNotFound: spec('PaymentNotFound', 404, '결제를 찾을 수 없습니다.'),
  AgreementNotFound: spec('AgreementNotFound', 404, '결제 동의를 찾을 수 없습니다.'),
  WebhookNotFound: spec('WebhookNotFound', 404, '웹훅을 찾을 수 없습니다.'),
  WebhookEventNotFound: spec('WebhookEventNotFound', 404, '웹훅 이벤트를 찾을 수 없습니다.'),
  NotFound: spec('NotFound', 404, '요청한 경로를 찾을 수 없습니다.'),
  PaymentOnGoing: spec('AlreadyOnGoing', 409, '해당 결제번호로 결제가 이미 진행 중'),
  PaymentComplete: spec('AlreadyComplete', 409, '해당 결제번호로 결제 완료'),
  RequestOnGoing: spec('AlreadyOnGoing', 409, '이전 요청이 처리 중입니다.'),
  RequestComplete: spec('AlreadyComplete', 409, '이미 처리된 요청입니다.'),
  AlreadyRegistered: spec('AlreadyRegistered', 409, '이미 가입된 사용자입니다.'),
  AlreadyLinked: spec('AlreadyLinked', 409, '이미 연결된 계좌입니다.'),
  DefaultLinkedAccount: spec('DefaultLinkedAccount', 409, '기본 계좌는 연결을 해제할 수 없습니다.'),
  LinkedAccountInUse: spec('LinkedAccountInUse', 409, '처리 중인 출금이 있는 계좌입니다.'),
  TooManyLinkedAccounts: spec('TooManyLinkedAccounts', 422, '연결할 수 있는 계좌 수를 초과했습니다.'),
  AlreadyCanceled: spec('AlreadyCanceled', 409, '이미 취소된 결제입니다.'),
  CancelableAmountChanged: spec('CancelableAmountChanged', 409, '취소 가능 금액이 변경되었습니다.'),
  OverRemainAmount: spec('OverRemainAmount', 422, '취소 가능 금액을 초과했습니다.'),
  NotCancelable: spec('NotCancelable', 422, '취소할 수 없는 결제입니다.'),
  NotCapturable: spec('NotCapturable', 409, '확정할 수 없는 결제입니다.'),
  OverAuthorizedAmount: spec('OverAuthorizedAmount', 422, '승인 금액을 초과했습니다.'),
  AccountClosed: spec('AccountClosed', 409, '해지된 계좌입니다.'),
  WalletNotEmpty: spec('WalletNotEmpty', 409, '잔액이나 진행 중인 거래가 남아 있습니다.'),
  TransferDecided: spec('TransferDecided', 409, '이미 처리된 송금입니다.'),
  TransferNotHeld: spec('TransferNotHeld', 422, '수락 대기 중인 송금이 아닙니다.'),
  AccountAmbiguous: spec('AccountAmbiguous', 409, '적금 계좌를 지정해야 합니다.'),
  PayloadTooLarge: spec('InvalidRequest', 413, '요청 값이 올바르지 않습니다.'),
  UnsupportedMediaType: spec('InvalidRequest', 415, '요청 값이 올바르지 않습니다.'),
  TooManyRequests: spec('TooManyRequests', 429, '요청이 너무 많습니다.'),
  TooManyWebhooks: spec('TooManyWebhooks', 422, '등록할 수 있는 웹훅 수를 초과했습니다.'),
  WebhookDisabled: spec('WebhookDisabled', 409, '사용이 중지된 웹훅입니다.'),
  TooManyWebhookSecrets: spec('TooManyWebhookSecrets', 422, '동시에 사용할 수 있는 웹훅 시크릿 수를 초과했습니다.'),
  IdempotencyKeyReused: spec('IdempotencyKeyReused', 422, '멱등키가 다른 요청에 이미 사용되었습니다.'),
  NotEnoughAccountBalance: spec('NotEnoughAccountBalance', 422, '충전 계좌 잔고 부족'),
  DailyLimitExceeded: spec('DailyLimitExceeded', 422, '타행 계좌 일일 인출 한도 초과'),
  NotEnoughBalance: spec('NotEnoughBalance', 422, '잔액 부족'),
  BankMaintenance: spec('BankMaintenance', 503, '충전 계좌 점검', 'warn'),
  TemporarilyUnavailable: spec('TemporarilyUnavailable', 503, '잠시 후 다시 시도해 주세요.', 'warn'),
  Fail: spec('Fail', 500, '서비스 중 에러가 발생했습니다.', 'error'),
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

/** What a controller returns: the envelope's code and detail, and where the resource is to be found. */
export class Answer<T extends object> {
  private constructor(
    readonly code: 'Success' | 'Processing',
    readonly message: string,
    readonly detail: T,
    readonly location: string | undefined,
  ) {}

  /** It is done and durable. The status is the route's own (200 or 201). */
  static success<T extends object>(detail: T, location?: string): Answer<T> {
    return new Answer('Success', '성공', detail, location);
  }

  /** 202: the outcome is not known yet; `location` says where to ask. */
  static processing<T extends object>(detail: T, location: string): Answer<T> {
    return new Answer('Processing', '처리 중', detail, location);
  }
}
