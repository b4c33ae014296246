export {
  BankClient,
  type BankOutcome,
  INQUIRIES_MAX,
  type InquiryOrder,
  type InquiryOutcome,
  MISMATCH,
  type RefusalReason,
  type WithdrawalOrder,
} from './bank-client.js';
export { BankModule } from './bank.module.js';
export { DAILY_LIMIT, dailyLimitUse, type DailyLimitUse } from './daily-limit.js';
export { LinkedAccount } from './linked-account.entity.js';
export { LinkedAccounts, type LockedLink } from './linked-accounts.js';
export { OpenBankingClient } from './open-banking/index.js';
export { type DueWithdrawal, type NewWithdrawal, type OpenWithdrawal, Withdrawals } from './withdrawals.js';
