import { declareMovement } from '../../src/movements/movement.declaration.js';

/** Movements that are not there yet: the form of a declaration must hold them. */
export const COMING = {
  SALE_WITH_FEE: declareMovement({
    type: 'SALE_WITH_FEE',
    name: 'payment with a fee',
    counter: { kind: 'PARTNER_PAYABLE', of: 'noUser' },
    topUp: 'missing',
    legs: [
      { from: 'main', to: 'counter', amount: 'amount' },
      { from: 'main', to: 'FEE_INCOME', amount: 'fee' },
    ],
  }),
};
