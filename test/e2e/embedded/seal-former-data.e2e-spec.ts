import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { done, HANA, newKey, signUpBody } from '../../support/builders.js';
import { handleOf } from '../../../src/bank-simulator/account-handle.js';
import { claimOf } from '../../../src/idempotency/claim.js';
import { migrate } from '../../../src/platform/database/migrate.js';
import { expectAnswer, expectSuccess } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { anUnstartedService } from '../../support/keyed-service.js';
import { migrationCalled, Schema } from '../../support/own-schema.js';
import type { ServiceProgram } from '../../support/service-program.js';
import { TestBank } from '../../support/simulator.js';

/** More than are brought along at once. */
const USERS = 1_300;
const [SEAL, DROP] = [migrationCalled('SealPersonalData'), migrationCalled('DropPlainPersonalData')];
const SECRET = /Kim Former|former-\d+@|81234\d{6}|secret memo/;

interface FormerUser {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly number: string;
}

/** Every second one shares the bank account of the one before, written in another way. */
const formerUser = (id: number): FormerUser => {
  const digits = String(81_234_000_000 + Math.floor((id - 1) / 2));
  const number = id % 2 === 1 ? digits : `${digits.slice(0, 3)}-${digits.slice(3)}`;
  return { id, name: `Kim Former ${id}`, email: `Former-${id}@Mail`, number };
};
const digitsOf = ({ number }: FormerUser) => number.replaceAll('-', '');
const MAIN_FIRST = 1_000;

/** As the former version has written them. */
async function writeUsers(schema: Schema, users: readonly FormerUser[]): Promise<void> {
  const at = new Date();
  await schema.insert(
    'users',
    'id, name, email, email_key, created_at',
    users.map(({ id, name, email }) => [id, name, email, email.toLowerCase(), at]),
  );
  await schema.insert(
    'accounts',
    'id, kind, owner_id, sole, number, opened_at',
    users.map(({ id }) => [MAIN_FIRST + id, 'MAIN', id, 1, `3333-${id}`, at]),
  );
  const shared = (user: FormerUser) => Math.ceil(user.id / 2);
  const first = users.filter(({ id }) => id % 2 === 1);
  if (first.length > 0) {
    await schema.insert(
      'bank_accounts',
      'id, bank_code, account_number',
      first.map((user) => [shared(user), HANA, digitsOf(user)]),
    );
  }
  await schema.insert(
    'linked_accounts',
    'user_id, bank_account_id, bank, bank_code, account_number, owner_name, fintech_use_num, clearing_account_id, linked_at',
    users.map((user) => {
      const handle = handleOf({ bankCode: HANA, number: digitsOf(user) });
      return [user.id, shared(user), 'HANA BANK', HANA, user.number, user.name, handle, 1, at];
    }),
  );
}

async function aFormerDatabase(): Promise<Schema> {
  const schema = await Schema.empty();
  await schema.upTo(SEAL);
  await schema.insert('accounts', 'id, kind, owner_id, sole, number, opened_at', [
    [1, 'BANK_CLEARING', Number(HANA), 1, `BANK-${HANA}`, new Date()],
  ]);
  await writeUsers(
    schema,
    Array.from({ length: USERS }, (_, index) => formerUser(1 + index)),
  );
  return schema;
}

/** All text and bytes of all tables. */
async function dumpOf(schema: Schema): Promise<string> {
  let dump = '';
  for (const table of Object.keys(await schema.tables())) {
    for (const row of await schema.rows<Record<string, unknown>>(`SELECT * FROM ${table}`)) {
      for (const value of Object.values(row)) {
        dump += `${Buffer.isBuffer(value) ? value.toString('latin1') : String(value)}\n`;
      }
    }
  }
  return dump;
}

describeWith(
  ['serviceLog', 'databaseUrl', 'redisUrl', 'simulatorUrl'],
  'what the former version has left plain',
  () => {
    let schema: Schema;

    afterEach(() => schema.close());

    const plainLeft = async () => SECRET.test(await dumpOf(schema));

    it('is sealed once and whole, wherever a start was killed', async () => {
      schema = await aFormerDatabase();
      expect(await plainLeft()).toBe(true);
      const starts = [
        [SEAL, () => schema.upTo(DROP)],
        [DROP, () => migrate(schema.dataSource)],
      ] as const;
      for (const [migration, start] of starts) {
        for (let n = 1, last = false; !last; n += 1) last = (await schema.killedAfter(migration, n)) < n;
        await start();
      }
      expect(await plainLeft()).toBe(false);
      const [counted] = await schema.rows<Record<string, unknown>>(
        `SELECT COUNT(*) AS users, COUNT(DISTINCT email_print) AS emails, COUNT(DISTINCT sealed_name) AS names,
         (SELECT COUNT(DISTINCT number_print) FROM bank_accounts) AS numbers FROM users`,
      );
      expect(Object.values(counted ?? {}).map(Number)).toEqual([USERS, USERS, USERS, USERS / 2]);
    });

    it('loses nothing that an instance of the former version writes until the columns are gone', async () => {
      schema = await aFormerDatabase();
      await schema.watched(SEAL, () => undefined);
      const late = [formerUser(USERS + 1), formerUser(USERS + 2)];
      let isWritten = false;
      const alters: string[] = [];
      await schema.watched(DROP, async (statement) => {
        if (/^ALTER TABLE/.test(statement)) alters.push(statement);
        // After the last look for rows, before the columns go.
        if (isWritten || !/FROM users WHERE id > \? AND sealed_name IS NULL/.test(statement)) return;
        isWritten = true;
        await writeUsers(schema, late);
      });
      expect(isWritten).toBe(true);
      expect(alters).toHaveLength(3);
      const [row] = await schema.rows<{ users: unknown; links: unknown }>(
        `SELECT (SELECT COUNT(*) FROM users WHERE sealed_name <> '' AND email_print <> '') AS users,
         (SELECT COUNT(*) FROM linked_accounts WHERE sealed_number <> '') AS links`,
      );
      expect([Number(row?.users), Number(row?.links)]).toEqual([USERS + 2, USERS + 2]);
      expect(await plainLeft()).toBe(false);
    });
  },
);

