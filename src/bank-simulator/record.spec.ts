import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { TestBank, withdrawalMessage } from '../../test/support/simulator.js';
import { loadSimulatorConfig } from './config.js';

let folder: string;
let dataFile: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bank-record-'));
  dataFile = join(folder, 'record.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('remembers everything after a kill, and leaves out the line that was being written', async () => {
  const killed = await TestBank.start({ dataFile });
  await killed.call('PUT', '/simulator/accounts/081/1234567890', { balance: 25_000 });
  const messages = [withdrawalMessage(), withdrawalMessage(), withdrawalMessage()];
  for (const message of messages) await killed.withdraw(message);
  appendFileSync(dataFile, '{"decision":{"bankTranId":"M2026');

  const bank = await TestBank.start({ dataFile });
  expect(await bank.takings()).toEqual(await killed.takings());
  expect(await bank.takings()).toHaveLength(2);
  expect((await bank.call('GET', '/simulator/accounts/081/1234567890')).body['balance']).toBe(5_000);
  for (const message of messages) expect((await bank.withdraw(message)).body['bank_rsp_code']).toBe('822');
  await bank.withdraw(withdrawalMessage({ tran_amt: '5000' }));
  await Promise.all([killed.stop(), bank.stop()]);

  const again = await TestBank.start({ dataFile });
  expect(await again.takings()).toHaveLength(3);
  await again.stop();
});

it('refuses to start on a damaged record', async () => {
  appendFileSync(dataFile, '{"decision":\n{"account":{}}\n');
  await expect(TestBank.start({ dataFile })).rejects.toThrow('line 1 is not JSON');
});

it('gives its record page by page, also of one account', async () => {
  const bank = await TestBank.start();
  const accounts = ['111', '222', '111', '222', '111'];
  for (const account of accounts) await bank.withdraw(withdrawalMessage({}, account));
  const page = async (query: string) =>
    (await bank.call('GET', `/simulator/withdrawals?${query}`)).body as {
      items: { number: number }[];
      nextAfter?: number;
    };

  const numbers: number[] = [];
  for (let after: number | undefined = 0; after !== undefined;) {
    const { items, nextAfter } = await page(`after=${after}&limit=2`);
    numbers.push(...items.map(({ number }) => number));
    after = nextAfter;
  }
  expect(numbers).toEqual([1, 2, 3, 4, 5]);

  const { fintech_use_num: handle } = withdrawalMessage({}, '222');
  const ofOne = await page(`fintechUseNum=${String(handle)}`);
  expect(ofOne.items).toMatchObject([
    { number: 2, accountNumber: '222', accountBankCode: '081' },
    { number: 4, accountNumber: '222' },
  ]);
  expect((await bank.call('GET', '/simulator/withdrawals/unknown')).status).toBe(404);
  await bank.stop();
});

it('waits as long as it is told to', async () => {
  const bank = await TestBank.start();
  await bank.call('PUT', '/simulator/latency', { ms: 60 });
  const startedMs = performance.now();
  await bank.userToken(String(withdrawalMessage()['fintech_use_num']));
  expect(performance.now() - startedMs).toBeGreaterThan(50);
  await bank.stop();
});

it('names every mistake in its environment', () => {
  expect(() => loadSimulatorConfig({ SIMULATOR_PORT: 'http', SIMULATOR_LATENCY_MS: '-1' })).toThrow(
    'SIMULATOR_PORT must be an integer from 0 to 65535\nSIMULATOR_LATENCY_MS must be an integer from 0 to 60000',
  );
});
