import { describe, expect, it } from '@jest/globals';
import { api, type Received } from '../../support/api.js';
import { auditReport, wrongIn } from '../../support/audit.js';
import { atOnce, aUser, aUserAtTheLimit, done, newKey, type TestUser } from '../../support/builders.js';
import { expectAnswer, expectSuccess, fieldsOf, tally } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { accept, acceptanceOf, cancel, expectAfter72Hours, hold } from '../../support/held-transfers.js';
import { entriesOf, eventually, expectNothingMoved, expectUnbrokenChain, moneyOf } from '../../support/money.js';

const NOBODY = { userId: Number.MAX_SAFE_INTEGER };

async function twoUsers(given = 20_000): Promise<[from: TestUser, to: TestUser]> {
  return [await aUser({ given, name: '김보냄' }), await aUser({ name: '이받음' })];
}

async function aHeldTransfer(amount = 5_000): Promise<{ from: TestUser; to: TestUser; transferId: number }> {
  const [from, to] = await twoUsers();
  const { transactionId } = (await done(hold(from, to, amount, { memo: '점심값' }))).detail;
  return { from, to, transferId: transactionId };
}

describe('a transfer that has to be accepted', () => {
  it('leaves the sender, and is held for 72 hours', async () => {
    const [from, to] = await twoUsers();
    const received = await hold(from, to, 5_000);
    expectSuccess(received, 201);
    const { transactionId, expiresAt } = received.detail;
    expect(received.detail).toEqual({
      transactionId,
      amount: 5_000,
      toppedUpAmount: 0,
      mainAccount: { accountId: from.accountId, balance: 15_000 },
      status: 'HELD',
      expiresAt,
    });
    expect(received.location).toBe(`/transactions/${transactionId}`);
    const { detail } = await done(api.transaction(transactionId));
    expect(detail).toMatchObject({ type: 'TRANSFER_HOLD', status: 'COMPLETED', amount: 5_000 });
    expect(detail.acceptance).toEqual({ status: 'HELD', expiresAt });
    expectAfter72Hours(expiresAt, detail.occurredAt);
    expect(await moneyOf(from)).toMatchObject({ main: 15_000, available: 15_000 });
    expect(await moneyOf(to)).toMatchObject({ main: 0, available: 0 });
  });

  it('tops the sender up by exactly what is missing', async () => {
    const [from, to] = await twoUsers(1_500);
    const { detail } = await done(hold(from, to, 5_000));
    expect(detail).toMatchObject({ toppedUpAmount: 3_500, mainAccount: { balance: 0 }, status: 'HELD' });
    expectSuccess(await accept(detail.transactionId, to), 201);
    expect(await moneyOf(from)).toMatchObject({ main: 0, usedToday: 3_500 });
    expect(await moneyOf(to)).toMatchObject({ main: 5_000, usedToday: 0 });
  });

  it('is the receiver’s once it is accepted', async () => {
    const { from, to, transferId } = await aHeldTransfer();
    const received = await accept(transferId, to);
    expectSuccess(received, 201);
    const { transactionId } = received.detail;
    const mainAccount = { accountId: to.accountId, balance: 5_000 };
    expect(received.detail).toEqual({ transactionId, transferId, status: 'ACCEPTED', amount: 5_000, mainAccount });
    expect(received.location).toBe(`/transactions/${transactionId}`);
    const { occurredAt, type } = (await done(api.transaction(transactionId))).detail;
    expect(type).toBe('TRANSFER_RELEASE');
    expect(await acceptanceOf(transferId)).toMatchObject({ status: 'ACCEPTED', endedAt: occurredAt });
    expect((await moneyOf(from)).main).toBe(15_000);
    expect((await moneyOf(to)).main).toBe(5_000);
  });

  it('is the sender’s again once it is cancelled', async () => {
    const { from, to, transferId } = await aHeldTransfer();
    const received = await cancel(transferId, from);
    expectSuccess(received, 201);
    const { transactionId } = received.detail;
    const mainAccount = { accountId: from.accountId, balance: 20_000 };
    expect(received.detail).toEqual({ transactionId, transferId, status: 'CANCELED', amount: 5_000, mainAccount });
    expect(await acceptanceOf(transferId)).toMatchObject({ status: 'CANCELED' });
    expect((await moneyOf(from)).main).toBe(20_000);
    expect((await moneyOf(to)).main).toBe(0);
  });

  it('stands in both statements, with the other’s name and what was written to it', async () => {
    const { from, to, transferId } = await aHeldTransfer();
    const returned = (await done(hold(from, to, 700))).detail.transactionId;
    const { transactionId } = (await done(accept(transferId, to))).detail;
    const back = (await done(cancel(returned, from))).detail.transactionId;
    const memo = '점심값';
    expect((await entriesOf(from.accountId)).slice(-3)).toMatchObject([
      { transactionId: transferId, type: 'TRANSFER_HOLD', amount: -5_000, counterparty: to.name, memo },
      { transactionId: returned, type: 'TRANSFER_HOLD', amount: -700, counterparty: to.name },
      { transactionId: back, type: 'TRANSFER_RETURN', amount: 700, counterparty: to.name },
    ]);
    expect(await entriesOf(to.accountId)).toMatchObject([
      { transactionId, type: 'TRANSFER_RELEASE', amount: 5_000, counterparty: from.name, memo },
    ]);
    await expectUnbrokenChain(from);
    await expectUnbrokenChain(to);
  });

  it('is refused to oneself, to nobody, beyond the limit, and with another word than REQUIRED', async () => {
    const [[from, to], poor] = [await twoUsers(), await aUserAtTheLimit(1_000)];
    await expectNothingMoved([from, to, poor], async () => {
      expect(fieldsOf(await hold(from, from, 1_000))).toEqual(['toUserId']);
      expectAnswer(await hold(from, NOBODY, 1_000), 'InvalidUserId');
      expectAnswer(await hold(poor, to, 1_001), 'DailyLimitExceeded');
      for (const acceptance of ['required', '', null, true, 'NONE']) {
        const received = await hold(from, to, 1_000, { acceptance });
        expectAnswer(received, 'InvalidRequest');
        expect(fieldsOf(received)).toEqual(['acceptance']);
      }
    });
  });

  it('is held once under one key, and says so for ever', async () => {
    const [from, to] = await twoUsers();
    const key = newKey();
    const first = await hold(from, to, 5_000, {}, key);
    expectSuccess(first, 201);
    const expectTheSame = async () => {
      const again = await hold(from, to, 5_000, {}, key);
      expectAnswer(again, 'RequestComplete');
      expect([again.detail, again.location]).toEqual([first.detail, first.location]);
    };
    await expectTheSame();
    await done(accept(first.detail.transactionId, to));
    await expectTheSame();
    const plain = { fromUserId: from.userId, toUserId: to.userId, amount: 5_000 };
    expectAnswer(await api.transfer(plain, key), 'KeyReused');
    expect((await moneyOf(from)).main).toBe(15_000);
  });
});

