import { isDeepStrictEqual } from 'node:util';
import { type Answered, isLink, isOpen, isSuccess, type LinkIntent, type Operation } from '../history.js';
import { type Evidence, groupBy } from './evidence.js';
import { checkFrozenRefusal } from './freezes.js';

/** What else than success a change may be told. */
const REFUSALS = ['AlreadyComplete', 'AccountNotFound', 'DefaultLinkedAccount', 'LinkedAccountInUse'];
/** How many a user may have linked at a time. */
const LINKED_MAX = 10;

/** Each user has one default, and has linked what was asked for, and nothing else. */
export function checkLinks(evidence: Evidence): void {
  const changes = evidence.history.operations.filter(isLink);
  const byUser = groupBy(changes, ({ intent }) => intent.userId);
  for (const { id } of evidence.state.users) checkUser(evidence, id, byUser.get(id) ?? []);
  for (const ofKey of groupBy(changes, ({ intent }) => intent.key).values()) checkKey(evidence, ofKey);
}

function checkUser(evidence: Evidence, userId: number, changes: readonly Operation<LinkIntent>[]): void {
  const links = evidence.state.links.filter((link) => link.userId === userId);
  const defaults = links.filter(({ isDefault }) => isDefault === 1);
  if (defaults.length !== 1 || defaults[0]?.isLive !== 1) {
    evidence.violate('one default', `user ${userId} has ${JSON.stringify(links)}`, ...changes);
  }
  const added = changes.filter(({ intent }) => intent.act === 'add');
  const possible = new Set(added.filter((one) => isSuccess(one) || isOpen(one)).map(({ intent }) => intent.key));
  if (links.length > 1 + possible.size) {
    const text = `user ${userId} has linked ${links.length} accounts, of which ${possible.size} were asked for`;
    evidence.violate('refused means no effect', text, ...added);
  }
}

/** What a key has changed was changed once, is told the same for ever, and is there. */
function checkKey(evidence: Evidence, operations: readonly Operation<LinkIntent>[]): void {
  const { intent } = operations[0] as Operation<LinkIntent>;
  const name = `the link of ${intent.key}`;
  const successes = operations.filter(isSuccess);
  if (successes.length > 1) evidence.violate('once', `${name} was answered with Success twice`, ...successes);
  const told = operations.flatMap(({ outcome }) =>
    outcome.kind === 'answered' && ['Success', 'AlreadyComplete'].includes(outcome.code) ? [outcome] : [],
  );
  if (told.some(({ detail, location }) => !isSame(told[0] as Answered, { detail, location }))) {
    evidence.violate('the same answer ever after', `${name}: ${JSON.stringify(told)}`, ...operations);
  }
  for (const operation of operations) checkAnswer(evidence, name, operation, successes[0]);
  const linkedAccountId = told[0]?.detail['linkedAccountId'];
  if (linkedAccountId === undefined) return;
  const link = evidence.state.links.find(({ id, userId }) => id === linkedAccountId && userId === intent.userId);
  if (!link || (intent.act === 'remove' && link.isLive !== null)) {
    const text = `${name}: ${intent.act} of ${JSON.stringify(linkedAccountId)}, and there is ${JSON.stringify(link)}`;
    evidence.violate('acknowledged means durable', text, ...operations);
  }
}

function checkAnswer(
  evidence: Evidence,
  name: string,
  operation: Operation<LinkIntent>,
  success: Operation<LinkIntent> | undefined,
): void {
  const { outcome, startedMs, intent } = operation;
  if (outcome.kind !== 'answered' || isSuccess(operation) || [202, 503].includes(outcome.status)) return;
  const everLinked = evidence.state.links.filter(({ userId }) => userId === intent.userId).length;
  const isFull = outcome.code === 'TooManyLinkedAccounts' && intent.act === 'add' && everLinked >= LINKED_MAX;
  if (outcome.code === 'AccountFrozen') {
    checkFrozenRefusal(evidence, name, operation);
  } else if (!REFUSALS.includes(outcome.code) && !isFull) {
    evidence.violate('no defects', `${name} was answered with ${outcome.status} ${outcome.code}`, operation);
  } else if (success && success.endedMs < startedMs && outcome.code !== 'AlreadyComplete') {
    evidence.violate('a duplicate is 409 for ever', `${outcome.code} instead of AlreadyComplete`, operation);
  }
}

function isSame(one: Answered, { detail, location }: Pick<Answered, 'detail' | 'location'>): boolean {
  return isDeepStrictEqual(one.detail, detail) && one.location === location;
}
