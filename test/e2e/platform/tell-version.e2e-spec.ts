import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrations } from '../../../src/platform/database/migrations/index.js';
import { api } from '../../support/api.js';
import { expectSuccess } from '../../support/contract.js';
import { describeWith } from '../../support/environment.js';
import { startOwnService } from '../../support/own-service.js';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')) as {
  version: string;
};
const schema = migrations.at(-1)?.name;

describe('GET /version', () => {
  it('tells the build and the schema that it works on', async () => {
    const received = await api.send('GET', '/version');
    expectSuccess(received, 200);
    expect(received.detail).toMatchObject({ version, schemaOfBuild: schema, schemaOfDatabase: schema });
    expect(received.detail).toHaveProperty('node', expect.stringMatching(/^\d+\.\d+\.\d+$/));
  });

  it('is in the metrics, too', async () => {
    expect((await api.text('/metrics')).text).toMatch(
      new RegExp(`^pay_build_info\\{version="${version}",.*\\} 1$`, 'm'),
    );
  });
});

describeWith(['databaseUrl', 'redisUrl', 'simulatorUrl'], 'a build that was told its commit', () => {
  it('tells it, also while the database is away', async () => {
    const service = await startOwnService({ GIT_COMMIT: '0123abc' });
    try {
      const asked = () => service.api.send('GET', '/version');
      expect((await asked()).detail).toMatchObject({ commit: '0123abc', schemaOfDatabase: schema });
      await service.database.close();
      const { detail } = await asked();
      expect(detail).toMatchObject({ commit: '0123abc', version });
      expect(detail).not.toHaveProperty('schemaOfDatabase');
    } finally {
      await service.stop();
    }
  });
});