describe('the end of a held transfer', () => {
  const ENDS = [
    { name: 'accept', end: accept, by: 'to', status: 'ACCEPTED' },
    { name: 'cancel', end: cancel, by: 'from', status: 'CANCELED' },
  ] as const;

  it.each(ENDS)('by $name is the same under its key for ever, and under another is told as it is', async (one) => {
    const { transferId, ...users } = await aHeldTransfer();
    const key = newKey();
    const first = await one.end(transferId, users[one.by], key);
    expectSuccess(first, 201);
    const { endedAt } = (await acceptanceOf(transferId)) ?? {};
    const decided = { transferId, status: one.status, endedAt };
    await expectNothingMoved([users.from, users.to], async () => {
      for (let time = 0; time < 3; time++) {
        const again = await one.end(transferId, users[one.by], key);
        expectAnswer(again, 'RequestComplete');
        expect([again.detail, again.location]).toEqual([first.detail, first.location]);
      }
      for (const late of ENDS) {
        const received = await late.end(transferId, users[late.by], newKey());
        expectAnswer(received, 'TransferDecided');
        expect(received.detail).toEqual(decided);
      }
      // The transfer stands in the path, and is part of what the key is bound to.
      expectAnswer(await one.end((await aHeldTransfer()).transferId, users[one.by], key), 'KeyReused');
    });
  });

  it.each(ENDS)('by $name is made once by 20 requests at once under one key', async (one) => {
    const { transferId, ...users } = await aHeldTransfer();
    const key = newKey();
    const answers = await atOnce(20, () => one.end(transferId, users[one.by], key));
    expect(tally(answers)['201 Success']).toBe(1);
    expect(answers.filter(({ code }) => code.startsWith('Already'))).toHaveLength(19);
    expect((await acceptanceOf(transferId))?.status).toBe(one.status);
  });

  it.each(ENDS)('by $name is not the other side’s to ask for', async (one) => {
    const { transferId, ...users } = await aHeldTransfer();
    await expectNothingMoved([users.from, users.to], async () => {
      expectAnswer(await one.end(transferId, users[one.by === 'to' ? 'from' : 'to']), 'Forbidden');
    });
    expectSuccess(await one.end(transferId, users[one.by]), 201);
  });

  it.each(ENDS)('by $name tells a stranger what it tells of an unknown transfer', async (one) => {
    const [{ transferId, from, to }, stranger] = [await aHeldTransfer(), await aUser()];
    const plain = { fromUserId: from.userId, toUserId: stranger.userId, amount: 1_000 };
    const { transactionId } = (await done(api.transfer(plain))).detail;
    const told = ({ status, code, message, detail }: Received<unknown>) => ({ status, code, message, detail });
    const unknown = await one.end(Number.MAX_SAFE_INTEGER, stranger);
    expectAnswer(unknown, 'TransferNotFound');
    const expectUnknown = async () => {
      for (const answer of [one.end(transferId, stranger), one.end(transferId, NOBODY)]) {
        expect(told(await answer)).toEqual(told(unknown));
      }
    };
    await expectUnknown();
    expect(told(await one.end(transactionId, stranger))).toEqual(told(unknown)); // which was never held
    await done(accept(transferId, to));
    await expectUnknown();
  });

  it.each([
    ['userId', { userId: 0 }],
    ['userId', {}],
    ['amount', { userId: 1, amount: 5 }],
  ])('is refused for a bad or unknown %s (%j)', async (field, body) => {
    for (const name of ['accept', 'cancel']) {
      const received = await api.send('POST', `/transfers/1/${name}`, body);
      expectAnswer(received, 'InvalidRequest');
      expect(fieldsOf(received)).toEqual([field]);
      expectAnswer(await api.send('POST', `/transfers/x/${name}`, { userId: 1 }), 'InvalidRequest');
    }
  });

  it('is one when 50 accept and cancel it at once, and all others are told which', async () => {
    for (let round = 0; round < 5; round++) {
      const { from, to, transferId } = await aHeldTransfer();
      const answers = await atOnce(50, (index) =>
        index % 2 ? accept(transferId, to, newKey()) : cancel(transferId, from, newKey()),
      );
      expect(tally(answers)).toEqual({ '201 Success': 1, '409 TransferDecided': 49 });
      const { status, endedAt } = (await acceptanceOf(transferId)) ?? {};
      for (const { code, detail } of answers) {
        expect(detail).toMatchObject(code === 'Success' ? { transferId, status } : { transferId, status, endedAt });
      }
      const isAccepted = status === 'ACCEPTED';
      expect((await moneyOf(from)).main).toBe(isAccepted ? 15_000 : 20_000);
      expect((await moneyOf(to)).main).toBe(isAccepted ? 5_000 : 0);
      await expectUnbrokenChain(from);
      await expectUnbrokenChain(to);
    }
  });

  it('of each of many transfers at once is its own', async () => {
    const [from, to] = await twoUsers(20_000);
    const held = await atOnce(20, async () => (await done(hold(from, to, 1_000))).detail.transactionId);
    const answers = await atOnce(40, (index) => {
      const transferId = held[index % 20] as number;
      return index < 20 === (index % 3 === 0) ? accept(transferId, to) : cancel(transferId, from);
    });
    expect(tally(answers)).toEqual({ '201 Success': 20, '409 TransferDecided': 20 });
    const { main } = await moneyOf(to);
    expect((await moneyOf(from)).main + main).toBe(20_000);
    const ends = await Promise.all(held.map(acceptanceOf));
    expect(main).toBe(1_000 * ends.filter((end) => end?.status === 'ACCEPTED').length);
  });
});

