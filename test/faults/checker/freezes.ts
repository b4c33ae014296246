import { isDeepStrictEqual } from 'node:util';
import type { AccountRow } from '../final-state.js';
import {
  type Answered,
  answerOf,
  type FreezeIntent,
  isClose,
  isFreeze,
  isLink,
  isMoney,
  isOpen,
  isRead,
  isSuccess,
  type Operation,
  type ReadIntent,
} from '../history.js';
import { movementIdIn } from '../world.js';
import { type Evidence, groupBy } from './evidence.js';
import { isDoneSaid, timesOf } from './told.js';

const RULE = 'frozen is frozen';
/** What else only ends what was begun. */
const NEW = new Set([
  ...['payments', 'authorizations', 'charges', 'withdrawals', 'deposits', 'savings-withdrawals'],
  ...['transfers', 'holds', 'transfer-accepts'],
]);
const OWNERS: Partial<Record<AccountRow['kind'], FreezeIntent['owner']>> = { MAIN: 'user', PARTNER_PAYABLE: 'partner' };
const SHOWN = /^\/(user|partner)s\/(\d+)$/;
const MADE = ['Success', 'AlreadyComplete', 'Processing', 'AlreadyOnGoing'];

/** When what a key asks for was done: not before the first time, and, as far as anybody was told, not after the second. */
interface Act {
  readonly askedMs: number;
  readonly toldMs: number;
}

/** A freeze, and when it may have begun to end at the earliest, and has ended for certain. */
interface Freeze extends Act {
  readonly endAskedMs: number;
  readonly endToldMs: number;
}

/** Nothing new moves, and nothing else is refused for it; whoever repeats an act hears the same. */
export function checkFreezes(evidence: Evidence): void {
  const { operations } = evidence.history;
  const acts = groupBy(operations.filter(isFreeze), ({ intent }) => intent.key);
  for (const ofKey of acts.values()) checkKey(evidence, ofKey);
  for (const operation of operations) {
    const askedMs = newSince(evidence, operation);
    const freezes = askedMs === null ? [] : ownersOf(operation).flatMap((owner) => freezesOf(evidence, owner));
    const during = freezes.find(
      ({ toldMs, endAskedMs }) => toldMs < (askedMs as number) && operation.endedMs < endAskedMs,
    );
    if (!during) continue;
    const text = `${JSON.stringify(operation.intent)} was answered with ${answerOf(operation)} by who is frozen`;
    evidence.violate(RULE, text, operation);
  }
  for (const read of operations.filter(isRead)) checkShown(evidence, read);
  for (const account of evidence.state.accounts) checkAccount(evidence, account);
}

/** It is frozen in the end if it may be, and if it must be. */
function checkAccount(evidence: Evidence, { id, kind, ownerId, frozenAt }: AccountRow): void {
  const owner = OWNERS[kind];
  const own = owner ? freezesOf(evidence, `${owner} ${ownerId}`) : [];
  const isRight = frozenAt === null ? !own.some(isForEver) : own.some(({ endToldMs }) => endToldMs === Infinity);
  if (isRight) return;
  const text = `account ${id} of ${owner} ${ownerId} is frozen since ${frozenAt}: ${JSON.stringify(own)}`;
  evidence.violate('acknowledged means durable', text);
}

const isForEver = ({ toldMs, endAskedMs }: Freeze) => toldMs < Infinity && endAskedMs === Infinity;

/** That somebody is frozen is said only of who is, or may be. */
export function checkFrozenRefusal(evidence: Evidence, name: string, operation: Operation): void {
  const { startedMs, endedMs } = operation;
  const own = ownersOf(operation).flatMap((owner) => freezesOf(evidence, owner));
  if (own.some(({ askedMs, endToldMs }) => askedMs < endedMs && endToldMs > startedMs)) return;
  evidence.violate('refusals are true', `${name}: ${answerOf(operation)}, and nobody is frozen`, operation);
}

/** Who must not be frozen for this to be done. */
function ownersOf({ intent, outcome }: Operation): string[] {
  if (intent.kind === 'freeze' || intent.kind === 'signUp' || intent.kind === 'read') return [];
  const isPartnerTold = outcome.kind === 'answered' && outcome.code === 'PartnerFrozen';
  const partners = intent.kind === 'money' && intent.partnerId !== undefined ? [`partner ${intent.partnerId}`] : [];
  if (isPartnerTold) return partners;
  const isSent = intent.kind === 'money' && (intent.route === 'transfers' || intent.route === 'holds');
  const users = [`user ${intent.userId}`, ...(isSent ? [`user ${intent.toUserId}`] : [])];
  return outcome.kind === 'answered' && outcome.code === 'AccountFrozen' ? users : [...users, ...partners];
}

