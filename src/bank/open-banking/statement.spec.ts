import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { clientOf, orderFor, StubBank, type TestClient } from '../../../test/support/bank-client.js';
import { TestBank } from '../../../test/support/simulator.js';
import type { Receipt } from '../bank-client.js';

const DAY = '2026-11-22';

describe("the statement of the bank's contract account", () => {
  let bank: TestBank;
  let client: TestClient;
  beforeAll(async () => {
    bank = await TestBank.start();
    client = clientOf(bank.url, { BANK_TIMEOUT_MS: '5000' });
  });
  afterAll(async () => {
    await client.onApplicationShutdown();
    await bank.stop();
  });

  const readAll = async (day: string) => {
    const pages: (readonly Receipt[])[] = [];
    for (let after: string | null = null; ;) {
      const page = await client.listReceipts('withdrawal', day, after);
      if (page.kind !== 'page') throw new Error(page.why);
      pages.push(page.receipts);
      if (page.isLast) return { pages, next: page.next };
      after = page.next;
    }
  };

  it('names what was taken on a day, page by page, and nothing of another day or that was refused', async () => {
    const orders = Array.from({ length: 30 }, (_, place) => orderFor({ amount: 1_000 + place }));
    for (const order of orders) expect(await client.send(order)).toEqual({ kind: 'done' });
    await client.send(orderFor({ tranDtime: '20261123000000' }));
    await client.send(orderFor({}, '9001'));

    const { pages, next } = await readAll(DAY);
    expect(pages.map((page) => page.length)).toEqual([25, 5]);
    expect(pages.flat()).toEqual(orders.map(({ bankTranId, amount }) => ({ bankTranId, amount })));
    expect((await readAll('2026-11-21')).pages).toEqual([[]]);

    const late = orderFor({ amount: 7 });
    await client.send(late);
    expect(await client.listReceipts('withdrawal', DAY, next)).toMatchObject({
      receipts: [{ bankTranId: late.bankTranId, amount: 7 }],
      isLast: true,
    });
  });

  it.each(['http500', 'brokenJson', 'maintenance'] as const)(
    'is unknown, never empty, when it says %s',
    async (fault) => {
      await bank.setRules([{ fault, on: 'statement' }]);
      expect((await client.listReceipts('withdrawal', DAY, null)).kind).toBe('unknown');
      await bank.setRules([]);
    },
  );

  it('is unknown when one line of it can not be read', async () => {
    const line = { tran_date: '20261122', tran_amt: '5', print_content: 'x' };
    const body = { rsp_code: 'A0000', bank_rsp_code: '000', next_page_yn: 'N', befor_inquiry_trace_info: '1' };
    const answers = [
      { ...body, res_list: [line] },
      { ...body, res_list: [{ ...line, tran_amt: '5.5' }] },
    ];
    const stub = await StubBank.start((_request, response) => response.end(JSON.stringify(answers.shift())));
    const stubbed = clientOf(stub.url);
    expect(await stubbed.listReceipts('withdrawal', DAY, null)).toMatchObject({
      receipts: [{ bankTranId: null, amount: 5 }],
    });
    expect((await stubbed.listReceipts('withdrawal', DAY, null)).kind).toBe('unknown');
    await stubbed.onApplicationShutdown();
    await stub.stop();
  });
});
