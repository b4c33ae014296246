export { newAccountNumber } from './account-number.js';
export { AccountBook, type LockedAccount, type PostedEntry } from './account-book.js';
export { Account, type AccountKind, carriesBalance } from './account.entity.js';
export { BusinessDays } from './business-days.js';
export { LEG } from './entry.entity.js';
export { JournalBuilder, type Journal } from './journal.js';
export { type JournalPair, Journals, type JournalSide, type NamedAccount } from './journals.js';
export { type EntryPeriod, type EntryPlaces, Ledger, type PostedJournal, type StatementEntry } from './ledger.js';
export { LedgerModule } from './ledger.module.js';
