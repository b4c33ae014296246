import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { done, linkBody, newKey, paymentBody, SANDBOX_PARTNER, signUpBody } from '../../support/builders.js';
import { expectAnswer, expectSuccess } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { startAndFail } from '../../support/failed-start.js';
import { type OwnStack, startOwnStack } from '../../support/own-stack.js';
import { aReceiver, stopReceivers, until, type Webhook } from '../../support/webhook-partner.js';
import { isSignedWith, type WebhookReceiver } from '../../support/webhook-receiver.js';

const TABLES = ['users', 'linked_accounts', 'movement_memos', 'webhook_secrets', 'index_keys'];
/** More than are moved at once. */
const USERS = 130;
/** How the first user's second account ends. */
const SECOND = '6789';
const [OLD, NEW] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
const QUICK = { WEBHOOK_INTERVAL_MS: '20', WEBHOOK_TIMEOUT_MS: '1000', WEBHOOK_RETRY_BASE_MS: '100' };

describeWith(['serviceLog', 'databaseUrl', 'redisUrl'], 'a data key', () => {
  let stack: OwnStack;
  let receiver: WebhookReceiver;
  let webhook: Webhook;
  let userIds: number[];
  let transactionId: number;
  const bodies = Array.from({ length: USERS }, (_, index) => signUpBody({ name: `Kim ${index}` }));
  beforeAll(async () => {
    stack = await startOwnStack({ ...QUICK, DATA_KEYS: OLD });
    receiver = await aReceiver();
    const path = `/partners/${SANDBOX_PARTNER}/webhooks`;
    webhook = (await done(stack.api.send<Webhook>('POST', path, { url: receiver.url }))).detail;
    userIds = [];
    for (const body of bodies) userIds.push((await done(stack.api.signUp(body))).detail.userId);
    await done(stack.api.link(userIds[0] as number, linkBody({ externalAccountNumber: `12345${SECOND}` })));
    const [fromUserId, toUserId] = userIds;
    const transfer = { fromUserId, toUserId, amount: 1_000, memo: '점심값' };
    transactionId = (await done(stack.api.transfer(transfer, newKey()))).detail.transactionId;
  });
  afterAll(async () => {
    await stopReceivers();
    await stack.stop();
  });
  afterEach(() => expect(stack.service.lastWords(1_000)).not.toMatch(/"level":"(error|fatal)"/));

  /** Ids of the keys that rows are under, by table. */
  const keyIds = async () => {
    const ids: Record<string, string[]> = {};
    for (const table of TABLES) {
      const rows = await stack.sql<{ id: string }>(`SELECT DISTINCT key_id AS id FROM ${table} ORDER BY key_id`);
      ids[table] = rows.map(({ id }) => id);
    }
    return ids;
  };
  const oneKey = async () => {
    const ids = new Set(Object.values(await keyIds()).flat());
    return ids.size === 1 ? [...ids][0] : undefined;
  };

  async function expectAllIsRead(): Promise<void> {
    for (const index of [0, 1, USERS - 1]) {
      const { name, email } = bodies[index] as { name: string; email: string };
      const { detail } = await done(stack.api.user(userIds[index] as number));
      expect(detail).toMatchObject({ name, email });
      expectAnswer(await stack.api.signUp(signUpBody({ email: email.toUpperCase() })), 'AlreadyRegistered');
    }
    const { items } = (await done(stack.api.links(userIds[0] as number))).detail;
    expect(items[1]?.accountNumber).toMatch(new RegExp(`${SECOND}$`));
    const shown = await stack.api.send<{ memo?: string }>('GET', `/transactions/${transactionId}`);
    expect(shown.detail.memo).toBe('점심값');
    const userId = userIds[2] as number;
    expectSuccess(await stack.api.charge({ userId, amount: 1_000 }, newKey()), 200);
    const before = receiver.events.length;
    await done(stack.api.pay(paymentBody(userId, { totalPayAmount: 1_000 }), newKey()));
    await until(() => receiver.events.length > before);
    expect(isSignedWith(webhook.secret, receiver.events.at(-1)!)).toBe(true);
  }

  it('writes everything, and reads it', async () => {
    expect(await oneKey()).toMatch(/^[0-9a-f]{16}$/);
    await expectAllIsRead();
  });

  it('is replaced by a new one before it: all is read meanwhile, and moved to the new one', async () => {
    const former = await oneKey();
    await stack.restartWith({ DATA_KEYS: `${NEW},${OLD}` });
    await expectAllIsRead();
    await until(async () => ![undefined, former].includes(await oneKey()));
    await expectAllIsRead();
    expect(stack.service.lastWords(1_000)).toMatch(/130 rows of users are sealed under the key/);
    const [bankAccounts] = await stack.sql<{ count: number }>('SELECT COUNT(*) AS count FROM bank_accounts');
    expect(Number(bankAccounts?.count)).toBe(USERS + 1);
  });

  it('is not needed any more after that', async () => {
    await stack.restartWith({ DATA_KEYS: NEW });
    await expectAllIsRead();
  });

  it('that is missing is named by a start', async () => {
    const id = await oneKey();
    const { code, lines } = await startAndFail({ DATABASE_URL: stack.databaseUrl, DATA_KEYS: OLD });
    const mistake = `DATA_KEYS: the database needs the key with the id ${id}, which is not among them`;
    expect([code, lines.at(-1)]).toEqual([1, mistake]);
  });
});
