import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OperatorActs, type PlannedAct } from '../acts/index.js';
import { type IdempotencyClaim, type KeyedOutcome, KeyedWrites } from '../idempotency/index.js';
import { PartnersService } from '../partners/index.js';
import { Clock } from '../platform/clock/clock.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';
import type { TimePlace } from '../platform/http/cursor.js';
import { EVENTS_AT_ONCE_MAX } from './delivery.js';
import { type AttemptRecord, WebhookAttemptsRepository } from './webhook-attempts.repository.js';
import { PING_EVENT, WEBHOOK_STATUSES, type WebhookStatus } from './webhook-event.entity.js';
import { type EventRecord, storedAs, WebhookEventsRepository } from './webhook-events.repository.js';
import { APP, claimBy } from './webhook-owner.js';
import { RESENDABLE, type Resendable, type WebhookResend } from './webhook-resend.entity.js';
import { WebhookResendsRepository } from './webhook-resends.repository.js';
import { WebhooksRepository } from './webhooks.repository.js';

/** What one call sends again at most, and looks at: as much as takes a few seconds. */
const RESENT_MAX = 10_000;
const LOOKED_AT_MAX = 50_000;

export interface EventPage {
  readonly events: readonly EventRecord[];
  /** The id before which the next page begins; null when this is the last one. */
  readonly nextBefore: number | null;
}
export interface AttemptPage {
  readonly attempts: readonly AttemptRecord[];
  readonly nextBefore: number | null;
}

export interface Period {
  readonly from: Date;
  /** Not in it; null: now. */
  readonly to: Date | null;
  readonly status: Resendable | null;
  /** Everything up to this event was looked at. */
  readonly after: TimePlace | null;
}
export interface Resent {
  readonly resent: number;
  /** Where another call goes on; null where the period was looked through. */
  readonly next: TimePlace | null;
}

