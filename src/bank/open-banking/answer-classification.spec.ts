import { describe, expect, it } from '@jest/globals';
import { type BankOrder, MISMATCH } from '../bank-client.js';
import { classifyInquiry, classifyOrder, isHealthy, refusesToken } from './answer-classification.js';

const order: BankOrder = {
  kind: 'withdrawal',
  bankTranId: 'M202600001U000000001',
  tranDtime: '20261122120000',
  amount: 10_000,
  bankCode: '081',
  fintechUseNum: '081000000000000000000001',
  ownerName: '홍길동',
};
const about = { bank_tran_id: order.bankTranId, bank_tran_date: '20261122', tran_amt: '10000' };

const answer = (rspCode: unknown, bankCode?: unknown, status = 200, changes: object = {}) => ({
  status,
  body: { rsp_code: rspCode, ...(bankCode !== undefined && { bank_rsp_code: bankCode }), ...about, ...changes },
});
const inquiry = (bankCode: unknown, changes: object = {}, rspCode = 'A0000', status = 200) => ({
  status,
  body: {
    rsp_code: rspCode,
    res_cnt: '1',
    res_list: [{ tran_no: '1', ...about, bank_rsp_code: bankCode, ...changes }],
  },
});
const verdict = (...codes: Parameters<typeof answer>) => classifyOrder(answer(...codes), order, 'first');
const unknown = expect.objectContaining({ kind: 'unknown', why: expect.any(String) });
const refused = (reason: string, bankCode: string) => ({ kind: 'refused', reason, bankCode });

const BALANCE_SHORT = ['453', '454'];
const BANK_LIMIT = ['455', '456'];
const ACCOUNT_REFUSED = [...Array.from({ length: 33 }, (_, i) => String(411 + i)), '464', '490', '499'];
const CENTRE_ACCOUNT_REFUSED = ['A0312', 'A0316', 'A0319', 'A0323'];
const CONFIGURATION = ['A0010', 'A0011', 'A0012', 'A0013', 'A0015', 'A0301', 'A0302', 'A0320', 'A0321'];
const TOKEN = ['O0002', 'O0003', 'O0014', 'O0015'];
const everyBankCode = Array.from({ length: 1000 }, (_, i) => String(i).padStart(3, '0'));

describe('a withdrawal', () => {
  it('is done only with A0000, 000, HTTP 200 and the very order', () => {
    expect(verdict('A0000', '000')).toEqual({ kind: 'done' });
    for (const status of [201, 202, 204, 302, 400, 401, 404, 500, 502, 503, 504]) {
      expect(verdict('A0000', '000', status)).toEqual(unknown);
    }
    for (const other of ['', undefined, '400', '453', '0', '00', '0000', 0]) {
      expect(verdict('A0000', other)).toEqual(unknown);
    }
    for (const other of ['A0001', 'A0002', 'A0007', '', undefined, 'a0000', 0]) {
      expect(verdict(other, '000')).toEqual(unknown);
    }
  });

  it.each([
    { bank_tran_id: 'M202600001U000000002' },
    { bank_tran_id: undefined },
    { tran_amt: '10001' },
    { tran_amt: 10_000 },
    { tran_amt: '1e4' },
    { tran_amt: undefined },
    { bank_tran_date: '20261123' },
  ])('is unknown when a success is about %j', (changes) => {
    expect(verdict('A0000', '000', 200, changes)).toEqual({ kind: 'unknown', why: MISMATCH });
  });

  it('is done when the bank pads the amount with zeros', () => {
    expect(verdict('A0000', '000', 200, { tran_amt: '000000010000' })).toEqual({ kind: 'done' });
  });

  it.each(BALANCE_SHORT)('is refused for the balance by bank code %s', (code) => {
    expect(verdict('A0002', code)).toEqual(refused('BALANCE_SHORT', code));
  });
  it.each(BANK_LIMIT)("is refused for the bank's limit by bank code %s", (code) => {
    expect(verdict('A0002', code)).toEqual(refused('BANK_LIMIT', code));
  });
  it.each(ACCOUNT_REFUSED)('is refused for the account by bank code %s', (code) => {
    expect(verdict('A0002', code)).toEqual(refused('ACCOUNT_REFUSED', code));
  });
  it.each(CENTRE_ACCOUNT_REFUSED)('is refused for the account by %s', (code) => {
    expect(verdict(code)).toEqual(refused('ACCOUNT_REFUSED', code));
  });
  it.each([...CONFIGURATION, ...TOKEN])('is refused for our configuration by %s', (code) => {
    expect(verdict(code)).toEqual(refused('CONFIGURATION', code));
    expect(verdict(code, undefined, 401)).toEqual(refused('CONFIGURATION', code));
    expect(verdict(code, undefined, 500)).toEqual(unknown);
    expect(verdict(code, undefined, 503)).toEqual(unknown);
  });
  it('is refused by a closed centre, with HTTP 503 too when the centre itself says so', () => {
    expect(verdict('A0004')).toEqual(refused('UNAVAILABLE', 'A0004'));
    expect(verdict('A0004', undefined, 503)).toEqual(refused('UNAVAILABLE', 'A0004'));
    for (const status of [500, 502, 504]) expect(verdict('A0004', undefined, status)).toEqual(unknown);
  });

  it.each(['400', '803', '804', '819', '822'])('is unknown with bank code %s', (code) => {
    for (const rspCode of ['A0000', 'A0001', 'A0002', 'A0007']) expect(verdict(rspCode, code)).toEqual(unknown);
  });
  it.each(['A0001', 'A0007'])('is unknown with %s, whatever the bank code says', (code) => {
    for (const bankCode of [undefined, '000', '453', '400']) expect(verdict(code, bankCode)).toEqual(unknown);
  });
  it('is unknown with every bank code that the table does not name', () => {
    const named = new Set([...BALANCE_SHORT, ...BANK_LIMIT, ...ACCOUNT_REFUSED]);
    for (const code of everyBankCode) expect(verdict('A0002', code).kind).toBe(named.has(code) ? 'refused' : 'unknown');
  });
  it('is unknown with every code of the centre that the table does not name', () => {
    const named = new Set([...CENTRE_ACCOUNT_REFUSED, ...CONFIGURATION, ...TOKEN, 'A0004']);
    for (let i = 0; i < 10_000; i++) {
      for (const code of [`A${String(i).padStart(4, '0')}`, `O${String(i).padStart(4, '0')}`]) {
        if (code !== 'A0000') expect(verdict(code).kind).toBe(named.has(code) ? 'refused' : 'unknown');
      }
    }
  });
  it.each([200, 400, 404, 500, 502, 503, 504])('is unknown with HTTP %i and no readable body', (status) => {
    expect(classifyOrder({ status, body: undefined }, order, 'first')).toEqual(unknown);
    expect(classifyOrder({ status, body: {} }, order, 'first')).toEqual(unknown);
  });
  it('is unknown when a refusal is about another id', () => {
    expect(verdict('A0002', '453', 200, { bank_tran_id: 'M202600001U000000002' })).toEqual(unknown);
    expect(verdict('A0002', '453', 400)).toEqual(unknown);
    expect(verdict(['A0002'], ['453'])).toEqual(unknown);
  });
  it('tells no more of a strange answer than its codes', () => {
    expect(verdict('홍길동 1234567890', { secret: 1 })).toEqual({ kind: 'unknown', why: 'HTTP 200, - -' });
  });
});

