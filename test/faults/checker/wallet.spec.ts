import { describe, expect, it } from '@jest/globals';
import { check } from './check.js';
import { answered, SAVINGS, type Story } from './story.js';
import {
  cancel,
  close,
  closed,
  DAYS,
  deposit,
  earn,
  NOW,
  readAcceptance,
  REGULAR,
  release,
  saved,
  TODAY,
  transferred,
} from './wallet-story.js';

type Twist = readonly [what: string, rule: string, twist: (story: Story) => void];

const at = <T>(rows: readonly T[], index: number): T => rows[index] as T;

const INTEREST: readonly Twist[] = [
  ['the interest of a day that was posted twice', 'once', (s) => earn(s, 14, DAYS[4], NOW)],
  ['interest that was never posted', 'interest is exact', (s) => s.state.postings.pop()],
  ['interest by another rate', 'interest is exact', (s) => (at(s.state.savings, 0).product = 'REGULAR')],
  ['interest of a day that is not over', 'interest is exact', (s) => earn(s, 14, TODAY, NOW)],
  [
    'interest on money that came too late',
    'interest is exact',
    (s) => {
      for (const entry of s.state.entries) if (entry.movementId === 10) entry.postedOn = DAYS[1];
    },
  ],
];

const DEPOSITS: readonly Twist[] = [
  ['a deposit that was made twice', 'once', (s) => s.state.deposits.push({ ...at(s.state.deposits, 0) })],
  ['a deposit that was forgotten', 'nothing stays open', (s) => s.state.deposits.pop()],
  ['a deposit of a day before the first', 'only what was asked for', (s) => (at(s.state.deposits, 0).day = DAYS[0])],
  ['a deposit of another amount', 'only what was asked for', (s) => (at(s.state.deposits, 0).amount = 2)],
  ['a deposit that failed for no reason', 'refusals are true', (s) => (at(s.state.deposits, 0).failureCode = null)],
  ['a deposit that was paid without a movement', 'balanced', (s) => (at(s.state.deposits, 0).status = 'PAID')],
  ['a movement of no day', 'only what was asked for', (s) => (at(s.state.movements, 3).scope = 'daily-deposits')],
];

const CLOSINGS: readonly Twist[] = [
  [
    'money on a closed account',
    'closed is closed',
    (s) => s.state.entries.push({ ...at(s.state.entries, -1 + s.state.entries.length), accountId: SAVINGS, seq: 5 }),
  ],
  ['an account that is open again', 'acknowledged means durable', (s) => (at(s.state.savings, 0).closedAt = null)],
  ['a closing that was refused', 'refused means no effect', retellClosing],
  ['another answer to the repetition', 'the same answer ever after', (s) => s.tell(close, closingOf(5_007))],
  ['a closing that succeeded twice', 'once', (s) => s.tell(close, answered(201, 'Success'))],
  ['an account that is closed to one only', 'refusals are true', refuseWithoutReason],
];

const closingOf = (amount: number) =>
  answered(409, 'AlreadyComplete', { transactionId: 13, amount }, '/transactions/13');

function retellClosing(story: Story): void {
  const { operations } = story.history;
  const kept = operations.filter(({ intent }) => intent !== close);
  operations.splice(0, Infinity, ...kept);
  story.tell(close, answered(503, 'TemporarilyUnavailable'));
}

function refuseWithoutReason(story: Story): void {
  story.tell({ ...deposit, userId: 2, key: 'k-other', savingsId: REGULAR }, answered(409, 'AccountClosed'));
}

const TRANSFERS: readonly Twist[] = [
  ['a transfer that ended twice', 'once', (s) => release(s, 23, 'k-accept-2')],
  ['money that left the escrow twice', 'the escrow has what is held', (s) => release(s, 23, 'k-accept-2')],
  ['a transfer whose end is forgotten', 'balanced', (s) => (at(s.state.heldTransfers, 0).isHeld = 1)],
  ['a transfer that is held for too long', 'nothing stays open', (s) => (s.state.now = '2026-11-30 11:00:07')],
  ['a transfer that expires too late', 'balanced', (s) => (at(s.state.heldTransfers, 1).expiresAt = NOW)],
  [
    'an end that is not the one that was told',
    'refusals are true',
    (s) => (at(s.state.transferEnds, 0).outcome = 'CANCELED'),
  ],
  ['a transfer that went back to nobody', 'balanced', (s) => (at(s.state.transferEnds, 0).transferId = 99)],
  [
    'a refusal to end what was held',
    'refusals are true',
    (s) => s.tell({ ...cancel, transferId: 21 }, answered(422, 'TransferNotHeld')),
  ],
  ['a transfer that is shown as held after its end', 'reads are fresh', (s) => readAcceptance(s, 20, 'HELD')],
  ['a transfer that is shown as ended', 'reads are true', (s) => readAcceptance(s, 21, 'CANCELED')],
];

const rulesOf = ({ history, state }: Story) => check(history, state).map(({ rule }) => rule);

describe.each([
  ['interest', saved, INTEREST],
  ['daily deposits', saved, DEPOSITS],
  ['closings', closed, CLOSINGS],
  ['held transfers', transferred, TRANSFERS],
] as const)('the checker of %s', (_room, tell: () => Story, twists) => {
  it('has nothing to say about an honest history', () => {
    const { history, state } = tell();
    expect(check(history, state)).toEqual([]);
  });

  it.each(twists)('sees %s', (_what, rule, twist) => {
    const story = tell();
    twist(story);
    expect(rulesOf(story)).toContain(rule);
  });
});

it('takes no offence at a day that ended while an account was being closed, but at one that was forgotten', () => {
  expect(rulesOf(closed(1, DAYS[4]))).toEqual([]);
  expect(rulesOf(closed(1, TODAY))).toEqual(['interest is exact']);
});
