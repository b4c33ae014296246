import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { handleFor, payoutMessage, TestBank, withdrawalMessage } from '../../test/support/simulator.js';
import { findAddress, handleOf } from './account-handle.js';

const day = '20261122';
let bank: TestBank;

beforeEach(async () => {
  bank = await TestBank.start();
});
afterEach(() => bank.stop());

const codes = ({ body }: { body: Record<string, unknown> }) => [body['rsp_code'], body['bank_rsp_code']];
const line = async (message: Record<string, unknown>) => {
  const { body } = await bank.inquire(message);
  return (body['res_list'] as object[])[0];
};

describe('tokens', () => {
  it('gives the institution a token of scope oob', async () => {
    const { status, body } = await bank.token({ grant_type: 'client_credentials', scope: 'oob' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', scope: 'oob', expires_in: '3600' });
  });

  it.each([
    { grant_type: 'authorization_code', code: `sandbox-${handleFor('1234567890')}` },
    { grant_type: 'refresh_token', refresh_token: `sandbox-${handleFor('1234567890')}` },
  ])('gives a user a token for $grant_type', async (grant) => {
    const { body } = await bank.token(grant);
    expect(body).toMatchObject({ scope: 'login inquiry transfer', refresh_token: expect.any(String) });
    expect(codes(await bank.withdraw(withdrawalMessage(), String(body['access_token'])))).toEqual(['A0000', '000']);
  });

  it.each([
    { grant_type: 'client_credentials', scope: 'oob', client_secret: 'wrong' },
    { grant_type: 'client_credentials', scope: 'transfer' },
    { grant_type: 'refresh_token', refresh_token: 'sandbox-nobody' },
    { grant_type: 'password' },
  ])('refuses %j', async (grant) => {
    expect((await bank.token(grant)).status).toBe(401);
  });

  it('accepts a token only for its purpose, its user and its time', async () => {
    const message = withdrawalMessage();
    expect(codes(await bank.withdraw(message, 'nonsense'))).toEqual(['O0002', undefined]);
    expect(codes(await bank.withdraw(message, await bank.institutionToken()))).toEqual(['O0014', undefined]);
    expect(codes(await bank.withdraw(message, await bank.userToken(handleFor('555'))))).toEqual(['O0015', undefined]);
    expect((await bank.inquire(message, await bank.userToken(handleFor('555')))).body['rsp_code']).toBe('O0014');
    expect(await bank.takings()).toEqual([]);
  });

  it('refuses a token that has expired', async () => {
    const hasty = await TestBank.start({ tokenSeconds: 0 });
    expect(codes(await hasty.withdraw(withdrawalMessage()))).toEqual(['O0003', undefined]);
    await hasty.stop();
  });
});

describe('withdrawals', () => {
  it('takes the money and says so in strings only', async () => {
    const message = withdrawalMessage();
    const { status, body } = await bank.withdraw(message);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      rsp_code: 'A0000',
      bank_rsp_code: '000',
      bank_tran_id: message['bank_tran_id'],
      bank_tran_date: day,
      tran_amt: '10000',
      account_num_masked: '1234567***',
    });
    expect(Object.values(body).every((value) => typeof value === 'string')).toBe(true);
    expect(await bank.takings()).toMatchObject([{ number: 1, bankTranId: message['bank_tran_id'], amount: 10_000 }]);
  });

  it('answers 822 to a repeated id and takes nothing more, whatever else the message says', async () => {
    const message = withdrawalMessage();
    await bank.withdraw(message);
    expect(codes(await bank.withdraw(message))).toEqual(['A0002', '822']);
    expect(codes(await bank.withdraw({ ...message, tran_amt: '5' }))).toEqual(['A0002', '822']);
    expect(await bank.takings()).toHaveLength(1);
  });

  it('takes once when the same id arrives a hundred times at once', async () => {
    const message = withdrawalMessage();
    const token = await bank.userToken(handleFor('1234567890'));
    const answers = await Promise.all(Array.from({ length: 100 }, () => bank.withdraw(message, token)));
    expect(answers.filter(({ body }) => body['bank_rsp_code'] === '000')).toHaveLength(1);
    expect((await bank.stats()).takenWon).toBe(10_000);
  });

  it('never takes more than the account holds, and a refused id stays refused', async () => {
    await bank.call('PUT', '/simulator/accounts/081/1234567890', { balance: 15_000 });
    const second = withdrawalMessage();
    expect(codes(await bank.withdraw(withdrawalMessage()))).toEqual(['A0000', '000']);
    expect(codes(await bank.withdraw(second))).toEqual(['A0002', '453']);
    await bank.call('PUT', '/simulator/accounts/081/1234567890', { balance: 1_000_000 });
    expect(codes(await bank.withdraw(second))).toEqual(['A0002', '822']);
    expect(await line(second)).toMatchObject({ bank_rsp_code: '453' });
  });

  it('keeps the limits of the bank and knows closed accounts', async () => {
    const set = (settings: object) => bank.call('PUT', '/simulator/accounts/081/1234567890', settings);
    await set({ transferLimit: 9_999 });
    expect(codes(await bank.withdraw(withdrawalMessage()))).toEqual(['A0002', '455']);
    await set({ transferLimit: null, dailyLimit: 15_000 });
    const { body } = await bank.withdraw(withdrawalMessage());
    expect(body).toMatchObject({ bank_rsp_code: '000', wd_limit_remain_amt: '5000' });
    expect(codes(await bank.withdraw(withdrawalMessage()))).toEqual(['A0002', '456']);
    expect(codes(await bank.withdraw(withdrawalMessage({ tran_dtime: '20261123000000' })))).toEqual(['A0000', '000']);
    await set({ closed: true });
    expect(codes(await bank.withdraw(withdrawalMessage()))).toEqual(['A0002', '415']);
  });

  it.each([
    ['A0010', { bank_tran_id: undefined }],
    ['A0010', { req_client_name: '' }],
    ['A0011', { bank_tran_id: 'short' }],
    ['A0011', { tran_amt: 10_000 }],
    ['A0011', { tran_amt: '0' }],
    ['A0011', { tran_amt: '-5' }],
    ['A0011', { tran_amt: '1234567890123' }],
    ['A0011', { tran_dtime: '20261322120000' }],
    ['A0011', { req_client_name: '가'.repeat(21) }],
    ['A0012', { req_client_bank_code: '081', req_client_account_num: '1' }],
    ['A0012', { req_client_fintech_use_num: undefined }],
  ])('refuses with %s what says %j', async (code, changes) => {
    const token = await bank.userToken(handleFor('1234567890'));
    expect(codes(await bank.withdraw(withdrawalMessage(changes), token))).toEqual([code, undefined]);
    expect((await bank.stats()).takenWon).toBe(0);
  });
});

