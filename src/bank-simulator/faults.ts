/** The calls of the bank that a lie can be told on. */
export type Call = 'token' | 'withdraw' | 'deposit' | 'inquiry' | 'statement';

/** What happens to a message before the bank takes notice of its id: it may be sent again and be new. */
type TurnedAway = 'silence' | 'reset' | 'maintenance' | 'maintenance503' | 'tokenExpired';

/** What becomes of the answer after the bank has done its work. */
export type AnswerFate = 'lost' | 'silence' | 'halved' | 'broken' | 'http500';

/** What the bank says instead of the truth. */
export type FalseWord = 'inProgress' | 'timeExceeded' | 'repeated';

export interface FaultSpec {
  /** One sentence for the documentation. */
  readonly does: string;
  readonly calls: readonly Call[];
  readonly turnedAway?: TurnedAway;
  /** The bank's code for a withdrawal or a payout, whatever the account holds. */
  readonly decision?: string;
  /** What waits for `delayMs`: taking the message up, answering, or the result becoming known. */
  readonly delays?: 'acceptance' | 'answer' | 'result';
  readonly delayMs?: number;
  readonly says?: FalseWord;
  readonly answer?: AnswerFate;
}

/** Twice what a caller waits for its answer by default, so that it is told 202 on a slow machine, too. */
const LATE_MS = 8000;
const EVERY_CALL: readonly Call[] = ['token', 'withdraw', 'deposit', 'inquiry', 'statement'];
const TRANSFERS: readonly Call[] = ['withdraw', 'deposit'];

/**
 * Every lie the simulator knows. A refusal (`decision`) is recorded under its bank_tran_id like a success, so that
 * the same id can never be taken later; what is turned away leaves no trace.
 */
export const FAULTS = {
  balanceShort: { does: 'Whoever pays is short: bank code 453.', calls: TRANSFERS, decision: '453' },
  transferLimit: { does: "Over the bank's limit per transfer: 455.", calls: TRANSFERS, decision: '455' },
  dailyLimit: { does: "Over the bank's limit per day: 456.", calls: TRANSFERS, decision: '456' },
  accountClosed: { does: 'The account is closed: 415.', calls: TRANSFERS, decision: '415' },
  maintenance: { does: 'The centre is closed: A0004.', calls: EVERY_CALL, turnedAway: 'maintenance' },
  maintenance503: { does: 'The same with HTTP 503.', calls: EVERY_CALL, turnedAway: 'maintenance503' },
  slow: { does: 'Done at once, answered late.', calls: EVERY_CALL, delays: 'answer', delayMs: 1000 },
  hang: { does: 'Never taken up, never answered.', calls: EVERY_CALL, turnedAway: 'silence' },
  reset: { does: 'Never taken up, the connection is dropped.', calls: EVERY_CALL, turnedAway: 'reset' },
  answerLost: { does: 'Done, then the connection is dropped.', calls: EVERY_CALL, answer: 'lost' },
  answerNeverComes: { does: 'Done, and never answered.', calls: EVERY_CALL, answer: 'silence' },
  delayedAcceptance: {
    does: 'Taken up late, even when the caller has hung up.',
    calls: TRANSFERS,
    delays: 'acceptance',
    delayMs: LATE_MS,
  },
  resetMidBody: { does: 'Done, the connection is dropped in mid-answer.', calls: EVERY_CALL, answer: 'halved' },
  brokenJson: { does: 'Done, and answered with broken JSON.', calls: EVERY_CALL, answer: 'broken' },
  http500: { does: 'Done, and answered with HTTP 500.', calls: EVERY_CALL, answer: 'http500' },
  inProgress: { does: 'The inquiry says 400, whatever is known.', calls: ['inquiry'], says: 'inProgress' },
  inProgressThenDone: {
    does: 'In progress (A0001, 400) for a while, then a success.',
    calls: TRANSFERS,
    delays: 'result',
    delayMs: LATE_MS,
  },
  inProgressThenRefused: {
    does: 'In progress (A0001, 400) for a while, then 453.',
    calls: TRANSFERS,
    decision: '453',
    delays: 'result',
    delayMs: LATE_MS,
  },
  timeExceededThenDone: {
    does: 'Time exceeded (A0007, 804), inquiries say 400 for a while, then a late success.',
    calls: TRANSFERS,
    delays: 'result',
    delayMs: LATE_MS,
    says: 'timeExceeded',
  },
  answeredAsRepeated: { does: 'Done, and answered 822: this id was used.', calls: TRANSFERS, says: 'repeated' },
  tokenExpired: {
    does: 'The token is refused (O0003), once per id; a new one is accepted.',
    calls: ['withdraw', 'deposit', 'inquiry', 'statement'],
    turnedAway: 'tokenExpired',
  },
} as const satisfies Record<string, FaultSpec>;

export type Fault = keyof typeof FAULTS;

/**
 * Account numbers that lie, like a payment provider's test cards: by their last four digits, at any bank. The lie is
 * told once per bank_tran_id; the same id sent again gets the truth, so that whatever hangs on it ends. Every other
 * number, 1234567890 included, belongs to an honest account with a trillion won.
 */
export const MAGIC_SUFFIXES: Readonly<Record<string, Fault>> = {
  '9001': 'balanceShort',
  '9002': 'transferLimit',
  '9003': 'dailyLimit',
  '9004': 'accountClosed',
  '9005': 'maintenance',
  '9006': 'maintenance503',
  '9007': 'slow',
  '9008': 'hang',
  '9009': 'reset',
  '9010': 'answerLost',
  '9011': 'answerNeverComes',
  '9012': 'delayedAcceptance',
  '9013': 'resetMidBody',
  '9014': 'brokenJson',
  '9015': 'http500',
  '9016': 'inProgressThenDone',
  '9017': 'inProgressThenRefused',
  '9018': 'timeExceededThenDone',
  '9019': 'answeredAsRepeated',
  '9020': 'tokenExpired',
};
