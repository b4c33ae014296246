import { Redis } from 'ioredis';
import type { Api } from './api.js';
import { done } from './builders.js';
import { eventually } from './money.js';

interface PaymentCounts {
  readonly approved: number;
  readonly refused: number;
  readonly pending: number;
  readonly failed: number;
}
interface Backlog {
  readonly count: number;
  readonly isMore: boolean;
  readonly oldestSeconds: number | null;
}
export interface Overview {
  readonly at: string;
  readonly payments: (PaymentCounts & { readonly perMinute: readonly (PaymentCounts & { at: string })[] }) | null;
  readonly topUps: { readonly done: number; readonly refused: number; readonly unknown: number } | null;
  readonly openCircuits: readonly { bankCode: string; bankName: string; instanceIds: readonly string[] }[] | null;
  readonly webhooks: { readonly waiting: Backlog; readonly undelivered: Backlog } | null;
  readonly orders: { readonly withdrawals: Backlog; readonly payouts: Backlog } | null;
  readonly audit: {
    readonly last: { readonly secondsAgo: number; readonly violations: number; readonly checks: object[] } | null;
    readonly progress: { readonly ratio: number; readonly secondsLeft: number | null } | null;
  } | null;
  readonly instances:
    | readonly {
        id: string;
        version: string;
        startedAt: string;
        heardSecondsAgo: number;
        openCircuits: readonly string[];
      }[]
    | null;
}

export const overviewOf = async (api: Api): Promise<Overview> =>
  (await done(api.send<Overview>('GET', '/operations/overview'))).detail;

/** Instances tell each other once a second. */
export const untilOverview = (api: Api, isWanted: (overview: Overview) => boolean): Promise<Overview> =>
  eventually(() => overviewOf(api), isWanted, 30_000);

/** Forgets the one numbered database that an own stack, or one before it, has used. */
export async function forget(redisUrl: string): Promise<void> {
  const redis = new Redis(redisUrl);
  await redis.flushdb();
  redis.disconnect();
}
