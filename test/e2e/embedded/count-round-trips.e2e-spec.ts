import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { APP_WEBHOOKS, registerApp, removeEndpoints } from '../../support/app-webhooks.js';
import { aUser, atOnce, done, newKey, paymentBody } from '../../support/builders.js';
import { DatabaseProxy } from '../../support/database-proxy.js';
import { expectAnswer, tally } from '../../support/contract.js';
import { describeWith, stackPart } from '../../support/environment.js';
import { type OwnService, PATIENCE, startOwnService } from '../../support/own-service.js';
import { aListener, change, stopReceivers } from '../../support/webhook-partner.js';

/** Before a top-up: the bank account's lock, and what is used of the day's limits. */
const TOP_UP = [/^SELECT .* FROM linked_accounts l JOIN bank_accounts b .* FOR UPDATE SKIP LOCKED$/, /SUM\(w.amount\)/];
/** Nobody listens there. */
const NO_BANK = 'http://127.0.0.1:9';
/** Workers would mix their statements in; here they have nothing to do. */
const ASLEEP = {
  RECOVERY_INTERVAL_MS: '60000',
  WEBHOOK_INTERVAL_MS: '60000',
  SAVINGS_INTERVAL_MS: '3600000',
  AUDIT_INTERVAL_MS: '0',
};

