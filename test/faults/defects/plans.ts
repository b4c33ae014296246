import type { Lane } from '../nemesis.js';
import { EVERYTHING, type Mix } from '../world.js';

/** A short load and short trouble, aimed at one kind of defect. */
export interface AimedPlan {
  readonly mix: Mix;
  readonly lanes: readonly Lane[];
  /** The lies that the bank tells from the start. */
  readonly rules?: readonly object[];
  /** Whether partners hear of their payments. */
  readonly withWebhooks?: boolean;
  readonly operations: number;
  /** Where days have to pass meanwhile. */
  readonly perSecondMax?: number;
  readonly secondsMax: number;
}

/** Of a few users one who is frozen would be much. */
const ACTIONS = { ...EVERYTHING.actions, freeze: 0 };
/** A few users only, so that everybody meets everybody. */
const few = (changes: Partial<Mix>): Mix => ({ ...EVERYTHING, users: 6, workers: 24, actions: ACTIONS, ...changes });
const lie = (fault: string, rate: number, delayMs?: number) => ({ fault, rate, ...(delayMs && { delayMs }) });

export type PlanName =
  | 'crowd'
  | 'commits'
  | 'hungCommits'
  | 'stalledCommits'
  | 'lostAnswers'
  | 'lies'
  | 'latePayouts'
  | 'limit'
  | 'links'
  | 'lateLinks'
  | 'midnight'
  | 'forgetfulRedis'
  | 'slowRedis'
  | 'partners'
  | 'interest'
  | 'dailyDeposits'
  | 'heldTransfers'
  | 'authorizations'
  | 'agreements'
  | 'freezes';

