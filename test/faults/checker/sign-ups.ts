import { answerOf, isOpen, isSuccess, type Operation, type SavingsIntent, type SignUpIntent } from '../history.js';
import { type Evidence, groupBy } from './evidence.js';
import { checkFrozenRefusal } from './freezes.js';

/** One user per e-mail, and exactly the savings accounts that were asked for. */
export function checkSignUps(evidence: Evidence): void {
  const { operations } = evidence.history;
  const signUps = operations.filter((o): o is Operation<SignUpIntent> => o.intent.kind === 'signUp');
  const users = groupBy(evidence.state.users, ({ email }) => email);
  for (const [email, attempts] of groupBy(signUps, ({ intent }) => intent.email)) {
    checkEmail(evidence, email, attempts, users.get(email)?.map(({ id }) => id) ?? []);
    users.delete(email);
  }
  for (const email of users.keys()) evidence.violate('only what was asked for', `nobody signed ${email} up`);
  const opened = operations.filter((o): o is Operation<SavingsIntent> => o.intent.kind === 'savings');
  for (const [userId, attempts] of groupBy(opened, ({ intent }) => intent.userId))
    checkSavings(evidence, userId, attempts);
}

function checkEmail(
  evidence: Evidence,
  email: string,
  attempts: readonly Operation<SignUpIntent>[],
  userIds: readonly number[],
): void {
  const successes = attempts.filter(isSuccess);
  if (userIds.length > 1 || successes.length > 1) {
    evidence.violate('once', `${email} was signed up ${Math.max(userIds.length, successes.length)} times`, ...attempts);
  }
  const possible = attempts.filter((attempt) => isSuccess(attempt) || isOpen(attempt));
  if (userIds.length > 0 && possible.length === 0) {
    const told = attempts.map(answerOf).join(', ');
    evidence.violate('refused means no effect', `${email} is signed up, but was answered ${told}`, ...attempts);
  }
  for (const attempt of attempts) {
    const { outcome } = attempt;
    if (outcome.kind !== 'answered') continue;
    const { code, status, detail } = outcome;
    if (code === 'Success') {
      const { userId, mainAccount } = detail as { userId: number; mainAccount: { accountId: number } };
      if (userIds[0] !== userId || evidence.mainAccountOf(userId) !== mainAccount.accountId) {
        evidence.violate('acknowledged means durable', `${email}: ${JSON.stringify(detail)} is not there`, attempt);
      }
    } else if (code === 'AlreadyRegistered') {
      const isRegistered = possible.some((other) => other !== attempt && other.startedMs < attempt.endedMs);
      if (!isRegistered) evidence.violate('409 means that it exists', `nobody else signed ${email} up`, ...attempts);
    } else if (status !== 503 && status !== 202) {
      evidence.violate('no defects', `${email} was answered with ${status} ${code}`, attempt);
    }
  }
}

function checkSavings(evidence: Evidence, userId: number, attempts: readonly Operation<SavingsIntent>[]): void {
  const own = evidence.state.accounts.filter(({ kind, ownerId }) => kind === 'SAVINGS' && ownerId === userId);
  const ids = new Set(own.map(({ id }) => id));
  const open = attempts.filter(isOpen);
  const successes = attempts.filter(isSuccess);
  for (const attempt of attempts) {
    const { outcome } = attempt;
    if (outcome.kind !== 'answered') continue;
    const { code, status, detail } = outcome;
    if (code === 'Success' && !ids.has(detail['accountId'] as number)) {
      evidence.violate(
        'acknowledged means durable',
        `savings account ${String(detail['accountId'])} is not there`,
        attempt,
      );
    } else if (code === 'AccountFrozen') {
      checkFrozenRefusal(evidence, 'a savings account', attempt);
    } else if (code !== 'Success' && status !== 503 && status !== 202) {
      evidence.violate('no defects', `a savings account was answered with ${status} ${code}`, attempt);
    }
  }
  if (own.length > successes.length + open.length) {
    const text = `user ${userId} has ${own.length} savings accounts after ${successes.length} were opened and ${open.length} may have been`;
    evidence.violate('refused means no effect', text, ...attempts);
  }
}
