import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { newAccountNumber, newKey } from '../../support/builders.js';
import { expectAnswer, expectSuccess } from '../../support/contract.js';
import { StubBank } from '../../support/bank-client.js';
import { describeWith } from '../../support/environment.js';
import { eventually } from '../../support/money.js';
import { openCharges } from '../../support/open-charges.js';
import { type OwnStack, type OwnUser, signUpAt, startOwnStack } from '../../support/own-stack.js';

const DAY_MS = 86_400_000;
const QUICK = { RECOVERY_INTERVAL_MS: '200', RECOVERY_FIRST_DELAY_MS: '2500', ANSWER_WITHIN_MS: '2000' };

interface Row {
  readonly status: string;
  readonly inquiries: number;
  readonly refusal: string | null;
  readonly turnedAway: string | null;
}

const rowOf = async ({ sql }: OwnStack, movementId: number): Promise<Row> => {
  const [row] = await sql<Row>(
    'SELECT status, inquiries, refusal, turned_away AS turnedAway FROM withdrawals WHERE movement_id = ?',
    [movementId],
  );
  if (!row) throw new Error(`movement ${movementId} has no withdrawal`);
  return row;
};
const untilRow = (stack: OwnStack, movementId: number, isWanted: (row: Row) => boolean) =>
  eventually(() => rowOf(stack, movementId), isWanted);
/** As if so many hours had gone by since anything was sent. */
const letHoursPass = ({ sql }: OwnStack, movementId: number, hours: number) =>
  sql(
    `UPDATE withdrawals SET created_at = created_at - INTERVAL ? HOUR, resent_at = resent_at - INTERVAL ? HOUR,
       next_inquiry_at = UTC_TIMESTAMP(3) WHERE movement_id = ?`,
    [hours, hours, movementId],
  );
const charge = ({ api }: OwnStack, { userId }: OwnUser, amount: number) => api.charge({ userId, amount }, newKey());

describeWith(['databaseUrl', 'redisUrl'], 'what a bank says of a withdrawal', () => {
  let stack: OwnStack;
  let user: OwnUser;
  beforeAll(async () => {
    stack = await startOwnStack(QUICK);
  });
  afterAll(() => stack.stop());
  beforeEach(async () => {
    await stack.bank.call('DELETE', '/simulator/rules');
    user = await signUpAt(stack, newAccountNumber());
  });

  it('("no such id") is not believed when its day is over, but hours after the last message', async () => {
    const [{ movementId } = { movementId: 0 }] = await openCharges(stack, [user], 1, { daysAgo: 2 });
    await stack.sql('UPDATE withdrawals SET created_at = created_at - INTERVAL 10 MINUTE WHERE movement_id = ?', [
      movementId,
    ]);
    expect(await untilRow(stack, movementId, ({ inquiries }) => inquiries >= 3)).toMatchObject({ status: 'PENDING' });
    await letHoursPass(stack, movementId, 4);
    const over = await untilRow(stack, movementId, ({ status }) => status !== 'PENDING');
    expect(over).toMatchObject({ status: 'REFUSED', refusal: 'UNAVAILABLE' });
    expect(await stack.bank.takings()).toEqual([]);
  });

  it('is asked for with the clock put back a day as ever', async () => {
    await stack.bank.setRules([{ fault: 'reset', times: 1 }]);
    const answered = await charge(stack, user, 1_000);
    expectAnswer(answered, 'Processing');
    stack.setClock(-DAY_MS);
    const movementId = Number(answered.location?.split('/').at(-1));
    const end = await untilRow(stack, movementId, ({ status }) => status !== 'PENDING');
    stack.setClock(0);
    expect(end.status).toBe('DONE');
  });

  it('is asked for though the database’s own clock was put back, after which its time would not come for hours', async () => {
    const [{ movementId } = { movementId: 0 }] = await openCharges(stack, [user], 1);
    await stack.sql(
      'UPDATE withdrawals SET next_inquiry_at = UTC_TIMESTAMP(3) + INTERVAL 1 DAY WHERE movement_id = ?',
      [movementId],
    );
    await untilRow(stack, movementId, ({ status }) => status === 'DONE');
  });

  it('of an order that a restored database does not know is not taken for one of ours', async () => {
    expectSuccess(await charge(stack, user, 1_000), 200);
    const tables = ['movements', 'withdrawals', 'entries', 'accounts'] as const;
    for (const table of tables) await stack.sql(`CREATE TABLE backup_${table} AS SELECT * FROM ${table}`);
    const before = await stack.bank.takings();
    for (let times = 0; times < 5; times++) expectSuccess(await charge(stack, user, 2_000), 200);
    const lost = (await stack.bank.takings()).slice(before.length);

    for (const table of tables) {
      await stack.sql(`DELETE FROM ${table}`);
      await stack.sql(`INSERT INTO ${table} SELECT * FROM backup_${table}`);
      await stack.sql(`DROP TABLE backup_${table}`);
    }
    const [last] = await stack.sql<{ next: number }>('SELECT MAX(id) + 1 AS next FROM movements');
    await stack.sql(`ALTER TABLE movements AUTO_INCREMENT = ${last?.next}`);
    for (let times = 0; times < 5; times++) expectSuccess(await charge(stack, user, 2_000), 200);

    const taken = (await stack.bank.takings()).slice(before.length + lost.length);
    expect(taken).toHaveLength(5);
    const ours = await stack.sql<{ bankTranId: string }>(
      `SELECT bank_tran_id AS bankTranId FROM withdrawals WHERE amount = 2000 AND status = 'DONE'`,
    );
    const ids = (rows: readonly { bankTranId: string }[]) => rows.map(({ bankTranId }) => bankTranId).sort();
    expect(ids(ours)).toEqual(ids(taken));
  });
});

