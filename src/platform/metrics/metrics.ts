import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const GROUP_SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256];

export interface PoolCounts {
  readonly open: number;
  readonly free: number;
  readonly waiting: number;
}

/** Everything that is counted, in one place. Names follow Prometheus: the unit last, `_total` for counters. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly buildInfo = this.gauge('pay_build_info', 'Always 1: which build this is', ['version', 'commit', 'node']);

  readonly httpRequestSeconds = this.histogram('http_request_duration_seconds', 'HTTP requests', SECONDS, [
    'method',
    'route',
    'status',
  ]);

  readonly paymentsTotal = this.counter('payments_total', 'Payments by outcome', ['outcome']);
  readonly movementsTotal = this.counter('movements_total', 'Movements of money', ['type', 'outcome']);
  readonly topUpsTotal = this.counter('top_ups_total', 'Top-ups from linked bank accounts', ['outcome']);
  readonly topUpWonTotal = this.counter('top_up_won_total', 'Won moved in from linked bank accounts');
  readonly payoutsTotal = this.counter('payouts_total', 'Payouts to linked bank accounts', ['outcome']);
  readonly payoutWonTotal = this.counter('payout_won_total', 'Won moved out to linked bank accounts');
  readonly unresolvedWithdrawals = this.gauge(
    'unresolved_withdrawals',
    'Withdrawals and payouts whose outcome is unknown',
  );
  readonly recoveryTotal = this.counter('recovery_total', 'Orders to banks taken over by recovery', ['outcome']);

  readonly transactionSeconds = this.histogram('database_transaction_duration_seconds', 'Transactions', SECONDS, [
    'name',
  ]);
  readonly databaseRetriesTotal = this.counter('database_retries_total', 'Transactions tried again', ['reason']);
  readonly groupSize = this.histogram('posting_group_size', 'Movements posted in one transaction', GROUP_SIZES);
  readonly queueLength = this.gauge('posting_queue_length', 'Movements waiting to be posted');

  readonly bankCallSeconds = this.histogram('bank_call_duration_seconds', 'Calls of the bank', SECONDS, [
    'call',
    'outcome',
  ]);
  readonly bankCircuitOpen = this.gauge('bank_circuit_open', '1 while a bank is left alone after many failures', [
    'bank',
  ]);

  readonly webhookDeliveriesTotal = this.counter('webhook_deliveries_total', 'Attempts to deliver events', ['outcome']);
  readonly webhookEndpointsDisabledTotal = this.counter(
    'webhook_endpoints_disabled_total',
    'Endpoints that were disabled by themselves',
    ['reason'],
  );
  readonly webhookPending = this.gauge('webhook_pending', 'Events that wait for their delivery, counted up to 100,000');

  readonly idempotencyTotal = this.counter('idempotency_total', 'Idempotency decisions', ['layer', 'outcome']);
  readonly redisErrorsTotal = this.counter('redis_errors_total', 'Redis commands that failed');

  readonly auditViolations = this.gauge('audit_violations', 'Rows that the last audit found wrong', ['check']);
  readonly auditLastRunSeconds = this.gauge('audit_last_run_timestamp_seconds', 'When the last audit ended');
  readonly auditDurationSeconds = this.gauge('audit_duration_seconds', 'How long the last audit took');
  readonly auditUnanswered = this.gauge(
    'audit_bank_unanswered',
    'Withdrawals, payouts, and days of statements, that the bank gave the last audit no clear answer on',
  );
  readonly auditProgress = this.gauge('audit_progress_ratio', 'How far the audit under way is; 1 when there is none');
  readonly auditSecondsLeft = this.gauge('audit_seconds_left', 'Forecast of the audit under way');
  readonly auditSealed = this.gauge('audit_sealed_up_to', 'The id up to which rows are proven and final', ['walk']);
  readonly auditSeenAgain = this.gauge(
    'audit_sealed_seen_again_timestamp_seconds',
    'When all that was sealed had been looked at once more',
    ['walk'],
  );

  private readonly pools = new Map<string, () => PoolCounts>();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Has the requests being worked on counted whenever the metrics are read. */
  observeInFlight(read: () => number): void {
    this.mirror('http_requests_in_flight', 'HTTP requests being worked on', [], (gauge) => gauge.set(read()));
  }

  /** Has the connections of a pool counted whenever the metrics are read; `waiting` are callers without one. */
  observePool(pool: 'main' | 'posting', read: () => PoolCounts): void {
    this.pools.set(pool, read);
    this.mirror('database_pool_connections', 'Connections of a pool', ['pool', 'state'], (gauge) => {
      for (const [name, counts] of this.pools) {
        const { open, free, waiting } = counts();
        gauge.set({ pool: name, state: 'open' }, open);
        gauge.set({ pool: name, state: 'free' }, free);
        gauge.set({ pool: name, state: 'waiting' }, waiting);
      }
    });
  }

  private mirror<T extends string>(name: string, help: string, labelNames: T[], read: (gauge: Gauge<T>) => void): void {
    this.registry.removeSingleMetric(name);
    const gauge: Gauge<T> = new Gauge<T>({
      name,
      help,
      labelNames,
      registers: [this.registry],
      collect: () => read(gauge),
    });
  }

  private counter<T extends string = never>(name: string, help: string, labelNames: T[] = []): Counter<T> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private gauge<T extends string = never>(name: string, help: string, labelNames: T[] = []): Gauge<T> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  private histogram<T extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: T[] = [],
  ): Histogram<T> {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.registry] });
  }
}
