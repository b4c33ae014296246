import { declareMovement } from '../movements/index.js';

/** The business day (YYYY-MM-DD in Seoul) of a deposit that is made by itself; undefined for one that was asked for. */
export type SavingsDepositDetails = { readonly day: string } | undefined;

export const SAVINGS_DEPOSIT = declareMovement<SavingsDepositDetails>({
  type: 'SAVINGS_DEPOSIT',
  name: 'savings deposit',
  counter: { kind: 'SAVINGS', of: 'sameUser' },
  topUp: 'missing',
  legs: [{ from: 'main', to: 'counter', amount: 'amount' }],
});
