import { Test, type TestingModule } from '@nestjs/testing';
import type { EntityManager } from 'typeorm';
import { OperatorActsModule } from '../../src/acts/index.js';
import { IdempotencyModule } from '../../src/idempotency/index.js';
import { LedgerModule } from '../../src/ledger/index.js';
import { PartnersModule } from '../../src/partners/index.js';
import { ClockModule } from '../../src/platform/clock/clock.module.js';
import { Config, ConfigModule, loadConfig } from '../../src/platform/config/config.js';
import { DatabaseModule } from '../../src/platform/database/database.module.js';
import { BatchTransactions } from '../../src/platform/database/batch-transactions.js';
import { HttpModule } from '../../src/platform/http/http.module.js';
import { MetricsModule } from '../../src/platform/metrics/metrics.module.js';
import { RedisModule } from '../../src/platform/redis/redis.module.js';
import { WebhookEventsRepository } from '../../src/webhooks/webhook-events.repository.js';
import { type OutboxEvent, WebhookOutbox, WebhooksModule } from '../../src/webhooks/index.js';

/** As quick as the service that `npm test` starts, which works on the same events. */
const QUICK = {
  WEBHOOK_INTERVAL_MS: '50',
  WEBHOOK_TIMEOUT_MS: '1000',
  WEBHOOK_RETRY_BASE_MS: '100',
  WEBHOOK_ATTEMPTS: '4',
};

/** What of the service delivers events, in this process, beside the service under test. */
export class WebhookInstance {
  private constructor(private readonly module: TestingModule) {}

  static async start(databaseUrl: string): Promise<WebhookInstance> {
    const config = loadConfig({ NODE_ENV: 'test', DATABASE_URL: databaseUrl, ...QUICK });
    const parts = [
      ConfigModule,
      ClockModule,
      MetricsModule,
      DatabaseModule,
      HttpModule,
      RedisModule,
      OperatorActsModule,
      IdempotencyModule,
      LedgerModule,
      PartnersModule,
      WebhooksModule,
    ];
    const builder = Test.createTestingModule({ imports: parts }).overrideProvider(Config).useValue(config);
    const module = await builder.compile();
    module.useLogger(false);
    await module.init();
    return new WebhookInstance(module);
  }

  /** As a posting does: in one transaction. */
  write(events: readonly OutboxEvent[], beforeCommit?: (tx: EntityManager) => unknown): Promise<void> {
    return this.module.get(BatchTransactions).run('test-webhooks', async (tx) => {
      await this.module.get(WebhookOutbox).write(tx, events);
      await tx.flush();
      await beforeCommit?.(tx);
    });
  }

  /** Writes a partner's first events and takes them, as an instance that dies before it sends them. */
  async writeAndDie(events: readonly OutboxEvent[], partnerId: number, leaseMs: number): Promise<void> {
    await this.write(events, async (tx) => {
      const rows: { id: number }[] = await tx.query('SELECT id FROM webhook_events WHERE partner_id = ?', [partnerId]);
      const ids = rows.map(({ id }) => id);
      await this.module.get(WebhookEventsRepository).claim(tx, ids, leaseMs);
    });
  }

  /** As if the time in which the former secrets are valid were over. */
  async endOverlap(endpointId: number): Promise<void> {
    await this.write([], (tx) =>
      tx.query(
        'UPDATE webhook_secrets SET valid_until = UTC_TIMESTAMP(3) WHERE endpoint_id = ? AND valid_until IS NOT NULL',
        [endpointId],
      ),
    );
  }

  /** As if it had been closed with another key. */
  async spoilSecret(endpointId: number): Promise<void> {
    await this.write([], (tx) =>
      tx.query('UPDATE webhook_secrets SET ciphertext = REVERSE(ciphertext) WHERE endpoint_id = ?', [endpointId]),
    );
  }

  stop(): Promise<void> {
    return this.module.close();
  }
}

let lastPaymentId = 10 ** 12 + Math.floor(Math.random() * 10 ** 12);

/** Events of a payment that doesn't exist, numbered from 1. */
export function eventsOf(partnerId: number, count = 1): OutboxEvent[] {
  const paymentId = ++lastPaymentId;
  return Array.from({ length: count }, (_, index) => ({
    ownerId: partnerId,
    subjectId: paymentId,
    sequence: index + 1,
    type: index === 0 ? 'payment.approved' : 'payment.canceled',
    occurredAt: new Date(),
    data: { paymentId, partnerPayKey: '주문-1', totalPayAmount: 23_000, canceledAmount: index * 1_000 },
  }));
}