describe('payouts', () => {
  const itemOf = ({ body }: { body: Record<string, unknown> }) =>
    (body['res_list'] as Record<string, unknown>[] | undefined)?.[0];
  const said = (answer: { body: Record<string, unknown> }) => [
    answer.body['rsp_code'],
    itemOf(answer)?.['bank_rsp_code'],
  ];
  const balanceOf = async (bankCode: string, number: string) =>
    (await bank.call('GET', `/simulator/accounts/${bankCode}/${number}`)).body['balance'] as number;
  const asked = (message: ReturnType<typeof payoutMessage>) => message.req_list[0] as Record<string, unknown>;

  it('come from the contract account, and are told in strings only', async () => {
    const before = [await balanceOf('081', '1234567890'), await balanceOf('097', '1000000001')];
    const message = payoutMessage();
    const answer = await bank.payOut(message);
    expect(said(answer)).toEqual(['A0000', '000']);
    expect(itemOf(answer)).toMatchObject({
      bank_tran_id: asked(message)['bank_tran_id'],
      bank_tran_date: day,
      tran_amt: '10000',
      fintech_use_num: handleFor('1234567890'),
    });
    const after = [await balanceOf('081', '1234567890'), await balanceOf('097', '1000000001')];
    expect(after.map((won, place) => won - (before[place] as number))).toEqual([10_000, -10_000]);
    expect(await bank.payouts()).toMatchObject([{ number: 1, amount: 10_000, paid: true }]);
    expect(await bank.takings()).toEqual([]);
  });

  it('are made once under an id, which no withdrawal may have either', async () => {
    const message = payoutMessage();
    await bank.payOut(message);
    expect(said(await bank.payOut(message))).toEqual(['A0002', '822']);
    const withdrawal = withdrawalMessage({ bank_tran_id: asked(message)['bank_tran_id'] });
    expect(codes(await bank.withdraw(withdrawal))).toEqual(['A0002', '822']);
    expect(await bank.payouts()).toHaveLength(1);
  });

  it('are inquired about as payouts', async () => {
    const message = payoutMessage();
    await bank.payOut(message);
    expect(itemOf(await bank.inquire(asked(message), undefined, '2'))).toMatchObject({ bank_rsp_code: '000' });
    expect(itemOf(await bank.inquire(asked(message)))).toMatchObject({ bank_rsp_code: '701' });
  });

  it('are refused when the contract account is short, or the other one closed, and stay refused', async () => {
    await bank.call('PUT', '/simulator/accounts/097/1000000001', { balance: 9_999 });
    const message = payoutMessage();
    expect(said(await bank.payOut(message))).toEqual(['A0002', '453']);
    await bank.call('PUT', '/simulator/accounts/097/1000000001', { balance: 1_000_000 });
    expect(said(await bank.payOut(message))).toEqual(['A0002', '822']);
    await bank.call('PUT', '/simulator/accounts/081/1234567890', { closed: true });
    expect(said(await bank.payOut(payoutMessage()))).toEqual(['A0002', '415']);
    expect(await bank.payouts()).toEqual([]);
  });

  it.each([
    ['A0010', {}, { bank_tran_id: undefined }],
    ['A0011', { req_cnt: '2' }, {}],
    ['A0011', { req_list: [] }, {}],
    ['A0011', {}, { tran_amt: '0' }],
    ['A0012', {}, { req_client_bank_code: '081', req_client_account_num: '1' }],
    ['A0013', {}, { fintech_use_num: '081NOBODY' }],
  ])('are refused with %s where %j, %j is asked', async (code, head, item) => {
    expect(said(await bank.payOut({ ...payoutMessage(item), ...head }))).toEqual([code, undefined]);
    const user = await bank.userToken(handleFor('1234567890'));
    expect(said(await bank.payOut(payoutMessage(), user))).toEqual(['O0014', undefined]);
  });
});

