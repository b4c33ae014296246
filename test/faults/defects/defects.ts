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
  readonly edits: readonly Edit[];
}

const edit = (file: string, find: string, replace: string): Edit => ({ file, find, replace });

export const DEFECTS: readonly Defect[] = [
  {
    name: 'skip the row lock',
    plan: 'crowd',
    edits: [edit('ledger/ledger.js', ".orderBy('a.id').setLock('pessimistic_write')", ".orderBy('a.id')")],
  },
  {
    name: 'drop the hold',
    plan: 'crowd',
    edits: [edit('movements/posting.js', 'if (heldAmount > 0) book.hold(request.accountId, heldAmount);', '')],
  },
  {
    name: 'keep the hold of what was refused',
    plan: 'lies',
    edits: [
      edit(
        'movements/settling.js',
        'if (withdrawal.heldAmount > 0) book.release',
        "if (withdrawal.heldAmount > 0 && verdict.kind === 'done') book.release",
      ),
    ],
  },
  {
    name: 'settle twice',
    plan: 'crowd',
    edits: [
      edit(
        'movements/top-up.js',
        'const settling = this.poster.settle(settlement);',
        'const settling = this.poster.settle(settlement).then(() => this.poster.settle(settlement));',
      ),
      edit('bank/withdrawals.js', "w.movement_id IN (?) AND w.status = 'PENDING'", 'w.movement_id IN (?)'),
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
      edit(
        'idempotency/idempotency.store.js',
        'this.scripts = redis;',
        'this.scripts = redis; globalThis.store = this;',
      ),
      edit(
        'movements/posting.js',
        'this.ledger.write(tx, book, at);',
        `this.ledger.write(tx, book, at);
        await tx.flush();
        for (const outcome of outcomes) {
          const { kind, request, movement } = outcome();
          if (kind !== 'completed') continue;
          const answer = { detail: request.kind.detail(movement, request.details), location: request.kind.location(movement.id) };
          await globalThis.store.complete(null, request.claim, answer);
        }`,
      ),
    ],
  },
  {
    name: 'answer before the commit',
    plan: 'commits',
    edits: [
      edit(
        'platform/database/batch-transactions.js',
        'await tx.commit(await runner.connect(), reach);',
        'await tx.flush(); tx.commit(await runner.connect(), reach).catch(() => undefined);',
      ),
    ],
  },
  {
    name: 'call an unknown commit failed',
    plan: 'lostAnswers',
    isQuick: true,
    edits: [
      edit(
        'movements/group-worker.js',
        'void this.resolveLostCommit(open);',
        'this.failAll(open, unavailable(error));',
      ),
    ],
  },
  {
    name: 'read what is not committed',
    plan: 'stalledCommits',
    edits: [
      edit(
        'platform/database/data-source.js',
        "'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED'",
        "'SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED'",
      ),
    ],
  },
  {
    name: 'swallow a lock wait or a deadlock, and commit',
    plan: 'locks',
    edits: [
      edit(
        'ledger/ledger.js',
        'const rows = await tx.query(',
        `const swallowing = (...parameters) => tx.query(...parameters).catch((error) => {
          if (error.errno !== 1205 && error.errno !== 1213) throw error;
          return tx.query('SELECT id, balance, held, last_seq AS lastSeq FROM accounts WHERE id IN (?)', [ids]);
        });
        const rows = await swallowing(`,
      ),
      edit(
        'platform/database/batch-transactions.js',
        'await tx.commit(await runner.connect(), reach);',
        `await tx.commit(await runner.connect(), reach).catch(async (error) => {
          if (error.errno !== 1205 && error.errno !== 1213) throw error;
          await runner.query('COMMIT');
        });`,
      ),
    ],
  },
  {
    name: 'send again under a new id',
    plan: 'lies',
    edits: [
      edit(
        'movements/recovery.worker.js',
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
    name: 'forget what is unknown when the limit is counted',
    plan: 'limit',
    edits: [edit('bank/linked-accounts.js', "status IN ('PENDING', 'DONE') GROUP BY", "status IN ('DONE') GROUP BY")],
  },
  {
    name: 'count the limit of the day in UTC',
    plan: 'midnight',
    edits: [
      edit(
        'movements/posting.js',
        'usersLikelyShort(examined, book), seoulDate(at))',
        'usersLikelyShort(examined, book), at.toISOString().slice(0, 10))',
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
        'AND e.sequence = (SELECT MIN(s.sequence) FROM webhook_events s',
        'AND 0 < (SELECT MIN(s.sequence) FROM webhook_events s',
      ),
    ],
  },
  {
    name: 'tell nobody of what was settled later',
    plan: 'partners',
    edits: [
      edit(
        'payments/payment-events.js',
        'const payments = await this.payments.findMany(tx, paymentIds);\n        await',
        'const payments = [];\n        await',
      ),
    ],
  },
];
