import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { actsOn } from '../../support/acts.js';
import type { Received } from '../../support/api.js';
import { newKey } from '../../support/builders.js';
import { expectAnswer, expectSuccess } from '../../support/contract.js';
import { type Cut, DatabaseProxy } from '../../support/database-proxy.js';
import { describeWith, stackPart } from '../../support/environment.js';
import { type OwnService, startOwnService } from '../../support/own-service.js';
import { sql } from '../../support/stores.js';

/** A busy machine reaches the COMMIT that is cut before these are over. */
const DEADLINES = { AUDIT_INTERVAL_MS: '0', DATABASE_DEADLINE_MS: '5000', ANSWER_WITHIN_MS: '8000' };

interface CreatedPartner {
  readonly partnerId: number;
  readonly name: string;
}

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'a lost COMMIT of a call that has no key', () => {
  let proxy: DatabaseProxy;
  let service: OwnService;
  /** What becomes of the next COMMIT after a statement like this. */
  let cut: { readonly after: RegExp; readonly fate: Cut } | null = null;
  let isAway = false;
  let staysAway = false;

  beforeAll(async () => {
    const url = new URL(stackPart('databaseUrl'));
    proxy = await DatabaseProxy.start(Number(url.port));
    let isNext = false;
    proxy.watch = (statements) => {
      if (isAway) return 'dropBefore';
      if (cut?.after.test(statements)) isNext = true;
      if (cut === null || !isNext || !/^COMMIT/.test(statements)) return null;
      const { fate } = cut;
      [cut, isNext, isAway] = [null, false, staysAway];
      return fate;
    };
    url.port = String(proxy.port);
    service = await startOwnService(DEADLINES, url.href);
  });
  afterEach(() => {
    [isAway, staysAway] = [false, false];
  });
  afterAll(async () => {
    await service.stop();
    await proxy.stop();
  });

  const create = (name: string, key?: string): Promise<Received<CreatedPartner>> =>
    service.api.send('POST', '/partners', { name }, { key });
  const partnersOf = (name: string) =>
    sql<{ id: number; accounts: number }>(
      `SELECT p.id, (SELECT COUNT(*) FROM accounts a WHERE a.kind = 'PARTNER_PAYABLE' AND a.owner_id = p.id) AS accounts
       FROM partners p WHERE p.name = ?`,
      [name],
    );

  it.each(['dropBefore', 'dropAfter'] as const)('creates a partner once (%s)', async (fate) => {
    const name = newKey().slice(0, 50);
    cut = { after: /INSERT INTO partners/, fate };
    const created = await create(name);
    expect(cut).toBeNull();
    expectSuccess(created, 201);
    expect(await partnersOf(name)).toEqual([{ id: created.detail.partnerId, accounts: 1 }]);
    expect((await service.api.send('GET', created.location as string)).detail).toEqual(created.detail);
    expect(await actsOn('partner', created.detail.partnerId)).toHaveLength(1);
  });

  it('of a new partner is told as not known yet when the database stays away; repeated, it is made once', async () => {
    staysAway = true;
    cut = { after: /INSERT INTO partners/, fate: 'dropAfter' };
    const [name, key] = [newKey().slice(0, 50), newKey()];
    const answer = await create(name, key);
    expectAnswer(answer, 'Processing');
    isAway = false;
    const acts = await service.api.send<{ items: { requestId: string }[] }>('GET', answer.location as string);
    expect(acts.detail.items.map(({ requestId }) => requestId)).toContain(answer.headers['x-request-id']);
    const repeated = await create(name, key);
    expectAnswer(repeated, 'RequestComplete');
    expect(await partnersOf(name)).toEqual([{ id: repeated.detail.partnerId, accounts: 1 }]);
    expect(await actsOn('partner', repeated.detail.partnerId)).toHaveLength(1);
  });

  it.each(['dropBefore', 'dropAfter'] as const)('says of a settlement what it will say for ever (%s)', async (fate) => {
    const { partnerId } = (await create('길동상회')).detail;
    // Nothing is posted on it any more: it stays closed for all other tests.
    const [{ day } = { day: '' }] = await sql<{ day: string }>(
      "SELECT DATE_FORMAT(MIN(day), '%Y-%m-%d') AS day FROM business_days",
    );
    const address = `/partners/${partnerId}/settlements?date=${day}`;
    cut = { after: /INSERT INTO settlement_parts/, fate };
    const first = await service.api.send<{ net: number }>('GET', address);
    expect(cut).toBeNull();
    if (fate === 'dropBefore') expectAnswer(first, 'TemporarilyUnavailable');
    else expectSuccess(first, 200);
    const second = await service.api.send<{ net: number }>('GET', address);
    expectSuccess(second, 200);
    expect(second.detail.net).toBe(0);
    // One of each table that has days: once, whatever became of the first answer.
    const parts = await sql<{ part_of: string }>(
      'SELECT part_of FROM settlement_parts WHERE partner_id = ? AND day = ? ORDER BY part_of',
      [partnerId, day],
    );
    expect(parts.map((part) => part.part_of)).toEqual(['authorization_ends', 'payment_cancels', 'payments']);
  });

  it.each(['dropBefore', 'dropAfter'] as const)(
    'of a webhook is told as unavailable, and may be repeated; of a change to one it is found out (%s)',
    async (fate) => {
      const { partnerId } = (await create('길동상회')).detail;
      const webhooks = `/partners/${partnerId}/webhooks`;
      cut = { after: /INSERT INTO webhook_endpoints/, fate };
      const url = 'https://partner.example/events';
      expectAnswer(await service.api.send('POST', webhooks, { url }), 'TemporarilyUnavailable');
      expect(cut).toBeNull();
      const again = await service.api.send<{ endpointId: number }>('POST', webhooks, { url });
      expectSuccess(again, 201);
      const endpoint = `${webhooks}/${again.detail.endpointId}`;
      cut = { after: /UPDATE webhook_endpoints SET disabled_at/, fate };
      expectSuccess(await service.api.send('PATCH', endpoint, { disabled: true }), 200);
      expect(cut).toBeNull();
      expectSuccess(await service.api.send('PATCH', endpoint, { disabled: true }), 200);
    },
  );
});