describe('result inquiries', () => {
  it('tells what became of an id, by its own date and amount', async () => {
    const message = withdrawalMessage();
    await bank.withdraw(message);
    const told = {
      bank_rsp_code: '000',
      tran_amt: '10000',
      bank_tran_date: day,
      bank_tran_id: message['bank_tran_id'],
    };
    expect(await line(message)).toMatchObject(told);
    expect(await line({ ...message, tran_amt: '77' })).toMatchObject(told);
  });

  it('answers 701 about an id it never heard of', async () => {
    expect(await line(withdrawalMessage())).toMatchObject({ bank_rsp_code: '701', tran_amt: '10000' });
  });

  it('refuses a list longer than 25 or other than announced', async () => {
    const headers = { authorization: `Bearer ${await bank.institutionToken()}` };
    const body = { check_type: '1', tran_dtime: '20261122120500', req_cnt: '2', req_list: [] };
    for (const req_cnt of ['2', '26', '0']) {
      const answer = await bank.call('POST', '/v2.0/transfer/result', { ...body, req_cnt }, headers);
      expect(answer.body['rsp_code']).toBe('A0011');
    }
  });
});

describe('handles', () => {
  it.each(['1', '0012345', '1234567890', '9'.repeat(30)])('lead back to account %s', (number) => {
    const handle = handleOf({ bankCode: '081', number });
    expect(handle).toHaveLength(24);
    expect(findAddress(handle)).toEqual({ bankCode: '081', number });
  });

  it.each(['', 'x', '081' + '0'.repeat(21), '081' + 'z'.repeat(21)])('are not %j', (handle) => {
    expect(findAddress(handle)).toBeNull();
  });
});
