import { InitialSchema1763800000000 } from './1763800000000-initial-schema.js';
import { Webhooks1763800100000 } from './1763800100000-webhooks.js';
import { ApiKeys1763800200000 } from './1763800200000-api-keys.js';
import { PaymentCancels1763800300000 } from './1763800300000-payment-cancels.js';
import { BusinessDates1763800400000 } from './1763800400000-business-dates.js';
import { LastAudit1763850000000 } from './1763850000000-last-audit.js';

/** In the order of their time stamps. */
export const migrations = [
  InitialSchema1763800000000,
  Webhooks1763800100000,
  ApiKeys1763800200000,
  PaymentCancels1763800300000,
  BusinessDates1763800400000,
  LastAudit1763850000000,
];
