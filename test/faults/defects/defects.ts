import type { PlanName } from './plans.js';

/** One change of the compiled service: exactly one place must read like this. */
interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A mistake that somebody could make, and under which plan the checker must see it. */
export interface Defect {
  readonly name: string;
  readonly plan: PlanName;
  /** Seen within seconds: part of the short form. */
  readonly isQuick?: true;
  /** What must be broken: the auditor sees that a key of the schema is missing also where nothing comes of it. */
  readonly rule?: string;
  /** What was read is gone at the next look: code that was right throws a TypeError then, which is no catch either. */
  readonly rowsVanish?: true;
  readonly edits: readonly Edit[];
}

const edit = (file: string, find: string, replace: string): Edit => ({ file, find, replace });

export const DEFECTS: readonly Defect[] = [
  {
    name: 'skip the row lock',
    plan: 'crowd',
    edits: [
      edit(
        'ledger/ledger.js',
        ".orderBy('a.id').setLock('pessimistic_write').setOnLocked('skip_locked')",
        ".orderBy('a.id')",
      ),
    ],
  },
  {
    name: 'drop the hold',
    plan: 'crowd',
    edits: [
      edit(
        'movements/movement.decision.js',
        'if (held > 0) this.book.hold(request.accounts[payerOf(request.declaration)], held);',
        '',
      ),
    ],
  },
  {
    name: 'keep the hold of what was refused',
    plan: 'lies',
    edits: [
      edit(
        'movements/movement.decision.js',
        'if (open.heldAmount > 0) this.book.release',
        "if (open.heldAmount > 0 && verdict.kind === 'done') this.book.release",
      ),
    ],
  },
  {
    name: 'settle twice',
    plan: 'crowd',
    edits: [
      edit(
        'movements/bank-step.js',
        'await this.queue.settle(resolution).outcome;',
        'await this.queue.settle(resolution).outcome.then(() => this.queue.settle(resolution).outcome);',
      ),
      edit('bank/bank-orders.js', "w.movement_id IN (?) AND w.status = 'PENDING'", 'w.movement_id IN (?)'),
      edit('ledger/ledger.js', "'INSERT INTO entries", "'REPLACE INTO entries"),
    ],
  },
  {
    name: 'let a key be used twice',
    plan: 'forgetfulRedis',
    isQuick: true,
    edits: [
      edit(
        'platform/database/migrations/1763800000000-initial-schema.js',
        'UNIQUE KEY uq_movements_key',
        'KEY uq_movements_key',
      ),
    ],
  },
  {
    name: 'write the answer to Redis before the commit',
    plan: 'hungCommits',
    edits: [
      edit('idempotency/idempotency.store.js', 'this.redis = redis;', 'this.redis = redis; globalThis.store = this;'),
      edit('movements/movements.flow.js', 'import { Clock, seoulDate }', 'import { Clock, seoulDate, seoulDateTime }'),
      edit(
        'movements/movements.flow.js',
        '}, decided, at);',
        `}, decided, at);
        await tx.flush();
        // Word for word what is answered after the commit, so that only the moment is wrong.
        const details = {
          PAYMENT: ({ amount, details: { partnerPayKey } }, paymentId) =>
            ({ paymentId, partnerPayKey, totalPayAmount: amount, paymentDateTime: seoulDateTime(at) }),
          TRANSFER: ({ amount, accounts: { main } }, transactionId, entries) => {
            const balance = entries.findLast(({ accountId }) => accountId === main).balanceAfter;
            return { transactionId, amount, toppedUpAmount: 0, mainAccount: { accountId: main, balance } };
          },
        };
        decided.requests.forEach(({ kind, request, entries }, place) => {
          const detailOf = kind === 'complete' && details[request.declaration.type];
          if (!detailOf) return;
          const id = written[place].id.value;
          const location = (request.declaration.type === 'PAYMENT' ? '/payments/' : '/transactions/') + id;
          globalThis.store.remember(null, request.claim, { detail: detailOf(request, id, entries), location });
        });`,
      ),
    ],
  },
  {
    name: 'answer before the commit',
    plan: 'commits',
    edits: [
      edit(
        'platform/database/batch-transactions.js',
        'await tx.commit(connection, reach);',
        'await tx.flush(); tx.commit(connection, reach).catch(() => undefined);',
      ),
    ],
  },
  {
    name: 'take a lease in Redis for a proof',
    plan: 'slowRedis',
    edits: [
      edit(
        'idempotency/idempotency.interceptor.js',
        "if (found.kind === 'contested')",
        "if (found.kind === 'contested') throw new Refusal('PaymentOnGoing');\n        if (false)",
      ),
    ],
  },
  {
    name: 'call an unknown commit failed',
    plan: 'lostAnswers',
    isQuick: true,
    edits: [
      edit(
        'movements/movements.flow.js',
        'void this.resolveLostCommit(items, error);',
        'failAll(items, unavailable(error));',
      ),
    ],
  },
  {
    name: 'read what is not committed',
    plan: 'stalledCommits',
    rowsVanish: true,
    edits: [
      edit(
        'platform/database/data-source.js',
        "'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED'",
        "'SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED'",
      ),
    ],
  },
  {
    name: 'go on without the lock that somebody else has',
    plan: 'crowd',
    edits: [
      edit(
        'ledger/ledger.js',
        `return await tx.readAll([
            locking,
            ...reads
        ]);`,
        `const [locked, ...read] = await tx.readAll([locking, ...reads]);
        const missing = locking.values[0].filter((id) => !locked.some((account) => account.id === id));
        if (missing.length === 0) return [locked, ...read];
        const sql = \`SELECT id, balance, held, last_seq AS lastSeq, closed_at IS NOT NULL AS isClosed FROM accounts
          WHERE id IN (?)\`;
        return [[...locked, ...(await tx.query(sql, [missing]))], ...read];`,
      ),
    ],
  },
  {
    name: 'send again under a new id',
    plan: 'lies',
    edits: [
      edit(
        'movements/recovery.js',
        'this.bank.resend(order)',
        'this.bank.resend({ ...order, bankTranId: `${order.bankTranId.slice(0, 11)}Z${String(Date.now()).slice(-8)}` })',
      ),
    ],
  },
  {
    name: 'call a time-out a failure',
    plan: 'lies',
    edits: [
      edit(
        'bank/open-banking/open-banking.client.js',
        "ending.kind === 'lost' || sending === 'again'",
        "sending === 'again'",
      ),
    ],
  },
  {
    name: 'give a payout back although the bank pays it',
    plan: 'latePayouts',
    edits: [
      edit(
        'bank/last-word.js',
        'const travelMs = config.answerWithinMs + config.bankTimeoutMs;',
        `const travelMs = config.answerWithinMs + config.bankTimeoutMs;
        if (order.kind === 'payout') return 'over';`,
      ),
    ],
  },
  {
    name: 'forget what is unknown when the limit is counted',
    plan: 'limit',
    edits: [edit('bank/linked-accounts.js', "w.status IN ('PENDING', 'DONE')", "w.status IN ('DONE')")],
  },
  {
    name: 'count the limit of each linked account alone',
    plan: 'links',
    edits: [
      edit(
        'bank/linked-accounts.js',
        'byUser: byUser.get(userId) ?? 0,',
        'byUser: ofBankAccount.get(bankAccountId) ?? 0,',
      ),
    ],
  },
  {
    name: 'send again to whatever account is the default by now',
    plan: 'lateLinks',
    edits: [
      edit(
        'bank/bank-orders.js',
        'w JOIN linked_accounts l ON l.id = w.linked_account_id WHERE w.movement_id IN (?)',
        `w JOIN linked_accounts o ON o.id = w.linked_account_id
         JOIN linked_accounts l ON l.user_id = o.user_id AND l.is_default = 1 WHERE w.movement_id IN (?)`,
      ),
    ],
  },
  {
    name: 'count the limit of the day in UTC',
    plan: 'midnight',
    edits: [
      edit(
        'movements/movements.flow.js',
        'unread.userIds, seoulDate(at))',
        'unread.userIds, at.toISOString().slice(0, 10))',
      ),
    ],
  },
  {
    name: 'never ask again',
    plan: 'lies',
    edits: [edit('movements/recovery.worker.js', 'this.rounds.start(this.config.recoveryIntervalMs);', '')],
  },
  {
    name: 'write events outside the transaction',
    plan: 'partners',
    edits: [
      edit(
        'webhooks/webhook-outbox.js',
        'tx.writeLater(`INSERT INTO webhook_events',
        '((sql, rows) => void tx.dataSource.query(`${sql}; COMMIT`, rows).catch(() => undefined))(`INSERT INTO webhook_events',
      ),
    ],
  },
  {
    name: 'call an event delivered before it is taken',
    plan: 'partners',
    edits: [
      edit(
        'webhooks/delivery.js',
        'const sent = await this.send(target, events, isStopping);',
        `if (events.length > 0) {
          await this.transactions.run('webhooks-hope', (tx) => this.events.markDelivered(tx, idsOf(events), 200));
        }
        const sent = await this.send(target, events, isStopping);`,
      ),
    ],
  },
  {
    name: 'send the events of a payment in any order',
    plan: 'partners',
    edits: [
      edit(
        'webhooks/webhook-events.repository.js',
        'e.sequence = (SELECT MIN(s.sequence) FROM webhook_events s',
        '0 < (SELECT MIN(s.sequence) FROM webhook_events s',
      ),
    ],
  },
  {
    name: 'tell nobody of what was settled later',
    plan: 'partners',
    edits: [
      edit(
        'payments/payment-events.js',
        'const orders = await this.payments.findOrders(tx, [\n            ...settled.keys()\n        ]);',
        'const orders = [];',
      ),
    ],
  },
  {
    // Whoever comes second posts what was planned, under a key of its own, where nothing keeps a day to one posting.
    name: 'post the interest of a day twice',
    plan: 'interest',
    rule: 'once',
    edits: [
      edit(
        'savings/interest.repository.js',
        'AND (interest_lease_until IS NULL OR interest_lease_until < UTC_TIMESTAMP(3))',
        '',
      ),
      edit(
        'savings/interest.movement.js',
        'const due = state ? nextInterest(state, day) : null;',
        'let due = state ? nextInterest(state, day) : null;',
      ),
      edit(
        'savings/interest.movement.js',
        "if (!state || due?.day !== day) return new Refusal('TemporarilyUnavailable');",
        `if (!state) return new Refusal('TemporarilyUnavailable');
    if (due?.day !== day) due = { day, amount: request.amount, rest: 0, settledSeq: state.settledSeq };`,
      ),
      edit(
        'savings/interest.service.js',
        "claimOf('interest', `${accountId}/${day}`",
        "claimOf('interest', `${accountId}/${day}/${process.pid}`",
      ),
      edit(
        'platform/database/migrations/1764500000000-savings-that-earn.js',
        'UNIQUE KEY uq_interest_postings_day',
        'KEY uq_interest_postings_day',
      ),
    ],
  },
  {
    name: 'make a deposit again after a crash',
    plan: 'dailyDeposits',
    rule: 'once',
    edits: [
      edit('savings/daily-deposits.worker.js', 'known.has(one.accountId) || ', ''),
      edit(
        'savings/daily-deposits.service.js',
        "claimOf('daily-deposits', `${accountId}/${day}`",
        "claimOf('daily-deposits', `${accountId}/${day}/${Date.now()}`",
      ),
      edit(
        'platform/database/migrations/1764500100000-daily-deposits.js',
        'PRIMARY KEY (account_id, day)',
        'KEY (account_id, day)',
      ),
    ],
  },
  {
    name: 'end a held transfer twice',
    plan: 'heldTransfers',
    rule: 'once',
    edits: [
      edit(
        'transfers/held-transfer.movements.js',
        'function endOf({ transferId })',
        'function endOf({ transferId, outcome })',
      ),
      edit(
        'transfers/held-transfer.movements.js',
        '`end of transfer ${transferId}`',
        '`end of transfer ${transferId}: ${outcome}`',
      ),
      edit(
        'platform/database/migrations/1764515000000-held-transfers.js',
        'UNIQUE KEY uq_transfer_ends_transfer',
        'KEY uq_transfer_ends_transfer',
      ),
    ],
  },
  {
    // What is held for others goes with it.
    name: 'release a hold twice',
    plan: 'authorizations',
    rule: 'what is authorised is held',
    edits: [
      edit(
        'movements/movement.decision.js',
        'if (usedHold > 0) this.book.release(accountId, usedHold);',
        'if (usedHold > 0) this.book.release(accountId, Math.min(2 * usedHold, this.book.held(accountId)));',
      ),
    ],
  },
  {
    name: 'capture after a void',
    plan: 'authorizations',
    rule: 'once',
    edits: [
      edit(
        'payments/authorization.movements.js',
        'function endOf({ paymentId })',
        'function endOf({ paymentId, outcome })',
      ),
      edit(
        'payments/authorization.movements.js',
        '`end of authorization ${paymentId}`',
        '`end of authorization ${paymentId}: ${outcome}`',
      ),
      edit(
        'payments/authorization.movements.js',
        'if (!open.has(paymentId)) return',
        "if (!open.has(paymentId) && request.details.outcome !== 'CAPTURED') return",
      ),
      edit(
        'payments/authorization.movements.js',
        'usedHold: authorizedAmount',
        'usedHold: open.has(paymentId) ? authorizedAmount : 0',
      ),
      edit(
        'payments/authorizations.service.js',
        'return authorization.end && notCapturable(',
        "return authorization.end?.outcome === 'CAPTURED' && notCapturable(",
      ),
      edit('payments/authorizations.repository.js', 'holders.get(paymentId) ?? null', 'null'),
      edit(
        'platform/database/migrations/1764547000000-authorizations.js',
        'UNIQUE KEY uq_authorization_ends_payment',
        'KEY uq_authorization_ends_payment',
      ),
    ],
  },
  {
    // In a message of its own, whose answer takes its time: meanwhile the other instance takes as much.
    name: 'read what is agreed before the lock',
    plan: 'agreements',
    rule: 'an agreement holds',
    edits: [
      edit(
        'ledger/ledger.js',
        `return await tx.readAll([
            locking,
            ...reads
        ]);`,
        `const early = [];
        for (const { sql, values } of reads) early.push(await tx.query(sql, values));
        if (reads.length > 0) await new Promise((resolve) => setTimeout(resolve, 100));
        return [await tx.query(locking.sql, locking.values), ...early];`,
      ),
    ],
  },
  {
    name: 'look at no freeze of a user',
    plan: 'freezes',
    rule: 'frozen is frozen',
    edits: [
      edit(
        'movements/movement.decision.js',
        "if (locked.some((id)=>this.book.isFrozen(id))) return new Refusal('AccountFrozen');",
        '',
      ),
    ],
  },
  {
    name: 'look at no freeze of a partner',
    plan: 'freezes',
    rule: 'frozen is frozen',
    edits: [
      edit('movements/posting.repository.js', 'frozen: new Set(frozen.map(({ id })=>id)),', 'frozen: new Set(),'),
    ],
  },
];
