import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../support/random.js';
import type { Violation } from './checker/violation.js';
import { countDue, countLeases, countOpen } from './final-state.js';
import {
  type AgreementIntent,
  type CloseIntent,
  type FreezeIntent,
  type History,
  type Intent,
  isAgreement,
  isClose,
  isFreeze,
  isLink,
  isMoney,
  isRead,
  type LinkIntent,
  type MoneyIntent,
  type Operation,
  type SignUpIntent,
} from './history.js';
import type { Load } from './load.js';
import type { ServiceSystem } from './system.js';
import { PARTNER_ID, readAgreements } from './world.js';

const PARALLEL = 24;
const DAY_MS = 86_400_000;
/** Of a settlement. */
const DAYS_MAX = 366;
const TRIES_MAX = 5;
/**
 * A try at a lost COMMIT that began just before the last fault: its deadline, a lock wait, and what it then asks of the
 * bank.
 */
const LOST_COMMIT_MS = 5_000;

/**
 * A COMMIT whose answer was lost is looked into in the memory of its instance, where no row shows that it is open: its
 * request was told where to ask by key, and the movement may come any moment.
 */
export async function waitForLostCommits({ operations }: History): Promise<void> {
  const isByKey = ({ outcome }: Operation) =>
    outcome.kind === 'answered' && outcome.status === 202 && outcome.location?.includes('idempotencyKey=');
  if (operations.some(isByKey)) await sleep(LOST_COMMIT_MS);
}

/**
 * Waits until no movement is open, nothing is due, and no key is held any more. @returns a violation when that takes
 * longer than `withinMs`
 */
export async function waitUntilSettled(system: ServiceSystem, withinMs: number): Promise<Violation[]> {
  const startedMs = performance.now();
  for (;;) {
    const open = await whatIsOpen(system);
    if (open === null) return [];
    if (performance.now() - startedMs > withinMs) {
      const text = `${open} ${withinMs / 1000} s after the last fault`;
      return [{ rule: 'nothing stays open', text, operations: [] }];
    }
    await sleep(200);
  }
}

async function whatIsOpen(system: ServiceSystem): Promise<string | null> {
  const open = await countOpen(system);
  if (open > 0) return `${open} movements or orders are still open`;
  const due = await countDue(system);
  if (due > 0) return `${due} accounts, transfers or payments wait for their interest, their deposit or their end`;
  const leases = await countLeases(system);
  return leases > 0 ? `${leases} keys are still held in Redis` : null;
}

/**
 * What a client does that wants to know: follows the Location of every 202, sends every key again, every sign-up, and
 * reads every user and every account to the end.
 */
export async function askAboutEverything(load: Load, history: History, random: Random): Promise<Violation[]> {
  history.final = true;
  const violations: Violation[] = [];
  const ask = async (intent: Intent): Promise<Operation> => {
    for (let tries = 1; ; tries++) {
      const operation = await load.call(intent, random);
      const { outcome } = operation;
      if (outcome.kind === 'answered' && outcome.code !== 'TemporarilyUnavailable') return operation;
      if (tries === TRIES_MAX) {
        const text = `after the faults, ${TRIES_MAX} times no answer to ${JSON.stringify(intent)}`;
        violations.push({ rule: 'back to normal', text, operations: [operation.id] });
        return operation;
      }
      await sleep(200);
    }
  };
  const before = [...history.operations];
  await inParallel(freezes(before), ask);
  await inParallel(releases(before), ask);
  await inParallel(keyed(before), ask);
  await inParallel(signUps(before), ask);
  await inParallel(links(before), ask);
  await inParallel(agreements(before), ask);
  await inParallel(closings(before), ask);
  await inParallel(locations([...history.operations]), ask);
  await inParallel(load.world.users, async ({ userId, mainId, savingsIds, closedIds, agrees }) => {
    await ask({ kind: 'read', what: 'user', id: userId, path: `/users/${userId}` });
    for (const id of [mainId, ...savingsIds, ...closedIds]) await readAll(id, ask);
    if (agrees !== 'never') await ask(readAgreements(userId));
  });
  await ask(settlements(before, load));
  return violations;
}

/** What the partner is owed for every day, as far back as it may be asked for at once. */
function settlements(operations: readonly Operation[], load: Load): Intent {
  const to = load.today();
  const furthest = new Date(Date.parse(to) - (DAYS_MAX - 1) * DAY_MS).toISOString().slice(0, 10);
  const days = operations.map((operation) => operation.days[0]);
  const from = [...days, to].reduce((first, day) => (day < first ? day : first));
  const period = `from=${from < furthest ? furthest : from}&to=${to}&limit=${DAYS_MAX}`;
  return { kind: 'read', what: 'settlement', path: `/partners/${PARTNER_ID}/settlements?${period}` };
}

/** Every key once, with each payload that it was sent with. */
function keyed(operations: readonly Operation[]): MoneyIntent[] {
  const different = new Map<string, MoneyIntent>();
  for (const { intent } of operations.filter(isMoney)) {
    if (intent.key !== undefined) different.set(JSON.stringify(intent), intent);
  }
  return [...different.values()];
}

function signUps(operations: readonly Operation[]): SignUpIntent[] {
  const byEmail = new Map<string, SignUpIntent>();
  for (const { intent } of operations) if (intent.kind === 'signUp') byEmail.set(intent.email, intent);
  return [...byEmail.values()];
}

function links(operations: readonly Operation[]): LinkIntent[] {
  return [...new Map(operations.filter(isLink).map(({ intent }) => [intent.key, intent])).values()];
}

function agreements(operations: readonly Operation[]): AgreementIntent[] {
  return [...new Map(operations.filter(isAgreement).map(({ intent }) => [intent.key, intent])).values()];
}

function freezes(operations: readonly Operation[]): FreezeIntent[] {
  return [...new Map(operations.filter(isFreeze).map(({ intent }) => [intent.key, intent])).values()];
}

/** Whoever is frozen still, as nobody could be told otherwise, is let go on. */
function releases(operations: readonly Operation[]): FreezeIntent[] {
  const frozen = freezes(operations).map(({ kind, owner, ownerId }) => {
    const key = `release-${owner}-${ownerId}`;
    return [key, { kind, act: 'unfreeze', owner, ownerId, key }] as const;
  });
  return [...new Map(frozen).values()];
}

function closings(operations: readonly Operation[]): CloseIntent[] {
  return [...new Map(operations.filter(isClose).map(({ intent }) => [intent.key, intent])).values()];
}

function locations(operations: readonly Operation[]): Intent[] {
  return operations.flatMap(({ id, outcome }) =>
    outcome.kind === 'answered' && outcome.status === 202 && outcome.location !== null
      ? [{ kind: 'read', what: 'location', path: outcome.location, follows: id } as const]
      : [],
  );
}

/** All pages of an account. */
async function readAll(id: number, ask: (intent: Intent) => Promise<Operation>): Promise<void> {
  let path = `/accounts/${id}/transactions?limit=100`;
  for (;;) {
    const operation = await ask({ kind: 'read', what: 'entries', id, path });
    if (!isRead(operation) || operation.outcome.kind !== 'answered') return;
    const cursor = operation.outcome.detail['nextCursor'];
    if (typeof cursor !== 'string') return;
    path = `/accounts/${id}/transactions?limit=100&cursor=${cursor}`;
  }
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}
