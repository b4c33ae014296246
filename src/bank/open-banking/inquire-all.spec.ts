import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { clientOf, orderFor, StubBank, type TestClient } from '../../../test/support/bank-client.js';
import { TestBank } from '../../../test/support/simulator.js';
import { INQUIRIES_MAX, MISMATCH } from '../bank-client.js';
import { classifyInquiry } from './answer-classification.js';

const DONE = { kind: 'done' };
const UNKNOWN = { kind: 'unknown', why: expect.any(String), isUnanswered: true };

describe('an inquiry about many orders', () => {
  let bank: TestBank;
  let client: TestClient;

  beforeEach(async () => {
    for (const level of ['log', 'warn', 'error'] as const)
      jest.spyOn(Logger.prototype, level).mockImplementation(() => undefined);
    bank = await TestBank.start();
    client = clientOf(bank.url);
  });
  afterEach(async () => {
    await client.onApplicationShutdown();
    await bank.stop();
    jest.restoreAllMocks();
  });

  it('is one call, and answers each in its place', async () => {
    const [paid, refused, never, other] = [orderFor(), orderFor({}, '12349001'), orderFor(), orderFor()];
    await client.send(paid);
    await client.send(refused);
    await client.send(other);
    const outcomes = await client.inquireAll([never, paid, { ...other, amount: 9_999 }, refused]);
    expect(outcomes).toEqual([
      { kind: 'notFound' },
      DONE,
      { kind: 'unknown', why: MISMATCH },
      { kind: 'refused', reason: 'BALANCE_SHORT', bankCode: '453' },
    ]);
    expect((await bank.stats()).asked['inquiry']).toBe(1);
  });

  it('may be about as many as the protocol allows', async () => {
    const orders = Array.from({ length: INQUIRIES_MAX }, () => orderFor());
    for (const order of orders) await client.send(order);
    expect(await client.inquireAll(orders)).toEqual(orders.map(() => DONE));
  });

  it('says nothing about any of them when there is no answer', async () => {
    await bank.setRules([{ fault: 'http500', on: 'inquiry' }]);
    expect(await client.inquireAll([orderFor(), orderFor()])).toEqual([UNKNOWN, UNKNOWN]);
  });
});

describe("an answer's lines", () => {
  const orders = [orderFor(), orderFor()];
  const lineOf = ({ bankTranId, amount }: (typeof orders)[number], changes: object = {}) => ({
    bank_tran_id: bankTranId,
    bank_tran_date: '20261122',
    bank_rsp_code: '000',
    tran_amt: String(amount),
    ...changes,
  });
  const judge = (lines: unknown[]) =>
    orders.map((order) =>
      classifyInquiry({ status: 200, body: { rsp_code: 'A0000', res_list: lines } }, order, orders.length),
    );
  const [first, second] = orders.map((order) => lineOf(order));

  it('are found by their id, whatever their order', () => {
    expect(judge([second, first])).toEqual([DONE, DONE]);
  });
  it('say nothing when one is missing, too many, or no line at all', () => {
    for (const lines of [[first], [first, second, second], [first, null], []])
      expect(judge(lines)).toEqual([UNKNOWN, UNKNOWN]);
    expect(judge([first, first])).toEqual([DONE, UNKNOWN]);
  });
});

it('is never mistaken when the bank answers nonsense', async () => {
  jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  const bank = await StubBank.start((_request, response) => response.end('[]'));
  const client = clientOf(bank.url);
  expect(await client.inquireAll([orderFor()])).toEqual([UNKNOWN]);
  await client.onApplicationShutdown();
  await bank.stop();
  jest.restoreAllMocks();
});
