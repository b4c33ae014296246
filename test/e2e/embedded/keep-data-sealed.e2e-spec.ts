import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import mysql, { type RowDataPacket } from 'mysql2/promise';
import { readFileSync } from 'node:fs';
import { handleOf } from '../../../src/bank-simulator/account-handle.js';
import { claimOf } from '../../../src/idempotency/claim.js';
import type { Api } from '../../support/api.js';
import {
  done,
  HANA,
  linkBody,
  newAccountNumber,
  newKey,
  newOrder,
  paymentBody,
  signUpBody,
} from '../../support/builders.js';
import { expectAnswer } from '../../support/contract.js';
import { describeIf } from '../../support/describe-if.js';
import { describeWith, stackPart } from '../../support/environment.js';
import { anUnstartedService } from '../../support/keyed-service.js';
import { hasDatabaseProgram, OwnDatabaseServer } from '../../support/own-database-server.js';
import type { ServiceProgram } from '../../support/service-program.js';
import { TestBank } from '../../support/simulator.js';

/** What a person could be known by, as it might be written somewhere. */
const secrets: { readonly what: string; readonly bytes: Buffer }[] = [];
const isSecret = (what: string, ...texts: string[]) =>
  texts.forEach((text) => secrets.push({ what: `${what} ${text}`, bytes: Buffer.from(text) }));
const foundIn = (place: Buffer) => secrets.filter(({ bytes }) => place.includes(bytes)).map(({ what }) => what);

/** No secret: it must be found wherever the secrets are looked for. */
const ORDER = newOrder();

async function aPerson(api: Api, ending?: string) {
  const tag = newKey().slice(-12);
  const [name, digits] = [`남궁${tag}`, newAccountNumber(ending)];
  const email = `Sealed.${tag}@Mail.example`;
  const hyphened = `${digits.slice(0, 3)}-${digits.slice(3)}`;
  const body = signUpBody({ name, email, externalAccountNumber: hyphened });
  const key = newKey();
  isSecret('name', name);
  isSecret('e-mail', email, email.toLowerCase());
  isSecret('account number', digits, hyphened);
  isSecret('handle', handleOf({ bankCode: HANA, number: digits }));
  const { hash } = claimOf('app:users', key, { params: {}, body });
  secrets.push(
    { what: 'hash of the sign-up', bytes: hash },
    { what: 'its digits', bytes: Buffer.from(hash.toString('hex')) },
  );
  const { userId, mainAccount } = (
    await done(api.send<{ userId: number; mainAccount: { accountId: number } }>('POST', '/users', body, { key }))
  ).detail;
  expectAnswer(await api.send('POST', '/users', body, { key }), 'RequestComplete');
  expectAnswer(await api.signUp(signUpBody({ name, email })), 'AlreadyRegistered');
  await aSecondAccount(api, userId);
  return { userId, accountId: mainAccount.accountId };
}

async function aSecondAccount(api: Api, userId: number): Promise<void> {
  const [key, digits] = [newKey(), newAccountNumber()];
  const body = linkBody({ externalAccountNumber: digits });
  isSecret('second account number', digits);
  isSecret('its handle', handleOf({ bankCode: '004', number: digits }));
  const { hash } = claimOf('', key, { params: { userId: String(userId) }, body });
  secrets.push(
    { what: 'hash of the link', bytes: hash },
    { what: 'its digits', bytes: Buffer.from(hash.toString('hex')) },
  );
  await done(api.link(userId, body, key));
  expectAnswer(await api.link(userId, body, key), 'RequestComplete');
  expectAnswer(await api.link(userId, body, newKey()), 'AlreadyLinked');
}

