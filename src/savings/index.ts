export { INTEREST } from './interest.movement.js';
export { SAVINGS_CLOSING } from './savings-closing.movement.js';
export { SAVINGS_DEPOSIT } from './savings-deposit.movement.js';
export { SAVINGS_WITHDRAWAL } from './savings-withdrawal.movement.js';
export { SAVINGS_BOOKS } from './savings.books.js';
export { SavingsModule } from './savings.module.js';
