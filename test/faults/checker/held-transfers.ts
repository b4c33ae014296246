import type { HeldTransferRow, MovementRow, TransferEndRow } from '../final-state.js';
import { type Evidence, groupBy } from './evidence.js';

/** The receiver has three days. */
const HELD_MS = 72 * 3_600_000;

/** A transfer that waits to be accepted ends once, with its receiver or its sender; until then its money is held. */
export function checkHeldTransfers(evidence: Evidence): void {
  const { movements, transferEnds, now } = evidence.state;
  const endsOf = groupBy(transferEnds, ({ transferId }) => transferId);
  let heldSum = 0;
  for (const movement of movements) {
    const { id, type, status, amount } = movement;
    if (type === 'TRANSFER_RELEASE' || type === 'TRANSFER_RETURN') checkEnd(evidence, movement);
    if (type !== 'TRANSFER_HOLD') continue;
    const row = evidence.heldTransfers.get(id);
    const ends = endsOf.get(id) ?? [];
    if (ends.length > 1) {
      evidence.violate('once', `transfer ${id} has ended ${ends.length} times: ${JSON.stringify(ends)}`);
    }
    if (ends.length === 0 && status === 'COMPLETED') heldSum += amount;
    const isHeld = row ? (row.isHeld === 1) !== ends.length > 0 && status === 'COMPLETED' : status !== 'COMPLETED';
    const isTimely = !row || expiryOf(movement) === row.expiresAt;
    if (!isHeld || !isTimely) {
      const text = `transfer ${JSON.stringify(movement)} is ${JSON.stringify(row)}, with ${JSON.stringify(ends)}`;
      evidence.violate('balanced', text);
    }
    if (row?.isHeld === 1 && row.expiresAt < now) {
      evidence.violate('nothing stays open', `transfer ${id} is held since ${row.expiresAt}, at ${now}`);
    }
  }
  checkEscrow(evidence, heldSum);
}

/** It is of a transfer that was held, goes to whom it says, and comes by the clock no earlier than it may. */
function checkEnd(evidence: Evidence, movement: MovementRow): void {
  const { id, type, amount, accountId, counterAccountId, completedAt } = movement;
  const end = evidence.transferEnds.get(id);
  const hold = end && evidence.movements.get(end.transferId);
  const held = end && evidence.heldTransfers.get(end.transferId);
  const isAccepted = type === 'TRANSFER_RELEASE';
  const isRight =
    hold?.type === 'TRANSFER_HOLD' &&
    hold.amount === amount &&
    (end?.outcome === 'ACCEPTED') === isAccepted &&
    accountId === (isAccepted ? hold.counterAccountId : hold.accountId) &&
    counterAccountId === (isAccepted ? hold.accountId : hold.counterAccountId) &&
    isInTime(end, held, completedAt);
  if (isRight) return;
  const text = `movement ${JSON.stringify(movement)} is the end ${JSON.stringify(end)} of ${JSON.stringify(hold)}`;
  evidence.violate('balanced', text);
}

function isInTime(end: TransferEndRow | undefined, held: HeldTransferRow | undefined, at: string | null): boolean {
  return end?.outcome !== 'EXPIRED' || (held !== undefined && at !== null && held.expiresAt <= at);
}

function expiryOf({ completedAt }: MovementRow): string | null {
  if (completedAt === null) return null;
  const expiresMs = Date.parse(`${completedAt.replace(' ', 'T')}Z`) + HELD_MS;
  return new Date(expiresMs).toISOString().slice(0, 19).replace('T', ' ');
}

function checkEscrow(evidence: Evidence, held: number): void {
  const escrow = evidence.systemAccount('TRANSFER_ESCROW');
  const own = evidence.state.entries.filter(({ accountId }) => accountId === escrow);
  const sum = own.reduce((total, { amount }) => total + amount, 0);
  if (sum !== held) evidence.violate('the escrow has what is held', `${sum} won are there, and ${held} are held`);
}