/** When something new that was made was first asked for; null for what was not made, or only ends something. */
function newSince(evidence: Evidence, operation: Operation): number | null {
  const { outcome, startedMs } = operation;
  if (outcome.kind !== 'answered' || !MADE.includes(outcome.code)) return null;
  if (isMoney(operation)) {
    const { route } = operation.intent;
    const id = movementIdIn(route, outcome.detail);
    return id === null || !NEW.has(route) ? null : (timesOf(evidence).asked.get(id) ?? startedMs);
  }
  if (!isClose(operation) && !isLink(operation)) return null;
  const { key } = operation.intent;
  const ofKey = evidence.history.operations.filter((one) => (isClose(one) || isLink(one)) && one.intent.key === key);
  return Math.min(...ofKey.map((one) => one.startedMs));
}

/** What a user or a partner is shown as, and was, or may have been. */
function checkShown(evidence: Evidence, read: Operation<ReadIntent>): void {
  const { intent, outcome, startedMs, endedMs } = read;
  const [, owner, id] = SHOWN.exec(intent.path) ?? [];
  if (owner === undefined || outcome.kind !== 'answered' || outcome.status !== 200) return;
  const isFrozen = outcome.detail['frozen'] === true;
  const own = freezesOf(evidence, `${owner} ${id}`);
  const isPossible = own.some(({ askedMs, endToldMs }) => askedMs < endedMs && endToldMs > startedMs);
  const isCertain = own.some(({ toldMs, endAskedMs }) => toldMs < startedMs && endAskedMs > endedMs);
  if (isFrozen ? isPossible : !isCertain) return;
  evidence.violate('reads are true', `${owner} ${id} is shown as ${isFrozen ? '' : 'not '}frozen`, read);
}

const known = new WeakMap<Evidence, ReadonlyMap<string, readonly Freeze[]>>();

/** `user 1`, `partner 100` */
function freezesOf(evidence: Evidence, owner: string): readonly Freeze[] {
  let found = known.get(evidence);
  if (!found) known.set(evidence, (found = findFreezes(evidence)));
  return found.get(owner) ?? [];
}

function findFreezes({ history }: Evidence): Map<string, readonly Freeze[]> {
  const byOwner = groupBy(history.operations.filter(isFreeze), ({ intent }) => `${intent.owner} ${intent.ownerId}`);
  return new Map(
    [...byOwner].map(([owner, own]) => {
      const ends = actsOf(own, 'unfreeze');
      const freezes = actsOf(own, 'freeze').map((freeze) => {
        const later = ends.filter(({ toldMs }) => toldMs > freeze.askedMs);
        const after = later.filter(({ askedMs }) => askedMs > freeze.toldMs);
        return {
          ...freeze,
          endAskedMs: Math.min(...later.map(({ askedMs }) => askedMs)),
          endToldMs: Math.min(...after.map(({ toldMs }) => toldMs)),
        };
      });
      return [owner, freezes];
    }),
  );
}

/** Those that were done, or may have been. */
function actsOf(operations: readonly Operation<FreezeIntent>[], act: FreezeIntent['act']): Act[] {
  const ofKeys = groupBy(
    operations.filter(({ intent }) => intent.act === act),
    ({ intent }) => intent.key,
  );
  return [...ofKeys.values()].flatMap((ofKey) => {
    const done = ofKey.filter(isDoneSaid);
    const mayBe = ofKey.filter((one) => isDoneSaid(one) || isOpen(one) || answerOf(one) === 'AlreadyOnGoing');
    if (mayBe.length === 0) return [];
    const toldMs = Math.min(...done.map(({ endedMs }) => endedMs));
    return [{ askedMs: Math.min(...mayBe.map(({ startedMs }) => startedMs)), toldMs }];
  });
}

/** What a key has done was done once, and is told the same for ever. */
function checkKey(evidence: Evidence, operations: readonly Operation<FreezeIntent>[]): void {
  const { act, owner, ownerId, key } = (operations[0] as Operation<FreezeIntent>).intent;
  const name = `${act} of ${owner} ${ownerId} by ${key}`;
  const successes = operations.filter(isSuccess);
  if (successes.length > 1) evidence.violate('once', `${name} was answered with Success twice`, ...successes);
  const told = operations.filter(isDoneSaid);
  const first = told[0]?.outcome as Answered | undefined;
  for (const operation of operations) {
    const { outcome, startedMs } = operation;
    if (outcome.kind !== 'answered' || [202, 503].includes(outcome.status)) continue;
    const wasDone = told.some(({ endedMs }) => endedMs < startedMs);
    if (isDoneSaid(operation)) {
      const { [`${owner}Id`]: id, frozen } = outcome.detail;
      const isSame = isDeepStrictEqual([outcome.detail, outcome.location], [first?.detail, first?.location]);
      if (isSame && id === ownerId && frozen === (act === 'freeze')) continue;
      evidence.violate('the same answer ever after', `${name}: ${JSON.stringify([first, outcome])}`, operation);
    } else if (outcome.code !== 'AlreadyOnGoing' || wasDone) {
      evidence.violate('no defects', `${name} was answered with ${outcome.status} ${outcome.code}`, operation);
    }
  }
}
