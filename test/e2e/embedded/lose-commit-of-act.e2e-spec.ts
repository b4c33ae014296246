import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { actsOn, keyIdOf } from '../../support/acts.js';
import { type Method, type Payment } from '../../support/api.js';
import { done, newKey } from '../../support/builders.js';
import { aPayment } from '../../support/cancels.js';
import { expectAnswer, expectSuccess } from '../../support/contract.js';
import { type Cut, DatabaseProxy } from '../../support/database-proxy.js';
import { describeWith, stackPart } from '../../support/environment.js';
import { aKey, bearer } from '../../support/keyed-service.js';
import { moneyOf } from '../../support/money.js';
import { type OwnService, startOwnService } from '../../support/own-service.js';
import { aPartner } from '../../support/webhook-partner.js';
import { sql } from '../../support/stores.js';

/** A busy machine reaches the COMMIT that is cut before these are over. */
const DEADLINES = { AUDIT_INTERVAL_MS: '0', DATABASE_DEADLINE_MS: '5000', ANSWER_WITHIN_MS: '8000' };
const FATES = ['dropBefore', 'dropAfter'] as const;
const URL_OF_HOOK = 'https://partner.example/events';

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'a lost COMMIT of what an operator does', () => {
  let proxy: DatabaseProxy;
  let service: OwnService;
  let operator: string;
  let hooks: string;
  /** What becomes of the next COMMIT of an act. */
  let cut: Cut | null = null;
  let isAway = false;
  let staysAway = false;

  beforeAll(async () => {
    operator = await aKey('operator');
    hooks = `/partners/${await aPartner()}/webhooks`;
    const url = new URL(stackPart('databaseUrl'));
    proxy = await DatabaseProxy.start(Number(url.port));
    let ofConnection: object | null = null;
    proxy.watch = (statements, _hasWritten, connection) => {
      if (isAway) return 'dropBefore';
      if (cut === null) return null;
      if (/INSERT INTO (operator_acts|movements)/.test(statements)) ofConnection = connection;
      if (ofConnection !== connection || !/(^|; )COMMIT$/.test(statements)) return null;
      const fate = cut;
      [cut, ofConnection, isAway] = [null, null, staysAway];
      return fate;
    };
    url.port = String(proxy.port);
    service = await startOwnService(DEADLINES, url.href);
  });
  afterAll(async () => {
    await service?.stop();
    await proxy?.stop();
  });

  const operate = <T>(method: Method, path: string, body?: object, key?: string) =>
    service.api.send<T>(method, path, body, { key, headers: bearer(operator) });
  /** The same, and its COMMIT is lost. */
  const lose = async <T>(fate: Cut, ...asked: Parameters<typeof operate>) => {
    cut = fate;
    const answer = await operate<T>(...asked);
    expect(cut).toBeNull();
    return answer;
  };
  const actions = async (subject: string, id: number) => (await actsOn(subject, id)).map(({ action }) => action);

  it.each(FATES)('leaves a cancel, and one act (%s)', async (fate) => {
    const { paymentId, user } = await aPayment(5_000);
    const body = { cancelAmount: 2_000, cancelReason: '고객센터 요청' };
    const answer = await lose(fate, 'POST', `/payments/${paymentId}/cancel`, body, newKey());
    expectSuccess(answer, 200);
    expect((await done(operate<Payment>('GET', `/payments/${paymentId}`))).detail.canceledAmount).toBe(2_000);
    expect((await moneyOf(user)).main).toBe(2_000);
    expect(await actions('payment', paymentId)).toEqual(['cancelPayment']);
  });

  it.each(FATES)('leaves a key, which is told and good, and one act (%s)', async (fate) => {
    const answer = await lose<{ keyId: number; key: string }>(fate, 'POST', '/operations/keys', { role: 'auditor' });
    expectSuccess(answer, 201);
    const { keyId, key } = answer.detail;
    expect(await keyIdOf(key)).toBe(keyId);
    const listed = await service.api.send('GET', '/operations/keys', undefined, { headers: bearer(key) });
    expectSuccess(listed, 200);
    expect(await actions('key', keyId)).toEqual(['createKey']);
  });

  it('of a key is told as not known yet when the database stays away; repeated, all is told but the key', async () => {
    const key = newKey();
    staysAway = true;
    expectAnswer(await lose('dropAfter', 'POST', '/operations/keys', { role: 'auditor' }, key), 'Processing');
    [isAway, staysAway] = [false, false];
    const repeated = await operate<{ keyId: number }>('POST', '/operations/keys', { role: 'auditor' }, key);
    expectAnswer(repeated, 'RequestComplete');
    expect(repeated.detail).not.toHaveProperty('key');
    expect(await actions('key', repeated.detail.keyId)).toEqual(['createKey']);
  });

  it.each(FATES)('leaves a key revoked, and one act (%s)', async (fate) => {
    const keyId = await keyIdOf(await aKey('app'));
    expectSuccess(await lose(fate, 'DELETE', `/operations/keys/${keyId}`), 200);
    expectSuccess(await operate('DELETE', `/operations/keys/${keyId}`), 200);
    expect(await actions('key', keyId)).toEqual(['revokeKey']);
  });

  it.each(FATES)('of a webhook leaves as many acts as there are deeds (%s)', async (fate) => {
    const there = async () => (await done(operate<{ items: { endpointId: number }[] }>('GET', hooks))).detail.items;
    const before = await there();
    expectAnswer(await lose(fate, 'POST', hooks, { url: URL_OF_HOOK }), 'TemporarilyUnavailable');
    await done(operate('POST', hooks, { url: URL_OF_HOOK }));
    const made = (await there()).filter(({ endpointId }) => !before.some((other) => other.endpointId === endpointId));
    expect(made).toHaveLength(fate === 'dropBefore' ? 1 : 2);
    for (const { endpointId } of made) {
      expect(await actions('webhook', endpointId)).toEqual(['registerWebhook']);
      const hook = `${hooks}/${endpointId}`;
      expectSuccess(await lose(fate, 'PATCH', hook, { disabled: true }), 200);
      expectAnswer(await lose(fate, 'POST', `${hook}/rotate-secret`), 'TemporarilyUnavailable');
      const secrets = await sql('SELECT 1 FROM webhook_secrets WHERE endpoint_id = ?', [endpointId]);
      expectAnswer(await lose(fate, 'DELETE', hook), 'TemporarilyUnavailable');
      const again = await operate('DELETE', hook);
      if (fate === 'dropBefore') expectSuccess(again, 200);
      else expectAnswer(again, 'WebhookNotFound');
      expect(await actions('webhook', endpointId)).toEqual([
        'registerWebhook',
        'changeWebhook',
        ...secrets.slice(1).map(() => 'rotateWebhookSecret'),
        'removeWebhook',
      ]);
    }
  });
});
