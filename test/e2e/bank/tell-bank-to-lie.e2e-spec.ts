import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { FAULTS } from '../../../src/bank-simulator/faults.js';
import { done, newAccountNumber, newKey } from '../../support/builders.js';
import { expectAnswer, expectSuccess, fieldsOf } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { type OwnStack, signUpAt, startOwnStack } from '../../support/own-stack.js';

interface SandboxBank {
  readonly lie: string | null;
  readonly times: number | null;
  readonly lies: readonly { lie: string; does: string; told: number }[];
}

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], "a sandbox's bank", () => {
  let stack: OwnStack;
  beforeAll(async () => {
    stack = await startOwnStack({ ANSWER_WITHIN_MS: '1000' });
    await stack.restartWith({ BANK_SIMULATOR_URL: `${stack.bank.url}/` });
  });
  afterEach(async () => {
    await set({ lie: null });
  });
  afterAll(() => stack?.stop());

  const set = (body: unknown) => stack.api.send<SandboxBank>('PUT', '/sandbox/bank', body);
  const look = async () => (await done(stack.api.send<SandboxBank>('GET', '/sandbox/bank'))).detail;
  const charge = async (userId: number) => stack.api.charge({ userId, amount: 1_000 }, newKey());
  const aUser = () => signUpAt(stack, newAccountNumber());

  it('tells the truth, and which lies it knows', async () => {
    const { lie, times, lies } = await look();
    expect([lie, times]).toEqual([null, null]);
    expect(lies.map((known) => [known.lie, known.does])).toEqual(
      Object.entries(FAULTS).map(([name, { does }]) => [name, does]),
    );
  });

  it('lies as it is told, until it is told otherwise', async () => {
    const { userId } = await aUser();
    const before = (await look()).lies.find(({ lie }) => lie === 'balanceShort')?.told ?? NaN;
    const { detail } = await set({ lie: 'balanceShort' });
    expect([detail.lie, detail.times]).toEqual(['balanceShort', null]);
    for (let time = 0; time < 2; time++) expectAnswer(await charge(userId), 'NotEnoughAccountBalance');
    expect((await look()).lies.find(({ lie }) => lie === 'balanceShort')?.told).toBe(before + 2);
    expect((await set({ lie: null })).detail.lie).toBeNull();
    expectSuccess(await charge(userId), 200);
  });

  it('lies as often as it is told', async () => {
    const { userId } = await aUser();
    const { detail } = await set({ lie: 'accountClosed', times: 1 });
    expect([detail.lie, detail.times]).toEqual(['accountClosed', 1]);
    expectAnswer(await charge(userId), 'BankMaintenance');
    expectSuccess(await charge(userId), 200);
  });

  it('lies when it is to pay out, too, and about inquiries where the lie is about these alone', async () => {
    const { userId } = await aUser();
    await done(charge(userId));
    await set({ lie: 'answerNeverComes', times: 1 });
    expectAnswer(await stack.api.payOut({ userId, amount: 100 }, newKey()), 'Processing');
    expect((await set({ lie: 'inProgress' })).detail.lie).toBe('inProgress');
    expect((await stack.bank.call('GET', '/simulator/rules')).body['rules']).toEqual([
      { fault: 'inProgress', on: 'inquiry' },
    ]);
  });

  it.each([
    [{}, ['lie']],
    [{ lie: 'whiteLie' }, ['lie']],
    [{ lie: 'constructor' }, ['lie']],
    [{ lie: '' }, ['lie']],
    [{ lie: ['hang'] }, ['lie']],
    [{ lie: 'hang', times: 0 }, ['times']],
    [{ lie: 'hang', times: 1_001 }, ['times']],
    [{ lie: 'hang', times: '1' }, ['times']],
    [{ lie: 'hang', rate: 0.5 }, ['rate']],
  ])('is not told %j', async (body, fields) => {
    const received = await set(body);
    expectAnswer(received, 'InvalidRequest');
    expect(fieldsOf(received)).toEqual(fields);
    expect((await look()).lie).toBeNull();
  });

  it('is not there where the service was not told of a simulator', async () => {
    await stack.restartWith({ BANK_SIMULATOR_URL: '' });
    try {
      expectAnswer(await stack.api.send('GET', '/sandbox/bank'), 'NotFound');
      expectAnswer(await set({ lie: 'hang' }), 'NotFound');
      expect((await stack.bank.call('GET', '/simulator/rules')).body['rules']).toEqual([]);
    } finally {
      await stack.restartWith({ BANK_SIMULATOR_URL: stack.bank.url });
    }
  });

  it('that does not answer is 503', async () => {
    await stack.restartWith({ BANK_SIMULATOR_URL: 'http://127.0.0.1:9' });
    try {
      expectAnswer(await stack.api.send('GET', '/sandbox/bank'), 'TemporarilyUnavailable');
      expectAnswer(await set({ lie: null }), 'TemporarilyUnavailable');
    } finally {
      await stack.restartWith({ BANK_SIMULATOR_URL: stack.bank.url });
    }
  });
});
