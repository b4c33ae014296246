import { declareMovement } from '../../src/movements/movement.declaration.js';

const partner = { kind: 'PARTNER_PAYABLE', of: 'noUser' } as const;

/** Movements that are not there yet: the form of a declaration must hold them. */
export const COMING = {
  AUTHORIZATION: declareMovement({
    type: 'AUTHORIZATION',
    name: 'authorisation of a payment',
    counter: partner,
    topUp: 'missing',
    keepsHold: true,
    legs: [],
  }),
  CAPTURE: declareMovement<{ authorizationId: number }>({
    type: 'CAPTURE',
    name: 'capture',
    counter: partner,
    uses: 'AUTHORIZATION',
    legs: [{ from: 'main', to: 'counter', amount: 'amount' }],
    claims: ({ authorizationId }) => `end of ${authorizationId}`,
  }),
  VOID: declareMovement<{ authorizationId: number }>({
    type: 'VOID',
    name: 'void',
    counter: partner,
    uses: 'AUTHORIZATION',
    legs: [],
    claims: ({ authorizationId }) => `end of ${authorizationId}`,
  }),
  SALE_WITH_FEE: declareMovement({
    type: 'SALE_WITH_FEE',
    name: 'payment with a fee',
    counter: partner,
    topUp: 'missing',
    legs: [
      { from: 'main', to: 'counter', amount: 'amount' },
      { from: 'main', to: 'FEE_INCOME', amount: 'fee' },
    ],
  }),
};
