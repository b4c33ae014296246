import { Injectable } from '@nestjs/common';
import { RedisClient } from '../../platform/redis/redis.module.js';
import { Script } from '../../platform/redis/script.js';
import { type ByMinute, MINUTES } from './minute-counts.js';

/** What an instance says of itself. */
export interface InstanceReport {
  readonly id: string;
  readonly version: string;
  readonly commit?: string;
  /** By the instance's own clock, in ms since 1970. */
  readonly startedAtMs: number;
  /** The codes of the banks that it leaves alone. */
  readonly openCircuits: readonly string[];
  /** It was told to end. */
  readonly isLeaving: boolean;
  readonly counted: ByMinute;
}

export interface HeardReport {
  readonly report: InstanceReport;
  /** By the clock of Redis, which all instances share. */
  readonly heardSecondsAgo: number;
}

/** When each was heard of, and what it said. Both lie in one slot of a cluster. */
const KEYS = ['operations:{instances}:heard', 'operations:{instances}:reports'];
/** What an instance that has ended counted is looked at for as long as its last minute is. */
const KEEP_SECONDS = (MINUTES + 1) * 60;

/**
 * A report is whole: one that is written twice, or after Redis has forgotten everything, is right again at once. What
 * HINCRBY adds would be counted twice when an answer is lost.
 */
const WRITE = new Script<null>(`local now = tonumber(redis.call('TIME')[1])
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[3])) do
redis.call('ZREM', KEYS[1], id) redis.call('HDEL', KEYS[2], id) end
redis.call('ZADD', KEYS[1], now, ARGV[1]) redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3]) redis.call('EXPIRE', KEYS[2], ARGV[3])`);

type Found = [now: string, heard: string[], reports: string[]];
const READ = new Script<Found>(`return {redis.call('TIME')[1],
redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES'), redis.call('HGETALL', KEYS[2])}`);

/** What all instances say of themselves, as far as Redis knows: a picture, which nobody decides by. */
@Injectable()
export class InstanceReports {
  constructor(private readonly redis: RedisClient) {}

  /** In vain while Redis is away. */
  async write(report: InstanceReport): Promise<void> {
    await this.redis.runAside(WRITE, KEYS, [report.id, JSON.stringify(report), KEEP_SECONDS]);
  }

  /** In the order in which they started, those that have ended included; null while Redis is away. */
  async list(): Promise<HeardReport[] | null> {
    const found = await this.redis.runAside(READ, KEYS, []);
    if (found === undefined) return null;
    const [now, heard, reports] = found;
    const heardAt = inPairs(heard);
    const known = [...inPairs(reports)].flatMap(([id, text]) => {
      const at = heardAt.get(id);
      if (at === undefined) return [];
      return { report: JSON.parse(text) as InstanceReport, heardSecondsAgo: Math.max(0, Number(now) - Number(at)) };
    });
    return known.sort((a, b) => a.report.startedAtMs - b.report.startedAtMs);
  }
}

/** Redis answers with names and values in turn. */
function inPairs(list: readonly string[]): Map<string, string> {
  const pairs = new Map<string, string>();
  for (let at = 0; at + 1 < list.length; at += 2) pairs.set(list[at] as string, list[at + 1] as string);
  return pairs;
}
