import { InitialSchema1763800000000 } from './1763800000000-initial-schema.js';
import { Webhooks1763800100000 } from './1763800100000-webhooks.js';
import { ApiKeys1763800200000 } from './1763800200000-api-keys.js';
import { PaymentCancels1763800300000 } from './1763800300000-payment-cancels.js';
import { BusinessDates1763800400000 } from './1763800400000-business-dates.js';
import { LastAudit1763850000000 } from './1763850000000-last-audit.js';
import { MovementTypes1764200000000 } from './1764200000000-movement-types.js';
import { BusinessDays1764250000000 } from './1764250000000-business-days.js';
import { AuditMemory1764250100000 } from './1764250100000-audit-memory.js';
import { BankAccounts1764310000000 } from './1764310000000-bank-accounts.js';
import { ReadingKeys1764330000000 } from './1764330000000-reading-keys.js';
import { SealPersonalData1764400000000 } from './1764400000000-seal-personal-data.js';
import { DropPlainPersonalData1764400100000 } from './1764400100000-drop-plain-personal-data.js';
import { SavingsThatEarn1764500000000 } from './1764500000000-savings-that-earn.js';
import { DailyDeposits1764500100000 } from './1764500100000-daily-deposits.js';
import { SeveralLinks1764500300000 } from './1764500300000-several-links.js';
import { EntriesByTime1764510000000 } from './1764510000000-entries-by-time.js';
import { HeldTransfers1764515000000 } from './1764515000000-held-transfers.js';
import { SandboxClock1764520000000 } from './1764520000000-sandbox-clock.js';
import { TransferReminders1764530000000 } from './1764530000000-transfer-reminders.js';
import { ClosedAccounts1764535000000 } from './1764535000000-closed-accounts.js';
import { ErasedUsers1764540000000 } from './1764540000000-erased-users.js';
import { Authorizations1764547000000 } from './1764547000000-authorizations.js';
import { Agreements1764548000000 } from './1764548000000-agreements.js';
import { Payouts1764545000000 } from './1764545000000-payouts.js';
import { WebhookAttempts1764560000000 } from './1764560000000-webhook-attempts.js';
import { OperatorActs1764565000000 } from './1764565000000-operator-acts.js';
import { WebhookDeliveries1763900000000 } from './1763900000000-webhook-deliveries.js';
import { OperatorsSearch1764570000000 } from './1764570000000-operators-search.js';
import { Audits1764571000000 } from './1764571000000-audits.js';

/** In the order of their time stamps. */
export const migrations = [
  InitialSchema1763800000000,
  Webhooks1763800100000,
  ApiKeys1763800200000,
  PaymentCancels1763800300000,
  BusinessDates1763800400000,
  LastAudit1763850000000,
  WebhookDeliveries1763900000000,
  MovementTypes1764200000000,
  BusinessDays1764250000000,
  AuditMemory1764250100000,
  BankAccounts1764310000000,
  ReadingKeys1764330000000,
  SealPersonalData1764400000000,
  DropPlainPersonalData1764400100000,
  SavingsThatEarn1764500000000,
  DailyDeposits1764500100000,
  SeveralLinks1764500300000,
  EntriesByTime1764510000000,
  HeldTransfers1764515000000,
  SandboxClock1764520000000,
  TransferReminders1764530000000,
  ClosedAccounts1764535000000,
  ErasedUsers1764540000000,
  Payouts1764545000000,
  Authorizations1764547000000,
  Agreements1764548000000,
  WebhookAttempts1764560000000,
  OperatorActs1764565000000,
  OperatorsSearch1764570000000,
  Audits1764571000000,
];
