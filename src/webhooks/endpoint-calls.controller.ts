import { answerKeyed, type IdempotencyClaim, type KeyedOutcome, REQUEST_REFUSALS } from '../idempotency/index.js';
import { fromSeoulDateTime, seoulDateTime } from '../platform/clock/clock.js';
import type { Answer } from '../platform/http/answers.js';
import { decodePlace, encodePlace } from '../platform/http/cursor.js';
import { invalidField } from '../platform/http/validation.pipe.js';
import {
  type AttemptDto,
  type PendingWebhookDto,
  type PingedDto,
  type ResendPeriodDto,
  type ResentPeriodDto,
} from './dto/webhook-deliveries.dto.js';
import type { WebhookDto } from './dto/webhooks.dto.js';
import type { AttemptRecord } from './webhook-attempts.repository.js';
import type { Period, WebhookDeliveriesService } from './webhook-deliveries.service.js';
import { APP, type KeyedRoute } from './webhook-owner.js';
import type { Endpoint, EndpointChanges, WebhooksService } from './webhooks.service.js';

/** An endpoint that somebody asks something of, and the key that they did it with. */
interface Asked {
  readonly ownerId: number;
  readonly endpointId: number;
  readonly claim: IdempotencyClaim;
}

/** The owner is in the path, where only the handler looks. */
export const keyed = (owner: 'partner' | 'app', route: KeyedRoute) =>
  ({ route, owner, ownerField: null, required: false }) as const;

export const CHANGE_REFUSALS = ['WebhookNotFound', ...REQUEST_REFUSALS] as const;
export const SENDING_REFUSALS = ['WebhookNotFound', 'WebhookDisabled', ...REQUEST_REFUSALS] as const;

/** The calls that the controllers of partners' endpoints and of the app's answer alike. */
export async function change(
  webhooks: WebhooksService,
  { ownerId, endpointId, claim }: Asked,
  changes: EndpointChanges,
): Promise<Answer<WebhookDto | PendingWebhookDto>> {
  const outcome = await webhooks.change(ownerId, endpointId, some(changes), claim);
  const find = async () => shown(await webhooks.get(ownerId, endpointId));
  return answer(outcome, pathOf(ownerId, endpointId), find);
}

export async function ping(
  deliveries: WebhookDeliveriesService,
  { ownerId, endpointId, claim }: Asked,
): Promise<Answer<PingedDto | PendingWebhookDto>> {
  const outcome = await deliveries.ping(ownerId, endpointId, claim);
  const find = (eventId: number) => Promise.resolve({ endpointId, eventId, deliveryId: eventId });
  return answer(outcome, `${pathOf(ownerId, endpointId)}/deliveries`, find);
}

export async function resendPeriod(
  deliveries: WebhookDeliveriesService,
  { ownerId, endpointId, claim }: Asked,
  body: ResendPeriodDto,
): Promise<Answer<ResentPeriodDto | PendingWebhookDto>> {
  const outcome = await deliveries.resendPeriod(ownerId, endpointId, periodOf(body), claim);
  const find = async (resendId: number) => {
    const { resent, next } = await deliveries.resentBy(resendId);
    return { resent, nextCursor: encodePlace(next) };
  };
  return answer(outcome, `${pathOf(ownerId, endpointId)}/deliveries`, find);
}

export function shown({ id, url, types, createdAt, disabledAt, disabledReason }: Endpoint): WebhookDto {
  return {
    endpointId: id,
    url,
    types: types && [...types],
    disabled: disabledAt !== null,
    ...(disabledReason && { disabledReason }),
    ...(disabledAt && { disabledAt: seoulDateTime(disabledAt) }),
    createdAt: seoulDateTime(createdAt),
  };
}

export function shownAttempt(record: AttemptRecord): AttemptDto {
  const { deliveryId, eventId, type, attempt, attemptedAt, status, durationMs, error, nextAttemptAt } = record;
  return {
    deliveryId,
    eventId,
    type,
    attempt,
    attemptedAt: seoulDateTime(attemptedAt),
    ...(status !== null && { status }),
    durationMs,
    ...(error !== null && { error }),
    ...(nextAttemptAt && { nextAttemptAt: seoulDateTime(nextAttemptAt) }),
  };
}

function answer<Detail extends object>(
  outcome: KeyedOutcome,
  location: string,
  find: (id: number) => Promise<Detail>,
): Promise<Answer<Detail | PendingWebhookDto>> {
  return answerKeyed(outcome, { find, location: () => location, locationByKey: location });
}

const pathOf = (ownerId: number, endpointId: number): string =>
  `${ownerId === APP ? '/app' : `/partners/${ownerId}`}/webhooks/${endpointId}`;

/** @throws Refusal InvalidRequest where nothing is to change */
function some(changes: EndpointChanges): EndpointChanges {
  if (changes.url === undefined && changes.types === undefined && changes.disabled === undefined) {
    throw invalidField('url', 'is required, unless types or disabled is given');
  }
  return changes;
}

/** @throws Refusal InvalidRequest for one that ends before it begins, and for a cursor that is none of ours */
function periodOf({ from, to, status, cursor }: ResendPeriodDto): Period {
  const period = {
    from: fromSeoulDateTime(from),
    to: to === undefined ? null : fromSeoulDateTime(to),
    status: status ?? null,
  };
  if (period.to && period.from >= period.to) throw invalidField('to', 'must be later than from');
  return { ...period, after: cursor === undefined ? null : decodePlace(cursor) };
}
