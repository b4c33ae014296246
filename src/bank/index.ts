export {
  BankClient,
  type BankOrder,
  type BankOutcome,
  INQUIRIES_MAX,
  type InquiryOrder,
  type InquiryOutcome,
  MISMATCH,
  type OrderKind,
  type Receipt,
  type RefusalReason,
} from './bank-client.js';
export { BankName } from './bank-name.js';
export type { DueOrder, OpenOrder, OrderEnd, OrderState } from './bank-order.js';
export { type BankOrders, Payouts, Withdrawals } from './bank-orders.js';
export { BankModule } from './bank.module.js';
export { BANKS, bankNameOf, sandboxHandle } from './banks.js';
export { DAILY_LIMIT, dailyLimitUse, type DailyLimitUse, type LimitUse } from './daily-limit.js';
export { afterNoSuchId } from './last-word.js';
export { LinkSearch } from './link-search.js';
export { LINKED_ACCOUNTS_SEALED, LinkVault } from './link-vault.js';
export { LinkedAccount } from './linked-account.entity.js';
export { type BankLink, LinkedAccounts, type LockedLink } from './linked-accounts.js';
export { type OrderRecord, OrderRecords } from './order-records.js';
export { OpenBankingClient } from './open-banking/index.js';
export { SandboxBankModule } from './sandbox/sandbox-bank.controller.js';
