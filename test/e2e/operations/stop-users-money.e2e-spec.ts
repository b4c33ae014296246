import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { agree, endAgreement } from '../../support/agreements.js';
import { api } from '../../support/api.js';
import { authorize, capture, voidPayment } from '../../support/authorizations.js';
import {
  aSavingsAccount,
  atOnce,
  aUser,
  done,
  give,
  linkBody,
  newKey,
  paymentBody,
  type TestUser,
} from '../../support/builders.js';
import { cancel } from '../../support/cancels.js';
import { expectAnswer, expectSuccess, tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { freezesThrough, freezeUser, unfreezeUser } from '../../support/freezes.js';
import { accept, acceptanceOf, cancel as takeBack, hold } from '../../support/held-transfers.js';
import { eventually, expectNothingMoved, expectUnbrokenChain, moneyOf } from '../../support/money.js';
import { auditReport, wrongIn } from '../../support/audit.js';
import { startOwnService } from '../../support/own-service.js';
import { aPartner } from '../../support/webhook-partner.js';

const GIVEN = 50_000;
const pay = ({ userId }: TestUser, totalPayAmount = 1_000) =>
  api.pay(paymentBody(userId, { totalPayAmount }), newKey());
const close = (accountId: number, { userId }: TestUser, key?: string) =>
  api.send<object>('POST', `/accounts/savings/${accountId}/close`, { userId }, { key });
const withdraw = (accountId: number, { userId }: TestUser, amount: number) =>
  api.send<object>('POST', `/accounts/savings/${accountId}/withdrawals`, { userId, amount });
const closeWallet = ({ userId }: TestUser) => api.send<object>('DELETE', `/users/${userId}`);

/** Somebody with money everywhere, who is frozen, and a friend who isn't. */
interface Frozen {
  readonly user: TestUser;
  readonly friend: TestUser;
  readonly savingsId: number;
  readonly emptySavingsId: number;
  readonly otherLinkId: number;
  readonly heldForUser: number;
  readonly authorized: number;
}

async function aFrozenUser(): Promise<Frozen> {
  const [user, friend] = await Promise.all([aUser({ given: GIVEN }), aUser({ given: GIVEN })]);
  const { userId } = user;
  const savingsId = await aSavingsAccount(user);
  await done(api.deposit({ userId, amount: 10_000 }));
  const emptySavingsId = await aSavingsAccount(user);
  const otherLinkId = (await done(api.link(userId, linkBody()))).detail.linkedAccountId;
  const heldForUser = (await done(hold(friend, user, 1_000))).detail.transactionId;
  const authorized = (await done(authorize(userId, { totalPayAmount: 2_000 }))).detail.paymentId;
  await done(freezeUser(userId));
  return { user, friend, savingsId, emptySavingsId, otherLinkId, heldForUser, authorized };
}

describe('a frozen user', () => {
  let frozen: Frozen;
  beforeAll(async () => {
    frozen = await aFrozenUser();
  });

  it.each<[what: string, ask: (of: Frozen) => ReturnType<typeof api.send<object>>]>([
    ['pays nobody', ({ user }) => pay(user)],
    ['pays nobody with what the bank would have to give', ({ user }) => pay(user, 2 * GIVEN)],
    ['lets nobody set money aside', ({ user }) => authorize(user.userId)],
    ['charges nothing', ({ user }) => api.charge({ userId: user.userId, amount: 1_000 })],
    ['pays nothing out', ({ user }) => api.payOut({ userId: user.userId, amount: 1_000 }, newKey())],
    [
      'sends nothing',
      ({ user, friend }) => api.transfer({ fromUserId: user.userId, toUserId: friend.userId, amount: 1 }),
    ],
    [
      'is sent nothing',
      ({ user, friend }) => api.transfer({ fromUserId: friend.userId, toUserId: user.userId, amount: 1 }),
    ],
    ['sends nothing to be accepted', ({ user, friend }) => hold(user, friend, 1)],
    ['is sent nothing to be accepted', ({ user, friend }) => hold(friend, user, 1)],
    ['accepts nothing', ({ user, heldForUser }) => accept(heldForUser, user)],
    ['saves nothing', ({ user, savingsId }) => api.deposit({ userId: user.userId, amount: 1, accountId: savingsId })],
    ['takes nothing from savings', ({ user, savingsId }) => withdraw(savingsId, user, 1)],
    ['closes no savings', ({ user, savingsId }) => close(savingsId, user)],
    ['closes no empty savings', ({ user, emptySavingsId }) => close(emptySavingsId, user)],
    ['opens no savings', ({ user }) => api.openSavings({ userId: user.userId })],
    ['links no account', ({ user }) => api.link(user.userId, linkBody())],
    ['makes no other account the default', ({ user, otherLinkId }) => api.makeDefault(user.userId, otherLinkId)],
    ['unlinks none', ({ user, otherLinkId }) => api.unlink(user.userId, otherLinkId)],
    ['does not close the wallet', ({ user }) => closeWallet(user)],
  ])('%s', async (_what, ask) => {
    await expectNothingMoved([frozen.user, frozen.friend], async () =>
      expectAnswer(await ask(frozen), 'AccountFrozen'),
    );
  });

  it('is still shown, and may change what partners may take', async () => {
    const { userId, accountId } = frozen.user;
    expectSuccess(await api.entries(accountId), 200);
    const { agreementId } = (await done(agree(userId, { partnerId: await aPartner() }))).detail;
    expectSuccess(await endAgreement(userId, agreementId), 200);
  });

  it('has what was held for them given back when nobody is let in, and can accept once they are free', async () => {
    const { user, friend } = frozen;
    const before = await moneyOf(friend);
    expectSuccess(await takeBack(frozen.heldForUser, friend), 201);
    expect((await moneyOf(friend)).main).toBe(before.main + 1_000);
    await done(unfreezeUser(user.userId));
    const again = (await done(hold(friend, user, 1_000))).detail.transactionId;
    expectSuccess(await accept(again, user), 201);
    for (const received of [await pay(user), await api.link(user.userId, linkBody())]) expectSuccess(received, 201);
  });
});

describe('what a frozen user has begun', () => {
  let user: TestUser;
  beforeEach(async () => {
    user = await aUser({ given: GIVEN });
  });
  const freeze = () => done(freezeUser(user.userId));

  it('is captured, in part too, and voided', async () => {
    const open = await Promise.all([1, 2, 3].map(() => done(authorize(user.userId, { totalPayAmount: 1_000 }))));
    const [whole, part, none] = open.map(({ detail }) => detail.paymentId) as [number, number, number];
    await freeze();
    expectSuccess(await capture(whole), 200);
    expectSuccess(await capture(part, { captureAmount: 300 }), 200);
    expectSuccess(await voidPayment(none), 200);
    expect(await moneyOf(user)).toMatchObject({ main: GIVEN - 1_300, available: GIVEN - 1_300 });
  });

  it('is cancelled, and refunded to the account', async () => {
    const { paymentId } = (await done(pay(user, 10_000))).detail;
    await freeze();
    expectSuccess(await cancel({ paymentId }, { cancelAmount: 4_000 }), 200);
    expectSuccess(await cancel({ paymentId }), 200);
    expect((await moneyOf(user)).main).toBe(GIVEN);
  });

  it('goes to whom it was sent, who accepts it, or back', async () => {
    const friend = await aUser();
    const [accepted, returned] = [
      (await done(hold(user, friend, 1_000))).detail.transactionId,
      (await done(hold(user, friend, 2_000))).detail.transactionId,
    ];
    await freeze();
    expectSuccess(await accept(accepted, friend), 201);
    expectSuccess(await takeBack(returned, user), 201);
    expect((await acceptanceOf(returned))?.status).toBe('CANCELED');
    expect([(await moneyOf(user)).main, (await moneyOf(friend)).main]).toEqual([GIVEN - 1_000, 1_000]);
  });

  it('is told to who repeats it, whatever would be said today', async () => {
    const [body, key] = [paymentBody(user.userId, { totalPayAmount: 1_000 }), newKey()];
    await done(api.pay(body, key));
    const [toSave, closeKey] = [await aSavingsAccount(user), newKey()];
    await done(close(toSave, user, closeKey));
    const link = linkBody();
    await done(api.link(user.userId, link, key));
    await freeze();
    expectAnswer(await api.pay(body, key), 'PaymentComplete');
    expectAnswer(await pay(user), 'AccountFrozen');
    expectAnswer(await close(toSave, user, closeKey), 'RequestComplete');
    expectAnswer(await api.link(user.userId, link, key), 'RequestComplete');
  });

  it('leaves key and order free where it was refused', async () => {
    await freeze();
    const [body, key] = [paymentBody(user.userId, { totalPayAmount: 1_000 }), newKey()];
    expectAnswer(await api.pay(body, key), 'AccountFrozen');
    await done(unfreezeUser(user.userId));
    expectSuccess(await api.pay(body, key), 201);
  });
});

/** The sandbox's bank accounts whose outcome nobody knows for some seconds: it is yes, or no. */
const [LATE_YES, LATE_NO] = ['9016', '9017'];

describe('what waits for a bank while its user is frozen', () => {
  const endOf = (location: string | undefined) =>
    eventually(
      async () => (await done(api.send<{ status: string }>('GET', location as string))).detail.status,
      (status) => status !== 'PENDING',
    );

  it.each([
    [LATE_YES, 'APPROVED', { main: 0, available: 0, usedToday: 5_000 }],
    [LATE_NO, 'FAILED', { main: 3_000, available: 3_000, usedToday: 0 }],
  ])('is settled: a payment with a bank account that ends in %s', async (bankAccount, end, money) => {
    const user = await aUser({ bankAccount, given: 3_000 });
    const received = await pay(user, 8_000);
    expectAnswer(received, 'Processing');
    await done(freezeUser(user.userId));
    expectAnswer(await pay(user), 'AccountFrozen');
    expect(await endOf(received.location)).toBe(end);
    expect(await moneyOf(user)).toMatchObject(money);
    await expectUnbrokenChain(user);
  });

  it.each([
    [LATE_YES, 'COMPLETED', 2_000],
    [LATE_NO, 'FAILED', 3_000],
  ])('is settled: a payout to a bank account that ends in %s', async (bankAccount, end, main) => {
    const user = await aUser({ bankAccount, given: 3_000 });
    const received = await api.payOut({ userId: user.userId, amount: 1_000 }, newKey());
    expectAnswer(received, 'Processing');
    await done(freezeUser(user.userId));
    expect(await endOf(received.location)).toBe(end);
    expect(await moneyOf(user)).toMatchObject({ main, available: main });
  });

  it('reaches a receiver who was frozen meanwhile', async () => {
    const [sender, receiver] = [await aUser({ bankAccount: LATE_YES }), await aUser()];
    const transfer = { fromUserId: sender.userId, toUserId: receiver.userId, amount: 1_000 };
    const received = await api.transfer(transfer);
    expectAnswer(received, 'Processing');
    await done(freezeUser(receiver.userId));
    expect(await endOf(received.location)).toBe('COMPLETED');
    expect((await moneyOf(receiver)).main).toBe(1_000);
  });
});

describe('freezing a user in the middle of many payments', () => {
  it('lets each be paid before it, or refuses it', async () => {
    const [user, friend] = [await aUser({ given: 100_000 }), await aUser({ given: 100_000 })];
    let isFrozen = false;
    const late: string[] = [];
    const spend = [
      () => pay(user, 100),
      () => authorize(user.userId, { totalPayAmount: 100 }),
      () => api.transfer({ fromUserId: user.userId, toUserId: friend.userId, amount: 100 }),
      () => api.transfer({ fromUserId: friend.userId, toUserId: user.userId, amount: 100 }),
    ];
    const answers = await atOnce(51, async (index) => {
      if (index === 25) {
        await done(freezeUser(user.userId));
        isFrozen = true;
        return [];
      }
      const of: { status: number; code: string }[] = [];
      for (let time = 0; time < 4; time++) {
        const wasFrozen = isFrozen;
        const answer = await (spend[(index + time) % spend.length] as (typeof spend)[number])();
        if (wasFrozen) late.push(answer.code);
        of.push(answer);
      }
      return of;
    });
    const { '201 Success': paid = 0, '403 AccountFrozen': refused = 0, ...others } = tally(answers.flat());
    expect([others, paid + refused]).toEqual([{}, 200]);
    expect(refused).toBeGreaterThan(0);
    expect(new Set(late)).toEqual(new Set(['AccountFrozen']));
    await expectUnbrokenChain(user);
    await expectUnbrokenChain(friend);
    await give(friend, 1); // who is free goes on
  });
});

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'a user who is frozen through one instance', () => {
  it('is frozen, and free again, through every other one from the answer on', async () => {
    const other = await startOwnService({ ANSWER_WITHIN_MS: '4000', DATABASE_DEADLINE_MS: '3000' });
    try {
      const there = freezesThrough(other.api);
      const user = await aUser({ given: GIVEN });
      for (let round = 0; round < 10; round++) {
        const [freeze, unfreeze] = round % 2 ? [freezeUser, there.unfreezeUser] : [there.freezeUser, unfreezeUser];
        await done(freeze(user.userId));
        const refused = await atOnce(6, (index) =>
          (index % 2 ? api : other.api).pay(paymentBody(user.userId, { totalPayAmount: 1 }), newKey()),
        );
        expect(tally(refused)).toEqual({ '403 AccountFrozen': 6 });
        await done(unfreeze(user.userId));
        const paid = await atOnce(6, (index) =>
          (index % 2 ? api : other.api).pay(paymentBody(user.userId, { totalPayAmount: 1 }), newKey()),
        );
        expect(tally(paid)).toEqual({ '201 Success': 6 });
      }
      expect((await moneyOf(user)).main).toBe(GIVEN - 60);
    } finally {
      await other.stop();
    }
  });

  it('leaves books that agree', async () => {
    const { exitCode, report } = await auditReport();
    expect(wrongIn(report)).toEqual([]);
    expect(exitCode).toBe(0);
  });
});
