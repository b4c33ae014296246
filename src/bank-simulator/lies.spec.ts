import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TestBank, handleFor, withdrawalMessage } from '../../test/support/simulator.js';
import { type Fault, FAULTS, MAGIC_SUFFIXES } from './faults.js';
import { type Rule } from './lies.js';

/** How long nothing must come where silence is the lie; whatever comes is waited for as long as it takes. */
const SILENCE_MS = 150;
let bank: TestBank;

beforeEach(async () => {
  bank = await TestBank.start();
});
afterEach(() => bank.stop());

type Message = Record<string, unknown>;

/** Sends it over a real connection and tells in a word what came back; to silence it listens only where it is due. */
async function send(message: Message, due?: string): Promise<string> {
  const token = await bank.userToken(String(message['fintech_use_num']));
  return post('/v2.0/transfer/withdraw/fin_num', message, token, due);
}

async function ask(message: Message, due?: string): Promise<string> {
  const asked = { tran_no: '1', org_bank_tran_id: message['bank_tran_id'], org_bank_tran_date: '20261122' };
  const body = {
    check_type: '1',
    tran_dtime: '20261122120500',
    req_cnt: '1',
    req_list: [{ ...asked, org_tran_amt: message['tran_amt'] }],
  };
  return post('/v2.0/transfer/result', body, await bank.institutionToken(), due);
}

async function post(path: string, body: Message, token: string, due?: string): Promise<string> {
  const caller = new AbortController();
  if (due === 'no answer') void hangUpAfterLie(caller, await liesTold());
  try {
    const answer = await fetch(bank.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify(body),
      signal: caller.signal,
    });
    const text = await answer.text();
    return answer.status === 500 ? 'HTTP 500' : wordOf(JSON.parse(text) as Message, answer.status);
  } catch (error) {
    if (error instanceof SyntaxError) return 'broken JSON';
    return caller.signal.aborted ? 'no answer' : 'connection lost';
  }
}

const liesTold = async () => Object.values((await bank.stats()).liesTold).reduce((sum, times) => sum + times, 0);

async function hangUpAfterLie(caller: AbortController, before: number): Promise<void> {
  while ((await liesTold()) === before) await sleep(5);
  await sleep(SILENCE_MS);
  caller.abort();
}

function wordOf(answer: Message, status: number): string {
  const [line] = (answer['res_list'] as Message[] | undefined) ?? [];
  const bankCode = (line ?? answer)['bank_rsp_code'] as string | undefined;
  const word = `${answer['rsp_code'] as string} ${bankCode ?? ''}`.trim();
  return status === 200 ? word : `HTTP ${status} ${word}`;
}

/** Each fault as a rule, what comes back, what the bank did, and what it says when it is asked at once. */
const EXPECTED: Record<Fault, [answer: string, taken: number, inquiry: string]> = {
  balanceShort: ['A0002 453', 0, 'A0000 453'],
  transferLimit: ['A0002 455', 0, 'A0000 455'],
  dailyLimit: ['A0002 456', 0, 'A0000 456'],
  accountClosed: ['A0002 415', 0, 'A0000 415'],
  maintenance: ['A0004', 0, 'A0000 701'],
  maintenance503: ['HTTP 503 A0004', 0, 'A0000 701'],
  slow: ['no answer', 1, 'A0000 000'],
  hang: ['no answer', 0, 'A0000 701'],
  reset: ['connection lost', 0, 'A0000 701'],
  answerLost: ['connection lost', 1, 'A0000 000'],
  answerNeverComes: ['no answer', 1, 'A0000 000'],
  delayedAcceptance: ['no answer', 0, 'A0000 701'],
  resetMidBody: ['connection lost', 1, 'A0000 000'],
  brokenJson: ['broken JSON', 1, 'A0000 000'],
  http500: ['HTTP 500', 1, 'A0000 000'],
  inProgress: ['A0000 000', 1, 'A0000 400'],
  inProgressThenDone: ['A0001 400', 1, 'A0000 400'],
  inProgressThenRefused: ['A0001 400', 0, 'A0000 400'],
  timeExceededThenDone: ['A0007 804', 1, 'A0000 400'],
  answeredAsRepeated: ['A0002 822', 1, 'A0000 000'],
  tokenExpired: ['O0003', 0, 'A0000 701'],
};

