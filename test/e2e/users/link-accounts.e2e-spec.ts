import { describe, expect, it } from '@jest/globals';
import { api, type Link, type Received } from '../../support/api.js';
import {
  atOnce,
  aUser,
  done,
  linkBody,
  newAccountNumber,
  newKey,
  paymentBody,
  signUpBody,
} from '../../support/builders.js';
import { expectAnswer, expectSuccess, fieldsOf, tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { aParty } from '../../support/money.js';
import { bankRecord } from '../../support/stores.js';

const LINKS_MAX = 10;
const NOBODY = 2 ** 53 - 1;

/** A user with as many more links; what each is, the sign-up's first. */
async function aUserWith(more: number): Promise<{ userId: number; ids: number[] }> {
  const { userId } = await aUser();
  for (let n = 0; n < more; n++) await done(api.link(userId, linkBody()));
  return { userId, ids: (await linksOf(userId)).map(({ linkedAccountId }) => linkedAccountId) };
}

const linksOf = async (userId: number): Promise<Link[]> => (await done(api.links(userId))).detail.items;
const defaultsOf = async (userId: number) =>
  (await linksOf(userId)).filter(({ isDefault }) => isDefault).map(({ linkedAccountId }) => linkedAccountId);

function expectSame(again: Received<object>, first: Received<object>): void {
  expectAnswer(again, 'RequestComplete');
  expect([again.detail, again.location]).toEqual([first.detail, first.location]);
}

describe('linking another account', () => {
  it('adds it to the list, masked, behind the default of the sign-up', async () => {
    const { userId, linkedAccount } = await aUser();
    const number = newAccountNumber('5678');
    const linked = await api.link(userId, linkBody({ externalAccountNumber: number }));
    expectSuccess(linked, 201);
    expect(linked.location).toBe(`/users/${userId}/linked-accounts`);
    expect(linked.detail).toEqual({
      linkedAccountId: expect.any(Number),
      bank: '국민은행',
      accountNumber: `${'*'.repeat(number.length - 4)}5678`,
      isDefault: false,
      linkedAt: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    });
    const [first, second, ...others] = await linksOf(userId);
    expect(first).toMatchObject({ bank: 'HANA BANK', isDefault: true });
    expect(first?.accountNumber).toBe(`${'*'.repeat(linkedAccount.length - 4)}1000`);
    expect([second, others]).toEqual([linked.detail, []]);
    expect((await done(api.user(userId))).detail.externalAccount).toMatchObject({ bank: 'HANA BANK' });
  });

  it('is refused where the user has linked it already, however its number is written', async () => {
    const { userId } = await aUser();
    const number = newAccountNumber();
    const hyphened = `${number.slice(0, 4)}-${number.slice(4)}`;
    await done(api.link(userId, linkBody({ externalAccountNumber: number })));
    for (const externalAccountNumber of [number, hyphened]) {
      const again = await api.link(userId, { externalBank: 'KB국민은행', externalAccountNumber });
      expectAnswer(again, 'AlreadyLinked');
    }
    expectSuccess(await api.link(userId, { externalBank: '신한은행', externalAccountNumber: number }), 201);
    expectSuccess(await api.link((await aUser()).userId, linkBody({ externalAccountNumber: number })), 201);
  });

  it('makes one link of ten requests for one account at once, and the others are told so', async () => {
    const { userId } = await aUser();
    const body = linkBody();
    const answers = await atOnce(10, () => api.link(userId, body, newKey()));
    expect(tally(answers)).toEqual({ '201 Success': 1, '409 AlreadyLinked': 9 });
    expect(await linksOf(userId)).toHaveLength(2);
  });

  it('ends at ten links, also when many are asked for at once', async () => {
    const { userId } = await aUser();
    const answers = await atOnce(LINKS_MAX + 5, () => api.link(userId, linkBody(), newKey()));
    expect(tally(answers)).toEqual({ '201 Success': LINKS_MAX - 1, '422 TooManyLinkedAccounts': 6 });
    const [, second] = await linksOf(userId);
    await done(api.unlink(userId, second?.linkedAccountId as number));
    expectSuccess(await api.link(userId, linkBody()), 201);
  });

  it('is told the same for ever under one key, whatever became of the link since', async () => {
    const { userId } = await aUser();
    const [body, key] = [linkBody(), newKey()];
    const first = await api.link(userId, body, key);
    expectSuccess(first, 201);
    expectSame(await api.link(userId, body, key), first);
    const { linkedAccountId } = first.detail;
    const signUpLink = (await linksOf(userId))[0]?.linkedAccountId as number;
    await done(api.makeDefault(userId, linkedAccountId));
    expectSame(await api.link(userId, body, key), first);
    await done(api.makeDefault(userId, signUpLink));
    await done(api.unlink(userId, linkedAccountId));
    expectSame(await api.link(userId, body, key), first);
    expectAnswer(await api.link(userId, linkBody(), key), 'KeyReused');
  });

  it('links once for ten requests with one key at once', async () => {
    const { userId } = await aUser();
    const [body, key] = [linkBody(), newKey()];
    const answers = await atOnce(10, () => api.link(userId, body, key));
    expect(tally(answers)).toEqual({ '201 Success': 1, '409 AlreadyComplete': 9 });
    expect(new Set(answers.map(({ detail }) => detail.linkedAccountId)).size).toBe(1);
  });

  it('leaves a key free that was refused', async () => {
    const { userId } = await aUser();
    const [body, key] = [linkBody(), newKey()];
    await done(api.link(userId, body));
    expectAnswer(await api.link(userId, body, key), 'AlreadyLinked');
    expectSuccess(await api.link(userId, linkBody(), key), 201);
  });

  it('is refused for bad input, all of it at once, and for nobody', async () => {
    const { userId } = await aUser();
    const bad = await api.link(userId, { externalBank: 'MY BANK', externalAccountNumber: '12', isDefault: true });
    expectAnswer(bad, 'InvalidRequest');
    expect(fieldsOf(bad)).toEqual(['externalAccountNumber', 'externalBank', 'isDefault']);
    expectAnswer(await api.link('x', linkBody()), 'InvalidRequest');
    expectAnswer(await api.link(NOBODY, linkBody()), 'InvalidUserId');
    expectAnswer(await api.links(NOBODY), 'InvalidUserId');
    expect(await linksOf(userId)).toHaveLength(1);
  });
});

describe('the default', () => {
  it('is the one that was chosen last, and the one that the user is shown with', async () => {
    const { userId, ids } = await aUserWith(2);
    for (const id of [ids[2], ids[1], ids[1]] as number[]) {
      const made = await api.makeDefault(userId, id);
      expectSuccess(made, 200);
      expect(made.detail).toMatchObject({ linkedAccountId: id, isDefault: true });
      expect(await defaultsOf(userId)).toEqual([id]);
    }
    expect((await done(api.user(userId))).detail.externalAccount).toMatchObject({ bank: '국민은행' });
  });

  it('is never any but one, however many choose at once', async () => {
    const { userId, ids } = await aUserWith(3);
    const answers = await atOnce(20, (index) => api.makeDefault(userId, ids[index % ids.length] as number, newKey()));
    expect(tally(answers)).toEqual({ '200 Success': 20 });
    expect(await defaultsOf(userId)).toHaveLength(1);
  });

  it('is chosen once under one key: a repetition changes nothing, and is told the same', async () => {
    const { userId, ids } = await aUserWith(1);
    const [first, second] = ids as [number, number];
    const key = newKey();
    const made = await api.makeDefault(userId, second, key);
    await done(api.makeDefault(userId, first));
    expectSame(await api.makeDefault(userId, second, key), made);
    expect(await defaultsOf(userId)).toEqual([first]);
    expectAnswer(await api.makeDefault(userId, first, key), 'KeyReused');
  });

  it('is none that is not the user’s, or was removed', async () => {
    const { userId, ids } = await aUserWith(1);
    const others = (await aUserWith(1)).ids[1] as number;
    for (const id of [others, NOBODY]) expectAnswer(await api.makeDefault(userId, id), 'AccountNotFound');
    await done(api.unlink(userId, ids[1] as number));
    expectAnswer(await api.makeDefault(userId, ids[1] as number), 'AccountNotFound');
    expectAnswer(await api.makeDefault(NOBODY, ids[0] as number), 'InvalidUserId');
    expectAnswer(await api.makeDefault(userId, 'x'), 'InvalidRequest');
    expect(await defaultsOf(userId)).toEqual([ids[0]]);
  });
});

describe('unlinking an account', () => {
  it('takes it off the list, and it may be linked again', async () => {
    const { userId } = await aUser();
    const body = linkBody();
    const { linkedAccountId } = (await done(api.link(userId, body))).detail;
    const removed = await api.unlink(userId, linkedAccountId);
    expectSuccess(removed, 200);
    expect(removed.detail).toEqual({ linkedAccountId });
    expect(await linksOf(userId)).toHaveLength(1);
    const again = (await done(api.link(userId, body))).detail;
    expect(again.linkedAccountId).not.toBe(linkedAccountId);
    expect((await linksOf(userId))[1]).toEqual(again);
  });

  it('is refused for the default, so that there is always one: another one is made the default first', async () => {
    const { userId, ids } = await aUserWith(1);
    const [first, second] = ids as [number, number];
    expectAnswer(await api.unlink(userId, first), 'DefaultLinkedAccount');
    await done(api.makeDefault(userId, second));
    expectSuccess(await api.unlink(userId, first), 200);
    expectAnswer(await api.unlink(userId, second), 'DefaultLinkedAccount');
    expect((await linksOf(userId)).map(({ linkedAccountId }) => linkedAccountId)).toEqual([second]);
  });

  it('is refused for what is not the user’s, is gone, or nobody’s', async () => {
    const { userId, ids } = await aUserWith(1);
    const others = (await aUserWith(1)).ids[1] as number;
    expectAnswer(await api.unlink(userId, others), 'AccountNotFound');
    await done(api.unlink(userId, ids[1] as number));
    expectAnswer(await api.unlink(userId, ids[1] as number), 'AccountNotFound');
    expectAnswer(await api.unlink(NOBODY, ids[0] as number), 'InvalidUserId');
  });

  it('is done once for ten requests with one key at once, and told the same for ever', async () => {
    const { userId, ids } = await aUserWith(1);
    const [key, id] = [newKey(), ids[1] as number];
    const answers = await atOnce(10, () => api.unlink(userId, id, key));
    expect(tally(answers)).toEqual({ '200 Success': 1, '409 AlreadyComplete': 9 });
    expectAnswer(await api.unlink(userId, ids[0] as number, key), 'KeyReused');
  });

  it('and choosing it as the default at once leaves one default, whoever was first', async () => {
    for (let round = 0; round < 5; round++) {
      const { userId, ids } = await aUserWith(1);
      const [first, second] = ids as [number, number];
      const [made, removed] = await Promise.all([api.makeDefault(userId, second), api.unlink(userId, second)]);
      const isMade = made.status === 200;
      if (isMade) expectAnswer(removed, 'DefaultLinkedAccount');
      else expectAnswer(made, 'AccountNotFound');
      expect(await defaultsOf(userId)).toEqual([isMade ? second : first]);
    }
  });
});

describe('the sign-up', () => {
  it('is told the same under its key when another account is the default, and its own was unlinked', async () => {
    const [body, key] = [signUpBody(), newKey()];
    const signUp = () => api.send<{ userId: number }>('POST', '/users', body, { key });
    const first = await signUp();
    const { userId } = first.detail;
    const { linkedAccountId } = (await done(api.link(userId, linkBody()))).detail;
    await done(api.makeDefault(userId, linkedAccountId));
    await done(api.unlink(userId, (await linksOf(userId))[0]?.linkedAccountId as number));
    expectSame(await signUp(), first);
  });
});

describeWith(['databaseUrl', 'simulatorUrl'], 'a top-up', () => {
  it('takes from the default, and the statement says from which bank each came', async () => {
    const party = await aParty();
    const { userId, accountId, fintechUseNum } = party;
    const { linkedAccountId } = (await done(api.link(userId, linkBody()))).detail;
    await done(api.charge({ userId, amount: 1_000 }));
    await done(api.makeDefault(userId, linkedAccountId));
    await done(api.pay(paymentBody(userId, { totalPayAmount: 3_000 }), newKey()));
    expect((await bankRecord(fintechUseNum)).map(({ amount }) => amount)).toEqual([1_000]);
    const entries = (await done(api.entries(accountId))).detail.items;
    expect(entries.map(({ amount, counterparty }) => [amount, counterparty])).toEqual([
      [-3_000, expect.any(String)],
      [2_000, '국민은행'],
      [1_000, 'HANA BANK'],
    ]);
    expect((await done(api.user(userId))).detail.externalAccount.usedToday).toBe(3_000);
  });
});
