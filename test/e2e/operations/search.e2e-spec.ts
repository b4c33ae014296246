import { beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { api } from '../../support/api.js';
import { aSavingsAccount, aUser, done, newKey, newOrder, paymentBody, type TestUser } from '../../support/builders.js';
import { cancel, pay } from '../../support/settlements.js';
import { expectAnswer, fieldsOf } from '../../support/contract.js';
import { describeKeyless } from '../../support/environment.js';
import { namesOf, search, searchAll, searching } from '../../support/operations.js';

const aPartner = async (name: string) =>
  (await done(api.send<{ partnerId: number }>('POST', '/partners', { name }))).detail.partnerId;

describeKeyless("an operator's search", () => {
  let user: TestUser;
  let partnerId: number;
  let shop: string;
  const order = newOrder();
  const key = newKey();
  let paymentId: number;
  let cancelId: number;

  beforeAll(async () => {
    user = await aUser({ charged: 50_000 });
    shop = `길동상회 ${randomUUID()}`;
    partnerId = await aPartner(shop);
    const body = paymentBody(user.userId, { partnerId, partnerPayKey: order, totalPayAmount: 10_000 });
    paymentId = (await done(api.pay(body, key))).detail.paymentId;
    cancelId = await cancel(paymentId, 1_000);
  });

  it('finds a user by e-mail, whatever its case and the spaces around it', async () => {
    const { items, nextCursor } = await search(` ${user.email.toUpperCase()} `);
    expect(items).toEqual([
      {
        kind: 'USER',
        id: user.userId,
        title: user.name,
        matchedBy: 'EMAIL',
        email: user.email,
        status: 'ACTIVE',
        occurredAt: expect.any(String),
      },
    ]);
    expect(nextCursor).toBeNull();
  });

  it('finds by id whatever has it, and a payment once', async () => {
    expect(namesOf(await search(String(user.userId)))).toContain(`USER ${user.userId} ID`);
    expect(namesOf(await search(String(partnerId)))).toContain(`PARTNER ${partnerId} ID`);
    const byPayment = await search(String(paymentId));
    expect(byPayment.items).toContainEqual({
      kind: 'PAYMENT',
      id: paymentId,
      title: order,
      matchedBy: 'ID',
      status: 'PARTIALLY_CANCELED',
      amount: 10_000,
      userId: user.userId,
      partnerId,
      occurredAt: expect.any(String),
    });
    expect(byPayment.items.filter(({ kind, id }) => kind === 'MOVEMENT' && id === paymentId)).toEqual([]);
    expect((await search(String(cancelId))).items).toContainEqual({
      kind: 'MOVEMENT',
      id: cancelId,
      title: 'PAYMENT_CANCEL',
      matchedBy: 'ID',
      status: 'COMPLETED',
      amount: 1_000,
      userId: user.userId,
      paymentId,
      occurredAt: expect.any(String),
    });
  });

  it('finds payments by order number and by key, also under other partners', async () => {
    expect(namesOf(await search(order))).toEqual([`PAYMENT ${paymentId} ORDER`]);
    expect(namesOf(await search(key))).toEqual([`PAYMENT ${paymentId} KEY`]);
    const other = await aPartner(shop);
    const body = paymentBody(user.userId, { partnerId: other, partnerPayKey: order, totalPayAmount: 1_000 });
    const second = (await done(api.pay(body, key))).detail.paymentId;
    expect(new Set(namesOf(await search(order)))).toEqual(
      new Set([`PAYMENT ${paymentId} ORDER`, `PAYMENT ${second} ORDER`]),
    );
    expect(new Set(namesOf(await search(key)))).toEqual(new Set([`PAYMENT ${paymentId} KEY`, `PAYMENT ${second} KEY`]));
  });

  it('finds any movement by its key', async () => {
    const transferKey = newKey();
    const to = await aUser();
    const body = { fromUserId: user.userId, toUserId: to.userId, amount: 100 };
    const { transactionId } = (await done(api.transfer(body, transferKey))).detail;
    expect(namesOf(await search(transferKey))).toEqual([`MOVEMENT ${transactionId} KEY`]);
  });

  it('finds accounts by their number, with hyphens or without', async () => {
    const savings = await aSavingsAccount(user);
    for (const account of (await api.user(user.userId)).detail.accounts) {
      const found = { kind: 'ACCOUNT', id: account.accountId, title: account.accountNumber, matchedBy: 'NUMBER' };
      for (const number of [account.accountNumber, account.accountNumber.replaceAll('-', '')]) {
        const { items } = await search(number);
        expect(items).toEqual([{ ...found, type: account.type, userId: user.userId, occurredAt: expect.any(String) }]);
      }
    }
    expect(namesOf(await search(`PARTNER-${partnerId}`))).toEqual([expect.stringMatching(/^ACCOUNT \d+ NUMBER$/)]);
    expect(savings).toBeGreaterThan(0);
  });

  it('finds who has linked an account at a bank, while it is linked', async () => {
    const { linkedAccount, userId } = user;
    const written = `${linkedAccount.slice(0, 3)}-${linkedAccount.slice(3)}`;
    for (const number of [linkedAccount, written]) {
      expect(namesOf(await search(number))).toEqual([`USER ${userId} LINKED_ACCOUNT`]);
    }
    expect(namesOf(await search(linkedAccount.slice(1)))).toEqual([]);
  });

  it('finds partners by how their names begin, whatever the case', async () => {
    const name = `Ångström ${randomUUID()}`;
    const id = await aPartner(name);
    for (const beginning of [name, name.toUpperCase(), name.slice(0, 20).toLowerCase()]) {
      expect(namesOf(await search(beginning))).toEqual([`PARTNER ${id} NAME`]);
    }
    expect(namesOf(await search(name.slice(1)))).toEqual([]);
  });

  it('finds nothing of what is not there', async () => {
    for (const q of ['nobody@nowhere', '999999999999', randomUUID(), '-0', '3333-00-0000000x', '%', '_']) {
      expect(await search(q)).toEqual({ items: [], nextCursor: null });
    }
  });
});

describeKeyless('pages of a search', () => {
  it('go on with partners whose names begin so, each once, while new ones come', async () => {
    const word = randomUUID();
    const ids: number[] = [];
    // Same names too: then they are in the order of their ids.
    for (const name of ['b', 'a', 'b', 'C', 'b']) ids.push(await aPartner(`${word} ${name}`));
    const [b1, a, b2, c, b3] = ids.map((id) => `PARTNER ${id} NAME`);
    expect(await searchAll(word, 2)).toEqual([a, b1, b2, b3, c]);
    const first = await search(word, { limit: 2 });
    await aPartner(`${word} a`);
    const second = await search(word, { limit: 50, cursor: first.nextCursor as string });
    expect(namesOf(second)).toEqual([b2, b3, c]);
    expect(second.nextCursor).toBeNull();
  });

  it('go on with payments of an order number, partner by partner', async () => {
    const user = await aUser({ charged: 10_000 });
    const order = newOrder();
    const [first, second] = [await aPartner('일'), await aPartner('이')];
    const canceled = await pay(user, first, 100, order);
    await cancel(canceled, 100);
    const paid = await pay(user, first, 200, order);
    const other = await pay(user, second, 300, order);
    const expected = [other, paid, canceled].map((id) => `PAYMENT ${id} ORDER`);
    expect(await searchAll(order, 1)).toEqual(expected.slice(0, 2));
    expect(await searchAll(order, 2)).toEqual(expected);
    expect(await searchAll(order, 10)).toEqual(expected);
  });

  it('go on with what has the same key, owner by owner', async () => {
    const key = newKey();
    const found: string[] = [];
    const users = [await aUser({ charged: 1_000 }), await aUser({ charged: 1_000 }), await aUser({ charged: 1_000 })];
    for (const { userId } of users) {
      const { transactionId } = (await done(api.charge({ userId, amount: 500 }, key))).detail;
      found.push(`MOVEMENT ${transactionId} KEY`);
    }
    expect((await searchAll(key, 1)).sort()).toEqual(found.sort());
    expect((await searchAll(key, 2)).sort()).toEqual(found);
  });
});

describe('what is asked of a search', () => {
  it.each([
    ['nothing', ''],
    ['spaces', '   '],
    ['too much', 'x'.repeat(256)],
    ['hidden characters', 'a\u0000b'],
    ['a turned direction', '\u202Etxt'],
  ])('is not %s', async (_name, q) => {
    const received = await searching(q);
    expectAnswer(received, 'InvalidRequest');
    expect(fieldsOf(received)).toEqual(['q']);
  });

  it.each([
    "'; DROP TABLE payments; --",
    '%',
    '_%_',
    '!%',
    '\\',
    "' OR 1=1 -- ",
    '😀👩‍👩‍👧',
    '가'.repeat(255),
    'a@'.repeat(127),
    '9'.repeat(255),
    '9007199254740993',
    '-1',
    '1e3.0',
    '<script>nobody()</script>', // others have names that begin as an alert
    '{"$gt":""}',
    'NULL',
  ])('may be %s, which is nothing but a text', async (q) => {
    expect(await search(q)).toEqual({ items: [], nextCursor: null });
  });

  it.each(['x', 'bmFtZTE', 'bmFtZTE=', 'a'.repeat(101), Buffer.from('name1 key2').toString('base64url')])(
    'is not to go on at %s, which was no place',
    async (cursor) => {
      const received = await searching('x', { cursor });
      if (cursor === 'bmFtZTE') return expectAnswer(received, 'Success');
      expectAnswer(received, 'InvalidRequest');
      expect(fieldsOf(received)).toEqual(['cursor']);
    },
  );
});
