import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { runAudit } from '../../support/audit.js';
import { done, newKey, paymentBody, signUpBody } from '../../support/builders.js';
import { describeIf } from '../../support/describe-if.js';
import { describeWith } from '../../support/environment.js';
import { startAndFail } from '../../support/failed-start.js';
import { transfersThrough } from '../../support/held-transfers.js';
import { aService } from '../../support/keyed-service.js';
import type { ServiceProgram } from '../../support/service-program.js';
import { eventually } from '../../support/money.js';
import { hasDatabaseProgram, isMariaDb, OwnDatabaseServer } from '../../support/own-database-server.js';
import { TestBank } from '../../support/simulator.js';

const projectFolder = join(import.meta.dirname, '../../..');
const DENIED = 1142;
const [OLD_KEY, NEW_KEY] = ['a'.repeat(64), 'b'.repeat(64)];
/** What has rows under data keys. */
const SEALED = ['users', 'linked_accounts', 'movement_memos', 'webhook_secrets', 'index_keys'];

/** The statements of a file in deploy/, as an administrator runs them. */
function statementsOf(name: string): string[] {
  const text = readFileSync(join(projectFolder, 'deploy', name), 'utf8').replace(/^--.*$/gm, '');
  const statements = text.split(';').map((statement) => statement.trim());
  return statements.filter((statement) => statement !== '' && !(isMariaDb && statement.includes('replication_group')));
}