describeWith(['databaseUrl', 'simulatorUrl'], 'a transfer whose top-up has an unknown outcome', () => {
  /** The sandbox's bank accounts whose outcome nobody knows for some seconds, by their last four digits. */
  async function aSlowTransfer(bankAccount: string) {
    const [from, to] = [await aUser({ bankAccount, given: 1_000 }), await aUser()];
    const received = await hold(from, to, 5_000);
    expectAnswer(received, 'Processing');
    const transferId = received.detail.transactionId;
    const state = async () => (await done(api.transaction(transferId))).detail;
    return { from, to, transferId, state };
  }

  it('is held once the money has come, and its 72 hours count from then', async () => {
    const { from, to, transferId, state } = await aSlowTransfer('9016');
    const pending = await state();
    expect(pending).toMatchObject({ type: 'TRANSFER_HOLD', status: 'PENDING' });
    expect(pending.acceptance).toBeUndefined();
    for (const [end, user] of [
      [accept, to],
      [cancel, from],
    ] as const) {
      expectAnswer(await end(transferId, user), 'TransferNotHeld');
    }
    const { acceptance, occurredAt } = await eventually(state, ({ status }) => status !== 'PENDING');
    expect(acceptance?.status).toBe('HELD');
    expectAfter72Hours(acceptance?.expiresAt, occurredAt);
    expect(await moneyOf(from)).toMatchObject({ main: 0, available: 0 });
    expectSuccess(await accept(transferId, to), 201);
    expect((await moneyOf(to)).main).toBe(5_000);
  });

  it('is never held when the bank has refused', async () => {
    const { from, to, transferId, state } = await aSlowTransfer('9017');
    const { status, acceptance } = await eventually(state, ({ status }) => status !== 'PENDING');
    expect([status, acceptance]).toEqual(['FAILED', undefined]);
    expectAnswer(await accept(transferId, to), 'TransferNotHeld');
    expect(await moneyOf(from)).toMatchObject({ main: 1_000, available: 1_000 });
  });

  it('leaves books that agree', async () => {
    const { exitCode, report } = await auditReport();
    expect(wrongIn(report)).toEqual([]);
    expect(exitCode).toBe(0);
  });
});
