import { Injectable, Logger } from '@nestjs/common';
import { Clock, seoulDateTime } from '../platform/clock/clock.js';
import { Config } from '../platform/config/config.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { type BatchResult, REQUESTS_MAX, retryDelayMs, SLOW_MS } from './pace.js';
import { SecretVault } from './secret-vault.js';
import { signatureOf } from './signature.js';
import { type ClaimedEvent, type DeliveryTarget, idsOf, WebhookEventsRepository } from './webhook-events.repository.js';
import { type Attempt, WebhookSender } from './webhook-sender.js';

/** No event of a batch is sent later than this after the batch was taken. */
const SENDING_MS = 3_000;
/** What a lease leaves, besides sending and the time-out of the last request, to write down what became of it. */
const RECORDING_MS = 7_000;
/** Events of a deleted endpoint that are given up in one transaction, and why. */
export const GIVE_UP_MAX = 1_000;
export const ENDPOINT_DELETED = 'ENDPOINT_DELETED';

/** A batch with the events that were found due, whether or not another instance has taken them first. */
export interface Batch extends BatchResult {
  readonly found: number;
  readonly claimed: number;
}
const NOTHING: Batch = { found: 0, claimed: 0, delivered: 0, failed: 0, slow: false };

interface Sent {
  readonly event: ClaimedEvent;
  readonly attempt: Attempt;
  readonly tookMs: number;
}

/** Sends what is due for one endpoint, outside any transaction, and writes down what became of it. */
@Injectable()
export class Delivery {
  private readonly logger = new Logger(Delivery.name);
  private readonly leaseMs: number;

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly events: WebhookEventsRepository,
    private readonly vault: SecretVault,
    private readonly sender: WebhookSender,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {
    this.leaseMs = SENDING_MS + config.webhookTimeoutMs + RECORDING_MS;
  }

  /** Up to `limit` events, each sent at most once; those that are not sent after all are due again at once. */
  async deliver(endpointId: number, limit: number, isStopping: () => boolean): Promise<Batch> {
    const { target, due } = await this.transactions.read('webhooks-due', async (reader) => ({
      target: await this.events.findTarget(reader, endpointId),
      due: await this.events.findDue(reader, endpointId, limit),
    }));
    if (due.length === 0) return NOTHING;
    if (!target || target.deleted === 1) {
      await this.transactions.run('webhooks-give-up', (tx) =>
        this.events.giveUp(tx, endpointId, ENDPOINT_DELETED, GIVE_UP_MAX),
      );
      return NOTHING;
    }
    const events = await this.transactions.run('webhooks-claim', (tx) => this.events.claim(tx, due, this.leaseMs));
    const sent = await this.send(target, events, isStopping);
    const counts = await this.record(endpointId, events, sent);
    const slow = sent.some(({ tookMs }) => tookMs > SLOW_MS);
    return { found: due.length, claimed: events.length, ...counts, slow };
  }

  /** Stops sending early when the endpoint turns out to be slow, or takes nothing: the others must not wait for it. */
  private async send(
    target: DeliveryTarget,
    events: readonly ClaimedEvent[],
    isStopping: () => boolean,
  ): Promise<Sent[]> {
    const secrets = this.secretsOf(target);
    const sent: Sent[] = [];
    const waiting = [...events];
    const sendBefore = performance.now() + SENDING_MS;
    const takesNothing = () => sent.length >= REQUESTS_MAX && !sent.some(({ attempt }) => isSuccess(attempt));
    const goesOn = () =>
      !isStopping() &&
      performance.now() < sendBefore &&
      !sent.some(({ tookMs }) => tookMs > SLOW_MS) &&
      !takesNothing();
    const work = async () => {
      while (goesOn()) {
        const event = waiting.shift();
        if (!event) return;
        const startedAt = performance.now();
        const attempt = secrets.length > 0 ? await this.attempt(target, secrets, event) : UNSIGNED;
        sent.push({ event, attempt, tookMs: performance.now() - startedAt });
      }
    };
    await Promise.all(Array.from({ length: Math.min(REQUESTS_MAX, events.length) }, work));
    return sent;
  }

