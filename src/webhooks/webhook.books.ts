import type { RoomBooks } from '../audit/index.js';
import { APP } from './webhook-owner.js';

/** What the auditor checks of webhooks: that they belong together. */
export const WEBHOOK_BOOKS: RoomBooks = {
  tables: [],
  uniqueKeys: [['webhook_events', 'uq_webhook_events_sequence', 'endpoint_id,payment_id,sequence']],
  constraints: [['ck_webhook_events', 'sequence > 0 AND attempts >= 0']],
  references: [
    { table: 'webhook_endpoints', column: 'partner_id', to: 'partners', where: `t.partner_id <> ${APP}` },
    { table: 'webhook_secrets', column: 'endpoint_id', to: 'webhook_endpoints' },
    { table: 'webhook_events', column: 'endpoint_id', to: 'webhook_endpoints' },
    { table: 'webhook_attempts', column: 'endpoint_id', to: 'webhook_endpoints' },
    { table: 'webhook_resends', column: 'endpoint_id', to: 'webhook_endpoints' },
    { table: 'webhook_events', column: 'payment_id', to: 'movements', where: 't.payment_id > 0' },
  ],
  probes: [],
};