describe('rules', () => {
  it.each(Object.entries(EXPECTED))('%s: %j', async (fault, [answer, taken, inquiry]) => {
    const on = fault === 'inProgress' ? 'inquiry' : 'withdraw';
    await bank.setRules([{ fault: fault as Fault, on }]);
    const message = withdrawalMessage();
    expect(await send(message, answer)).toBe(answer);
    expect(await bank.takings()).toHaveLength(taken);
    expect(await ask(message)).toBe(inquiry);
    expect((await bank.stats()).liesTold).toEqual({ [fault]: 1 });
  });

  it.each([
    ['inProgressThenDone', 'A0000 000'],
    ['inProgressThenRefused', 'A0000 453'],
    ['timeExceededThenDone', 'A0000 000'],
    ['delayedAcceptance', 'A0000 000'],
  ] as const)('%s comes to its end after the delay: %s', async (fault, end) => {
    const delayMs = 2 * SILENCE_MS;
    await bank.setRules([{ fault, delayMs }]);
    const message = withdrawalMessage();
    const sentMs = performance.now();
    await send(message, EXPECTED[fault][0]);
    const early = await ask(message);
    // On a machine that stood still meanwhile it was not early.
    if (performance.now() - sentMs < delayMs) expect(early).not.toBe(end);
    let last = early;
    while (last === early) last = await ask(message);
    expect(last).toBe(end);
  });

  it('does not take an id twice when the delayed message meets the same id', async () => {
    await bank.setRules([{ fault: 'delayedAcceptance', delayMs: 200, times: 1 }]);
    const message = withdrawalMessage();
    expect(await Promise.all([send(message), send(message)])).toContain('A0000 000');
    expect(await bank.takings()).toHaveLength(1);
  });

  it.each([
    ['hang', 'no answer'],
    ['http500', 'HTTP 500'],
    ['brokenJson', 'broken JSON'],
    ['resetMidBody', 'connection lost'],
    ['answerLost', 'connection lost'],
    ['maintenance', 'A0004'],
    ['tokenExpired', 'O0003'],
  ] as const)('%s happens to inquiries too', async (fault, answer) => {
    const message = withdrawalMessage();
    await send(message);
    await bank.setRules([{ fault, on: 'inquiry' }]);
    expect(await ask(message, answer)).toBe(answer);
  });

  it('hangs on every call', async () => {
    await bank.setRules([{ fault: 'hang', on: 'all' }]);
    const token = fetch(`${bank.url}/oauth/2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: 'pay-practice',
        client_secret: 'sandbox-secret',
        grant_type: 'client_credentials',
        scope: 'oob',
      }),
      signal: AbortSignal.timeout(SILENCE_MS),
    });
    await expect(token).rejects.toThrow('aborted due to timeout');
  });

  it('is repeatable: the same seed gives the same lies', async () => {
    const run = async (seed: number) => {
      await bank.setRules([{ fault: 'balanceShort', rate: 0.5 }], seed);
      const words: string[] = [];
      for (let i = 0; i < 20; i++) words.push(await send(withdrawalMessage()));
      return words;
    };
    const first = await run(7);
    expect(new Set(first).size).toBe(2);
    expect(await run(7)).toEqual(first);
    expect(await run(8)).not.toEqual(first);
  });

  it('keeps to its account and its number of times, and ends when the rules are deleted', async () => {
    await bank.setRules([{ fault: 'balanceShort', accountNumber: '123-456', times: 2 }]);
    const words: string[] = [];
    for (const account of ['1', '123456', '123456', '123456']) words.push(await send(withdrawalMessage({}, account)));
    expect(words).toEqual(['A0000 000', 'A0002 453', 'A0002 453', 'A0000 000']);
    await bank.setRules([{ fault: 'balanceShort' }]);
    await bank.call('DELETE', '/simulator/rules');
    expect(await send(withdrawalMessage())).toBe('A0000 000');
  });

  it.each([
    { rules: [{ fault: 'unheardOf' }] },
    { rules: [{ fault: 'hang', rate: 2 }] },
    { rules: [{ fault: 'hang', rat: 1 }] },
    { rules: [{ fault: 'balanceShort', on: 'token' }] },
    {},
  ] as { rules: Rule[] }[])('refuses %j', async (rules) => {
    expect((await bank.call('PUT', '/simulator/rules', rules)).status).toBe(400);
  });
});

describe('magic account numbers', () => {
  it.each(Object.entries(MAGIC_SUFFIXES))('…%s: %s, once per id', async (suffix, fault) => {
    const message = withdrawalMessage({}, `110-0${suffix}`.replaceAll('-', ''));
    const [answer, taken] = EXPECTED[fault];
    expect(await send(message, answer)).toBe(answer);
    expect(await bank.takings()).toHaveLength(taken);
    const isForgotten = 'turnedAway' in FAULTS[fault] || fault === 'delayedAcceptance';
    expect(await send(message)).toBe(isForgotten ? 'A0000 000' : 'A0002 822');
  });

  it('are all in the README', () => {
    const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');
    for (const [suffix, fault] of Object.entries(MAGIC_SUFFIXES)) {
      expect(readme).toMatch(new RegExp(`\\| ${suffix} +\\| \`${fault}\``));
    }
    for (const fault of Object.keys(FAULTS)) expect(readme).toContain(`\`${fault}\``);
  });

  it("leaves the seed's example account alone", async () => {
    const message = withdrawalMessage({ fintech_use_num: handleFor('1234567890') });
    expect(await send(message)).toBe('A0000 000');
  });
});