describe('a withdrawal that was sent before', () => {
  const again = (...codes: Parameters<typeof answer>) => classifyOrder(answer(...codes), order, 'again');

  it("keeps the bank's own verdict", () => {
    expect(again('A0000', '000')).toEqual({ kind: 'done' });
    expect(again('A0002', '453')).toEqual(refused('BALANCE_SHORT', '453'));
    expect(again('A0002', '822')).toEqual(unknown);
  });
  it.each([...CENTRE_ACCOUNT_REFUSED, ...CONFIGURATION, ...TOKEN, 'A0004'])(
    'stays unknown when it is turned away with %s, and says why',
    (code) => {
      const first = verdict(code);
      const turnedAway = first.kind === 'refused' && first.reason;
      expect(again(code)).toEqual({ kind: 'unknown', why: expect.any(String), turnedAway });
      expect(again(code, undefined, 503)).toEqual(unknown);
    },
  );
});

describe('an inquiry', () => {
  it('is done with 000 about the very order', () => {
    expect(classifyInquiry(inquiry('000'), order)).toEqual({ kind: 'done' });
  });
  it('is believed when the account agrees too, or is not told', () => {
    const about = [{ wd_fintech_use_num: order.fintechUseNum }, { fintech_use_num: order.fintechUseNum }, {}];
    for (const handle of [...about, { wd_fintech_use_num: '' }]) {
      expect(classifyInquiry(inquiry('000', handle), order)).toEqual({ kind: 'done' });
    }
  });
  it('knows the refusals of the bank, no record, and nothing else', () => {
    const named = new Set([...BALANCE_SHORT, ...BANK_LIMIT, ...ACCOUNT_REFUSED]);
    for (const code of everyBankCode) {
      const known = named.has(code) ? 'refused' : { '000': 'done', '701': 'notFound' }[code];
      expect(classifyInquiry(inquiry(code), order).kind).toBe(known ?? 'unknown');
    }
  });
  it.each([
    { bank_tran_id: 'M202600001U000000002' },
    { bank_tran_date: '20261121' },
    { tran_amt: '10001' },
    { tran_amt: undefined },
    { fintech_use_num: '081000000000000000000002' },
    { wd_fintech_use_num: '004000000000000000000001' },
  ])('is unknown when it tells about %j', (changes) => {
    for (const code of ['000', '453', '701']) {
      expect(classifyInquiry(inquiry(code, changes), order)).toEqual({ kind: 'unknown', why: MISMATCH });
    }
  });
  it.each([...CENTRE_ACCOUNT_REFUSED, ...CONFIGURATION, ...TOKEN, 'A0001', 'A0002', 'A0004', 'A0007', ''])(
    'is unknown with %j as a whole',
    (code) => {
      expect(classifyInquiry(inquiry('000', {}, code), order)).toEqual(unknown);
      expect(classifyInquiry({ status: 200, body: { rsp_code: code } }, order)).toEqual(unknown);
    },
  );
  it.each([
    { status: 500, body: inquiry('000').body },
    { status: 503, body: inquiry('453').body },
    { status: 200, body: undefined },
    { status: 200, body: { rsp_code: 'A0000' } },
    { status: 200, body: { rsp_code: 'A0000', res_list: [] } },
    { status: 200, body: { rsp_code: 'A0000', res_list: {} } },
    { status: 200, body: { rsp_code: 'A0000', res_list: [null] } },
    { status: 200, body: { rsp_code: 'A0000', res_list: [about, about] } },
  ])('is unknown with %j', (strange) => {
    expect(classifyInquiry(strange, order)).toEqual(unknown);
  });
});

