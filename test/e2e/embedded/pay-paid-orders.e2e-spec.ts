import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { atOnce, aUser, newKey, type TestUser } from '../../support/builders.js';
import { describeWith } from '../../support/environment.js';
import {
  answersIn,
  forMs,
  Load,
  type LoadRequest,
  payment,
  ratioOfMedians,
  type Told,
  untruths,
} from '../../support/load.js';
import { type OwnService, PATIENCE, startOwnService } from '../../support/own-service.js';

const PAID = 200;
const REPEATED_PER_SECOND = 300;
/** Clients who think for a while between two payments, so that what slows an answer down lowers their rate. */
const CLIENTS = 16;
const THINK_MS = 60;
const WINDOW_MS = 800;
const PAIRS = 7;
/** A busy machine may spoil a measurement, but not all of them. */
const MEASUREMENTS = 6;
const KEPT = 0.9;

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'orders that were paid, sent again under new keys,', () => {
  let service: OwnService;
  let load: Load;
  let payers: TestUser[];
  let orders: readonly LoadRequest[];
  beforeAll(async () => {
    service = await startOwnService({ ...PATIENCE, AUDIT_INTERVAL_MS: '0' });
    load = new Load(service.baseUrl);
    payers = await atOnce(20, () => aUser({ charged: 500_000 }));
    orders = Array.from({ length: PAID }, (_, index) => payment(payers[index % 20]?.userId as number));
    const paid = await Promise.all(orders.map((order) => load.send(order)));
    expect(answersIn(paid)).toEqual({ '201 Success': PAID });
  });
  afterAll(async () => {
    await load.close();
    await service.stop();
  });

  let sent = 0;
  const again = (): LoadRequest => ({ ...(orders[sent++ % PAID] as LoadRequest), key: newKey() });
  const anotherOrder = (): LoadRequest => payment(payers[sent++ % 20]?.userId as number);

  /** How many payments of usual clients were answered beside so many other requests. */
  async function window(beside: () => LoadRequest, answer: string): Promise<number> {
    const goesOn = forMs(WINDOW_MS);
    const next = (client: number) => payment(payers[client % 20]?.userId as number);
    const [paid, others]: [Told[], Told[]] = await Promise.all([
      load.run(CLIENTS, next, goesOn, THINK_MS),
      load.pace(REPEATED_PER_SECOND, beside, goesOn),
    ]);
    expect(answersIn(paid)).toEqual({ '201 Success': paid.length });
    expect(answersIn(others)).toEqual({ [answer]: others.length });
    return paid.length;
  }

  it(`${REPEATED_PER_SECOND} a second, leave the others ${KEPT * 100} % of the rate they have beside as many new orders`, async () => {
    const ratios: number[] = [];
    while (ratios.length < MEASUREMENTS && !ratios.some((ratio) => ratio >= KEPT)) {
      const pairs: [number, number][] = [];
      for (let count = 0; count < PAIRS; count++) {
        pairs.push([await window(anotherOrder, '201 Success'), await window(again, '409 AlreadyComplete')]);
      }
      ratios.push(ratioOfMedians(pairs));
    }
    expect(Math.max(...ratios)).toBeGreaterThanOrEqual(KEPT);
  });

  it('are told the payment that was made, and nothing moves twice', async () => {
    const first = await Promise.all(orders.map((order) => load.send(order)));
    const told = await Promise.all(orders.map((order) => load.send({ ...order, key: newKey() })));
    expect(told.map(({ detail }) => detail)).toEqual(first.map(({ detail }) => detail));
    const made = load.told.filter(({ status }) => status === 201);
    const keys = new Set(made.map(({ key }) => key));
    const repeated = load.told.filter(({ key }) => !keys.has(key));
    expect(await untruths([...made, ...repeated])).toEqual([]);
  });
});
