import { type Api, api } from './api.js';
import { done, newKey, paymentBody, type TestUser } from './builders.js';
import { sql } from './stores.js';

export interface Settlement {
  readonly date: string;
  readonly partnerId: number;
  readonly count: number;
  readonly gross: number;
  readonly cancelCount: number;
  readonly cancels: number;
  readonly net: number;
}

export interface SettledDay {
  readonly date: string;
  readonly paymentCount: number;
  readonly payments: number;
  readonly captureCount: number;
  readonly captures: number;
  readonly cancelCount: number;
  readonly cancels: number;
  readonly net: number;
  readonly isClosed: boolean;
}

export interface SettledDays {
  readonly partnerId: number;
  readonly items: readonly SettledDay[];
  readonly nextCursor: string | null;
}

export interface Line {
  readonly occurredAt: string;
  readonly type: 'PAYMENT' | 'CAPTURE' | 'CANCEL';
  readonly paymentId: number;
  readonly captureId?: number;
  readonly cancelId?: number;
  readonly partnerPayKey: string;
  readonly amount: number;
}

export interface Lines {
  readonly date: string;
  readonly partnerId: number;
  readonly isClosed: boolean;
  readonly items: readonly Line[];
  readonly nextCursor: string | null;
}

type Query = Record<string, string | number>;
const queryOf = (query: Query) => new URLSearchParams(query as Record<string, string>).toString();

const SEOUL_OFFSET_MS = 9 * 3_600_000;
export const DAY_MS = 86_400_000;

/** The day in Seoul. */
export const dayOf = (ms: number) => new Date(ms + SEOUL_OFFSET_MS).toISOString().slice(0, 10);
/** The midnight in Seoul that is so many days after the last one. */
export const midnightIn = (days: number) =>
  Math.floor((Date.now() + SEOUL_OFFSET_MS) / DAY_MS) * DAY_MS - SEOUL_OFFSET_MS + days * DAY_MS;

export const aPartner = async () =>
  (await done(api.send<{ partnerId: number }>('POST', '/partners', { name: '길동상회' }))).detail.partnerId;

export const pay = async (user: Pick<TestUser, 'userId'>, partnerId: number, amount: number, partnerPayKey?: string) =>
  (
    await done(
      api.pay(
        paymentBody(user.userId, { partnerId, totalPayAmount: amount, ...(partnerPayKey && { partnerPayKey }) }),
        newKey(),
      ),
    )
  ).detail.paymentId;

export const cancel = async (paymentId: number, cancelAmount: number) =>
  (
    await done(
      api.send<{ cancelId: number }>(
        'POST',
        `/payments/${paymentId}/cancel`,
        { cancelAmount, cancelReason: '변심' },
        { key: newKey() },
      ),
    )
  ).detail.cancelId;

export const settlementAddress = (partnerId: number, query: Query) =>
  `/partners/${partnerId}/settlements?${queryOf(query)}`;
export const linesAddress = (partnerId: number, day: string, query: Query = {}) =>
  `/partners/${partnerId}/settlements/${day}/lines?${queryOf(query)}`;

export const settlement = async (partnerId: number, date: string) =>
  (await done(api.send<Settlement>('GET', settlementAddress(partnerId, { date })))).detail;
export const settledDays = async (partnerId: number, query: Query, at: Api = api) =>
  (await done(at.send<SettledDays>('GET', settlementAddress(partnerId, query)))).detail;
export const linesPage = async (partnerId: number, day: string, query: Query = {}, at: Api = api) =>
  (await done(at.send<Lines>('GET', linesAddress(partnerId, day, query)))).detail;

/** All lines of a day, page by page. */
export async function linesOf(partnerId: number, day: string, limit = 100, at: Api = api): Promise<Line[]> {
  const lines: Line[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Lines = await linesPage(partnerId, day, { limit, ...(cursor && { cursor }) }, at);
    lines.push(...page.items);
    cursor = page.nextCursor;
  }
  return lines;
}

/** The movement that a line is of. */
export const movementOf = ({ paymentId, captureId, cancelId }: Line) => cancelId ?? captureId ?? paymentId;

/** All entries of a partner's account, newest first, as the database has them. */
export function entriesOfPartner(
  partnerId: number,
): Promise<{ movementId: number; type: string; amount: number; postedAt: Date }[]> {
  return sql(
    `SELECT e.movement_id AS movementId, m.type, e.amount, e.posted_at AS postedAt
     FROM entries e JOIN accounts a ON a.id = e.account_id JOIN movements m ON m.id = e.movement_id
     WHERE a.kind = 'PARTNER_PAYABLE' AND a.owner_id = ? ORDER BY e.movement_id DESC`,
    [partnerId],
  );
}
