import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { clientOf, HANA, orderFor, type TestClient } from '../../../test/support/bank-client.js';
import { handleOf } from '../../bank-simulator/account-handle.js';
import { type Fault, TestBank } from '../../../test/support/simulator.js';

let bank: TestBank;
let client: TestClient;
const logged: string[] = [];

beforeEach(async () => {
  for (const level of ['log', 'warn', 'error'] as const) {
    jest.spyOn(Logger.prototype, level).mockImplementation((text: unknown) => {
      logged.push(`${level} ${String(text)}`);
    });
  }
  bank = await TestBank.start();
  client = clientOf(bank.url);
});
afterEach(async () => {
  await client.onApplicationShutdown();
  await bank.stop();
  jest.restoreAllMocks();
  logged.length = 0;
});

const done = { kind: 'done' };
const notFound = { kind: 'notFound' };
const unknown = expect.objectContaining({ kind: 'unknown', why: expect.any(String) });
const refused = (reason: string, bankCode: string) => ({ kind: 'refused', reason, bankCode });
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Each lie: what the client makes of the answer, of an inquiry right after it, and of the same order sent again to a
 * bank that has come to its senses.
 */
const EXPECTED: Record<Exclude<Fault, 'inProgress'>, [outcome: object, inquiry: object, resent: object]> = {
  balanceShort: [refused('BALANCE_SHORT', '453'), refused('BALANCE_SHORT', '453'), unknown],
  transferLimit: [refused('BANK_LIMIT', '455'), refused('BANK_LIMIT', '455'), unknown],
  dailyLimit: [refused('BANK_LIMIT', '456'), refused('BANK_LIMIT', '456'), unknown],
  accountClosed: [refused('ACCOUNT_REFUSED', '415'), refused('ACCOUNT_REFUSED', '415'), unknown],
  maintenance: [refused('UNAVAILABLE', 'A0004'), notFound, done],
  maintenance503: [refused('UNAVAILABLE', 'A0004'), notFound, done],
  slow: [unknown, done, unknown],
  hang: [unknown, notFound, done],
  reset: [unknown, notFound, done],
  answerLost: [unknown, done, unknown],
  answerNeverComes: [unknown, done, unknown],
  delayedAcceptance: [unknown, notFound, done],
  resetMidBody: [unknown, done, unknown],
  brokenJson: [unknown, done, unknown],
  http500: [unknown, done, unknown],
  inProgressThenDone: [unknown, unknown, unknown],
  inProgressThenRefused: [unknown, unknown, unknown],
  timeExceededThenDone: [unknown, unknown, unknown],
  answeredAsRepeated: [unknown, done, unknown],
  tokenExpired: [done, done, unknown],
};

describe('when the bank lies about a withdrawal', () => {
  it.each(Object.entries(EXPECTED))('%s', async (fault, [outcome, inquiry, resent]) => {
    await bank.setRules([{ fault: fault as Fault, times: 1 }]);
    const order = orderFor();
    expect(await client.send(order)).toEqual(outcome);
    expect(await client.inquire(order)).toEqual(inquiry);

    const taken = (await bank.takings()).length;
    if (outcome === done || inquiry === done) expect(taken).toBe(1);
    if (outcome !== unknown && outcome !== done) expect(taken).toBe(0);
    expect(await client.resend(order)).toEqual(resent);
    expect((await bank.takings()).length).toBeLessThanOrEqual(1);
  });

  it.each(['maintenance', 'maintenance503', 'hang', 'reset', 'answerLost'] as const)(
    'never calls an order refused that may have arrived before: %s',
    async (fault) => {
      await bank.setRules([{ fault: 'answerLost', times: 1 }, { fault }]);
      const order = orderFor();
      expect(await client.send(order)).toEqual(unknown);
      expect(await client.resend(order)).toEqual(unknown);
    },
  );

  it.each([
    ['inProgressThenDone', done],
    ['inProgressThenRefused', refused('BALANCE_SHORT', '453')],
    ['timeExceededThenDone', done],
    ['delayedAcceptance', done],
  ] as const)('%s is definite in the end', async (fault, end) => {
    await bank.setRules([{ fault, delayMs: 1_000 }]);
    const order = orderFor();
    expect(await client.send(order)).toEqual(unknown);
    await sleep(1_100);
    expect(await client.inquire(order)).toEqual(end);
  });

  it('tells the log nothing about people', async () => {
    const order = orderFor({}, '1112223339');
    for (const fault of ['hang', 'http500', 'brokenJson', 'answeredAsRepeated'] as const) {
      await bank.setRules([{ fault, on: 'withdraw' }]);
      await client.send(orderFor({ fintechUseNum: order.fintechUseNum }));
    }
    expect(logged).toHaveLength(4);
    for (const secret of [order.fintechUseNum, order.ownerName, '1112223339', 'Bearer', 'sandbox']) {
      expect(logged.join()).not.toContain(secret);
    }
  });
});

