import { afterEach, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { aUser, DAILY_LIMIT, newKey, paymentBody } from '../../support/builders.js';
import { setClockFile } from '../../support/clock-file.js';
import { expectAnswer, expectSuccess } from '../../support/contract.js';
import { describeWith, stackPart } from '../../support/environment.js';
import { moneyOf } from '../../support/money.js';

const SEOUL_OFFSET_MS = 9 * 3_600_000;
const DAY_MS = 86_400_000;

/** Sets the service's clock to `HH:mm:ss` in Seoul, so many days from today. */
function setSeoulClock(days: number, time: string): void {
  const midnight = Math.floor((Date.now() + SEOUL_OFFSET_MS) / DAY_MS) * DAY_MS - SEOUL_OFFSET_MS;
  const wanted = midnight + days * DAY_MS + Date.parse(`1970-01-01T${time}Z`);
  setClockFile(stackPart('clockOffsetFile'), wanted - Date.now());
}

describeWith(['clockOffsetFile'], 'the daily limit', () => {
  afterEach(() => setClockFile(stackPart('clockOffsetFile'), 0));

  it('is renewed at midnight in Seoul, and a payment belongs to the day on which it was made', async () => {
    setSeoulClock(1, '23:59:20');
    const user = await aUser({ charged: DAILY_LIMIT });
    expectAnswer(await api.charge({ userId: user.userId, amount: 1 }), 'DailyLimitExceeded');
    setSeoulClock(1, '23:59:50');
    const late = await api.pay(paymentBody(user.userId), newKey());
    expectAnswer(await api.charge({ userId: user.userId, amount: 1 }), 'DailyLimitExceeded');

    setSeoulClock(2, '00:00:05');
    expect(await moneyOf(user)).toMatchObject({ main: DAILY_LIMIT - 23_000, usedToday: 0 });
    const early = await api.pay(paymentBody(user.userId), newKey());
    expectSuccess(await api.charge({ userId: user.userId, amount: DAILY_LIMIT }), 200);
    expectAnswer(await api.charge({ userId: user.userId, amount: 1 }), 'DailyLimitExceeded');

    const [eve, day] = [late.detail.paymentDateTime, early.detail.paymentDateTime];
    expect([eve.slice(11, 16), day.slice(11, 16)]).toEqual(['23:59', '00:00']);
    expect(Date.parse(`${day.slice(0, 10)}Z`) - Date.parse(`${eve.slice(0, 10)}Z`)).toBe(DAY_MS);
  });

  it('is not renewed at midnight in Greenwich', async () => {
    setSeoulClock(1, '08:59:30');
    const user = await aUser({ charged: DAILY_LIMIT });
    setSeoulClock(1, '09:00:30');
    expectAnswer(await api.charge({ userId: user.userId, amount: 1 }), 'DailyLimitExceeded');
    expect((await moneyOf(user)).usedToday).toBe(DAILY_LIMIT);
  });
});
