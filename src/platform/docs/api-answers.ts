import { applyDecorators, HttpCode, type Type } from '@nestjs/common';
import { ApiExtension, ApiExtraModels, getSchemaPath } from '@nestjs/swagger';
import { ANSWERS, type AnswerName } from '../http/answers.js';
import { REFUSAL_DETAILS } from './refusal-details.js';

export interface AnswersOptions {
  readonly success: 200 | 201;
  /** The class of the envelope's `detail`. */
  readonly detail: Type<object>;
  /** The class of the `detail` of a 202, where there can be one. */
  readonly processing?: Type<object>;
  /** An example of the success as `text/csv`, where it can be had. */
  readonly csv?: string;
  /** What the call itself refuses. What every call can answer (400 for its input, 413, 415, 500, 503) is added. */
  readonly refusals: readonly AnswerName[];
  /** Details of refusals that differ from the usual ones. */
  readonly details?: Partial<Record<AnswerName, Type<object>>>;
}

/** As it stands in the document until the responses are written from it. */
export interface DeclaredAnswers {
  readonly success: 200 | 201;
  readonly detail: string;
  readonly processing: string | null;
  readonly csv: string | null;
  readonly refusals: readonly { readonly answer: AnswerName; readonly detail: string | null }[];
}

export const ANSWERS_EXTENSION = 'x-answers';

/**
 * Says what a call answers, with which status on success, and documents each answer:
 * `@ApiAnswers({ success: 201, detail: PaymentDetailDto, refusals: ['InvalidUserId', 'InvalidMerchant'] })`
 */
export function ApiAnswers({ success, detail, processing, csv, refusals, details }: AnswersOptions): MethodDecorator {
  const ofDuplicates: Partial<Record<AnswerName, Type<object> | undefined>> = {
    PaymentComplete: detail,
    RequestComplete: detail,
    PaymentOnGoing: processing,
    RequestOnGoing: processing,
  };
  const detailOf = (answer: AnswerName) => details?.[answer] ?? REFUSAL_DETAILS[answer] ?? ofDuplicates[answer];
  const models = [detail, processing, ...refusals.map(detailOf)].filter((model) => model !== undefined);
  const declared: DeclaredAnswers = {
    success,
    detail: getSchemaPath(detail),
    processing: processing ? getSchemaPath(processing) : null,
    csv: csv ?? null,
    refusals: refusals.map((answer) => ({ answer, detail: pathOf(detailOf(answer)) })),
  };
  return applyDecorators(HttpCode(success), ApiExtraModels(...models), ApiExtension(ANSWERS_EXTENSION, declared));
}

/** What every call can answer, depending on what it takes. */
export function commonRefusals(takes: {
  takesInput: boolean;
  takesBody: boolean;
  takesKey: boolean;
}): DeclaredAnswers['refusals'] {
  const { takesInput, takesBody, takesKey } = takes;
  const key: AnswerName[] = takesKey ? ['Unauthorized', 'Forbidden', 'TooManyRequests'] : [];
  const input: AnswerName[] = takesInput ? ['InvalidRequest'] : [];
  const body: AnswerName[] = takesBody ? ['PayloadTooLarge', 'UnsupportedMediaType'] : [];
  const always: AnswerName[] = ['TemporarilyUnavailable', 'Fail'];
  return [...input, ...key, ...body, ...always].map((answer) => ({ answer, detail: pathOf(REFUSAL_DETAILS[answer]) }));
}

/** The table of answers, for the document's introduction. */
export function answersTable(): string {
  const rows = Object.values(ANSWERS).map(({ status, code, message }) => `| ${status} | \`${code}\` | ${message} |`);
  const success = ['| 200 / 201 | `Success` | 성공 |', '| 202 | `Processing` | 처리 중 |'];
  return ['| HTTP | code | message |', '|---|---|---|', ...success, ...rows].join('\n');
}

const pathOf = (model: Type<object> | undefined) => (model ? getSchemaPath(model) : null);