/** Longer than workers wait for their first round. */
const QUIET_MS = 1_500;
const LOOKS_EVERY_MS = 500;
/** What is read once in that time at most, each. */
const LOOKS = [/^SELECT .* FROM webhook_endpoints /, /^SELECT .* FROM sandbox_clock /];
/** One group of payments, whatever its size, under its locks and with its commit. */
const POSTING = [
  /^SELECT .* FROM `accounts` .* FOR UPDATE/,
  /^INSERT INTO movements .*; SET @new_id_0 = .*; INSERT INTO payments .*; INSERT INTO entries .*; UPDATE accounts .*; COMMIT$/,
];

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'the round trips of payments', () => {
  const statements: string[] = [];
  let proxy: DatabaseProxy;
  let service: OwnService;

  beforeAll(async () => {
    const url = new URL(stackPart('databaseUrl'));
    proxy = await DatabaseProxy.start(Number(url.port));
    proxy.watch = (sql) => {
      statements.push(sql.replaceAll(/\s+/g, ' '));
      return null;
    };
    url.port = String(proxy.port);
    service = await startOwnService({ ...PATIENCE, ...ASLEEP, BANK_URL: NO_BANK }, url.href);
    // Workers have their first round after the start.
    do {
      statements.length = 0;
      await sleep(QUIET_MS);
    } while (withoutLooks().length > 0);
  });
  afterAll(async () => {
    await service.stop();
    await proxy.stop();
    await stopReceivers();
  });

  const withoutLooks = () => statements.filter((sql) => !LOOKS.some((look) => look.test(sql)));

  /** What was sent for one payment of each, without the looks at endpoints and clock, of which few may fall into it. */
  async function pay(userIds: readonly number[], to: { partnerId?: number } = {}): Promise<string[]> {
    await sleep(50);
    statements.length = 0;
    const startedAt = performance.now();
    const answers = await atOnce(userIds.length, (index) => {
      const body = paymentBody(userIds[index] as number, { totalPayAmount: 10, ...to });
      return service.api.send('POST', '/payments', body, { key: newKey() });
    });
    expect(tally(answers)).toEqual({ '201 Success': answers.length });
    const sent = withoutLooks();
    // One more where the first one has been on its way since before.
    const looksMax = 1 + Math.ceil((performance.now() - startedAt) / LOOKS_EVERY_MS);
    expect(statements.length - sent.length).toBeLessThanOrEqual(LOOKS.length * looksMax);
    return sent;
  }

  it('are two for one payment, and nothing else', async () => {
    const { userId } = await aUser({ charged: 1_000 });
    await pay([userId]); // looks up, once, what never changes
    const sent = await pay([userId]);
    expect(sent).toHaveLength(POSTING.length);
    sent.forEach((sql, index) => expect(sql).toMatch(POSTING[index] as RegExp));
  });

  it('are two for each group, far fewer than one group per payment', async () => {
    const users = await Promise.all(Array.from({ length: 10 }, () => aUser({ charged: 1_000 })));
    const payers = Array.from({ length: 60 }, (_, index) => users[index % users.length]?.userId as number);
    await pay(payers);
    const sent = await pay(payers);
    const groups = sent.filter((sql) => sql.endsWith('COMMIT')).length;
    expect(sent).toHaveLength(groups * POSTING.length);
    expect(groups).toBeLessThan(payers.length / 3);
  });

  it('are three where a partner is told of the payment, by its number', async () => {
    const { userId } = await aUser({ charged: 1_000 });
    const { partnerId } = await aListener();
    await pay([userId], { partnerId });
    const sent = await pay([userId], { partnerId });
    expect(sent).toHaveLength(3);
    expect(sent[1]).toMatch(/^INSERT INTO movements .*; INSERT INTO payments [^;]*$/);
    expect(sent[2]).toMatch(/^INSERT INTO webhook_events .*; INSERT INTO entries .*; COMMIT$/);
  });

  it('are two where nobody wants to hear of this type of event', async () => {
    const { userId } = await aUser({ charged: 1_000 });
    const { partnerId, receiver, endpointId } = await aListener();
    await done(change(partnerId, endpointId, { types: ['payment.canceled'] }));
    const body = { url: receiver.url, types: ['movement.failed', 'transfer.held'] };
    await done(service.api.send('POST', APP_WEBHOOKS, body));
    try {
      await pay([userId], { partnerId });
      const sent = await pay([userId], { partnerId });
      expect(sent).toHaveLength(POSTING.length);
      sent.forEach((sql, index) => expect(sql).toMatch(POSTING[index] as RegExp));
    } finally {
      await removeEndpoints(service.api, APP_WEBHOOKS);
    }
  });

  it('are three, and no more, where the app is told of the payment too, and two again when it is not any more', async () => {
    const { userId } = await aUser({ charged: 1_000 });
    const { partnerId, receiver } = await aListener();
    await registerApp(service.api, receiver);
    try {
      for (const to of [{}, { partnerId }]) {
        await pay([userId], to);
        const sent = await pay([userId], to);
        expect(sent).toHaveLength(3);
        expect(sent[2]).toMatch(/INSERT INTO webhook_events .*; COMMIT$/);
      }
    } finally {
      await removeEndpoints(service.api, APP_WEBHOOKS);
    }
    expect(await pay([userId])).toHaveLength(POSTING.length);
  });

  it('are two more for a top-up, whose withdrawal is written with its COMMIT', async () => {
    const { userId } = await aUser();
    statements.length = 0;
    expectAnswer(await service.api.charge({ userId, amount: 10 }, newKey()), 'BankMaintenance');
    const reserving = statements.slice(
      statements.findIndex((sql) => /^SELECT .* FROM `accounts` .* FOR UPDATE/.test(sql)),
      1 + statements.findIndex((sql) => sql.endsWith('COMMIT')),
    );
    expect(reserving).toHaveLength(4);
    TOP_UP.forEach((shape, index) => expect(reserving[index + 1]).toMatch(shape));
    expect(reserving[3]).toMatch(/^INSERT INTO movements .*; SET @new_id_0 = .*; INSERT INTO withdrawals .*; COMMIT$/);
  });

  it('are none about linked accounts while the bank is not to be asked, however many top-ups are refused', async () => {
    const users = await Promise.all(Array.from({ length: 10 }, () => aUser({ charged: 1_000 })));
    const payers = users.map(({ userId }) => userId);
    const charges = () =>
      atOnce(20, (index) => service.api.charge({ userId: payers[index % 10], amount: 10 }, newKey()));
    await charges(); // so many failures open the circuit
    statements.length = 0;
    for (const received of await charges()) expectAnswer(received, 'BankMaintenance');
    expect(statements.length).toBeGreaterThan(0);
    expect(statements.filter((sql) => /linked_accounts|withdrawals/.test(sql))).toEqual([]);
  });
});
