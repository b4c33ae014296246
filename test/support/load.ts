import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { newKey, newOrder, paymentBody, signUpBody } from './builders.js';
import { sql } from './stores.js';

export interface LoadRequest {
  readonly method: 'POST' | 'PATCH';
  readonly path: string;
  readonly body: object;
  readonly key: string;
}
/** What a request was told; status 0: its connection broke. */
export interface Told extends LoadRequest {
  readonly status: number;
  readonly code: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly location: string | undefined;
  readonly tookMs: number;
}

const CONNECTIONS = 256;

export const payment = (userId: number, totalPayAmount = 10, changes: object = {}): LoadRequest => ({
  method: 'POST',
  path: '/payments',
  body: paymentBody(userId, { totalPayAmount, partnerPayKey: newOrder(), ...changes }),
  key: newKey(),
});
export const charge = (userId: number, amount = 10): LoadRequest => ({
  method: 'POST',
  path: '/accounts/main/charge',
  body: { userId, amount },
  key: newKey(),
});
export const transfer = (fromUserId: number, toUserId: number, amount = 10): LoadRequest => ({
  method: 'POST',
  path: '/transfers',
  body: { fromUserId, toUserId, amount },
  key: newKey(),
});
export const deposit = (userId: number, amount = 10): LoadRequest => ({
  method: 'PATCH',
  path: '/accounts/savings/deposit',
  body: { userId, amount },
  key: newKey(),
});
export const signUp = (): LoadRequest => ({ method: 'POST', path: '/users', body: signUpBody(), key: newKey() });
export const opening = (userId: number): LoadRequest => ({
  method: 'POST',
  path: '/accounts/savings',
  body: { userId },
  key: newKey(),
});

/** Many cheap clients of one instance; unlike `Api` it looks at nothing but remembers what each request was told. */
export class Load {
  readonly told: Told[] = [];
  private readonly pool: Pool;

  constructor(baseUrl: string) {
    this.pool = new Pool(baseUrl, { connections: CONNECTIONS, headersTimeout: 30_000 });
  }

  async send(request: LoadRequest): Promise<Told> {
    const startedAt = performance.now();
    const told = { ...request, ...(await this.ask(request)), tookMs: performance.now() - startedAt };
    this.told.push(told);
    return told;
  }

  /** `clients` clients that each send the next request `pauseMs` after the last one was answered, while `goesOn`. */
  async run(
    clients: number,
    next: (client: number) => LoadRequest,
    goesOn: () => boolean,
    pauseMs = 0,
  ): Promise<Told[]> {
    const told: Told[] = [];
    const client = async (_: unknown, index: number) => {
      for (; goesOn(); await sleep(pauseMs)) told.push(await this.send(next(index)));
    };
    await Promise.all(Array.from({ length: clients }, client));
    return told;
  }

  /** So many a second, whether they are answered or not. */
  async pace(perSecond: number, next: () => LoadRequest, goesOn: () => boolean): Promise<Told[]> {
    const sent: Promise<Told>[] = [];
    const startedAt = performance.now();
    while (goesOn()) {
      const due = ((performance.now() - startedAt) / 1000) * perSecond;
      while (sent.length < due) sent.push(this.send(next()));
      await sleep(5);
    }
    return Promise.all(sent);
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }

  private async ask({ method, path, body, key }: LoadRequest): Promise<Omit<Told, keyof LoadRequest | 'tookMs'>> {
    try {
      const answer = await this.pool.request({
        method,
        path,
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', 'idempotency-key': key, 'x-request-id': randomUUID() },
      });
      const { code, detail = {} } = (await answer.body.json()) as Pick<Told, 'code' | 'detail'>;
      return { status: answer.statusCode, code, detail, location: answer.headers['location'] as string | undefined };
    } catch (error) {
      return { status: 0, code: String(error), detail: {}, location: undefined };
    }
  }
}

/** How many of each answer there are: `{ '201 Success': 1, '503 TemporarilyUnavailable': 99 }`. */
export function answersIn(told: readonly Told[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, code } of told) counts[`${status} ${code}`] = (counts[`${status} ${code}`] ?? 0) + 1;
  return counts;
}

/** Of measurements side by side: how the median of the second ones compares with that of the first ones. */
export function ratioOfMedians(pairs: readonly (readonly [number, number])[]): number {
  const medianOf = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  return medianOf(pairs.map(([, second]) => second)) / medianOf(pairs.map(([first]) => first));
}

/** For as long as that after now. */
export function forMs(milliseconds: number): () => boolean {
  const endAt = performance.now() + milliseconds;
  return () => performance.now() < endAt;
}

/**
 * What was answered of movements that the books contradict: a success that is not there, a refusal that moved money.
 */
export async function untruths(told: readonly Told[]): Promise<string[]> {
  const movements = told.filter(({ path }) => path !== '/users' && path !== '/accounts/savings');
  const rows: { key: string; status: string; live: number | null }[] = [];
  const keys = movements.map(({ key }) => key);
  for (let at = 0; at < keys.length; at += 1_000) {
    const statement = `SELECT idempotency_key AS \`key\`, status, key_live AS live FROM movements WHERE idempotency_key IN (?)`;
    rows.push(...(await sql<(typeof rows)[0]>(statement, [keys.slice(at, at + 1_000)])));
  }
  const byKey = Map.groupBy(rows, ({ key }) => key);
  return movements.flatMap(({ path, key, status, code }) => {
    const live = (byKey.get(key) ?? []).filter((row) => row.live !== null);
    const isThere = live.length === 1 && live[0]?.status === 'COMPLETED';
    const isTrue = status === 202 || status === 0 ? live.length <= 1 : status < 300 ? isThere : live.length === 0;
    return isTrue ? [] : [`${path} ${key}: ${status} ${code}, but ${JSON.stringify(byKey.get(key) ?? [])}`];
  });
}
