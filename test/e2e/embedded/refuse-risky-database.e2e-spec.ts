import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeIf } from '../../support/describe-if.js';
import { describeWith } from '../../support/environment.js';
import { startAndFail } from '../../support/failed-start.js';
import { anUnstartedService } from '../../support/keyed-service.js';
import { hasDatabaseProgram, OwnDatabaseServer } from '../../support/own-database-server.js';

const PRODUCTION = {
  NODE_ENV: 'production',
  BANK_CLIENT_SECRET: 's3cret',
  DATA_KEYS: 'a'.repeat(64),
};

describeIf(hasDatabaseProgram, 'a database program', 'with a server of its own', () => {
  describeWith(['redisUrl', 'simulatorUrl'], 'a database whose settings can lose what was acknowledged', () => {
    let database: OwnDatabaseServer;
    beforeAll(async () => {
      database = await OwnDatabaseServer.make();
      await database.start({ args: ['--innodb-flush-log-at-trx-commit=2', '--sync-binlog=0'] });
    });
    afterAll(() => database.remove());

    it('is refused in production, with a line for each', async () => {
      const { code, lines } = await startAndFail({ ...PRODUCTION, DATABASE_URL: database.url });
      expect({ code, lines }).toEqual({
        code: 1,
        lines: [
          expect.stringMatching(/^DATABASE_URL: innodb_flush_log_at_trx_commit is 2: .*accept-loss/),
          expect.stringMatching(/^DATABASE_URL: sync_binlog is 0: .*accept-loss/),
        ],
      });
    });

    it('is named in one line of the log elsewhere', async () => {
      const service = await anUnstartedService({ DATABASE_URL: database.url });
      await service.program.start();
      const said = service.program.lastWords(1_000).match(/^.*"message":"The database".*$/gm) ?? [];
      await service.stop();
      expect(said.map((line) => JSON.parse(line) as object)).toEqual([
        expect.objectContaining({
          level: 'info',
          engine: expect.stringMatching(/^(MySQL|MariaDB)$/),
          version: expect.stringMatching(/^\d+\.\d+/),
          flushLogAtCommit: '2',
          syncBinlog: '0',
          binlog: 'ON',
          isolation: 'REPEATABLE-READ',
          idStep: '1',
          tls: 'off',
          risks: [expect.any(String), expect.any(String)],
        }),
      ]);
    });
  });
});
