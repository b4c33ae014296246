import { declareMovement } from '../movements/index.js';

export const SAVINGS_WITHDRAWAL = declareMovement({
  type: 'SAVINGS_WITHDRAWAL',
  name: 'withdrawal from savings',
  counter: { kind: 'SAVINGS', of: 'sameUser' },
  legs: [{ from: 'counter', to: 'main', amount: 'amount' }],
});
