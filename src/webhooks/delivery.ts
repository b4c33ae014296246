import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock, seoulDateTime } from '../platform/clock/clock.js';
import { Config } from '../platform/config/config.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Metrics } from '../platform/metrics/metrics.js';
import type { DisabledReason } from './webhook-endpoint.entity.js';
import { ENDPOINT_DISABLED_EVENT, NO_SUBJECT, PING_EVENT } from './webhook-event.entity.js';
import { type NewAttempt, WebhookAttemptsRepository } from './webhook-attempts.repository.js';
import { type BatchResult, REQUESTS_MAX, retryDelayMs, SLOW_MS } from './pace.js';
import { SecretVault } from './secret-vault.js';
import { signatureOf } from './signature.js';
import {
  type ClaimedEvent,
  type DeliveryTarget,
  ENDPOINT_DISABLED,
  type FailedAttempt,
  idsOf,
  WebhookEventsRepository,
} from './webhook-events.repository.js';
import { type Attempt, WebhookSender } from './webhook-sender.js';
import { APP } from './webhook-owner.js';
import { WebhooksRepository } from './webhooks.repository.js';

/** No event of a batch is sent later than this after the batch was taken. */
const SENDING_MS = 3_000;
/** What a lease leaves, besides sending and the time-out of the last request, to write down what became of it. */
const RECORDING_MS = 7_000;
/** Events of an endpoint that are given up, or made due again, in one transaction. */
export const EVENTS_AT_ONCE_MAX = 1_000;
const GONE_STATUS = 410;
/** An endpoint that has failed for days is not disabled before so many attempts have failed. */
const FAILURES_MIN = 10;
const DAY_MS = 86_400_000;

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
  /** How long an event is in an instance's hands at most. */
  readonly leaseMs: number;

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly endpoints: WebhooksRepository,
    private readonly events: WebhookEventsRepository,
    private readonly attempts: WebhookAttemptsRepository,
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
    if (!target || target.closed) {
      await this.giveUp(endpointId);
      return NOTHING;
    }
    if (target.isPaused) return NOTHING;
    const events = await this.transactions.run('webhooks-claim', (tx) => this.events.claim(tx, due, this.leaseMs));
    const sent = await this.send(target, events, isStopping);
    const counts = await this.record(target, events, sent);
    const slow = sent.some(({ tookMs }) => tookMs > SLOW_MS);
    return { found: due.length, claimed: events.length, ...counts, slow };
  }

  /** What waits for an endpoint that is closed, unless it was opened again meanwhile. */
  private async giveUp(endpointId: number): Promise<void> {
    await this.transactions.run('webhooks-give-up', async (tx) => {
      const closed = await this.endpoints.lockClosed(tx, endpointId);
      if (closed) await this.events.giveUp(tx, endpointId, closed, EVENTS_AT_ONCE_MAX);
    });
  }

  /**
   * Stops sending early when the endpoint turns out to be slow, or takes nothing, for the others must not wait for it;
   * and when its receiver wants to be left alone.
   */
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
      !sent.some(({ attempt, tookMs }) => tookMs > SLOW_MS || isGone(attempt) || restMs(attempt) > 0) &&
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
      'pay-event-id': String(event.eventId),
      'pay-delivery-id': String(event.id),
      'pay-signature': signatureOf(secrets, body, this.clock.now()),
    };
    return this.sender.send({ url, headers, body });
  }

  /** Those that can be opened with the keys there are. */
  private secretsOf({ ownerId, secrets }: DeliveryTarget): string[] {
    return secrets.flatMap((secret) => {
      try {
        return [this.vault.open(secret, ownerId)];
      } catch (error) {
        this.logger.error({ message: `a webhook secret of ${named(ownerId)} can't be opened`, err: error });
        return [];
      }
    });
  }

  private async record(
    target: DeliveryTarget,
    events: readonly ClaimedEvent[],
    sent: readonly Sent[],
  ): Promise<{ delivered: number; failed: number }> {
    const over = sent.filter(({ attempt }) => attempt.kind !== 'interrupted');
    const delivered = over.filter(({ attempt }) => isSuccess(attempt));
    const failed = over.filter(({ attempt }) => !isSuccess(attempt));
    const overIds = new Set(over.map(({ event }) => event.id));
    const unsent = idsOf(events).filter((id) => !overIds.has(id));
    const failures = failed.map(({ event, attempt }) => this.failureOf(event, attempt));
    if (events.length === 0) return { delivered: 0, failed: 0 };
    const disabled = await this.transactions.run('webhooks-record', async (tx) => {
      const disabledNow = await this.heed(tx, target, { delivered: delivered.length, failed });
      for (const [status, some] of Map.groupBy(delivered, ({ attempt }) => statusOf(attempt) as number)) {
        const ids = some.map(({ event }) => event.id);
        await this.events.markDelivered(tx, ids, status);
      }
      for (const failure of failures) await this.events.markFailed(tx, failure);
      if (unsent.length > 0) await this.events.postpone(tx, unsent, 0);
      if (disabledNow) await this.events.giveUp(tx, target.endpointId, ENDPOINT_DISABLED, EVENTS_AT_ONCE_MAX);
      await this.attempts.insert(tx, attemptsOf(target, over, disabledNow ? [] : failures));
      return disabledNow;
    });
    this.tell(target, delivered.length, failures, disabled);
    return { delivered: delivered.length, failed: failed.length };
  }

  /**
   * Does what 410 or `Retry-After` asks for, and what days of nothing but failures bring. Locks the endpoint's row,
   * unless it takes events as ever. Returns why it is disabled now; null where it is not.
   */
  private async heed(
    tx: EntityManager,
    target: DeliveryTarget,
    { delivered, failed }: { delivered: number; failed: readonly Sent[] },
  ): Promise<DisabledReason | null> {
    const at = this.clock.now();
    // Where our own key is missing the receiver was not even asked.
    const asked = failed.filter(({ attempt }) => attempt !== UNSIGNED);
    if (delivered === 0 && asked.length > 0) await this.endpoints.noteFailures(tx, target, asked.length, at);
    if (delivered > 0 && target.failingSince) await this.endpoints.noteSuccess(tx, target);
    const reason = await this.disable(tx, target, asked, at);
    if (reason) {
      await this.tellOwner(tx, target, reason, at);
      return reason;
    }
    const longestRestMs = Math.max(0, ...failed.map(({ attempt }) => restMs(attempt)));
    if (longestRestMs > 0) await this.endpoints.pause(tx, target, longestRestMs);
    return null;
  }

  private async disable(
    tx: EntityManager,
    target: DeliveryTarget,
    failed: readonly Sent[],
    at: Date,
  ): Promise<DisabledReason | null> {
    if (failed.some(({ attempt }) => isGone(attempt))) {
      return (await this.endpoints.disableGone(tx, target, at)) ? 'GONE' : null;
    }
    const since = new Date(at.getTime() - this.config.webhookDisableAfterDays * DAY_MS);
    if (failed.length === 0 || !target.failingSince || target.failingSince > since) return null;
    const rule = { since, failuresMin: FAILURES_MIN, at };
    return (await this.endpoints.disableFailing(tx, target, rule)) ? 'FAILING' : null;
  }

  /** At its other endpoints, where it has any that want to hear of it. */
  private async tellOwner(
    tx: EntityManager,
    { endpointId, ownerId }: DeliveryTarget,
    disabledReason: DisabledReason,
    at: Date,
  ): Promise<void> {
    const others = await this.endpoints.listListening(tx, ownerId, ENDPOINT_DISABLED_EVENT);
    if (others.length === 0) return;
    const data = { endpointId, disabledReason, disabledAt: seoulDateTime(at) };
    await this.events.insertOwn(tx, { ownerId, type: ENDPOINT_DISABLED_EVENT, occurredAt: at, data }, others);
  }

  private tell(
    { endpointId, ownerId }: DeliveryTarget,
    delivered: number,
    failures: readonly FailedAttempt[],
    disabled: DisabledReason | null,
  ): void {
    if (delivered > 0) this.metrics.webhookDeliveriesTotal.inc({ outcome: 'delivered' }, delivered);
    for (const { id, attempts, status, error, retryInMs } of failures) {
      const isGivenUp = retryInMs === null || disabled !== null;
      this.metrics.webhookDeliveriesTotal.inc({ outcome: isGivenUp ? 'given_up' : 'failed' });
      if (!isGivenUp) continue;
      this.logger.warn(
        `delivery ${id} to endpoint ${endpointId} was given up after ${attempts} attempts: ${status ?? error}`,
      );
    }
    if (disabled === null) return;
    this.metrics.webhookEndpointsDisabledTotal.inc({ reason: disabled });
    const why =
      disabled === 'GONE'
        ? 'its receiver answered 410 (Gone)'
        : `it has taken nothing for ${this.config.webhookDisableAfterDays} days`;
    this.logger.warn(`endpoint ${endpointId} of ${named(ownerId)} was disabled, as ${why}`);
  }

  private failureOf(event: ClaimedEvent, attempt: Attempt): FailedAttempt {
    const attempts = event.attempts + 1;
    // Who tries an endpoint wants to know how it is now, not in an hour.
    const isLast = event.type === PING_EVENT || attempts >= this.config.webhookAttempts;
    const pauseMs = Math.max(retryDelayMs(attempts, this.config.webhookRetryBaseMs), restMs(attempt));
    return {
      id: event.id,
      attempts,
      status: statusOf(attempt),
      error: attempt.kind === 'failed' ? attempt.error : null,
      retryInMs: isLast ? null : pauseMs,
    };
  }
}

