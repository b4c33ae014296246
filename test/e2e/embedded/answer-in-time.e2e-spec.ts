import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { api, type NewAccount, type Received, type User } from '../../support/api.js';
import { auditReport, wrongIn } from '../../support/audit.js';
import { atOnce, aUser, done, newKey, paymentBody, signUpBody } from '../../support/builders.js';
import { cancel } from '../../support/cancels.js';
import { expectAnswer, expectSuccess } from '../../support/contract.js';
import { type Cut, DatabaseProxy } from '../../support/database-proxy.js';
import { describeWith, stackPart } from '../../support/environment.js';
import { aParty, DEPOSIT, eventually, type Party, PAYMENT, TRANSFER } from '../../support/money.js';
import { type OwnService, startOwnService } from '../../support/own-service.js';

const ANSWER_WITHIN_MS = 2_000;
/** More than twice that: what waits for a second time-out takes longer still, on a machine however busy. */
const TOO_LATE_MS = 5_000;
/** All that is waited for below takes much longer than an answer may. */
const PATIENCE = {
  ANSWER_WITHIN_MS: String(ANSWER_WITHIN_MS),
  DATABASE_DEADLINE_MS: '9000',
  DATABASE_LOCK_WAIT_SECONDS: '9',
  BANK_TIMEOUT_MS: '9000',
  // Workers would commit beside the requests under test.
  RECOVERY_INTERVAL_MS: '3600000',
  WEBHOOK_INTERVAL_MS: '60000',
  AUDIT_INTERVAL_MS: '0',
};