describeWith(['serviceLog', 'databaseUrl', 'redisUrl', 'simulatorUrl'], 'a service on a former database', () => {
  let schema: Schema;
  let bank: TestBank;
  let service: ServiceProgram;
  const [KEY, UNTOUCHED] = [newKey(), newKey()];
  const body = signUpBody({
    name: formerUser(1).name,
    email: formerUser(1).email,
    externalAccountNumber: '81234000000',
  });
  beforeAll(async () => {
    [schema, bank] = await Promise.all([aFormerDatabase(), TestBank.start()]);
    const claim = claimOf('app:sign-ups', KEY, { params: {}, body });
    await schema.insert('keyed_requests', 'idempotency_key, scope, request_hash, attempt_id, resource_id, created_at', [
      [KEY, claim.scope, claim.hash, Buffer.alloc(16), 1, new Date()],
      [UNTOUCHED, 'user:1:savings', claim.hash, Buffer.alloc(16), 1, new Date()],
    ]);
    await schema.insert(
      'movements',
      'id, type, status, user_id, account_id, counter_account_id, amount, topped_up_amount, memo, idempotency_scope, idempotency_key, key_live, request_hash, attempt_id, created_at, completed_at',
      [
        [
          1,
          'TRANSFER',
          'COMPLETED',
          1,
          1_001,
          1_002,
          5,
          0,
          'secret memo',
          'user:1:transfers',
          newKey(),
          1,
          '',
          '',
          new Date(),
          new Date(),
        ],
        [
          20_000,
          'TRANSFER',
          'FAILED',
          2,
          1_002,
          1_001,
          5,
          0,
          null,
          'user:2:transfers',
          newKey(),
          1,
          '',
          '',
          new Date(),
          null,
        ],
      ],
    );
    service = await anUnstartedService({ DATABASE_URL: schema.url, BANK_URL: bank.url });
    await service.program.start();
  });
  afterAll(async () => {
    await service.stop();
    await bank.stop();
    await schema.close();
  });

  it('shows users, their masked numbers and memos as ever', async () => {
    for (const id of [1, 2, USERS]) {
      const user = formerUser(id);
      const received = (await done(service.api.user(id))).detail;
      expect(received).toMatchObject({ userId: id, name: user.name, email: user.email });
      expect(received.externalAccount.accountNumber).toMatch(new RegExp(`^[*-]+${user.number.slice(-4)}$`));
    }
    const memos = [1, 20_000].map(async (id) => {
      return (await done(service.api.send<{ memo?: string }>('GET', `/transactions/${id}`))).detail.memo;
    });
    expect(await Promise.all(memos)).toEqual(['secret memo', undefined]);
  });

  it('knows the e-mails, the keys and the bank accounts', async () => {
    expectAnswer(await service.api.signUp(signUpBody({ email: 'FORMER-7@mail' })), 'AlreadyRegistered');
    const again = { key: KEY };
    expectAnswer(await service.api.send('POST', '/users', body, again), 'RequestComplete');
    expectAnswer(await service.api.send('POST', '/users', { ...body, name: 'Kim' }, again), 'KeyReused');
    const third = await done(service.api.signUp(signUpBody({ externalAccountNumber: formerUser(1).number })));
    const { userId } = third.detail;
    const links = await schema.rows<{ id: number }>(
      'SELECT bank_account_id AS id FROM linked_accounts WHERE user_id IN (1, 2, ?)',
      [userId],
    );
    expect(links.map(({ id }) => id)).toEqual([1, 1, 1]);
  });

  it('has the bank pay from what was linked before', async () => {
    expectSuccess(await service.api.charge({ userId: USERS, amount: 3_000_000 }, newKey()), 200);
  });

  it('leaves nothing of it plain', async () => {
    expect(await dumpOf(schema)).not.toMatch(SECRET);
    const scopes = await schema.rows<{ key: string; scope: string }>(
      'SELECT idempotency_key AS `key`, scope FROM keyed_requests WHERE idempotency_key IN (?)',
      [[KEY, UNTOUCHED]],
    );
    expect(new Map(scopes.map(({ key, scope }) => [key, scope]))).toEqual(
      new Map([
        [KEY, 'app:users'],
        [UNTOUCHED, 'user:1:savings'],
      ]),
    );
  });
});
