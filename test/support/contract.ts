import { expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Language } from '../../src/platform/http/language.js';
import { MESSAGES } from '../../src/platform/http/messages.js';
import type { Received } from './api.js';

/**
 * The contract's table of answers, written down here a second time on purpose: the service's own table is under test.
 */
const ANSWERS = {
  Success: { code: 'Success', message: '성공' },
  Processing: { status: 202, code: 'Processing', message: '처리 중' },
  InvalidRequest: { status: 400, code: 'InvalidRequest', message: '요청 값이 올바르지 않습니다.' },
  TooLarge: { status: 413, code: 'InvalidRequest', message: '요청 값이 올바르지 않습니다.' },
  WrongType: { status: 415, code: 'InvalidRequest', message: '요청 값이 올바르지 않습니다.' },
  StatementTooLong: { status: 400, code: 'StatementTooLong', message: '조회할 내역이 너무 많습니다.' },
  KeyMissing: { status: 400, code: 'IdempotencyKeyMissing', message: '멱등키가 필요합니다.' },
  KeyInvalid: { status: 400, code: 'IdempotencyKeyInvalid', message: '멱등키 형식이 올바르지 않습니다.' },
  Unauthorized: { status: 401, code: 'Unauthorized', message: '인증이 필요합니다.' },
  Forbidden: { status: 403, code: 'Forbidden', message: '권한이 없습니다.' },
  AgreementRequired: { status: 403, code: 'AgreementRequired', message: '고객의 결제 동의가 필요합니다.' },
  AgreementNotFound: { status: 404, code: 'AgreementNotFound', message: '결제 동의를 찾을 수 없습니다.' },
  InvalidUserId: { status: 404, code: 'InvalidUserId', message: '유효하지 않은 사용자 ID' },
  InvalidMerchant: { status: 404, code: 'InvalidMerchant', message: '유효하지 않은 가맹점' },
  AccountNotFound: { status: 404, code: 'AccountNotFound', message: '계좌를 찾을 수 없습니다.' },
  TransferNotFound: { status: 404, code: 'TransferNotFound', message: '송금을 찾을 수 없습니다.' },
  PaymentNotFound: { status: 404, code: 'PaymentNotFound', message: '결제를 찾을 수 없습니다.' },
  WebhookNotFound: { status: 404, code: 'WebhookNotFound', message: '웹훅을 찾을 수 없습니다.' },
  WebhookEventNotFound: { status: 404, code: 'WebhookEventNotFound', message: '웹훅 이벤트를 찾을 수 없습니다.' },
  KeyNotFound: { status: 404, code: 'KeyNotFound', message: 'API 키를 찾을 수 없습니다.' },
  NotFound: { status: 404, code: 'NotFound', message: '요청한 경로를 찾을 수 없습니다.' },
  PaymentOnGoing: { status: 409, code: 'AlreadyOnGoing', message: '해당 결제번호로 결제가 이미 진행 중' },
  PaymentComplete: { status: 409, code: 'AlreadyComplete', message: '해당 결제번호로 결제 완료' },
  RequestOnGoing: { status: 409, code: 'AlreadyOnGoing', message: '이전 요청이 처리 중입니다.' },
  RequestComplete: { status: 409, code: 'AlreadyComplete', message: '이미 처리된 요청입니다.' },
  AlreadyRegistered: { status: 409, code: 'AlreadyRegistered', message: '이미 가입된 사용자입니다.' },
  AlreadyLinked: { status: 409, code: 'AlreadyLinked', message: '이미 연결된 계좌입니다.' },
  DefaultLinkedAccount: {
    status: 409,
    code: 'DefaultLinkedAccount',
    message: '기본 계좌는 연결을 해제할 수 없습니다.',
  },
  LinkedAccountInUse: { status: 409, code: 'LinkedAccountInUse', message: '처리 중인 출금이 있는 계좌입니다.' },
  TooManyLinkedAccounts: {
    status: 422,
    code: 'TooManyLinkedAccounts',
    message: '연결할 수 있는 계좌 수를 초과했습니다.',
  },
  NotCapturable: { status: 409, code: 'NotCapturable', message: '확정할 수 없는 결제입니다.' },
  OverAuthorizedAmount: { status: 422, code: 'OverAuthorizedAmount', message: '승인 금액을 초과했습니다.' },
  AccountFrozen: { status: 403, code: 'AccountFrozen', message: '이용이 정지된 계정입니다.' },
  PartnerFrozen: { status: 403, code: 'PartnerFrozen', message: '이용이 정지된 가맹점입니다.' },
  AccountClosed: { status: 409, code: 'AccountClosed', message: '해지된 계좌입니다.' },
  WalletNotEmpty: { status: 409, code: 'WalletNotEmpty', message: '잔액이나 진행 중인 거래가 남아 있습니다.' },
  TransferDecided: { status: 409, code: 'TransferDecided', message: '이미 처리된 송금입니다.' },
  TransferNotHeld: { status: 422, code: 'TransferNotHeld', message: '수락 대기 중인 송금이 아닙니다.' },
  LastOperatorKey: { status: 409, code: 'LastOperatorKey', message: '마지막 운영자 키는 폐기할 수 없습니다.' },
  AccountAmbiguous: { status: 409, code: 'AccountAmbiguous', message: '적금 계좌를 지정해야 합니다.' },
  AlreadyCanceled: { status: 409, code: 'AlreadyCanceled', message: '이미 취소된 결제입니다.' },
  CancelableAmountChanged: {
    status: 409,
    code: 'CancelableAmountChanged',
    message: '취소 가능 금액이 변경되었습니다.',
  },
  OverRemainAmount: { status: 422, code: 'OverRemainAmount', message: '취소 가능 금액을 초과했습니다.' },
  NotCancelable: { status: 422, code: 'NotCancelable', message: '취소할 수 없는 결제입니다.' },
  TooManyRequests: { status: 429, code: 'TooManyRequests', message: '요청이 너무 많습니다.' },
  TooManyWebhooks: { status: 422, code: 'TooManyWebhooks', message: '등록할 수 있는 웹훅 수를 초과했습니다.' },
  WebhookDisabled: { status: 409, code: 'WebhookDisabled', message: '사용이 중지된 웹훅입니다.' },
  TooManyWebhookSecrets: {
    status: 422,
    code: 'TooManyWebhookSecrets',
    message: '동시에 사용할 수 있는 웹훅 시크릿 수를 초과했습니다.',
  },
  KeyReused: { status: 422, code: 'IdempotencyKeyReused', message: '멱등키가 다른 요청에 이미 사용되었습니다.' },
  NotEnoughAccountBalance: { status: 422, code: 'NotEnoughAccountBalance', message: '충전 계좌 잔고 부족' },
  NotEnoughBalance: { status: 422, code: 'NotEnoughBalance', message: '잔액 부족' },
  DailyLimitExceeded: { status: 422, code: 'DailyLimitExceeded', message: '타행 계좌 일일 인출 한도 초과' },
  BankMaintenance: { status: 503, code: 'BankMaintenance', message: '충전 계좌 점검' },
  TemporarilyUnavailable: { status: 503, code: 'TemporarilyUnavailable', message: '잠시 후 다시 시도해 주세요.' },
  Fail: { status: 500, code: 'Fail', message: '서비스 중 에러가 발생했습니다.' },
} as const;