/** What became of events, attempts to send them, and how they are sent again: of partners and of the app. */
@Injectable()
export class WebhookDeliveriesService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly endpoints: WebhooksRepository,
    private readonly events: WebhookEventsRepository,
    private readonly attempts: WebhookAttemptsRepository,
    private readonly resends: WebhookResendsRepository,
    private readonly partners: PartnersService,
    private readonly keyed: KeyedWrites,
    private readonly acts: OperatorActs,
    private readonly clock: Clock,
  ) {}

  /** An owner's events, newest first. */
  async listEvents(
    ownerId: number,
    status: WebhookStatus | undefined,
    limit: number,
    before: number,
  ): Promise<EventPage> {
    if (ownerId !== APP) await this.partners.get(ownerId);
    const statuses = status === undefined ? WEBHOOK_STATUSES : [status];
    const events = await this.transactions.read('list-webhook-events', (reader) =>
      this.events.list(reader, ownerId, statuses, before, limit + 1),
    );
    const page = events.slice(0, limit);
    return { events: page, nextBefore: events.length > limit ? (page.at(-1)?.id ?? null) : null };
  }

  /**
   * Has an event sent again to every endpoint that it was for and that there is, or to one of them, whatever became of
   * it before. Returns its deliveries.
   *
   * @throws Refusal WebhookEventNotFound; WebhookNotFound when no such endpoint is left; WebhookDisabled when all are
   */
  async resend(
    ownerId: number,
    eventId: number,
    { endpointId, act }: { readonly endpointId?: number | undefined; readonly act: PlannedAct | null },
  ): Promise<EventRecord[]> {
    return this.transactions.run('resend-webhook-event', async (tx) => {
      const deliveries = await this.events.listOf(tx, ownerId, eventId);
      if (deliveries.length === 0) throw new Refusal('WebhookEventNotFound');
      const endpoints = new Map((await this.endpoints.list(tx, ownerId)).map((endpoint) => [endpoint.id, endpoint]));
      const wanted = deliveries.filter((one) => endpointId === undefined || one.endpointId === endpointId);
      const there = wanted.filter((one) => endpoints.has(one.endpointId));
      if (there.length === 0) throw new Refusal('WebhookNotFound');
      const open = there.filter((one) => !endpoints.get(one.endpointId)?.disabledAt).map(({ id }) => id);
      if (open.length === 0) throw new Refusal('WebhookDisabled');
      await this.events.reopen(tx, open);
      await this.acts.record(tx, { act, at: this.clock.now() });
      return (await this.events.listOf(tx, ownerId, eventId)).filter(({ id }) => open.includes(id));
    });
  }

  /**
   * Sends an endpoint an event of its own, to be tried once. Returns its id, which is its delivery's too.
   *
   * @throws Refusal WebhookNotFound, WebhookDisabled, and those of `KeyedWrites.once`
   */
  ping(ownerId: number, endpointId: number, claim: IdempotencyClaim): Promise<KeyedOutcome> {
    return this.keyed.once('ping-webhook', claimBy(ownerId, claim, 'webhook-pings'), async (tx) => {
      await this.lockEnabled(tx, ownerId, endpointId);
      const event = { ownerId, type: PING_EVENT, occurredAt: this.clock.now(), data: { endpointId } } as const;
      return this.events.insertOwn(tx, event, [endpointId]);
    });
  }

  /** The last attempts to send something there, newest first. @throws Refusal WebhookNotFound */
  async listAttempts(ownerId: number, endpointId: number, limit: number, before: number): Promise<AttemptPage> {
    return this.transactions.read('list-webhook-attempts', async (reader) => {
      if (!(await this.endpoints.find(reader, ownerId, endpointId))) throw new Refusal('WebhookNotFound');
      const attempts = await this.attempts.list(reader, endpointId, before, limit + 1);
      const page = attempts.slice(0, limit);
      return { attempts: page, nextBefore: attempts.length > limit ? (page.at(-1)?.id ?? null) : null };
    });
  }

  /**
   * Has the events of a period sent to an endpoint again, as many as one call may, some at a time. A repeated call goes
   * on where the first one was interrupted. Returns the id of the resend, for `resentBy`.
   *
   * @throws Refusal WebhookNotFound, WebhookDisabled, and those of `KeyedWrites.once`
   */
  async resendPeriod(
    ownerId: number,
    endpointId: number,
    { from, to, status, after }: Period,
    claim: IdempotencyClaim,
  ): Promise<KeyedOutcome> {
    const outcome = await this.keyed.once(
      'resend-webhook-events',
      claimBy(ownerId, claim, 'webhook-resends'),
      async (tx) => {
        await this.lockEnabled(tx, ownerId, endpointId);
        const now = this.clock.now();
        const place = after && after.time >= from ? after : { time: from, id: 0 };
        const rest = { afterTime: place.time, afterId: place.id, untilTime: to ?? now };
        return this.resends.insert(tx, { endpointId, status, ...rest, createdAt: now });
      },
    );
    if (outcome.kind === 'processing') return outcome;
    for (let isAtEnd = false; !isAtEnd;) {
      isAtEnd = await this.transactions.run('resend-webhook-events', (tx) =>
        this.resendSome(tx, ownerId, outcome.resourceId),
      );
    }
    return outcome;
  }

  /** What a resend has done. */
  async resentBy(resendId: number): Promise<Resent> {
    const { resent, ended, afterTime, afterId } = await this.transactions.read('get-webhook-resend', (reader) =>
      this.resends.get(reader, resendId),
    );
    return { resent, next: ended === 'ALL' ? null : { time: afterTime, id: afterId } };
  }

  /** The next batch of a resend. Locks the resend, then the endpoint. Returns whether it was the last one. */
  private async resendSome(tx: EntityManager, ownerId: number, resendId: number): Promise<boolean> {
    const resend = await this.resends.lock(tx, resendId);
    if (resend.ended) return true;
    const endpoint = await this.endpoints.lock(tx, ownerId, resend.endpointId);
    // Disabled or deleted meanwhile: what is left is left.
    const isOpen = endpoint !== null && endpoint.disabledAt === null;
    const done = isOpen ? await this.reopen(tx, resend) : { ...resend, ended: 'SOME' as const };
    await this.resends.save(tx, done);
    return done.ended !== null;
  }

  private async reopen(tx: EntityManager, resend: WebhookResend): Promise<WebhookResend> {
    const some = await this.resends.next(tx, resend, EVENTS_AT_ONCE_MAX);
    const statuses = (resend.status === null ? RESENDABLE : [resend.status]).flatMap(storedAs);
    const ids = some.filter(({ status }) => statuses.includes(status)).map(({ id }) => id);
    const last = some.at(-1);
    const lookedAt = resend.lookedAt + some.length;
    const resent = resend.resent + (ids.length > 0 ? await this.events.reopenThose(tx, ids, statuses) : 0);
    const isAtEnd = some.length < EVENTS_AT_ONCE_MAX;
    const isEnough = resent + EVENTS_AT_ONCE_MAX > RESENT_MAX || lookedAt >= LOOKED_AT_MAX;
    return {
      ...resend,
      ...(last && { afterTime: last.occurredAt, afterId: last.id }),
      lookedAt,
      resent,
      ended: isAtEnd ? 'ALL' : isEnough ? 'SOME' : null,
    };
  }

  private async lockEnabled(tx: EntityManager, ownerId: number, endpointId: number): Promise<void> {
    const endpoint = await this.endpoints.lock(tx, ownerId, endpointId);
    if (!endpoint) throw new Refusal('WebhookNotFound');
    if (endpoint.disabledAt) throw new Refusal('WebhookDisabled');
  }
}
