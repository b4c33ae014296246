import { Answer, type AnswerName, Refusal } from '../platform/http/answers.js';
import { inTime } from '../platform/http/in-time.js';
import type { KeyedOutcome } from './keyed-writes.js';

/** What a duplicate of a call with a key is told, for the OpenAPI document. */
export const REQUEST_REFUSALS = [
  'RequestOnGoing',
  'RequestComplete',
  'IdempotencyKeyInvalid',
  'IdempotencyKeyReused',
] as const satisfies AnswerName[];

/** What is left for the answer's detail when all else took its time. */
const FIND_WITHIN_MS = 1_000;

/**
 * Turns the outcome of a keyed write into its answer.
 *
 * @param shown.find the detail of what was made, the same for ever
 * @throws Refusal RequestComplete for a duplicate
 */
export async function answerKeyed<Detail extends object>(
  outcome: KeyedOutcome,
  shown: {
    readonly find: (resourceId: number) => Promise<Detail>;
    readonly location: (resourceId: number) => string;
    readonly locationByKey: string;
  },
): Promise<Answer<Detail | Record<string, never>>> {
  if (outcome.kind === 'processing') return Answer.processing({}, shown.locationByKey);
  const { kind, resourceId } = outcome;
  try {
    const detail = await inTime(shown.find(resourceId), performance.now() + FIND_WITHIN_MS);
    if (kind === 'created') return Answer.success(detail, shown.location(resourceId));
    throw new Refusal('RequestComplete', detail, shown.location(resourceId));
  } catch (error) {
    const isAway = error instanceof Refusal && error.answer === 'TemporarilyUnavailable';
    // It is made: it must not be refused for want of what else there is to say of it.
    if (kind === 'created' && isAway) return Answer.processing({}, shown.locationByKey);
    throw error;
  }
}
