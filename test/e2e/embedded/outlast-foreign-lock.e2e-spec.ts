import { afterAll, beforeAll, expect, it } from '@jest/globals';
import mysql, { type Connection } from 'mysql2/promise';
import { setTimeout as sleep } from 'node:timers/promises';
import { auditReport, wrongIn } from '../../support/audit.js';
import { atOnce, aUser, type TestUser } from '../../support/builders.js';
import { describeWith, stackPart } from '../../support/environment.js';
import {
  answersIn,
  forMs,
  Load,
  type LoadRequest,
  payment,
  ratioOfMedians,
  type Told,
  transfer,
  untruths,
} from '../../support/load.js';
import { type OwnService, startOwnService } from '../../support/own-service.js';

/** Those who want the account that is locked. */
const CROWD = 40;
const CLIENTS = 12;
const WINDOW_MS = 400;
const PAIRS = 9;
/** A busy machine may spoil a measurement, but not all of them. */
const MEASUREMENTS = 3;
const KEPT = 0.9;

/** Longer than the locks of the last but one test are held, one after the other. */
const PATIENCE = { DATABASE_LOCK_WAIT_SECONDS: '3', DATABASE_DEADLINE_MS: '5000', ANSWER_WITHIN_MS: '7000' };

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'while somebody else has locked an account', () => {
  let service: OwnService;
  let load: Load;
  let others: TestUser[];
  let wanted: TestUser;
  let alsoWanted: TestUser;
  const holders: Connection[] = [];
  beforeAll(async () => {
    service = await startOwnService({ ...PATIENCE, AUDIT_INTERVAL_MS: '0' });
    load = new Load(service.baseUrl);
    [wanted, alsoWanted, ...others] = (await atOnce(14, () => aUser({ charged: 1_000_000 }))) as [
      TestUser,
      TestUser,
      ...TestUser[],
    ];
    await othersPay(forMs(1_000)); // so that all is looked up that is looked up once
  });
  afterAll(async () => {
    await load.close();
    for (const holder of holders) await holder.end();
    await service.stop();
  });

  async function lock({ accountId }: TestUser): Promise<() => Promise<void>> {
    const holder = await mysql.createConnection(stackPart('databaseUrl'));
    holders.push(holder);
    await holder.query('START TRANSACTION');
    await holder.query('SELECT id FROM accounts WHERE id = ? FOR UPDATE', [accountId]);
    return async () => void (await holder.query('ROLLBACK'));
  }

  const othersPay = (goesOn: () => boolean): Promise<Told[]> =>
    load.run(CLIENTS, (client) => payment(others[client % others.length]?.userId as number), goesOn);
  const sendAll = (requests: readonly LoadRequest[]): Promise<Told[]> =>
    Promise.all(requests.map((request) => load.send(request)));
  /** Of which some touch others' accounts as well. */
  const crowd = ({ userId }: TestUser): LoadRequest[] =>
    Array.from({ length: CROWD }, (_, index) => {
      const other = others[index % others.length] as TestUser;
      if (index % 4 === 1) return transfer(userId, other.userId);
      return index % 4 === 2 ? transfer(other.userId, userId) : payment(userId);
    });

  /** How many payments of others were answered meanwhile. */
  async function window(isLocked: boolean): Promise<number> {
    const release = isLocked ? await lock(wanted) : () => Promise.resolve();
    const crowding = sendAll(crowd(wanted));
    const paid = await othersPay(forMs(WINDOW_MS));
    await release();
    expect(answersIn(paid)).toEqual({ '201 Success': paid.length });
    expect(answersIn(await crowding)).toEqual({ '201 Success': CROWD });
    return paid.length;
  }

  it(`the others keep ${KEPT * 100} % of their rate, and nobody is turned away who waits for less than a deadline`, async () => {
    const ratios: number[] = [];
    while (ratios.length < MEASUREMENTS && !ratios.some((ratio) => ratio >= KEPT)) {
      const pairs: [number, number][] = [];
      for (let count = 0; count < PAIRS; count++) pairs.push([await window(false), await window(true)]);
      ratios.push(ratioOfMedians(pairs));
    }
    expect(Math.max(...ratios)).toBeGreaterThanOrEqual(KEPT);
  });

  it('for longer than anybody waits, only those are turned away who want it', async () => {
    const release = await lock(wanted);
    let isCrowded = true;
    const crowding = sendAll(crowd(wanted)).finally(() => (isCrowded = false));
    const paid = await othersPay(() => isCrowded);
    await release();
    expect(answersIn(await crowding)).toEqual({ '503 TemporarilyUnavailable': CROWD });
    expect(answersIn(paid)).toEqual({ '201 Success': paid.length });
  });

  it('and another one, and they are let go one after the other, everybody is served', async () => {
    const [first, second] = [await lock(wanted), await lock(alsoWanted)];
    const waiting = sendAll([
      ...crowd(wanted),
      ...crowd(alsoWanted),
      transfer(wanted.userId, alsoWanted.userId),
      transfer(alsoWanted.userId, wanted.userId),
    ]);
    const paying = othersPay(forMs(5_000));
    await sleep(2_500);
    await first();
    await sleep(2_000);
    await second();
    const told = [...(await waiting), ...(await paying)];
    expect(answersIn(told)).toEqual({ '201 Success': told.length });
  });

  it('what was answered is what the books say', async () => {
    expect(await untruths(load.told)).toEqual([]);
    expect(wrongIn((await auditReport()).report)).toEqual([]);
  });
});
