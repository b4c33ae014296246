import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { runAudit } from '../../support/audit.js';
import { atOnce, done, newAccountNumber, newKey } from '../../support/builders.js';
import { untilTold } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { transfersThrough } from '../../support/held-transfers.js';
import { eventually } from '../../support/money.js';
import { type OwnStack, type OwnUser, signUpAt, startOwnStack } from '../../support/own-stack.js';
import { type ServiceProgram, serviceProgram } from '../../support/service-program.js';

const HOUR_MS = 3_600_000;
const GIVEN = 100_000;

describeWith(['databaseUrl'], 'a transfer that nobody accepts', () => {
  let stack: OwnStack;
  let second: ServiceProgram;
  let transfers: ReturnType<typeof transfersThrough>;

  beforeAll(async () => {
    stack = await startOwnStack({ RECOVERY_INTERVAL_MS: '50' });
    second = await serviceProgram('Another instance', stack.service.launch.env as Record<string, string>);
    transfers = transfersThrough(stack.api);
    try {
      await second.program.start();
    } catch (error) {
      await second.stop();
      await stack.stop();
      throw error;
    }
  });
  afterAll(async () => {
    await second.stop();
    await stack.stop();
  });

  async function aPair(): Promise<[from: OwnUser, to: OwnUser]> {
    const [from, to] = [await signUpAt(stack, newAccountNumber()), await signUpAt(stack, newAccountNumber())];
    await done(stack.api.charge({ userId: from.userId, amount: GIVEN }));
    return [from, to];
  }

  const holdOne = async (from: OwnUser, to: OwnUser) =>
    (await done(transfers.hold(from, to, 1_000))).detail.transactionId;
  const statusOf = async (transferId: number) => (await transfers.acceptanceOf(transferId))?.status;
  const allEnded = (ids: readonly number[]) =>
    eventually(
      () => Promise.all(ids.map(statusOf)),
      (statuses) => !statuses.includes('HELD'),
    );

  async function balancesOf(users: readonly OwnUser[]): Promise<number[]> {
    const rows = await stack.sql<{ balance: number }>('SELECT balance FROM accounts WHERE id IN (?) ORDER BY id', [
      users.map(({ accountId }) => accountId),
    ]);
    return rows.map(({ balance }) => balance);
  }

  it('goes back after 72 hours and not before, whatever the clock does meanwhile', async () => {
    const [from, to] = await aPair();
    const early = await holdOne(from, to);
    stack.setClock(HOUR_MS);
    const late = await holdOne(from, to);
    stack.setClock(-HOUR_MS);
    expect(await statusOf(early)).toBe('HELD');
    stack.setClock(72 * HOUR_MS + HOUR_MS / 2);
    expect(await allEnded([early])).toEqual(['EXPIRED']);
    expect(await statusOf(late)).toBe('HELD');
    const decided = await transfers.accept(early, to);
    expect(decided).toMatchObject({ status: 409, code: 'TransferDecided', detail: { status: 'EXPIRED' } });
    const canceled = await transfers.cancel(early, from);
    expect(canceled.detail).toEqual(decided.detail);
    stack.setClock(0);
    expect(await transfers.accept(early, to)).toMatchObject({ code: 'TransferDecided', detail: { status: 'EXPIRED' } });
    expect(await transfers.accept(late, to)).toMatchObject({ code: 'Success' });
    expect(await balancesOf([from, to])).toEqual([GIVEN - 1_000, 1_000]);
  });

  it('goes back once when two instances give many back', async () => {
    const [from, to] = await aPair();
    const held = await atOnce(100, () => holdOne(from, to));
    expect(await balancesOf([from, to])).toEqual([0, 0]);
    stack.setClock(73 * HOUR_MS);
    expect(new Set(await allEnded(held))).toEqual(new Set(['EXPIRED']));
    stack.setClock(0);
    expect(await balancesOf([from, to])).toEqual([GIVEN, 0]);
  });

  it('ends once when 50 accept and cancel it through two instances while its time ends', async () => {
    const others = transfersThrough(second.api);
    for (let round = 0; round < 8; round++) {
      const [from, to] = await aPair();
      const transferId = await holdOne(from, to);
      const answers = await atOnce(50, async (index) => {
        await sleep(Math.random() * 200);
        if (index === 25) stack.setClock(73 * HOUR_MS);
        const through = index % 2 ? transfers : others;
        const key = newKey();
        return untilTold(() =>
          index % 3 ? through.accept(transferId, to, key) : through.cancel(transferId, from, key),
        );
      });
      const [end] = await allEnded([transferId]);
      stack.setClock(0);
      const won = answers.filter(({ code }) => code === 'Success' || code === 'AlreadyComplete');
      expect(won.map(({ detail }) => (detail as { status: string }).status)).toEqual(end === 'EXPIRED' ? [] : [end]);
      const lost = answers.filter(({ code, detail }) => code === 'TransferDecided' && 'status' in (detail as object));
      expect(lost.map(({ detail }) => (detail as { status: string }).status)).toEqual(lost.map(() => end));
      expect(won.length + lost.length).toBe(50);
      expect(await balancesOf([from, to])).toEqual(end === 'ACCEPTED' ? [GIVEN - 1_000, 1_000] : [GIVEN, 0]);
    }
  });

  it('goes back when the instances that give it back are killed in between', async () => {
    const [from, to] = await aPair();
    const held = await atOnce(100, () => holdOne(from, to));
    stack.setClock(73 * HOUR_MS);
    const isAnyTaken = async () => {
      const taken = await stack.sql(
        'SELECT 1 FROM held_transfers WHERE movement_id IN (?) AND taken_until IS NOT NULL',
        [held],
      );
      return taken.length > 0;
    };
    await eventually(isAnyTaken, (isTaken) => isTaken);
    await Promise.all([stack.service.kill('SIGKILL'), second.program.kill('SIGKILL')]);
    await Promise.all([stack.service.start(), second.program.start()]);
    expect(new Set(await allEnded(held))).toEqual(new Set(['EXPIRED']));
    stack.setClock(0);
    expect(await balancesOf([from, to])).toEqual([GIVEN, 0]);
  });

  it('leaves books that agree: the escrow account has what is held', async () => {
    const [from, to] = await aPair();
    await holdOne(from, to);
    const [sums] = await stack.sql<{ escrow: string; held: string }>(
      `SELECT (SELECT SUM(e.amount) FROM entries e JOIN accounts a ON a.id = e.account_id
           WHERE a.kind = 'TRANSFER_ESCROW') AS escrow,
         (SELECT SUM(m.amount) FROM held_transfers h JOIN movements m ON m.id = h.movement_id WHERE h.is_held = 1) AS held`,
    );
    expect([Number(sums?.escrow), Number(sums?.held)]).toEqual([1_000, 1_000]);
    const where = { DATABASE_URL: stack.databaseUrl, BANK_URL: stack.bank.url };
    expect(await runAudit([], where)).toMatchObject({ exitCode: 0 });
  });
});
