import { afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { auditReport, wrongIn } from '../../support/audit.js';
import { api } from '../../support/api.js';
import { authorize, capture, voidPayment } from '../../support/authorizations.js';
import { atOnce, aUser, done, newKey, paymentBody, type TestUser } from '../../support/builders.js';
import { cancel } from '../../support/cancels.js';
import { expectAnswer, expectSuccess, fieldsOf, tally } from '../../support/contract.js';
import { describeKeyless, describeWith } from '../../support/environment.js';
import { actsOn, freezePartner, freezesThrough, unfreezePartner } from '../../support/freezes.js';
import { aKey, aService, bearer } from '../../support/keyed-service.js';
import { eventually, expectNothingMoved, moneyOf } from '../../support/money.js';
import { startOwnService } from '../../support/own-service.js';
import { aListener, aPartner, stopReceivers, untilDelivered } from '../../support/webhook-partner.js';

interface Shown {
  readonly partnerId: number;
  readonly frozen: boolean;
  readonly frozenAt?: string;
}

const UNKNOWN = Number.MAX_SAFE_INTEGER;
const GIVEN = 50_000;
const shownOf = async (partnerId: number) => (await done(api.send<Shown>('GET', `/partners/${partnerId}`))).detail;
const pay = ({ userId }: TestUser, partnerId: number, totalPayAmount = 1_000) =>
  api.pay(paymentBody(userId, { partnerId, totalPayAmount }), newKey());

describeKeyless('freezing a partner', () => {
  it('is shown to whoever reads the partner, and so is the end of it', async () => {
    const partnerId = await aPartner();
    expect(await shownOf(partnerId)).toMatchObject({ frozen: false });
    const received = await freezePartner(partnerId);
    expectSuccess(received, 200);
    const { frozenAt } = received.detail;
    expect(received.detail).toEqual({ partnerId, frozen: true, frozenAt });
    expect(received.location).toBe(`/partners/${partnerId}`);
    expect(await shownOf(partnerId)).toMatchObject({ frozen: true, frozenAt });
    expect((await done(freezePartner(partnerId))).detail).toEqual(received.detail);
    expect((await done(unfreezePartner(partnerId))).detail).toEqual({ partnerId, frozen: false });
    expect((await done(unfreezePartner(partnerId))).detail).toEqual({ partnerId, frozen: false });
    expect((await shownOf(partnerId)).frozenAt).toBeUndefined();
  });

  it('is refused for nobody, and without a reason', async () => {
    const partnerId = await aPartner();
    for (const act of [freezePartner, unfreezePartner]) {
      expectAnswer(await act(UNKNOWN), 'InvalidMerchant');
      expectAnswer(await act('x'), 'InvalidRequest');
      for (const body of [{}, { reason: ' ' }, { reason: 'x'.repeat(201) }]) {
        const received = await act(partnerId, body);
        expectAnswer(received, 'InvalidRequest');
        expect(fieldsOf(received)).toEqual(['reason']);
      }
    }
    expect(await shownOf(partnerId)).toMatchObject({ frozen: false });
  });

  it('is done once under one key, whatever comes after', async () => {
    const [partnerId, key] = [await aPartner(), newKey()];
    const first = await freezePartner(partnerId, undefined, key);
    await done(unfreezePartner(partnerId, undefined, key));
    const again = await freezePartner(partnerId, undefined, key);
    expectAnswer(again, 'RequestComplete');
    expect(again.detail).toEqual(first.detail);
    expect(await shownOf(partnerId)).toMatchObject({ frozen: false });
    expectAnswer(await freezePartner(partnerId, { reason: 'another one' }, key), 'KeyReused');
  });
});

describeKeyless('a frozen partner', () => {
  let partnerId: number;
  let user: TestUser;
  beforeAll(async () => {
    partnerId = await aPartner();
    await done(freezePartner(partnerId));
    user = await aUser({ given: GIVEN });
  });

  it.each<[what: string, ask: () => ReturnType<typeof api.send<object>>]>([
    ['is paid nothing', () => pay(user, partnerId)],
    ['is paid nothing that the bank would have to give', () => pay(user, partnerId, 2 * GIVEN)],
    ['has nothing set aside', () => authorize(user.userId, { partnerId })],
  ])('%s', async (_what, ask) => {
    await expectNothingMoved([user], async () => expectAnswer(await ask(), 'PartnerFrozen'));
  });

  it('keeps nobody from paying others', async () => {
    const other = await aPartner();
    const answers = await atOnce(20, (index) => pay(user, index % 2 ? partnerId : other, 100));
    expect(tally(answers)).toEqual({ '201 Success': 10, '403 PartnerFrozen': 10 });
  });

  it('is paid again, under the same key and for the same order, once it is free', async () => {
    const [merchant, key] = [await aPartner(), newKey()];
    const body = paymentBody(user.userId, { partnerId: merchant, totalPayAmount: 100 });
    await done(freezePartner(merchant));
    expectAnswer(await api.pay(body, key), 'PartnerFrozen');
    await done(unfreezePartner(merchant));
    expectSuccess(await api.pay(body, key), 201);
    await done(freezePartner(merchant));
    expectAnswer(await api.pay(body, key), 'PaymentComplete');
  });
});

describeKeyless('what a frozen partner has begun', () => {
  let user: TestUser;
  beforeEach(async () => {
    user = await aUser({ given: GIVEN });
  });
  afterEach(stopReceivers);

  it('is captured, voided and cancelled', async () => {
    const partnerId = await aPartner();
    const authorized = async () => (await done(authorize(user.userId, { partnerId, totalPayAmount: 1_000 }))).detail;
    const [first, second] = [await authorized(), await authorized()];
    const { paymentId } = (await done(pay(user, partnerId, 5_000))).detail;
    await done(freezePartner(partnerId));
    expectSuccess(await capture(first.paymentId), 200);
    expectSuccess(await voidPayment(second.paymentId), 200);
    expectSuccess(await cancel({ paymentId }, { cancelAmount: 2_000 }), 200);
    expectSuccess(await cancel({ paymentId: first.paymentId }), 200);
    expect(await moneyOf(user)).toMatchObject({ main: GIVEN - 3_000, available: GIVEN - 3_000 });
  });

  it('is told to its endpoints, and settled', async () => {
    const { partnerId } = await aListener();
    const { paymentId } = (await done(pay(user, partnerId, 5_000))).detail;
    await done(freezePartner(partnerId));
    await done(cancel({ paymentId }));
    await untilDelivered(partnerId, 2);
    const settlement = await api.send<object>('GET', `/partners/${partnerId}/settlements?date=2025-02-26`);
    expectSuccess(settlement, 200);
    expectSuccess(await api.payment(paymentId), 200);
  });

  it('is settled when the bank answers', async () => {
    const payer = await aUser({ bankAccount: '9016' });
    const partnerId = await aPartner();
    const received = await pay(payer, partnerId, 5_000);
    expectAnswer(received, 'Processing');
    await done(freezePartner(partnerId));
    const status = await eventually(
      async () => (await done(api.payment(received.detail.paymentId))).detail.status,
      (it) => it !== 'PENDING',
    );
    expect(status).toBe('APPROVED');
  });
});

describeKeyless('freezing a partner in the middle of many payments', () => {
  it('lets each be paid before it, or refuses it', async () => {
    const partnerId = await aPartner();
    const users = await atOnce(5, () => aUser({ given: GIVEN }));
    let isFrozen = false;
    const late: string[] = [];
    const answers = await atOnce(51, async (index) => {
      if (index === 25) {
        await done(freezePartner(partnerId));
        isFrozen = true;
        return [];
      }
      const of: { status: number; code: string }[] = [];
      for (let time = 0; time < 4; time++) {
        const wasFrozen = isFrozen;
        const answer = await pay(users[index % users.length] as TestUser, partnerId, 100);
        if (wasFrozen) late.push(answer.code);
        of.push(answer);
      }
      return of;
    });
    const { '201 Success': paid = 0, '403 PartnerFrozen': refused = 0, ...others } = tally(answers.flat());
    expect([others, paid + refused]).toEqual([{}, 200]);
    expect(new Set(late)).toEqual(new Set(['PartnerFrozen']));
    const left = await Promise.all(users.map(async (user) => (await moneyOf(user)).main));
    expect(left.reduce((sum, main) => sum + main, 0)).toBe(users.length * GIVEN - 100 * paid);
  });
});

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'a partner who is frozen through one instance', () => {
  it('is frozen, and free again, through every other one from the answer on', async () => {
    const other = await startOwnService({ ANSWER_WITHIN_MS: '4000', DATABASE_DEADLINE_MS: '3000' });
    try {
      const there = freezesThrough(other.api);
      const [user, partnerId] = [await aUser({ given: GIVEN }), await aPartner()];
      const payAtBoth = async () =>
        tally(
          await atOnce(6, (index) =>
            (index % 2 ? api : other.api).pay(paymentBody(user.userId, { partnerId, totalPayAmount: 1 }), newKey()),
          ),
        );
      for (let round = 0; round < 5; round++) {
        const here = { freezePartner, unfreezePartner };
        const [freezes, frees] = round % 2 ? [here, there] : [there, here];
        await done(freezes.freezePartner(partnerId));
        expect(await payAtBoth()).toEqual({ '403 PartnerFrozen': 6 });
        await done(frees.unfreezePartner(partnerId));
        expect(await payAtBoth()).toEqual({ '201 Success': 6 });
      }
      const turns = Array.from({ length: 5 }, () => ['freezePartner', 'unfreezePartner']).flat();
      expect((await actsOn('partner', partnerId)).map(({ action }) => action)).toEqual(['createPartner', ...turns]);
    } finally {
      await other.stop();
    }
  });

  it('reads what is its own with its keys, as ever', async () => {
    await aKey('operator');
    const service = await aService({ AUTH: 'required' });
    try {
      const partnerId = await aPartner();
      const { paymentId } = (await done(pay(await aUser({ given: GIVEN }), partnerId))).detail;
      await done(freezePartner(partnerId));
      for (const role of ['partner', 'partner-read'] as const) {
        const headers = bearer(await aKey(partnerId, role));
        for (const path of [
          `/partners/${partnerId}`,
          `/payments/${paymentId}`,
          `/partners/${partnerId}/settlements?date=2025-02-26`,
        ]) {
          expectSuccess(await service.api.send('GET', path, undefined, { headers }), 200);
        }
      }
    } finally {
      await service.stop();
    }
  });

  it('leaves books that agree', async () => {
    const { exitCode, report } = await auditReport();
    expect(wrongIn(report)).toEqual([]);
    expect(exitCode).toBe(0);
  });
});