describeIf(hasDatabaseProgram, 'a database program', 'with a server of its own', () => {
  describeWith(['redisUrl', 'simulatorUrl'], 'a service whose user may not change the schema', () => {
    let database: OwnDatabaseServer;
    let root: Connection;
    let bank: TestBank;
    let service: ServiceProgram;
    let dataKeys = OLD_KEY;
    beforeAll(async () => {
      [database, bank] = await Promise.all([OwnDatabaseServer.make(), TestBank.start()]);
      await database.start();
      root = await database.root();
      for (const user of ['pay_migrate', 'pay_service']) {
        await root.query(`CREATE USER '${user}'@'%' IDENTIFIED BY 'secret'`);
      }
      for (const statement of statementsOf('migrate-grants.sql')) await root.query(statement);
      expect(await migrate()).toBe('The schema is up to date.\n');
      for (const statement of statementsOf('grants.sql')) await root.query(statement);
      service = await aService({
        DATABASE_URL: urlOf('pay_service'),
        DATA_KEYS: dataKeys,
        BANK_URL: bank.url,
        AUDIT_INTERVAL_MS: '300',
      });
    });
    afterAll(async () => {
      await service.stop();
      await root.end();
      await database.remove();
      await bank.stop();
    });

    const urlOf = (user: string) => database.url.replace('//pay:', `//${user}:`);
    const migrate = async () => {
      const env = { ...process.env, NODE_OPTIONS: '', DATA_KEYS: dataKeys, DATABASE_URL: urlOf('pay_migrate') };
      const args = [join(projectFolder, 'scripts/migrate.mjs')];
      return (await promisify(execFile)(process.execPath, args, { env })).stdout;
    };
    const rowsOf = async (statement: string) => (await root.query<RowDataPacket[]>(statement))[0];
    const keyIdsOf = async (table: string) => {
      const rows = await rowsOf(`SELECT DISTINCT key_id AS id FROM pay.${table}`);
      return rows.map((row) => String(row['id']));
    };
    const signUp = async () => (await done(service.api.signUp(signUpBody()))).detail;
    it('does all that a service does', async () => {
      const { api } = service;
      const [{ userId }, { userId: toUserId }] = [await signUp(), await signUp()];
      const send = async <T>(method: 'POST', path: string, body?: object) =>
        (await done(api.send<T>(method, path, body, { key: newKey() }))).detail;
      await done(api.charge({ userId, amount: 50_000 }));
      const { detail: savings } = await done(api.openSavings({ userId }));
      await done(api.deposit({ userId, amount: 10_000 }, newKey()));
      await send('POST', `/accounts/savings/${savings.accountId}/withdrawals`, { userId, amount: 5_000 });
      await done(api.transfer({ fromUserId: userId, toUserId, amount: 1_000, memo: '점심값' }));
      const { hold, accept } = transfersThrough(api);
      const held = await done(hold({ userId }, { userId: toUserId }, 1_000));
      await done(accept(held.detail.transactionId, { userId: toUserId }));

      const { partnerId } = await send<{ partnerId: number }>('POST', '/partners', { name: '길동상회' });
      const hooks = `/partners/${partnerId}/webhooks`;
      const { endpointId } = await send<{ endpointId: number }>('POST', hooks, { url: 'http://127.0.0.1:9/hook' });
      const { detail: paid } = await done(
        api.pay(paymentBody(userId, { partnerId, totalPayAmount: 23_000 }), newKey()),
      );
      await send('POST', `/payments/${paid.paymentId}/cancel`, { cancelAmount: 3_000, cancelReason: '변심' });
      await send('POST', `${hooks}/${endpointId}/rotate-secret`);
      await eventually(
        () => rowsOf('SELECT 1 FROM pay.webhook_events WHERE attempts > 0'),
        (tried) => tried.length > 0,
      );
      await done(api.send('DELETE', `${hooks}/${endpointId}`));
      await send('POST', hooks, { url: 'http://127.0.0.1:9/other' });
      const day = paid.paymentDateTime.slice(0, 10);
      const settled = await done(api.send('GET', `/partners/${partnerId}/settlements?date=${day}`));
      expect(settled.detail).toMatchObject({ gross: 23_000, cancels: 3_000 });
    });

    it('audits, and remembers what it has proven', async () => {
      await eventually(
        () => rowsOf('SELECT violations FROM pay.last_audit WHERE ended_at IS NOT NULL AND runner IS NULL'),
        (rows) => rows.length === 1,
        30_000,
      );
      const { exitCode, stdout } = await runAudit([], {
        DATABASE_URL: urlOf('pay_service'),
        DATA_KEYS: dataKeys,
        BANK_URL: bank.url,
      });
      expect([exitCode, stdout]).toEqual([0, expect.any(String)]);
    });

    it('encrypts all that is personal anew under a new key', async () => {
      const former = await keyIdsOf('index_keys');
      expect(former).toHaveLength(1);
      dataKeys = `${NEW_KEY},${OLD_KEY}`;
      service.program.launch.env = { ...service.program.launch.env, DATA_KEYS: dataKeys };
      await service.program.restart();
      // The key of the indexes comes last.
      const [keyId] = await eventually(
        () => keyIdsOf('index_keys'),
        ([id]) => id !== former[0],
        30_000,
      );
      for (const table of SEALED) expect([table, await keyIdsOf(table)]).toEqual([table, [keyId]]);
    });

    it('records what operators do, and what is done with keys', async () => {
      const { api } = service;
      const { keyId } = (await done(api.send<{ keyId: number }>('POST', '/operations/keys', { role: 'operator' })))
        .detail;
      await done(api.send('POST', '/operations/keys', { role: 'operator' }));
      await done(api.send('DELETE', `/operations/keys/${keyId}?reason=lost`));
      const acts = await rowsOf(`SELECT action, reason FROM pay.operator_acts WHERE subject_id = ${keyId} ORDER BY id`);
      expect(acts).toMatchObject([
        { action: 'createKey', reason: null },
        { action: 'revokeKey', reason: 'lost' },
      ]);
    });

    it('has met no denial', () => {
      expect(service.program.lastWords(10_000)).not.toMatch(/denied/i);
    });

    it.each([
      'DELETE FROM entries',
      'UPDATE entries SET amount = 0',
      'DELETE FROM movements',
      'DROP TABLE entries',
      'UPDATE operator_acts SET reason = NULL',
      'DELETE FROM operator_acts',
      'REPLACE INTO operator_acts (id, acted_at, action, role, address, subject) VALUES (1, NOW(), "a", "b", "c", "key")',
      'INSERT INTO operator_acts (id, acted_at, action, role, address, subject) VALUES (1, NOW(), "a", "b", "c", "key") ' +
        'ON DUPLICATE KEY UPDATE reason = "another"',
      'TRUNCATE TABLE operator_acts',
      'ALTER TABLE operator_acts DROP COLUMN reason',
    ])('can not %s', async (statement) => {
      const connection = await createConnection(urlOf('pay_service'));
      await expect(connection.query(statement)).rejects.toMatchObject({ errno: DENIED });
      await connection.end();
    });

    it('does not start on a schema that is older than itself, and says what to do in one line', async () => {
      const [last] = await rowsOf('SELECT * FROM pay.migrations ORDER BY id DESC LIMIT 1');
      await root.query('DELETE FROM pay.migrations WHERE id = ?', [last?.['id']]);
      const { code, lines } = await startAndFail({ DATABASE_URL: urlOf('pay_service'), DATA_KEYS: dataKeys });
      expect(await migrate()).toBe('The schema is up to date.\n');
      // Redis may be slow, which it says as JSON.
      expect({ code, lines: lines.filter((line) => !line.startsWith('{')) }).toEqual({
        code: 1,
        lines: [
          `DATABASE_URL: the schema lacks ${last?.['name']}, and this user may not change it: ` +
            'run "npm run migrate" with a DATABASE_URL of one who may',
        ],
      });
    });

    it('starts, and works, on a schema that is newer than itself', async () => {
      await root.query('ALTER TABLE pay.users ADD COLUMN nickname VARCHAR(10) NULL');
      await root.query(`INSERT INTO pay.migrations (timestamp, name) VALUES (4102444800000, 'Nicknames4102444800000')`);
      await service.program.restart();
      expect((await signUp()).userId).toBeGreaterThan(0);
    });
  });
});
