export {
  BankClient,
  type BankOutcome,
  INQUIRIES_MAX,
  type InquiryOrder,
  type InquiryOutcome,
  MISMATCH,
  type Receipt,
  type RefusalReason,
  type WithdrawalOrder,
} from './bank-client.js';
export { BankName } from './bank-name.js';
export { BankModule } from './bank.module.js';
export { sandboxHandle } from './banks.js';
export { DAILY_LIMIT, dailyLimitUse, type DailyLimitUse, type LimitUse } from './daily-limit.js';
export { afterNoSuchId } from './last-word.js';
export { LINKED_ACCOUNTS_SEALED, LinkVault } from './link-vault.js';
export { LinkedAccount } from './linked-account.entity.js';
export { LinkedAccounts, type LockedLink } from './linked-accounts.js';
export { OpenBankingClient } from './open-banking/index.js';
export { type DueWithdrawal, type OpenWithdrawal, Withdrawals } from './withdrawals.js';