describeIf(hasDatabaseProgram, 'a database program', 'with a server of its own', () => {
  describeWith(['serviceLog', 'redisUrl', 'simulatorUrl'], 'what is personal', () => {
    let database: OwnDatabaseServer;
    /** What it takes is in no other database. */
    let bank: TestBank;
    let service: ServiceProgram;
    beforeAll(async () => {
      [database, bank] = await Promise.all([OwnDatabaseServer.make(), TestBank.start()]);
      await database.start();
      service = await anUnstartedService({ DATABASE_URL: database.url, BANK_URL: bank.url, LOG_LEVEL: 'trace' });
      await service.program.start();
      const { api } = service;
      const [one, other, poor, garbled] = [
        await aPerson(api),
        await aPerson(api),
        await aPerson(api, '9001'), // its bank is short of money
        await aPerson(api, '9014'), // its bank answers half a JSON
      ];
      const { userId } = one;
      await done(api.openSavings({ userId }));
      await done(api.deposit({ userId, amount: 10_000 }, newKey()));
      await done(api.pay(paymentBody(userId, { partnerPayKey: ORDER }), newKey()));
      const memo = `비밀 메모 ${newKey()}`;
      isSecret('memo', memo);
      await done(api.transfer({ fromUserId: userId, toUserId: other.userId, amount: 1_000, memo }, newKey()));
      expectAnswer(await api.charge({ userId: poor.userId, amount: 1_000 }, newKey()), 'NotEnoughAccountBalance');
      expect([200, 202]).toContain((await api.charge({ userId: garbled.userId, amount: 1_000 }, newKey())).status);
      for (const { userId: id, accountId } of [one, other]) {
        await done(api.user(id));
        await done(api.entries(accountId));
      }
      await api.send('POST', '/users', `{"name": ${secrets[0]?.bytes.toString()}`);
    });
    afterAll(async () => {
      await service.stop();
      await bank.stop();
      await database.remove();
    });

    it('is nowhere in what SQL shows', async () => {
      const connection = await mysql.createConnection({ uri: database.url });
      const [tables] = await connection.query<RowDataPacket[]>('SHOW TABLES');
      let rowCount = 0;
      const withOrder: string[] = [];
      for (const table of tables.map((row) => String(Object.values(row)[0]))) {
        const [rows] = await connection.query<RowDataPacket[]>(`SELECT * FROM ${table}`);
        const values = rows.flatMap((row) => Object.values(row) as unknown[]);
        const dump = Buffer.concat(
          values.map((value) => (Buffer.isBuffer(value) ? value : Buffer.from(`${String(value)}\n`))),
        );
        rowCount += rows.length;
        expect([table, foundIn(dump)]).toEqual([table, []]);
        if (dump.includes(ORDER)) withOrder.push(table);
      }
      await connection.end();
      expect([rowCount > 20, withOrder.includes('payments')]).toEqual([true, true]);
    });

    it('is nowhere in Redis', async () => {
      let keyCount = 0;
      for (let number = 0; number < 16; number += 1) {
        const redis = new Redis(stackPart('redisUrl').replace(/(?<=:\d+)\/\d*$/, '') + `/${number}`);
        for (const key of await redis.keys('*')) {
          keyCount += 1;
          // All kinds of values there are in Redis, as one text.
          const kind = await redis.type(key);
          const read = {
            string: () => redis.getBuffer(key),
            hash: () => redis.hgetall(key),
            list: () => redis.lrange(key, 0, -1),
            set: () => redis.smembers(key),
            zset: () => redis.zrange(key, '0', '-1'),
            none: () => Promise.resolve(''), // it has run out meanwhile
          }[kind] as () => Promise<unknown>;
          const value = await read();
          const bytes = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
          expect(foundIn(Buffer.concat([Buffer.from(key), bytes]))).toEqual([]);
        }
        redis.disconnect();
      }
      expect(keyCount).toBeGreaterThan(3);
    });

    it("is nowhere in the server's files, its binary log among them, once it has written all of them", async () => {
      await service.program.stop();
      await database.stop();
      const found: string[] = [];
      const withOrder = new Set<string>();
      for (const { file, chunk } of database.files()) {
        for (const what of foundIn(chunk)) found.push(`${what} in ${file}`);
        if (chunk.includes(ORDER)) withOrder.add(file);
      }
      expect(found).toEqual([]);
      expect([...withOrder]).toEqual(
        expect.arrayContaining([expect.stringMatching(/payments\.ibd$/), expect.stringMatching(/binlog\.0\d+$/)]),
      );
    });

    it("is nowhere in the service's log", () => {
      const log = readFileSync(service.program.logFile);
      expect(foundIn(log)).toEqual([]);
      expect(log.toString().match(/"code":"NotEnoughAccountBalance"/g)).toHaveLength(1);
    });
  });
});
