import { applyDecorators, HttpCode, type StreamableFile, type Type } from '@nestjs/common';
import { ApiExtension, ApiExtraModels, getSchemaPath } from '@nestjs/swagger';
import { type Answer, ANSWERS, type AnswerName } from '../http/answers.js';
import { MESSAGES } from '../http/messages.js';
import { REFUSAL_DETAILS } from './refusal-details.js';

interface AnswersOptions<Detail extends object, Pending extends object, Other extends object> {
  readonly success: 200 | 201;
  /** The class of the envelope's `detail`. */
  readonly detail: Type<Detail>;
  /** Another class that it may be of, by what was asked for. */
  readonly orDetail?: Type<Other>;
  /** The class of the `detail` of a 202, if there is one: all of it is there, or nothing while no id is known. */
  readonly processing?: Type<Pending>;
  /** An example of the success as `text/csv`, where it can be had. */
  readonly csv?: string;
  /** What the call itself refuses; what every call can answer is added (`commonRefusals`). */
  readonly refusals: readonly AnswerName[];
  /** The classes of the `detail` of refusals, where it is not the usual one. */
  readonly details?: Partial<Record<AnswerName, Type<object>>>;
}

/** As it stands in the document until the responses are written from it. */
export interface DeclaredAnswers {
  readonly success: 200 | 201;
  readonly detail: string;
  readonly orDetail: string | null;
  readonly processing: string | null;
  readonly csv: string | null;
  readonly refusals: readonly { readonly answer: AnswerName; readonly detail: string | null }[];
}

export const ANSWERS_EXTENSION = 'x-answers';

/** A method that answers what its decorator says: a `detail` of another shape does not compile. */
type Answering<Detail extends object> = <
  Method extends (...args: never[]) => Promise<Answer<Detail> | string | StreamableFile> | Answer<Detail>,
>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

/**
 * Says what a call answers, for the document, and sets its status on success. The 409 of a duplicate has the `detail`
 * of the first answer.
 * `@ApiAnswers({ success: 201, detail: PaymentDetailDto, refusals: ['InvalidUserId', 'InvalidMerchant'] })`
 */
export function ApiAnswers<Detail extends object, Pending extends object = never, Other extends object = never>({
  success,
  detail,
  orDetail,
  processing,
  csv,
  refusals,
  details,
}: AnswersOptions<Detail, Pending, Other>): Answering<Detail | Partial<Pending> | Other> {
  const ofDuplicates: Partial<Record<AnswerName, Type<object> | undefined>> = {
    PaymentComplete: detail,
    RequestComplete: detail,
    PaymentOnGoing: processing,
    RequestOnGoing: processing,
  };
  const detailOf = (answer: AnswerName) => details?.[answer] ?? REFUSAL_DETAILS[answer] ?? ofDuplicates[answer];
  const models = [detail, orDetail, processing, ...refusals.map(detailOf)].filter((model) => model !== undefined);
  const declared: DeclaredAnswers = {
    success,
    detail: getSchemaPath(detail),
    orDetail: pathOf(orDetail),
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
  return [...input, ...key, ...body, ...always].map((answer) => ({ answer, detail: usualDetail(answer) }));
}

/** The path of the schema of the detail that a refusal has wherever it comes from; null for none. */
export const usualDetail = (answer: AnswerName): string | null => pathOf(REFUSAL_DETAILS[answer]);

/** The table of answers, for the document's introduction. */
export function answersTable(): string {
  const row = (status: number | string, code: string, name: keyof typeof MESSAGES) =>
    `| ${status} | \`${code}\` | ${MESSAGES[name].ko} | ${MESSAGES[name].en} |`;
  const success = [row('200 / 201', 'Success', 'Success'), row(202, 'Processing', 'Processing')];
  const names = Object.keys(ANSWERS) as AnswerName[];
  const refusals = names.map((name) => row(ANSWERS[name].status, ANSWERS[name].code, name));
  return ['| HTTP | code | message | in English |', '|---|---|---|---|', ...success, ...refusals].join('\n');
}

const pathOf = (model: Type<object> | undefined) => (model ? getSchemaPath(model) : null);