export type AnswerName = keyof typeof ANSWERS;
export const ANSWER_ROWS = Object.values(ANSWERS);

/** The contract is in Korean; what English says the same is the service's own. */
const inEnglish = new Map(Object.values(MESSAGES).map(({ ko, en }) => [ko, en]));

/** Whether this is the contract's answer of this name: status, code and message. */
export function expectAnswer(
  { status, code, message }: Received<unknown>,
  name: AnswerName,
  language: Language = 'ko',
): void {
  const told = ANSWERS[name];
  const wanted = language === 'en' ? inEnglish.get(told.message) : told.message;
  expect({ status, code, message }).toEqual({ status, ...told, message: wanted });
}

/** Success with a status of its own: 200 or, for what was created, 201. */
export function expectSuccess(received: Received<unknown>, status: 200 | 201, language: Language = 'ko'): void {
  expect(received.status).toBe(status);
  expectAnswer(received, 'Success', language);
}

/** How many of each answer there are: `{ '201 Success': 1, '409 AlreadyComplete': 99 }`. */
export function tally(answers: readonly Pick<Received<unknown>, 'status' | 'code'>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, code } of answers) counts[`${status} ${code}`] = (counts[`${status} ${code}`] ?? 0) + 1;
  return counts;
}

/** What a busy machine can't say in time is asked again under the same key. */
export async function untilTold<T>(ask: () => Promise<Received<T>>): Promise<Received<T>> {
  for (;;) {
    const answer = await ask();
    const isUntold = answer.status === 503 || answer.status === 202 || answer.code === 'AlreadyOnGoing';
    if (!isUntold) return answer;
    await sleep(100);
  }
}

/** The fields that a 400 names, in alphabetical order. */
export function fieldsOf({ detail }: Received<unknown>): string[] {
  const { errors = [] } = (detail ?? {}) as { errors?: { field: string; reason: string }[] };
  return errors.map(({ field }) => field).sort();
}
