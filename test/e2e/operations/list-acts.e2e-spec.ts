import { beforeAll, describe, expect, it } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { keyIdOf } from '../../support/acts.js';
import { api } from '../../support/api.js';
import { done } from '../../support/builders.js';
import { expectAnswer, fieldsOf } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { aKey } from '../../support/keyed-service.js';
import { sql } from '../../support/stores.js';

interface Act {
  readonly actId: number;
  readonly actedAt: string;
  readonly action: string;
  readonly subjectId?: number;
}

const list = (query: string) =>
  api.send<{ items: Act[]; nextCursor: string | null }>('GET', `/operations/acts?${query}`);
const idsOf = async (query: string) => (await done(list(query))).detail.items.map(({ subjectId }) => subjectId);

describeWith(['databaseUrl'], 'acts', () => {
  // Nobody else's: of keys that nobody uses, and a payment and an operation that there are not.
  let keyId: number;
  const paymentId = randomInt(1e9, 2e9);
  const action = `test${'abcdefghij'.charAt(randomInt(10))}${'x'.repeat(randomInt(50))}`;

  beforeAll(async () => {
    keyId = await keyIdOf(await aKey('auditor'));
    const otherKeyId = await keyIdOf(await aKey('auditor'));
    const acts = [
      ['2030-01-01 14:59:59', paymentId, keyId, 'someOtherThing'],
      ['2030-01-01 15:00:00', 1, keyId, action],
      ['2030-01-02 03:00:00', paymentId, keyId, action],
      ['2030-01-02 03:00:00', 2, otherKeyId, action],
      ['2030-01-02 03:00:00', 3, keyId, action],
      ['2030-01-02 15:00:00', 4, keyId, action],
      // A clock that was put back.
      ['2030-01-02 02:00:00', 5, keyId, action],
    ].map(([at, subjectId, key, name]) => [at, name, key, 'operator', '203.0.113.7', null, null, 'payment', subjectId]);
    await sql(
      `INSERT INTO operator_acts (acted_at, action, key_id, role, address, request_id, reason, subject, subject_id)
       VALUES ?`,
      [acts],
    );
  });

  it('are listed newest first: of one subject, of one key, of one operation', async () => {
    expect(await idsOf(`keyId=${keyId}`)).toEqual([4, 3, paymentId, 5, 1, paymentId]);
    expect(await idsOf(`action=${action}`)).toEqual([4, 3, 2, paymentId, 5, 1]);
    const { items } = (await done(list(`subject=payment&subjectId=${paymentId}`))).detail;
    expect(items.map(({ action: what }) => what)).toEqual([action, 'someOtherThing']);
    expect(items[0]).toEqual({
      actId: expect.any(Number),
      actedAt: '2030-01-02 12:00:00',
      action,
      keyId,
      role: 'operator',
      address: '203.0.113.7',
      subject: 'payment',
      subjectId: paymentId,
    });
    expect(await idsOf(`subject=partner&subjectId=${paymentId}`)).toEqual([]);
  });

  it('are those of days in Seoul, both included', async () => {
    expect(await idsOf(`keyId=${keyId}&from=2030-01-02&to=2030-01-02`)).toEqual([3, paymentId, 5, 1]);
    expect(await idsOf(`keyId=${keyId}&from=2030-01-03`)).toEqual([4]);
    expect(await idsOf(`keyId=${keyId}&to=2030-01-01`)).toEqual([paymentId]);
    expect(await idsOf(`from=2030-01-02&to=2030-01-02&limit=100`)).toEqual(expect.arrayContaining([3, 2, 5, 1]));
  });

  it('come page by page, which stay as they are while new ones come', async () => {
    const pages: (number | undefined)[][] = [];
    let cursor = '';
    do {
      const { items, nextCursor } = (await done(list(`keyId=${keyId}&limit=2${cursor && `&cursor=${cursor}`}`))).detail;
      pages.push(items.map(({ subjectId }) => subjectId));
      cursor = nextCursor ?? '';
      if (pages.length === 1) {
        await sql(
          `INSERT INTO operator_acts (acted_at, action, key_id, role, address, subject, subject_id)
           VALUES ('2030-01-05 00:00:00', 'later', ?, 'operator', '203.0.113.7', 'payment', 6)`,
          [keyId],
        );
      }
    } while (cursor !== '');
    expect(pages).toEqual([
      [4, 3],
      [paymentId, 5],
      [1, paymentId],
    ]);
  });

  it.each([
    ['subject=payment', ['subjectId']],
    ['subjectId=1', ['subject']],
    ['subject=nothing&subjectId=1', ['subject']],
    ['keyId=1&action=cancelPayment', ['subject']],
    ['subject=payment&subjectId=1&keyId=1', ['subject']],
    ['keyId=x', ['keyId']],
    ['action=a%20b', ['action']],
    ['from=2030-01-02&to=2030-01-01', ['to']],
    ['from=yesterday', ['from']],
    ['cursor=MTIz', ['cursor']],
    ['limit=101', ['limit']],
  ])('of ?%s are refused', async (query, fields) => {
    const received = await list(query);
    expectAnswer(received, 'InvalidRequest');
    expect(fieldsOf(received)).toEqual(fields);
  });
});

describe('acts', () => {
  it('are never changed: there is no call for it', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      expectAnswer(await api.send(method, '/operations/acts/1', {}), 'NotFound');
    }
  });
});
