import { describe, expect, it } from '@jest/globals';
import { api } from '../../support/api.js';
import { atOnce, DAILY_LIMIT, newKey } from '../../support/builders.js';
import { expectAnswer, expectSuccess, tally } from '../../support/contract.js';
import { aParty, expectNothingMoved, MONEY_ROUTES, moneyOf, PAYMENT, sendTo } from '../../support/money.js';

describe.each(MONEY_ROUTES)('the key of $name', (route) => {
  it('makes a repetition a 409 with the first result, every time', async () => {
    const party = await aParty({ charged: 100_000 });
    const [body, key] = [route.body(party, 10_000), newKey()];
    const first = await sendTo(route, body, key);
    expectSuccess(first, route.success);
    await expectNothingMoved([party, party.friend], async () => {
      for (let time = 0; time < 3; time++) {
        const again = await sendTo(route, body, key);
        expectAnswer(again, route.complete);
        expect(again.detail).toEqual(first.detail);
        expect(again.location).toBeDefined();
        if (first.location) expect(again.location).toBe(first.location);
      }
    });
  });

  it('is the same bare and as a quoted string', async () => {
    const party = await aParty({ charged: 100_000 });
    const body = route.body(party, 10_000);
    const key = `a"b\\c-${newKey()}`;
    const quoted = `"${key.replace(/["\\]/g, '\\$&')}"`;
    expectSuccess(await sendTo(route, body, quoted), route.success);
    for (const spelling of [key, quoted, ` ${key} `]) expectAnswer(await sendTo(route, body, spelling), route.complete);
    expect((await moneyOf(party)).main).toBe(100_000 + route.effect * 10_000);
  });

  it('is bound to the values of the payload, not to its spelling', async () => {
    const party = await aParty({ charged: 100_000 });
    const [body, key] = [route.body(party, 10_000), newKey()];
    expectSuccess(await sendTo(route, body, key), route.success);
    const reversed = Object.fromEntries(Object.entries(body).reverse());
    const escaped = JSON.stringify(body).replace('mount"', String.raw`m\u006funt"`);
    for (const text of [JSON.stringify(reversed), JSON.stringify(body, null, 4), escaped]) {
      expectAnswer(await sendTo(route, text, key), route.complete);
    }
  });

  it('cannot be used for another payload, not even for one that makes no sense', async () => {
    const party = await aParty({ charged: 100_000 });
    const [body, key] = [route.body(party, 10_000), newKey()];
    expectSuccess(await sendTo(route, body, key), route.success);
    await expectNothingMoved([party, party.friend], async () => {
      const others = [route.body(party, 10_001), { ...body, memo: '다른 메모' }, { ...body, amount: 'all of it' }];
      for (const other of others) expectAnswer(await sendTo(route, other, key), 'KeyReused');
    });
  });

  it('lets exactly one of 30 requests at once through', async () => {
    const party = await aParty({ charged: 1_000_000 });
    const [body, key] = [route.body(party, 10_000), newKey()];
    const answers = await atOnce(30, () => sendTo(route, body, key));
    expect(answers.filter(({ status }) => status === route.success)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(29);
    for (const answer of answers) {
      if (answer.code === 'AlreadyOnGoing') expectAnswer(answer, route.onGoing);
      if (answer.code === 'AlreadyComplete') expectAnswer(answer, route.complete);
    }
    expect((await moneyOf(party)).main).toBe(1_000_000 + route.effect * 10_000);
  });

  it('lets one through and calls the other payload reused, when two payloads come at once', async () => {
    const party = await aParty({ charged: 100_000 });
    const key = newKey();
    const answers = await atOnce(2, (index) => sendTo(route, route.body(party, 10_000 + index), key));
    expect(tally(answers)).toEqual({ [`${route.success} Success`]: 1, '422 IdempotencyKeyReused': 1 });
  });

  it('is free again after a refusal, also for another payload', async () => {
    const party = await aParty({ charged: 100_000 });
    const key = newKey();
    expectAnswer(await sendTo(route, { ...route.body(party, 10_000), extra: 1 }, key), 'InvalidRequest');
    expectAnswer(await sendTo(route, route.body(party, DAILY_LIMIT + 1), key), 'DailyLimitExceeded');
    expectSuccess(await sendTo(route, route.body(party, 10_000), key), route.success);
  });

  it('of 255 characters is accepted', async () => {
    const party = await aParty({ charged: 100_000 });
    const key = newKey().padEnd(255, '~');
    expectSuccess(await sendTo(route, route.body(party, 10_000), key), route.success);
    expectAnswer(await sendTo(route, route.body(party, 20_000), key), 'KeyReused');
  });

  it('is 1 to 255 visible ASCII characters, and nothing else', async () => {
    const party = await aParty({ charged: 100_000 });
    const bad = ['', '""', 'x'.repeat(256), `"${'x'.repeat(256)}"`, 'a b', 'a, b', 'a\tb', 'caf\u00e9', '"caf\u00e9"'];
    await expectNothingMoved([party], async () => {
      for (const key of bad) {
        const { code } = await sendTo(route, route.body(party, 10_000), key);
        expect([key, code]).toEqual([key, 'IdempotencyKeyInvalid']);
      }
      expectAnswer(await sendTo(route, route.body(party, 10_000), ''), 'KeyInvalid');
    });
  });
});

describe('100 parallel payments with one key', () => {
  it('are one payment, ninety-nine 409 and one debit', async () => {
    const party = await aParty({ given: 2_500_000 });
    const [body, key] = [PAYMENT.body(party, 23_000), newKey()];
    const answers = await atOnce(100, () => api.pay(body, key));
    const approved = answers.filter(({ status }) => status === 201);
    expect(approved).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(99);
    for (const { code, detail } of answers) {
      if (code === 'AlreadyComplete') expect(detail).toEqual(approved[0]?.detail);
    }
    expect(await moneyOf(party)).toEqual({ main: 2_477_000, available: 2_477_000, savings: 0, usedToday: 0 });
    const { items } = (await api.payments({ partnerId: 100, idempotencyKey: key })).detail;
    expect(items).toHaveLength(1);
  });
});