const UNSIGNED: Attempt = { kind: 'failed', error: 'SECRET_UNREADABLE' };

const statusOf = (attempt: Attempt): number | null => (attempt.kind === 'answered' ? attempt.status : null);

/** 2xx. A redirect is none: it is not followed. */
function isSuccess(attempt: Attempt): boolean {
  return attempt.kind === 'answered' && attempt.status >= 200 && attempt.status < 300;
}

/** Its receiver wants no more events, ever. */
const isGone = (attempt: Attempt): boolean => statusOf(attempt) === GONE_STATUS;

/** How long a receiver that did not take an event wants to be left alone. */
const restMs = (attempt: Attempt): number =>
  attempt.kind === 'answered' && !isSuccess(attempt) ? attempt.retryAfterMs : 0;

/** The attempts as they are kept. Only those that are to be made again are among the `failures` with a pause. */
function attemptsOf(
  { endpointId }: DeliveryTarget,
  sent: readonly Sent[],
  failures: readonly FailedAttempt[],
): NewAttempt[] {
  const pauses = new Map(failures.map(({ id, retryInMs }) => [id, retryInMs]));
  return sent.map(({ event, attempt, tookMs }) => ({
    endpointId,
    deliveryId: event.id,
    eventId: event.eventId,
    type: event.type,
    attempt: event.attempts + 1,
    status: statusOf(attempt),
    error: attempt.kind === 'failed' ? attempt.error : null,
    durationMs: Math.round(tookMs),
    retryInMs: pauses.get(event.id) ?? null,
  }));
}

/** What is sent, the same at every attempt and at every endpoint. */
function bodyOf({ eventId, type, ownerId, subjectId, sequence, occurredAt, payload }: ClaimedEvent): string {
  const data: unknown = JSON.parse(payload);
  const partner = ownerId === APP ? undefined : { partnerId: ownerId };
  const subject = subjectOf(ownerId, subjectId, sequence);
  return JSON.stringify({ eventId, type, ...partner, ...subject, occurredAt: seoulDateTime(occurredAt), data });
}

/** Of a schedule's events, and an endpoint's, the data says all: their sequence is no count. */
function subjectOf(ownerId: number, subjectId: number, sequence: number): object | undefined {
  if (subjectId <= NO_SUBJECT) return undefined;
  return ownerId === APP ? { transactionId: subjectId, sequence } : { paymentId: subjectId, sequence };
}

const named = (ownerId: number) => (ownerId === APP ? 'the app' : `partner ${ownerId}`);
