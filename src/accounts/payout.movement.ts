import { declareMovement } from '../movements/index.js';

/** The main account pays all of it; it is held until the bank has answered. */
export const PAYOUT = declareMovement({
  type: 'PAYOUT',
  name: 'withdrawal to a linked bank account',
  paysOutToBank: true,
  legs: [{ from: 'main', to: 'bank', amount: 'amount' }],
});
