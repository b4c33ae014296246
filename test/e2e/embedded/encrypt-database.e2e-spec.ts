import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { loadConfig } from '../../../src/platform/config/config.js';
import { dataSourceOptions } from '../../../src/platform/database/data-source.js';
import { openDatabase } from '../../../src/platform/database/open-database.js';
import { describeIf } from '../../support/describe-if.js';
import { hasDatabaseProgram, isMariaDb, OwnDatabaseServer } from '../../support/own-database-server.js';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describeIf(hasDatabaseProgram && hasOpenssl, 'a database program and openssl', 'the way to the database', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pay-tls-'));
  const file = (name: string) => join(folder, name);
  let database: OwnDatabaseServer;
  beforeAll(async () => {
    openssl('req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=CA -keyout ca.key -out ca.pem');
    for (const name of ['localhost', 'db.example']) {
      openssl(`req -newkey rsa:2048 -nodes -subj /CN=server -keyout ${name}.key -out ${name}.csr`);
      writeFileSync(file('names'), `subjectAltName=DNS:${name}`);
      openssl(
        `x509 -req -in ${name}.csr -CA ca.pem -CAkey ca.key -set_serial 1 -days 2 -extfile names -out ${name}.pem`,
      );
    }
    writeFileSync(file('other-ca.pem'), rootCertificates[0] as string);
    database = await OwnDatabaseServer.make();
    await certifiedFor('localhost');
  });
  afterAll(async () => {
    await database.remove();
    rmSync(folder, { recursive: true });
  });

  const openssl = (line: string) => execFileSync('openssl', line.split(' '), { cwd: folder, stdio: 'ignore' });
  const certifiedFor = (name: string) => {
    const names = { ca: 'ca.pem', cert: `${name}.pem`, key: `${name}.key` };
    return database.start({ args: Object.entries(names).map(([what, name]) => `--ssl-${what}=${file(name)}`) });
  };
  /** How a connection of the service is encrypted; '' when it is not. */
  const cipher = async (env: Record<string, string>, hosts?: string) => {
    const url = database.url.replace(/(?<=@)[^/]*/, (place) => hosts ?? place.replace('127.0.0.1', 'localhost'));
    const config = loadConfig({ DATABASE_URL: url, DATABASE_START_WAIT_SECONDS: '0', ...env });
    const dataSource = await openDatabase({ ...dataSourceOptions(config), config });
    const [row] = await dataSource.query<{ Value: string }[]>(`SHOW STATUS LIKE 'Ssl_cipher'`);
    await dataSource.destroy();
    return row?.Value;
  };
  const CA = () => ({ DATABASE_TLS_CA: file('ca.pem') });
  const NOT_ACCEPTED = /^DATABASE_TLS: the server's certificate is not accepted: /;

  it('is not encrypted on one machine unless told to', async () => {
    expect(await cipher({})).toBe('');
    expect(await cipher({ DATABASE_TLS: 'required' })).toMatch(/^TLS_/);
  });

  it('is encrypted, to whom the certificate is for', async () => {
    expect(await cipher({ DATABASE_TLS: 'verify-ca', ...CA() })).toMatch(/^TLS_/);
    expect(await cipher(CA())).toMatch(/^TLS_/);
  });

  it('is encrypted where several servers are named', async () => {
    const { port } = new URL(database.url);
    expect(await cipher(CA(), `localhost:${port},localhost:1`)).toMatch(/^TLS_/);
  });

  it.each(['verify-ca', 'verify'])(
    'is refused at once, with %s, where another one has signed',
    async (DATABASE_TLS) => {
      const env = { DATABASE_TLS, DATABASE_TLS_CA: file('other-ca.pem') };
      await expect(cipher(env)).rejects.toThrow(NOT_ACCEPTED);
      const { port } = new URL(database.url);
      await expect(cipher(env, `localhost:${port},localhost:1`)).rejects.toThrow(NOT_ACCEPTED);
    },
  );

  it('is refused with verify, and not with verify-ca, to a server with a certificate for another name', async () => {
    await certifiedFor('db.example');
    await expect(cipher(CA())).rejects.toThrow(NOT_ACCEPTED);
    expect(await cipher({ DATABASE_TLS: 'verify-ca', ...CA() })).toMatch(/^TLS_/);
  });

  it('is refused in one line where the server wants TLS and we do not, or the other way round', async () => {
    await database.start({ args: ['--require-secure-transport=ON'] });
    await expect(cipher({ DATABASE_TLS: 'off' })).rejects.toThrow(/^DATABASE_(TLS|URL): the server .*wants TLS$/);
    await database.start({ args: [isMariaDb ? '--skip-ssl' : '--tls-version='] });
    await expect(cipher({ DATABASE_TLS: 'required' })).rejects.toThrow('DATABASE_TLS: the server has no TLS');
  });
});
