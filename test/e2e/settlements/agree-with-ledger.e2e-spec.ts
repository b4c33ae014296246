import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { authorize, capture, voidPayment } from '../../support/authorizations.js';
import { atOnce, aUser, done, newKey, paymentBody } from '../../support/builders.js';
import { setClockFile } from '../../support/clock-file.js';
import { expectAnswer } from '../../support/contract.js';
import { getCsv, rowsOf } from '../../support/csv.js';
import { DatabaseProxy } from '../../support/database-proxy.js';
import { BASE_URL, describeWith, stackPart } from '../../support/environment.js';
import { eventually } from '../../support/money.js';
import { startOwnService } from '../../support/own-service.js';
import {
  aPartner,
  cancel,
  dayOf,
  entriesOfPartner,
  type Line,
  linesAddress,
  linesOf,
  midnightIn,
  movementOf,
  pay,
  settledDays,
  settlement,
} from '../../support/settlements.js';

/** Its bank says for 8 s that it is still working, and then that it is done: longer than a caller waits. */
const SLOW_BANK = '9016';
/** The bank has no money for it. */
const POOR = '9001';
const TYPES: Readonly<Record<string, string>> = { PAYMENT: 'PAYMENT', CAPTURE: 'CAPTURE', PAYMENT_CANCEL: 'CANCEL' };