it('asks for a new token with the four token codes only, and never on a 5xx', () => {
  for (const code of TOKEN) {
    expect(refusesToken(answer(code))).toBe(true);
    expect(refusesToken(answer(code, undefined, 401))).toBe(true);
    expect(refusesToken(answer(code, undefined, 500))).toBe(false);
  }
  for (const code of ['A0000', 'A0010', 'O0001', '']) expect(refusesToken(answer(code))).toBe(false);
});

it('calls a bank healthy that answers, whatever it answers', () => {
  expect(isHealthy(answer('A0002', '453'))).toBe(true);
  expect(isHealthy(answer('O0003'))).toBe(true);
  expect(isHealthy({ status: 200, body: undefined })).toBe(false);
  expect(isHealthy(answer('A0000', '000', 500))).toBe(false);
});

describe('a payout', () => {
  const payout: BankOrder = { ...order, kind: 'payout' };
  const item = { tran_no: '1', ...about, fintech_use_num: order.fintechUseNum };
  const paid = (rspCode: string, bankCode?: string, changes: object = {}, status = 200) => ({
    status,
    body: { rsp_code: rspCode, res_cnt: '1', res_list: [{ ...item, bank_rsp_code: bankCode, ...changes }] },
  });
  const said = (...codes: Parameters<typeof paid>) => classifyOrder(paid(...codes), payout, 'first');

  it('is done only where both levels say so, of the very order', () => {
    expect(said('A0000', '000')).toEqual({ kind: 'done' });
    expect(said('A0002', '000')).toEqual(unknown);
    expect(said('A0000', '400')).toEqual(unknown);
    expect(said('A0000', '000', {}, 202)).toEqual(unknown);
    const two = { rsp_code: 'A0000', res_list: [item, item].map((it) => ({ ...it, bank_rsp_code: '000' })) };
    expect(classifyOrder({ status: 200, body: two }, payout, 'first')).toEqual(unknown);
    expect(classifyOrder({ status: 200, body: { rsp_code: 'A0000', ...about } }, payout, 'first')).toEqual(unknown);
  });

  it.each([
    ['bank_tran_id', 'M202600001U000000002'],
    ['bank_tran_date', '20261123'],
    ['tran_amt', '10001'],
    ['fintech_use_num', '081000000000000000000002'],
    ['dps_fintech_use_num', '081000000000000000000002'],
  ])('is not believed where %s is of another order, be it done or refused', (field, value) => {
    const mismatch = { kind: 'unknown', why: MISMATCH };
    expect(said('A0000', '000', { [field]: value })).toEqual(mismatch);
    expect(said('A0002', '415', { [field]: value })).toEqual(mismatch);
  });

  it("is refused by the account, or for want of money on our own: never for the customer's", () => {
    expect(said('A0002', '415')).toEqual(refused('ACCOUNT_REFUSED', '415'));
    for (const code of [...BALANCE_SHORT, ...BANK_LIMIT]) {
      expect(said('A0002', code)).toEqual(refused('CONTRACT_ACCOUNT', code));
    }
    for (const code of ['400', '701', '803', '804', '819', '822']) expect(said('A0002', code)).toEqual(unknown);
  });

  it('is refused by the centre only when it is sent for the first time, and nothing else is said of it', () => {
    const centre = { status: 200, body: { rsp_code: 'A0004' } };
    expect(classifyOrder(centre, payout, 'first')).toEqual(refused('UNAVAILABLE', 'A0004'));
    expect(classifyOrder(centre, payout, 'again')).toMatchObject({ kind: 'unknown', turnedAway: 'UNAVAILABLE' });
    expect(said('A0004', '000')).toEqual(unknown);
  });

  it('is not refused by what a bank says of its repetition: the inquiry tells', () => {
    expect(classifyOrder(paid('A0002', '415'), payout, 'again')).toEqual(unknown);
    expect(classifyOrder(paid('A0000', '000'), payout, 'again')).toEqual({ kind: 'done' });
  });

  it('is inquired about as a withdrawal is', () => {
    expect(classifyInquiry(inquiry('000'), payout)).toEqual({ kind: 'done' });
    expect(classifyInquiry(inquiry('701'), payout)).toEqual({ kind: 'notFound' });
    expect(classifyInquiry(inquiry('453'), payout)).toEqual(refused('CONTRACT_ACCOUNT', '453'));
  });
});
