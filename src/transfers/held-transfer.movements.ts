import { type Acceptance, declareMovement, type MovementView } from '../movements/index.js';

const HOURS_MAX = 72;
/** So long before a transfer goes back by itself its receiver is reminded. */
const REMINDER_HOURS = 24;
const HOUR_MS = 3_600_000;

/** What a transfer that waits says besides who, whom and how much. */
export interface HoldDetails {
  /** As it was stored; null of a new one, of which it follows from when the money came. */
  readonly expiresAt: Date | null;
}

export type TransferOutcome = Exclude<Acceptance['status'], 'HELD'>;

export interface EndDetails {
  readonly transferId: number;
  readonly outcome: TransferOutcome;
}

const counter = { kind: 'MAIN', of: 'otherUser' } as const;

/** The counter account is the receiver's: it gets nothing yet. */
export const TRANSFER_HOLD = declareMovement<HoldDetails>({
  type: 'TRANSFER_HOLD',
  name: 'transfer that waits to be accepted',
  counter,
  topUp: 'missing',
  legs: [{ from: 'main', to: 'TRANSFER_ESCROW', amount: 'amount' }],
});

/** The receiver's movement; the counter account is the sender's. */
export const TRANSFER_RELEASE = declareMovement<EndDetails>({
  type: 'TRANSFER_RELEASE',
  name: 'transfer that was accepted',
  counter,
  evenIfFrozen: 'counter', // the money has left the sender
  legs: [{ from: 'TRANSFER_ESCROW', to: 'main', amount: 'amount' }],
  claims: endOf,
});

/** The sender's movement, by a cancel or because its time is over; the counter account is the receiver's. */
export const TRANSFER_RETURN = declareMovement<EndDetails>({
  type: 'TRANSFER_RETURN',
  name: 'transfer that went back',
  counter,
  evenIfFrozen: 'either',
  legs: [{ from: 'TRANSFER_ESCROW', to: 'main', amount: 'amount' }],
  claims: endOf,
});

/** A transfer has one end, whichever it is. */
function endOf({ transferId }: EndDetails): string {
  return `end of transfer ${transferId}`;
}

/** When a transfer goes back by itself whose money left the sender at this time. */
export function expiryOf(heldAt: Date): Date {
  return new Date(heldAt.getTime() + HOURS_MAX * HOUR_MS);
}

/** The last expiry whose transfers' receivers are reminded by now. */
export function expiryRemindedOf(now: Date): Date {
  return new Date(now.getTime() + REMINDER_HOURS * HOUR_MS);
}

/** The same of a COMPLETED `TRANSFER_HOLD`. */
export function expiresAt({ completedAt }: MovementView, details: HoldDetails): Date {
  return details.expiresAt ?? expiryOf(completedAt as Date);
}
