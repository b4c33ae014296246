import { LEG } from '../ledger/index.js';

/** What a line of a settlement says: a payment, what was captured of one in two steps, or what was given back. */
export const LINE_TYPES = ['PAYMENT', 'CAPTURE', 'CANCEL'] as const;
export type LineType = (typeof LINE_TYPES)[number];

interface DayEntries {
  readonly type: LineType;
  /** The index by day, which the optimizer may take for the worse one: partner_id, business_date, movement_id. */
  readonly index: string;
  /** The entry on the partner's account. */
  readonly leg: number;
  /** The column with the payment's id. */
  readonly paymentId: 'movement_id' | 'payment_id';
}

/**
 * The entries of a partner's payable account, by the table that has the business day of their movements. A settlement,
 * its lines and what the auditor checks of them follow from this: another kind of line is declared here. See
 * docs/decisions/0009.
 */
export const DAY_ENTRIES = {
  payments: { type: 'PAYMENT', index: 'ix_payments_day', leg: LEG.to, paymentId: 'movement_id' },
  authorization_ends: { type: 'CAPTURE', index: 'ix_authorization_ends_day', leg: LEG.to, paymentId: 'payment_id' },
  payment_cancels: { type: 'CANCEL', index: 'ix_payment_cancels_day', leg: LEG.from, paymentId: 'payment_id' },
} as const satisfies Record<string, DayEntries>;

export type DayTable = keyof typeof DAY_ENTRIES;
export const DAY_TABLES = Object.keys(DAY_ENTRIES) as DayTable[];

/** Whose entries: a partner, and its payable account. */
export interface PartnerAccount {
  readonly partnerId: number;
  readonly accountId: number;
}
