import type { RowId } from '../platform/database/batch-transactions.js';
import type { BankOrder, RefusalReason } from './bank-client.js';
import type { BankLink } from './linked-accounts.js';

/** An order to be written together with the movement it is for. Amounts are won. */
export interface NewOrder {
  readonly movementId: RowId;
  readonly link: BankLink;
  readonly order: BankOrder;
  readonly heldAmount: number;
  readonly at: Date;
}

/** An open order under its row lock, with the movement it is for. Amounts are won. */
export interface OpenOrder {
  readonly movementId: number;
  readonly amount: number;
  readonly heldAmount: number;
  readonly clearingAccountId: number;
  /** How often recovery has taken it; more than 0: the bank may have been sent it again. */
  readonly inquiries: number;
}

/** An order that is due to be asked about. All times are by the database's clock. */
export interface DueOrder {
  readonly movementId: number;
  readonly inquiries: number;
  /** Since it was reserved. */
  readonly ageSeconds: number;
  /** Since the order was last sent, as far as recovery did it; else since it was reserved. */
  readonly sinceSentSeconds: number;
  /** Since its business day was over; negative while that lasts. */
  readonly sinceDayEndSeconds: number;
  /** Why the centre did not pass it on when it was sent again. */
  readonly turnedAway: RefusalReason | null;
  readonly order: BankOrder;
}

export type OrderEnd = { readonly status: 'DONE' } | { readonly status: 'REFUSED'; readonly refusal: RefusalReason };

/** How an order stands. */
export interface OrderState {
  readonly status: 'PENDING' | 'DONE' | 'REFUSED';
  readonly inquiries: number;
  readonly refusal: RefusalReason | null;
}