  private attempt({ url }: DeliveryTarget, secrets: readonly string[], event: ClaimedEvent): Promise<Attempt> {
    const body = bodyOf(event);
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'pay-practice-webhooks/1',
      'pay-event-id': String(event.id),
      'pay-signature': signatureOf(secrets, body, this.clock.now()),
    };
    return this.sender.send({ url, headers, body });
  }

  /** Those that can be opened: after a change of the key that is a rotated one only. */
  private secretsOf({ partnerId, secret, previousSecret }: DeliveryTarget): string[] {
    const closed = previousSecret ? [secret, previousSecret] : [secret];
    return closed.flatMap((one) => {
      try {
        return [this.vault.open(one, partnerId)];
      } catch (error) {
        this.logger.error({ message: `a webhook secret of partner ${partnerId} can't be opened`, err: error });
        return [];
      }
    });
  }

  private async record(
    endpointId: number,
    events: readonly ClaimedEvent[],
    sent: readonly Sent[],
  ): Promise<{ delivered: number; failed: number }> {
    const over = sent.filter(({ attempt }) => attempt.kind !== 'interrupted');
    const [delivered, failed] = [
      over.filter(({ attempt }) => isSuccess(attempt)),
      over.filter(({ attempt }) => !isSuccess(attempt)),
    ];
    const overIds = new Set(over.map(({ event }) => event.id));
    const unsent = idsOf(events).filter((id) => !overIds.has(id));
    const failures = failed.map(({ event, attempt }) => this.failureOf(event, attempt));
    if (events.length > 0) {
      await this.transactions.run('webhooks-record', async (tx) => {
        for (const [status, some] of Map.groupBy(delivered, ({ attempt }) => statusOf(attempt) as number)) {
          await this.events.markDelivered(
            tx,
            some.map(({ event }) => event.id),
            status,
          );
        }
        for (const failure of failures) await this.events.markFailed(tx, failure);
        if (unsent.length > 0) await this.events.postpone(tx, unsent, 0);
      });
    }
    if (delivered.length > 0) this.metrics.webhookDeliveriesTotal.inc({ outcome: 'delivered' }, delivered.length);
    for (const { id, attempts, status, error, retryInMs } of failures) {
      this.metrics.webhookDeliveriesTotal.inc({ outcome: retryInMs === null ? 'given_up' : 'failed' });
      if (retryInMs !== null) continue;
      this.logger.warn(
        `event ${id} for endpoint ${endpointId} was given up after ${attempts} attempts: ${status ?? error}`,
      );
    }
    return { delivered: delivered.length, failed: failed.length };
  }

  private failureOf(event: ClaimedEvent, attempt: Attempt) {
    const attempts = event.attempts + 1;
    const isLast = attempts >= this.config.webhookAttempts;
    return {
      id: event.id,
      attempts,
      status: statusOf(attempt),
      error: attempt.kind === 'failed' ? attempt.error : null,
      retryInMs: isLast ? null : retryDelayMs(attempts, this.config.webhookRetryBaseMs),
    };
  }
}

const UNSIGNED: Attempt = { kind: 'failed', error: 'SECRET_UNREADABLE' };

const statusOf = (attempt: Attempt): number | null => (attempt.kind === 'answered' ? attempt.status : null);

/** 2xx. A redirect is none: it is not followed. */
function isSuccess(attempt: Attempt): boolean {
  return attempt.kind === 'answered' && attempt.status >= 200 && attempt.status < 300;
}

/** What is sent, the same at every attempt. */
function bodyOf({ id, type, partnerId, paymentId, sequence, occurredAt, payload }: ClaimedEvent): string {
  const data: unknown = JSON.parse(payload);
  return JSON.stringify({
    eventId: id,
    type,
    partnerId,
    paymentId,
    sequence,
    occurredAt: seoulDateTime(occurredAt),
    data,
  });
}