export const PLANS: Readonly<Record<PlanName, AimedPlan>> = {
  crowd: {
    mix: few({ amounts: { small: 90, medium: 10, large: 0 } }),
    lanes: [],
    operations: 1_200,
    secondsMax: 6,
  },
  commits: {
    mix: few({ actions: { ...ACTIONS, repeat: 25, read: 60 } }),
    lanes: [
      {
        pauseMs: [5, 50],
        faults: {
          commitDropped: 3,
          commitAnswerDropped: 3,
          commitHung: 1,
          commitAnswerHung: 1,
          commitStalled: 4,
          redisFlushed: 1,
        },
      },
    ],
    operations: 2_000,
    secondsMax: 8,
  },
  // Most movements need no bank and are done at once; a hung COMMIT, already rolled back, leaves time to repeat them.
  hungCommits: {
    mix: few({
      routes: {
        payments: 25,
        authorizations: 0,
        cancels: 15,
        charges: 40,
        withdrawals: 0,
        deposits: 5,
        'savings-withdrawals': 0,
        transfers: 25,
        holds: 0,
      },
      amounts: { small: 100, medium: 0, large: 0 },
      actions: { ...ACTIONS, repeat: 40, twins: 10, read: 60 },
    }),
    // Two at once, so that now and then both instances hang; only what is asked again within such a moment tells.
    lanes: [
      { pauseMs: [5, 50], faults: { commitHung: 2, commitDropped: 1 } },
      { pauseMs: [5, 50], faults: { commitHung: 1 } },
    ],
    operations: 20_000,
    secondsMax: 20,
  },
  // What is rolled back in the end stands there for a moment, and everybody looks. Most writes go to the server together
  // with their COMMIT; only where somebody is to hear of movements do these stand there while it stalls.
  stalledCommits: {
    mix: few({
      workers: 48,
      routes: {
        payments: 25,
        authorizations: 0,
        cancels: 15,
        charges: 40,
        withdrawals: 0,
        deposits: 5,
        'savings-withdrawals': 0,
        transfers: 25,
        holds: 0,
      },
      amounts: { small: 100, medium: 0, large: 0 },
      actions: { ...ACTIONS, read: 200 },
    }),
    lanes: [{ pauseMs: [5, 50], faults: { toldCommitStalled: 4, commitStalled: 1 } }],
    withWebhooks: true,
    operations: 12_000,
    secondsMax: 12,
  },
  lostAnswers: {
    mix: few({}),
    lanes: [{ pauseMs: [0, 20], faults: { commitAnswerDropped: 1 } }],
    operations: 1_200,
    secondsMax: 8,
  },
  lies: {
    mix: few({ users: 40 }),
    lanes: [],
    rules: [
      lie('answerLost', 0.1),
      lie('delayedAcceptance', 0.1, 3_500),
      lie('hang', 0.1),
      lie('balanceShort', 0.1),
      lie('brokenJson', 0.05),
      lie('inProgressThenDone', 0.1, 2_500),
    ],
    operations: 1_200,
    secondsMax: 8,
  },
  // Banks take payouts up after they have said that they know nothing of them.
  latePayouts: {
    mix: few({
      users: 30,
      routes: { ...EVERYTHING.routes, charges: 60, withdrawals: 60 },
      amounts: { small: 90, medium: 10, large: 0 },
    }),
    lanes: [],
    rules: [
      { fault: 'delayedAcceptance', on: 'deposit', rate: 0.2, delayMs: 5_000 },
      { fault: 'hang', on: 'deposit', rate: 0.1 },
      { fault: 'answerLost', on: 'deposit', rate: 0.1 },
      { fault: 'accountClosed', on: 'deposit', rate: 0.1 },
    ],
    operations: 1_200,
    secondsMax: 8,
  },
  limit: {
    mix: few({ routes: { ...EVERYTHING.routes, charges: 90 }, amounts: { small: 0, medium: 30, large: 70 } }),
    lanes: [],
    rules: [lie('inProgressThenDone', 0.9, 1_500)],
    operations: 600,
    secondsMax: 6,
  },
  links: {
    mix: few({
      routes: { ...EVERYTHING.routes, charges: 90 },
      amounts: { small: 0, medium: 30, large: 70 },
      actions: { ...ACTIONS, link: 20 },
    }),
    lanes: [],
    operations: 900,
    secondsMax: 6,
  },
  // Much is sent again, and by then another account is the default.
  lateLinks: {
    mix: few({
      users: 20,
      routes: { ...EVERYTHING.routes, charges: 90 },
      amounts: { small: 100, medium: 0, large: 0 },
      actions: { ...ACTIONS, link: 40 },
    }),
    lanes: [],
    rules: [lie('hang', 0.3)],
    operations: 1_200,
    secondsMax: 8,
  },
  midnight: {
    mix: few({ routes: { ...EVERYTHING.routes, charges: 90 }, amounts: { small: 0, medium: 30, large: 70 } }),
    lanes: [{ pauseMs: [1_000, 2_000], faults: { midnight: 1 } }],
    operations: 1_500,
    secondsMax: 8,
  },
  forgetfulRedis: {
    mix: few({ actions: { ...ACTIONS, repeat: 30, twins: 20 } }),
    lanes: [{ pauseMs: [5, 30], faults: { redisFlushed: 1 } }],
    operations: 1_000,
    secondsMax: 6,
  },
  // What is refused while Redis stands still keeps its lease there, and is asked for again.
  slowRedis: {
    mix: few({
      amounts: { small: 20, medium: 20, large: 60 },
      actions: { ...ACTIONS, repeat: 60, twins: 10, read: 5 },
    }),
    lanes: [{ pauseMs: [200, 800], faults: { redisPaused: 1 } }],
    operations: 3_000,
    secondsMax: 12,
  },
  partners: {
    mix: few({ routes: { ...EVERYTHING.routes, payments: 60, cancels: 60 } }),
    lanes: [
      { pauseMs: [100, 500], faults: { receiverDown: 1, receiverRefusing: 2, receiverCutting: 1 } },
      { pauseMs: [5, 50], faults: { commitDropped: 2, statementDropped: 1 } },
    ],
    withWebhooks: true,
    operations: 1_500,
    secondsMax: 8,
  },
  // Several mornings, each with some money on the accounts. While one instance waits for its COMMIT the other looks.
  interest: {
    mix: few({
      users: 20,
      routes: { ...EVERYTHING.routes, deposits: 60, 'savings-withdrawals': 10 },
      actions: { ...ACTIONS, savings: 4, close: 3 },
    }),
    lanes: [
      { pauseMs: [100, 400], faults: { interestDue: 1 } },
      { pauseMs: [5, 20], faults: { commitStalled: 3, commitDropped: 1 } },
      { pauseMs: [5, 20], faults: { commitStalled: 1 } },
      { pauseMs: [4_000, 5_000], faults: { serviceKilled: 1 } },
    ],
    operations: 1_500,
    perSecondMax: 90,
    secondsMax: 18,
  },
  // One morning that lasts for longer than a lease, so that what a dead instance has left is taken by another one.
  dailyDeposits: {
    mix: few({ users: 240, workers: 12 }),
    lanes: [
      { pauseMs: [20_000, 20_000], faults: { depositsDue: 1 } },
      { pauseMs: [0, 100], faults: { serviceKilled: 1 } },
      { pauseMs: [5, 50], faults: { commitDropped: 2, commitAnswerDropped: 2, statementDropped: 1 } },
    ],
    rules: [lie('hang', 0.4), lie('slow', 1, 700)],
    operations: 1_000,
    perSecondMax: 50,
    secondsMax: 18,
  },
  // Both parties at once, on two instances, and some days on which what nobody has ended goes back.
  heldTransfers: {
    mix: few({
      routes: { ...EVERYTHING.routes, holds: 80, charges: 40 },
      amounts: { small: 100, medium: 0, large: 0 },
      actions: { ...ACTIONS, endTransfer: 60 },
    }),
    lanes: [{ pauseMs: [100, 300], faults: { midnight: 1 } }],
    operations: 2_000,
    perSecondMax: 140,
    secondsMax: 15,
  },
  // Partners capture and void at once, on two instances, and what they leave alone is soon over. They do not listen: the
  // key of their events would keep a second end from being written.
  authorizations: {
    mix: few({
      routes: { ...EVERYTHING.routes, payments: 10, authorizations: 80, charges: 120 },
      amounts: { small: 100, medium: 0, large: 0 },
      actions: { ...ACTIONS, endPayment: 60 },
    }),
    lanes: [{ pauseMs: [500, 1_500], faults: { weekPasses: 1 } }],
    operations: 1_200,
    perSecondMax: 140,
    secondsMax: 10,
  },
  // Days on each of which most users come to their limit, by payments through both instances.
  agreements: {
    mix: few({
      users: 4,
      routes: { ...EVERYTHING.routes, payments: 120, authorizations: 60, charges: 40, holds: 0 },
      amounts: { small: 100, medium: 0, large: 0 },
      agrees: { never: 0, once: 75, often: 25 },
      dayLimits: [30_000, 90_000],
      actions: { ...ACTIONS, money: 150, read: 10, agree: 6, signUp: 0 },
    }),
    lanes: [{ pauseMs: [100, 300], faults: { weekPasses: 1 } }],
    operations: 2_000,
    secondsMax: 12,
  },
  // Most of the few users are frozen now and then, and the partner too; they are asked for money all the while.
  freezes: {
    mix: few({
      routes: { ...EVERYTHING.routes, payments: 80, charges: 60 },
      amounts: { small: 100, medium: 0, large: 0 },
      actions: { ...ACTIONS, money: 100, read: 10, freeze: 3, endPayment: 2 },
    }),
    lanes: [],
    operations: 2_000,
    secondsMax: 8,
  },
};
