-- What the user of a running service needs where `npm run migrate` looks after the schema: to be run after it, and
-- again after each migration that makes a table, before the new version starts. An administrator makes the user first:
--   CREATE USER 'pay_service'@'%' IDENTIFIED BY '…';
-- The names of the database and the user are yours to change. A test runs the service with exactly this.

GRANT SELECT ON pay.* TO 'pay_service'@'%';

-- The books: nothing is ever deleted, and what was posted never changed.
GRANT INSERT ON pay.entries TO 'pay_service'@'%';
GRANT INSERT, UPDATE ON pay.accounts TO 'pay_service'@'%';
GRANT INSERT, UPDATE ON pay.movements TO 'pay_service'@'%';
GRANT INSERT, UPDATE ON pay.payments TO 'pay_service'@'%';
GRANT INSERT ON pay.payment_cancels TO 'pay_service'@'%';
GRANT INSERT, UPDATE ON pay.authorizations TO 'pay_service'@'%';
GRANT INSERT ON pay.authorization_ends TO 'pay_service'@'%';
GRANT INSERT, UPDATE ON pay.held_transfers TO 'pay_service'@'%';
GRANT INSERT ON pay.transfer_ends TO 'pay_service'@'%';
GRANT INSERT, UPDATE ON pay.withdrawals TO 'pay_service'@'%';
GRANT INSERT, UPDATE ON pay.payouts TO 'pay_service'@'%';
GRANT INSERT ON pay.interest_postings TO 'pay_service'@'%';
GRANT INSERT, UPDATE ON pay.daily_deposits TO 'pay_service'@'%';
GRANT INSERT ON pay.settlement_parts TO 'pay_service'@'%';
GRANT UPDATE ON pay.business_days TO 'pay_service'@'%';

-- Who takes part. To lock a row (FOR UPDATE) needs UPDATE too.
-- Personal data is encrypted anew in the background when a key is replaced, so that users and memos are updated.
GRANT INSERT, UPDATE ON pay.users TO 'pay_service'@'%';
GRANT INSERT, UPDATE ON pay.movement_memos TO 'pay_service'@'%';
GRANT UPDATE ON pay.index_keys TO 'pay_service'@'%';
GRANT INSERT, UPDATE ON pay.partners TO 'pay_service'@'%';
GRANT INSERT, UPDATE ON pay.linked_accounts TO 'pay_service'@'%';
GRANT INSERT, UPDATE ON pay.bank_accounts TO 'pay_service'@'%';
GRANT INSERT, UPDATE ON pay.savings_accounts TO 'pay_service'@'%';
GRANT INSERT, UPDATE ON pay.agreements TO 'pay_service'@'%';
GRANT INSERT, UPDATE ON pay.api_keys TO 'pay_service'@'%';
GRANT INSERT, UPDATE ON pay.keyed_requests TO 'pay_service'@'%';

-- What operators did is only ever added to.
GRANT INSERT ON pay.operator_acts TO 'pay_service'@'%';

-- Webhooks: delivered events are deleted after WEBHOOK_RETENTION_DAYS, secrets with their endpoint, and of attempts the
-- last ones are kept.
GRANT INSERT, UPDATE ON pay.webhook_endpoints TO 'pay_service'@'%';
GRANT INSERT, UPDATE, DELETE ON pay.webhook_events TO 'pay_service'@'%';
GRANT INSERT, UPDATE, DELETE ON pay.webhook_secrets TO 'pay_service'@'%';
GRANT INSERT, DELETE ON pay.webhook_attempts TO 'pay_service'@'%';
GRANT INSERT, UPDATE ON pay.webhook_resends TO 'pay_service'@'%';

-- What audits remember, and what the last ones found.
GRANT UPDATE ON pay.last_audit TO 'pay_service'@'%';
GRANT INSERT, DELETE ON pay.audits TO 'pay_service'@'%';
GRANT INSERT, DELETE ON pay.audit_findings TO 'pay_service'@'%';
GRANT INSERT, UPDATE ON pay.audit_walks TO 'pay_service'@'%';
GRANT INSERT, DELETE ON pay.audit_doubts TO 'pay_service'@'%';
GRANT INSERT, DELETE ON pay.audit_statements TO 'pay_service'@'%';

-- Outside of production only: the clock that can be moved.
GRANT UPDATE ON pay.sandbox_clock TO 'pay_service'@'%';

-- MySQL only (MariaDB has no such table): so that a primary that has lost its group is not taken for one.
GRANT SELECT ON performance_schema.replication_group_members TO 'pay_service'@'%';
