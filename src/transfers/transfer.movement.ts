import { declareMovement } from '../movements/index.js';

export const TRANSFER = declareMovement({
  type: 'TRANSFER',
  name: 'transfer',
  counter: { kind: 'MAIN', of: 'otherUser' },
  topUp: 'missing',
  legs: [{ from: 'main', to: 'counter', amount: 'amount' }],
});