describe('when the bank lies about an inquiry', () => {
  const faults = ['maintenance', 'maintenance503', 'slow', 'hang', 'reset', 'answerLost', 'answerNeverComes'] as const;
  it.each([...faults, 'resetMidBody', 'brokenJson', 'http500', 'inProgress'] as const)(
    '%s is unknown',
    async (fault) => {
      const order = orderFor();
      expect(await client.send(order)).toEqual(done);
      await bank.setRules([{ fault, on: 'inquiry' }]);
      expect(await client.inquire(order)).toEqual(unknown);
      expect(await client.inquire(orderFor())).toEqual(unknown);
    },
  );

  it('renews the token of the institution by itself', async () => {
    const order = orderFor();
    await client.send(order);
    expect(await client.inquire(order)).toEqual(done);
    await bank.setRules([{ fault: 'tokenExpired', on: 'inquiry' }]);
    expect(await client.inquire(order)).toEqual(done);
  });

  it('is told of another amount or date: unknown, and an error for a person to look at', async () => {
    const order = orderFor();
    await client.send(order);
    expect(await client.inquire({ ...order, amount: 9_999 })).toEqual(unknown);
    expect(await client.inquire({ ...order, tranDtime: '20261121235959' })).toEqual(unknown);
    expect(logged.filter((text) => text.startsWith('error'))).toHaveLength(2);
  });
});

describe('tokens', () => {
  it('are asked for once, however many need one, and used until they expire', async () => {
    const orders = Array.from({ length: 20 }, () => orderFor());
    const outcomes = await Promise.all(orders.map((order) => client.send(order)));
    expect(outcomes).toEqual(orders.map(() => done));
    await Promise.all(orders.map((order) => client.inquire(order)));
    expect((await bank.stats()).asked['token']).toBe(2);
  });

  it('are renewed before they expire', async () => {
    const { port } = new URL(bank.url);
    await bank.stop();
    bank = await TestBank.start({ tokenSeconds: 1, port: Number(port) });
    expect(await client.send(orderFor())).toEqual(done);
    await sleep(550);
    expect(await client.send(orderFor())).toEqual(done);
    expect((await bank.stats()).asked).toMatchObject({ token: 2, withdraw: 2 });
  });

  it('that never come mean that nothing was sent', async () => {
    await bank.setRules([{ fault: 'hang', on: 'token' }]);
    expect(await client.send(orderFor())).toEqual(refused('UNAVAILABLE', 'NOT_SENT'));
    expect(await client.resend(orderFor())).toEqual(unknown);
    expect(await client.inquire(orderFor())).toEqual(unknown);
    expect((await bank.stats()).asked).toMatchObject({ withdraw: 0, inquiry: 0 });
  });

  it('that are refused to us are a matter of configuration', async () => {
    const stranger = clientOf(bank.url, { BANK_CLIENT_SECRET: 'wrong' });
    expect(await stranger.send(orderFor())).toEqual(refused('CONFIGURATION', 'O0001'));
    expect(await stranger.resend(orderFor())).toEqual(unknown);
    expect(await stranger.inquire(orderFor())).toEqual(unknown);
    expect(stranger.isAvailable(HANA)).toBe(true);
    await stranger.onApplicationShutdown();
  });

  it('count within the time of the call', async () => {
    await bank.call('PUT', '/simulator/latency', { ms: 400 });
    expect(await client.send(orderFor())).toEqual(unknown);
  });
});

/** At one bank, each at an account of their own. */
const ordersOf = (bankCode: string, count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => orderAt(bankCode, String(2_000_000_000 + from + index)));
const orderAt = (bankCode: string, accountNumber: string) =>
  orderFor({ bankCode, fintechUseNum: handleOf({ bankCode, number: accountNumber }) });
const KB = '004';

/** A busy machine must not look like a silent bank to those who are to be served. */
async function patientClient(): Promise<TestClient> {
  await client.onApplicationShutdown();
  return clientOf(bank.url, { BANK_TIMEOUT_MS: '2000' });
}