/** Where the database falls silent: at a statement of what is under test. */
const MOMENTS: readonly [when: string, mayBeWritten: boolean, at: RegExp][] = [
  ['before anything', false, /^(SELECT|INSERT|UPDATE|START)/],
  ['at the locks', false, /FOR UPDATE|^START TRANSACTION/],
  ['in the middle', true, /^INSERT|^UPDATE/],
  ['at COMMIT', true, /COMMIT$/],
];
const FATES: readonly Cut[] = ['hangBefore', 'hangAfter'];
interface Call {
  readonly name: string;
  readonly success: 200 | 201;
  readonly send: (through: OwnService, key: string) => Promise<Received<unknown>>;
  /** What leads to it when not even its number is known. */
  readonly asksBy?: RegExp;
}

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'while the database is silent', () => {
  let proxy: DatabaseProxy;
  let service: OwnService;
  let party: Party;
  /** To be cancelled. */
  let paymentId: number;
  /** `of`: only of the transaction that holds this text, as calls of the tests before may be ending meanwhile. */
  let silence: { at: RegExp; fate: Cut; of?: string } | null = null;
  let isSilent = false;

  beforeAll(async () => {
    const url = new URL(stackPart('databaseUrl'));
    proxy = await DatabaseProxy.start(Number(url.port));
    let owner: object | null = null;
    proxy.watch = (statements, _hasWritten, connection) => {
      if (!silence) return null;
      const { at, fate, of } = silence;
      if (of !== undefined && statements.includes(of)) owner = connection;
      if (!isSilent && (!at.test(statements) || (of !== undefined && connection !== owner))) return null;
      const first = !isSilent;
      isSilent = true;
      return first ? fate : 'hangBefore';
    };
    url.port = String(proxy.port);
    service = await startOwnService(PATIENCE, url.href);
    party = await aParty({ charged: 1_000_000 });
    await payAnother();
    // What is done for the first time takes its time.
    for (const { send } of CALLS)
      await eventually(
        () => send(service, newKey()),
        ({ status }) => status < 300,
      );
  });
  const payAnother = async () => {
    const body = paymentBody(party.userId, { totalPayAmount: 1_000 });
    ({ paymentId } = (await done(api.pay(body, newKey()))).detail);
  };
  const speak = () => {
    [silence, isSilent] = [null, false];
    proxy.cutAll();
  };
  afterEach(speak);
  afterAll(async () => {
    await service.stop();
    await proxy.stop();
  });

  const CALLS: readonly Call[] = [
    ...[PAYMENT, TRANSFER, DEPOSIT].map((route) => ({
      name: route.name,
      success: route.success,
      send: (through: OwnService, key: string) =>
        through.api.send(route.method, route.path, route.body(party, 1_000), { key }),
    })),
    {
      name: 'a cancel',
      success: 200,
      send: (through, key) => cancel({ paymentId }, {}, key, through.api),
      asksBy: /^\/payments\/\d+$/,
    },
    {
      name: 'a sign-up',
      success: 201,
      send: (through, key) => through.api.send('POST', '/users', signUpBody(), { key }),
    },
    {
      name: 'an opening',
      success: 201,
      send: (through, key) => through.api.send('POST', '/accounts/savings', { userId: party.friend.userId }, { key }),
    },
  ];

  async function expectInTime(asking: Promise<Received<unknown>>): Promise<Received<unknown>> {
    const startedAt = performance.now();
    const received = await asking;
    expect(performance.now() - startedAt).toBeLessThan(TOO_LATE_MS);
    return received;
  }

  const works = () =>
    eventually(
      async () => service.api.send('GET', `/users/${party.userId}`),
      ({ status }) => status === 200,
    );

  describe.each(MOMENTS)('%s', (_when, mayBeWritten, at) => {
    it.each(FATES)('every call is answered in time: 503, or 202 for what may have been written (%s)', async (fate) => {
      await payAnother();
      silence = { at, fate };
      const answers = await Promise.all(CALLS.map(({ send }) => expectInTime(send(service, newKey()))));
      for (const [place, answer] of answers.entries()) {
        expect(['503 TemporarilyUnavailable', '202 Processing']).toContain(`${answer.status} ${answer.code}`);
        if (answer.status === 202) expect(answer.location).toMatch(CALLS[place]?.asksBy ?? /idempotencyKey=/);
        // Only what was sent with COMMIT may be unknown: a payment sends all it writes with it.
        if (!mayBeWritten) expectAnswer(answer, 'TemporarilyUnavailable');
      }
      speak();
      await works();
    });
  });

  it('and a user is asked for whom nobody has asked for yet, every call is answered in time', async () => {
    const strangers = await atOnce(3, () => aParty({ given: 10_000 }));
    silence = { at: /./, fate: 'hangBefore' };
    await Promise.all([
      ...strangers.flatMap((stranger) =>
        [PAYMENT, TRANSFER, DEPOSIT].map((route) =>
          expectInTime(service.api.send(route.method, route.path, route.body(stranger, 1_000), { key: newKey() })),
        ),
      ),
      ...strangers.map(({ userId }) => expectInTime(service.api.openSavings({ userId }))),
    ]);
    speak();
    await works();
  });

  describe.each(FATES)('at its COMMIT (%s)', (fate) => {
    it('a sign-up is 202, and its Location tells later whom it made', async () => {
      const [body, key] = [signUpBody(), newKey()];
      silence = { at: /^COMMIT$/, fate, of: key };
      const answer = await expectInTime(service.api.send('POST', '/users', body, { key }));
      expectAnswer(answer, 'Processing');
      expect(answer.location).toBe(`/users?idempotencyKey=${key}`);
      speak();
      await eventually(
        async () => (await api.send<{ items: User[] }>('GET', answer.location as string)).detail.items,
        (items) => items.length === 1 && items[0]?.email === body.email,
      );
      expectAnswer(await api.send('POST', '/users', body, { key }), 'RequestComplete');
    });

    it('a sign-up without a key has a Location, too', async () => {
      const body = signUpBody();
      silence = { at: /^COMMIT$/, fate, of: 'INSERT INTO users' };
      const answer = await expectInTime(service.api.signUp(body));
      expectAnswer(answer, 'Processing');
      speak();
      await eventually(
        async () => (await api.send<{ items: User[] }>('GET', answer.location as string)).detail.items,
        (items) => items.length === 1 && items[0]?.email === body.email,
      );
    });

    it('an opening is 202, and its Location tells later which account it is', async () => {
      const [{ userId }, key] = [await aUser(), newKey()];
      silence = { at: /^COMMIT$/, fate, of: key };
      const answer = await expectInTime(service.api.send('POST', '/accounts/savings', { userId }, { key }));
      expectAnswer(answer, 'Processing');
      speak();
      const items = await eventually(
        async () => (await api.send<{ items: NewAccount[] }>('GET', answer.location as string)).detail.items,
        (accounts) => accounts.length === 1,
      );
      const { accounts } = (await done(api.user(userId))).detail;
      expect(accounts.map(({ accountId }) => accountId)).toContain(items[0]?.accountId);
      expect(accounts).toHaveLength(2);
      expectAnswer(await api.send('POST', '/accounts/savings', { userId }, { key }), 'RequestComplete');
    });
  });

  it('a bank that is silent too is no reason to wait longer', async () => {
    const stranger = await aParty({ bankAccount: '9008' });
    expectAnswer(
      await expectInTime(service.api.charge({ userId: stranger.userId, amount: 1_000 }, newKey())),
      'Processing',
    );
  });

  it('nothing was lost or made twice', async () => {
    const { userId } = party;
    await works();
    expectSuccess(await service.api.charge({ userId, amount: 1_000 }, newKey()), 200);
    const { report } = await auditReport(['--no-bank']);
    expect(wrongIn(report)).toEqual([]);
  });
});