describeWith(['databaseUrl', 'redisUrl'], 'when the centre refuses an account after it has heard of an order', () => {
  let stack: OwnStack;
  let bank: StubBank;
  const messages: string[] = [];
  let sent = 0;

  beforeAll(async () => {
    bank = await StubBank.start((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const body = JSON.parse(text) as { req_list?: Record<string, string>[] };
        if (!body.req_list) {
          messages.push('withdrawal');
          if (++sent === 1) request.socket.destroy();
          else response.end(JSON.stringify({ rsp_code: 'A0312' }));
          return;
        }
        messages.push('inquiry');
        const lines = body.req_list.map((asked) => ({
          bank_tran_id: asked['org_bank_tran_id'],
          bank_tran_date: asked['org_bank_tran_date'],
          tran_amt: asked['org_tran_amt'],
          bank_rsp_code: '701',
        }));
        response.end(JSON.stringify({ rsp_code: 'A0000', res_list: lines }));
      });
    });
    stack = await startOwnStack({ ...QUICK, BANK_URL: bank.url });
  });
  afterAll(async () => {
    await stack.stop();
    await bank.stop();
  });

  it('nothing is sent any more, and hours later an inquiry decides, not the end of a day', async () => {
    const user = await signUpAt(stack, newAccountNumber());
    const answered = await charge(stack, user, 1_000);
    expectAnswer(answered, 'Processing');
    const movementId = Number(answered.location?.split('/').at(-1));
    await untilRow(stack, movementId, ({ turnedAway }) => turnedAway === 'ACCOUNT_REFUSED');
    const { inquiries } = await rowOf(stack, movementId);
    messages.length = 0;
    await stack.sql('UPDATE withdrawals SET next_inquiry_at = UTC_TIMESTAMP(3)');
    await untilRow(stack, movementId, (row) => row.inquiries > inquiries);
    await letHoursPass(stack, movementId, 4);
    const end = await untilRow(stack, movementId, ({ status }) => status !== 'PENDING');
    expect(end).toMatchObject({ status: 'REFUSED', refusal: 'ACCOUNT_REFUSED' });
    expect(new Set(messages)).toEqual(new Set(['inquiry']));
    expectAnswer(await charge(stack, user, 1_000), 'BankMaintenance');
  });
});
