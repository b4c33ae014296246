import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../../support/api.js';
import { describeIf } from '../../support/describe-if.js';
import { describeWith } from '../../support/environment.js';
import { expectAnswer, expectSuccess } from '../../support/contract.js';
import { anUnstartedService } from '../../support/keyed-service.js';
import { eventually } from '../../support/money.js';
import { hasDatabaseProgram, OwnDatabaseServer } from '../../support/own-database-server.js';
import type { ServiceProgram } from '../../support/service-program.js';

const PATIENCE_MS = 60_000;

const readiness = (api: Api) => api.send<{ database: string; redis: string }>('GET', '/health/ready');
const ready = (api: Api) =>
  eventually(
    () => readiness(api),
    ({ status }) => status === 200,
    PATIENCE_MS,
  );

describeIf(hasDatabaseProgram, 'a database program', 'with a server of its own', () => {
  describeWith(['serviceLog', 'redisUrl', 'simulatorUrl'], 'a database that is in the middle of a failover', () => {
    let database: OwnDatabaseServer;
    let service: ServiceProgram;
    let starting: Promise<void>;
    beforeAll(async () => {
      database = await OwnDatabaseServer.make();
      await database.start(); // makes its files
      await database.stop();
      service = await anUnstartedService({ DATABASE_URL: database.url });
      starting = service.program.start();
      starting.catch(() => undefined);
    });
    afterAll(async () => {
      await service.stop();
      await database.remove();
    });

    const waits = () => service.program.lastWords(1_000).match(/Waiting up to 90 s for the database[^"]*/g) ?? [];

    it('is waited for by a start, while it is away and while it is read-only, which is said once', async () => {
      await eventually(
        () => Promise.resolve(waits().length),
        (said) => said > 0,
        PATIENCE_MS,
      );
      await database.start({ readOnly: true });
      await sleep(2_000);
      expect(service.program.running).toBe(true);
      await expect(readiness(service.api)).rejects.toThrow('ECONNREFUSED');
      await database.start();
      await starting;
      expectSuccess(await readiness(service.api), 200);
      expect(waits()).toEqual([expect.stringContaining('ECONNREFUSED')]);
      expect(service.program.lastWords(1_000)).not.toMatch(/"level":"(error|fatal)"/);
    });

    it('is down for readiness while it can be read but not written, and nothing else is', async () => {
      await starting;
      const { api } = service;
      await database.start({ readOnly: true });
      await eventually(
        () => readiness(api),
        ({ status }) => status === 503,
        PATIENCE_MS,
      );
      const demoted = await readiness(api);
      expectAnswer(demoted, 'TemporarilyUnavailable');
      expect(demoted.detail).toEqual({ status: 'unavailable', database: 'down', redis: 'up' });
      await database.start();
      expect((await ready(api)).detail).toMatchObject({ database: 'up' });
    });
  });
});
