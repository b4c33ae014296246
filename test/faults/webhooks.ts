import { setTimeout as sleep } from 'node:timers/promises';
import type { RowDataPacket } from 'mysql2/promise';
import type { Violation } from './checker/violation.js';
import { APP, type History } from './history.js';
import type { ServiceSystem } from './system.js';
import { PARTNER_ID } from './world.js';

/** One of the load, with two endpoints; the wallet's own back end, with one; and a partner that nobody pays. */
const LOAD_LISTENERS = 2;
const CALL_MS = 5_000;

/** Registers an endpoint for each receiver; the last one's is of the partner that nobody pays. */
export async function registerEndpoints(system: ServiceSystem, history: History): Promise<void> {
  const bystander = await post(system, '/partners', { name: '구경꾼 가맹점' });
  const owners = [...Array<number>(LOAD_LISTENERS).fill(PARTNER_ID), APP, Number(bystander['partnerId'])];
  for (const [index, receiver] of (await system.startReceivers(owners.length)).entries()) {
    const ownerId = owners[index] as number;
    const detail = await post(system, `${pathOf(ownerId)}/webhooks`, { url: receiver.url });
    const { endpointId, secret } = detail as { endpointId: number; secret: string };
    history.endpoint({ endpointId, ownerId, secret });
    receiver.heard = (arrival) => history.receipt({ ...arrival, endpointId, clocksMs: system.clock.lately() });
  }
}

/**
 * Waits until everything is delivered, having sent again by hand what was given up on the way, as its owner would.
 *
 * @returns a violation when that takes longer than `withinMs`
 */
export async function waitUntilDelivered(
  system: ServiceSystem,
  history: History,
  withinMs: number,
): Promise<Violation[]> {
  const startedMs = performance.now();
  for (;;) {
    const open = await undelivered(system);
    if (open.length === 0) return [];
    if (performance.now() - startedMs > withinMs) {
      const text = `${open.length} events are not delivered ${withinMs / 1000} s after the last fault: ${JSON.stringify(open.slice(0, 5))}`;
      return [{ rule: 'every event arrives', text, operations: [] }];
    }
    for (const { id, eventId, endpointId, ownerId, status } of open) {
      if (status !== 'UNDELIVERED') continue;
      await post(system, `${pathOf(ownerId)}/webhook-events/${eventId}/resend?endpointId=${endpointId}`);
      history.resent(id);
    }
    await sleep(200);
  }
}

interface OpenEvent {
  readonly id: number;
  readonly eventId: number;
  readonly endpointId: number;
  readonly ownerId: number;
  readonly status: 'PENDING' | 'UNDELIVERED';
}

async function undelivered({ database }: ServiceSystem): Promise<OpenEvent[]> {
  const [rows] = await database.query<RowDataPacket[]>(
    `SELECT id, id - event_offset AS eventId, endpoint_id AS endpointId, partner_id AS ownerId, status, attempts,
       next_attempt_at AS nextAttemptAt, last_status AS lastStatus, last_error AS lastError
     FROM webhook_events WHERE status <> 'DELIVERED' ORDER BY id`,
  );
  return rows as OpenEvent[];
}

const pathOf = (ownerId: number) => (ownerId === APP ? '/app' : `/partners/${ownerId}`);

/** What an owner does by hand, while everything is in order. @returns the answer's `detail` */
async function post({ instances }: ServiceSystem, path: string, body: object = {}): Promise<Record<string, unknown>> {
  const response = await fetch(`${instances[0]?.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(CALL_MS),
  });
  if (!response.ok) throw new Error(`${path} is answered ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { detail: Record<string, unknown> }).detail;
}
