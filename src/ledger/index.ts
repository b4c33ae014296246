export { newAccountNumber } from './account-number.js';
export { AccountBook, type LockedAccount, Overdrawn } from './account-book.js';
export { Account, type AccountKind } from './account.entity.js';
export { Entry, LEG } from './entry.entity.js';
export { JournalBuilder, type Journal, type LedgerAccountRef, UnbalancedJournal } from './journal.js';
export { Ledger } from './ledger.js';
export { LedgerModule } from './ledger.module.js';
