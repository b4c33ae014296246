export { SETTLEMENT_BOOKS } from './settlement.books.js';
export { SettlementsModule } from './settlements.module.js';