describe("a bank's circuit", () => {
  it('opens when the bank is silent, refuses at once, and closes when it is back', async () => {
    await bank.setRules([{ fault: 'hang', on: 'all' }]);
    await Promise.all(ordersOf(HANA, 10).map((order) => client.send(order)));
    expect(client.isAvailable(HANA)).toBe(false);

    const asked = (await bank.stats()).asked;
    expect(await client.send(orderFor())).toEqual(refused('UNAVAILABLE', 'NOT_SENT'));
    expect(await client.inquire(orderFor())).toEqual(unknown);
    expect((await bank.stats()).asked).toEqual(asked);

    await sleep(2_050);
    expect(client.isAvailable(HANA)).toBe(true);
    const probe = client.send(orderFor());
    await sleep(0);
    expect(client.isAvailable(HANA)).toBe(false);
    expect(await client.send(orderFor())).toEqual(refused('UNAVAILABLE', 'NOT_SENT'));
    expect(await probe).toEqual(refused('UNAVAILABLE', 'NOT_SENT'));
    expect(client.isAvailable(HANA)).toBe(false);

    await bank.call('DELETE', '/simulator/rules');
    await sleep(2_050);
    expect(await client.inquire(orderFor())).toEqual(notFound);
    expect(client.isAvailable(HANA)).toBe(true);
    expect(await client.send(orderFor())).toEqual(done);
  });

  it('stays closed whatever a working bank refuses', async () => {
    for (const fault of ['balanceShort', 'maintenance', 'answeredAsRepeated', 'inProgressThenDone'] as const) {
      await bank.setRules([{ fault }]);
      for (const order of ordersOf(HANA, 12)) await client.send(order);
    }
    expect(client.isAvailable(HANA)).toBe(true);
  });

  it('says nothing of other banks', async () => {
    client = await patientClient();
    const hanging = ordersOf(HANA, 12);
    await bank.setRules(hanging.map((_, index) => ({ fault: 'hang', accountNumber: String(2_000_000_000 + index) })));
    const others = ordersOf(KB, 40, 100).map((order) => client.send(order));
    await Promise.all(hanging.map((order) => client.send(order)));
    expect([client.isAvailable(HANA), client.isAvailable(KB)]).toEqual([false, true]);
    expect(await Promise.all(others)).toEqual(others.map(() => done));
    expect(await client.send(orderAt(KB, '2000000999'))).toEqual(done);
  });

  it('is not opened by one account that hangs, which keeps no other account of its bank waiting', async () => {
    client = await patientClient();
    await bank.setRules([{ fault: 'hang', accountNumber: '2000000000' }]);
    const hanging = Array.from({ length: 40 }, () => client.send(orderAt(HANA, '2000000000')));
    const others = await Promise.all(ordersOf(HANA, 60, 1).map((order) => client.send(order)));
    expect(others).toEqual(others.map(() => done));
    await Promise.all(hanging.slice(0, 20));
    expect(client.isAvailable(HANA)).toBe(true);
    await Promise.all(hanging);
    expect(client.isAvailable(HANA)).toBe(true);
  });

  it('is not opened by customers who wait in our own queue: who waits for too long is told that we are busy', async () => {
    await bank.call('PUT', '/simulator/latency', { ms: 100 });
    const few = clientOf(bank.url, { BANK_CONCURRENCY: '2', BANK_TIMEOUT_MS: '5000' });
    const patient = await Promise.all(ordersOf(HANA, 20).map((order) => few.send(order)));
    expect(patient).toEqual(patient.map(() => done));
    const giveUpAt = performance.now() + 300;
    const outcomes = await Promise.all(ordersOf(HANA, 40, 50).map((order) => few.send(order, giveUpAt)));
    const served = outcomes.filter(({ kind }) => kind === 'done');
    expect(served.length).toBeLessThan(40);
    const turnedAway = outcomes.filter(({ kind }) => kind !== 'done');
    expect(turnedAway).toEqual(turnedAway.map(() => refused('BUSY', 'NOT_SENT')));
    expect(await bank.takings()).toHaveLength(20 + served.length);
    expect(few.isAvailable(HANA)).toBe(true);
    await few.onApplicationShutdown();
  });

  it('keeps nobody out who works in the background, and is not opened by them', async () => {
    await bank.setRules([{ fault: 'hang', on: 'all' }]);
    const orders = ordersOf(HANA, 12);
    await Promise.all(orders.flatMap((order) => [client.resend(order), client.inquireAll([order])]));
    expect(client.isAvailable(HANA)).toBe(true);
    await Promise.all(orders.map((order) => client.send(order)));
    expect(client.isAvailable(HANA)).toBe(false);
    await bank.call('DELETE', '/simulator/rules');
    expect(await client.inquireAll([orderFor()])).toEqual([notFound]);
    expect(await client.resend(orderFor())).toEqual(done);
  });
});