describeWith(['clockOffsetFile', 'databaseUrl', 'simulatorUrl'], 'settlements, their lines and the ledger', () => {
  let today: string;
  const standAt = (ms: number) => {
    setClockFile(stackPart('clockOffsetFile'), ms - Date.now());
    today = dayOf(ms);
  };
  /** Each test has a midnight of its own, far from those of other files: a day that was closed stays closed. */
  let daysAhead = 60;
  let midnight: number;
  let eve: string;
  let day: string;
  beforeEach(() => {
    daysAhead += 4;
    midnight = midnightIn(daysAhead);
    [eve, day] = [dayOf(midnight - 1), dayOf(midnight)];
  });
  afterEach(() => setClockFile(stackPart('clockOffsetFile'), 0));

  /**
   * Every entry of the partner's account is a line of one day, and everything told of a day is the sum of its lines.
   *
   * @param late movements that were posted before midnight, and belong to the day after it
   */
  async function expectAgreement(partnerId: number, late: readonly number[]): Promise<Record<string, readonly Line[]>> {
    const entries = await entriesOfPartner(partnerId);
    const days = (await settledDays(partnerId, { from: eve, to: dayOf(midnight + 2 * 86_400_000) })).items;
    const lines: Record<string, readonly Line[]> = {};
    for (const { date, isClosed, ...told } of days) {
      const found = await linesOf(partnerId, date, 2);
      lines[date] = found;
      const dayOfEntry = (it: (typeof entries)[number]) => (late.includes(it.movementId) ? day : dayOf(+it.postedAt));
      const ofDay = entries.filter((it) => dayOfEntry(it) === date);
      expect(found.map((line) => [movementOf(line), line.type, line.amount, line.occurredAt])).toEqual(
        ofDay.map(({ movementId, type, amount, postedAt }) => [movementId, TYPES[type], amount, inSeoul(postedAt)]),
      );
      const amountsOf = (type: Line['type']) => found.filter((it) => it.type === type).map(({ amount }) => amount);
      const [payments, captures, cancels] = [amountsOf('PAYMENT'), amountsOf('CAPTURE'), amountsOf('CANCEL')];
      expect(told).toEqual({
        paymentCount: payments.length,
        payments: sum(payments),
        captureCount: captures.length,
        captures: sum(captures),
        cancelCount: cancels.length,
        cancels: 0 - sum(cancels),
        net: sum(ofDay.map(({ amount }) => amount)),
      });
      expect(await settlement(partnerId, date)).toEqual({
        date,
        partnerId,
        count: payments.length + captures.length,
        gross: sum(payments) + sum(captures),
        cancelCount: cancels.length,
        cancels: 0 - sum(cancels),
        net: told.net,
      });
      const { text } = await getCsv(BASE_URL + linesAddress(partnerId, date));
      expect(rowsOf(text).map((row) => [row['paymentId'], row['cancelId'], row['amount']])).toEqual(
        found.map(({ paymentId, cancelId = '', amount }) => [paymentId, cancelId, amount].map(String)),
      );
      expect([date, isClosed]).toEqual([date, date < today]);
    }
    expect(Object.values(lines).flat()).toHaveLength(entries.length);
    return lines;
  }
  it('agree on days that are closed, and on the one that is open', async () => {
    const partnerId = await aPartner();
    standAt(midnight - 60_000);
    const user = await aUser({ charged: 100_000 });
    const [partly, whole, kept] = [
      await pay(user, partnerId, 10_000),
      await pay(user, partnerId, 20_000),
      await pay(user, partnerId, 5_000),
    ];
    await cancel(partly, 4_000);
    await cancel(whole, 20_000);
    const authorizeOne = async () =>
      (await done(authorize(user.userId, { partnerId, totalPayAmount: 3_000 }))).detail.paymentId;
    const [now, tomorrow, never] = [await authorizeOne(), await authorizeOne(), await authorizeOne()];
    await done(capture(now, { captureAmount: 2_500 }));
    await done(voidPayment(never));
    await cancel(now, 500);
    const poor = await aUser({ bankAccount: POOR });
    expectAnswer(await api.pay(paymentBody(poor.userId, { partnerId }), newKey()), 'NotEnoughAccountBalance');
    const late = await aUser({ bankAccount: SLOW_BANK });
    const slow = await api.pay(paymentBody(late.userId, { partnerId, totalPayAmount: 30_000 }), newKey());
    expectAnswer(slow, 'Processing');
    await expectAgreement(partnerId, []);

    standAt(midnight + 60_000);
    await cancel(partly, 6_000);
    await cancel(kept, 1_000);
    await done(capture(tomorrow)); // counts for the day on which it is captured
    await pay(user, partnerId, 7_000);
    const ofEve = (await expectAgreement(partnerId, []))[eve];
    await eventually(
      () => api.payment(slow.detail.paymentId),
      ({ detail }) => detail.status === 'APPROVED',
    );
    const open = (await expectAgreement(partnerId, []))[day] as readonly Line[];
    expect(open.map(({ amount }) => amount).sort((a, b) => a - b)).toEqual([-6_000, -1_000, 3_000, 7_000, 30_000]);
    // It has the place of its request.
    expect(open.at(-1)).toMatchObject({ type: 'PAYMENT', paymentId: slow.detail.paymentId, amount: 30_000 });

    standAt(midnight + 86_400_000 + 60_000);
    const told = await atOnce(8, () => settledDays(partnerId, { from: eve, to: day })); // the first looks at the day
    expect(new Set(told.map((it) => JSON.stringify(it))).size).toBe(1);
    const closed = await expectAgreement(partnerId, []);
    expect(closed[eve]).toEqual(ofEve);
    expect(closed[day]).toEqual(open);
  });

  it('agree on what was committed after its day was closed: it is a line of the next one', async () => {
    const database = new URL(stackPart('databaseUrl'));
    const proxy = await DatabaseProxy.start(Number(database.port));
    database.port = String(proxy.port);
    const patience = { DATABASE_DEADLINE_MS: '50000', ANSWER_WITHIN_MS: '50000' };
    const service = await startOwnService(patience, database.href);
    try {
      const partnerId = await aPartner();
      standAt(midnight - 60_000);
      const user = await aUser({ charged: 100_000 });
      const paid = await pay(user, partnerId, 5_000);
      const body = { cancelAmount: 2_000, cancelReason: '변심' };
      const late = [
        () => service.api.pay(paymentBody(user.userId, { partnerId, totalPayAmount: 10_000 }), newKey()),
        () => service.api.send('POST', `/payments/${paid}/cancel`, body, { key: newKey() }),
      ];
      for (const send of late) {
        standAt(midnight - 60_000);
        proxy.watch = (statement) => (/^(SET @|INSERT|UPDATE).*; COMMIT$/s.test(statement) ? 'holdBefore' : null);
        const sent = send();
        await eventually(
          () => Promise.resolve(proxy.heldCount),
          (count) => count === 1,
        );
        proxy.watch = () => null;
        standAt(midnight + 60_000);
        const { items } = await settledDays(partnerId, { from: eve });
        expect(items[0]).toMatchObject({ paymentCount: 1, net: 5_000, isClosed: true });
        proxy.release();
        expect((await sent).code).toBe('Success');
      }
      const ids = (await entriesOfPartner(partnerId)).map(({ movementId }) => movementId).filter((id) => id !== paid);
      expect(ids).toHaveLength(2);
      const lines = await expectAgreement(partnerId, ids);
      expect(lines[eve]?.map(movementOf)).toEqual([paid]);
    } finally {
      proxy.release();
      await service.stop();
      await proxy.stop();
    }
  });
});

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
const inSeoul = (at: Date) => new Date(at.getTime() + 9 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
