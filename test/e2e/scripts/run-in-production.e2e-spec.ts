import { afterEach, describe, expect, it } from '@jest/globals';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../../scripts/stack/ports.mjs';
import { describeWith, stackPart } from '../../support/environment.js';
import { eventually } from '../../support/money.js';
import { anEmptyDatabase } from '../../support/own-database.js';
import { ProjectCopy } from '../../support/project-copy.js';

let copy: ProjectCopy;
afterEach(() => copy.remove());

const stores = () => ({
  DATABASE_URL: stackPart('databaseUrl'),
  REDIS_URL: stackPart('redisUrl'),
  BANK_URL: stackPart('simulatorUrl'),
});

describeWith(['serviceLog', 'databaseUrl', 'simulatorUrl'], 'beside a service on a production install', () => {
  it('keys are made with what is installed and compiled, and nothing is installed', async () => {
    copy = new ProjectCopy({ packages: 'production', compiled: true });
    const command = copy.run('node scripts/keys.mjs list', stores());
    expect([await command.ended, command.said]).toEqual([0, expect.stringContaining('│')]);
    expect(existsSync(join(copy.folder, 'npm-was-called'))).toBe(false);
  });

  it('an audit runs with what is installed and compiled, and nothing is installed', async () => {
    copy = new ProjectCopy({ packages: 'production', compiled: true });
    const command = copy.run('node scripts/audit.mjs --json --no-bank', stores());
    await command.ended;
    expect(JSON.parse(command.printed)).toMatchObject({ rows: {} });
    expect(existsSync(join(copy.folder, 'npm-was-called'))).toBe(false);
  });

  it('what somebody else has compiled is not compiled again under it', async () => {
    copy = new ProjectCopy({ packages: 'all', compiled: true });
    rmSync(join(copy.folder, 'dist/built-from'));
    writeFileSync(join(copy.folder, 'dist/of-the-service'), '');
    expect(await copy.run('node scripts/keys.mjs list', stores()).ended).toBe(0);
    expect(existsSync(join(copy.folder, 'dist/of-the-service'))).toBe(true);
  });

  it('it is said what is missing when nothing is compiled', async () => {
    copy = new ProjectCopy({ packages: 'production', compiled: false });
    const command = copy.run('node scripts/keys.mjs list', stores());
    expect([await command.ended, command.said.trim().split('\n')]).toEqual([
      1,
      [expect.stringContaining('dist/ is missing, and so is the compiler')],
    ]);
  });
});

describe('npm run start:prod', () => {
  it('compiles what was never compiled, and is production: it wants what no sandbox has', async () => {
    copy = new ProjectCopy({ packages: 'all', compiled: false });
    writeFileSync(join(copy.folder, '.env'), '');
    const command = copy.run('start:prod');
    expect(await command.ended).toBe(1);
    expect(command.said.trim().split('\n')).toEqual([
      'Building ...',
      expect.stringMatching(/^BANK_CLIENT_SECRET must be set in production/),
      expect.stringMatching(/^DATA_KEYS must be set in production/),
    ]);
  });

  it('says that it can not be compiled where there is no compiler', async () => {
    copy = new ProjectCopy({ packages: 'production', compiled: false });
    const command = copy.run('start:prod');
    expect([await command.ended, command.said]).toEqual([1, expect.stringContaining('dist/ is missing')]);
  });

  it.each([
    ['the environment', { NODE_ENV: 'development' }, ''],
    ['.env', {}, 'NODE_ENV=development\n'],
  ])('is what %s says instead', async (_who, env, dotEnv) => {
    copy = new ProjectCopy({ packages: 'production', compiled: true });
    writeFileSync(join(copy.folder, '.env'), `${dotEnv}PORT=nothing\n`);
    const command = copy.run('start:prod', env);
    expect([await command.ended, command.said.trim()]).toEqual([1, 'PORT must be an integer from 0 to 65535']);
  });
});

describeWith(['serviceLog', 'databaseUrl', 'redisUrl', 'simulatorUrl'], 'a service of npm run start:prod', () => {
  it('listens on this machine alone, needs keys, has no sandbox partner and no console, and ends with 0', async () => {
    const { url, key, command, end } = await aProductionService();
    const partner = (headers: Record<string, string>) => statusOf(`${url}/partners/100`, headers);
    expect([await partner({}), await partner({ authorization: `Bearer ${key}` })]).toEqual([401, 404]);
    expect(await statusOf(`${url}/console/sign-in`)).toBe(404);
    expect(command.said).toContain(`Listening on ${url}`);
    expect(await end()).toBe(0);
  });

  it('has a console, with a cookie that only goes by TLS, where somebody has given it a key', async () => {
    const { url, key, end } = await aProductionService({ CONSOLE_SESSION_KEYS: 'b'.repeat(64) });
    const answer = await fetch(`${url}/console/sign-in`);
    expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/; HttpOnly; Secure; SameSite=Strict$/)]);
    const page = await answer.text();
    expect(page).not.toMatch(/샌드박스|키 없이/);
    const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1] as string;
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] as string;
    const body = new URLSearchParams({ csrf, key: key as string });
    const sent = { method: 'POST', redirect: 'manual', headers: { cookie }, body } as const;
    const signedIn = await fetch(`${url}/console/sign-in`, sent);
    expect(signedIn.headers.get('location')).toBe('/console');
    const visitor = { cookie: signedIn.headers.getSetCookie()[0]?.split(';')[0] as string };
    expect(await statusOf(`${url}/console/keys`, visitor)).toBe(200);
    expect(await statusOf(`${url}/console/sandbox`, visitor)).toBe(404);
    expect(await end()).toBe(0);
  });
});

const statusOf = (url: string, headers: Record<string, string> = {}) =>
  fetch(url, { headers }).then(
    ({ status }) => status,
    () => 0, // nobody listens yet
  );

/** On packages, and a database, of its own; with an operator's key. */
async function aProductionService(variables: Record<string, string> = {}) {
  copy = new ProjectCopy({ packages: 'production', compiled: true });
  const database = await anEmptyDatabase();
  const port = String(await freePort());
  const secrets = { BANK_CLIENT_SECRET: 's3cret', DATA_KEYS: 'a'.repeat(64) };
  const env = { ...stores(), ...secrets, DATABASE_URL: database.url, PORT: port, DRAIN_MS: '0', ...variables };
  const keys = copy.run('node scripts/keys.mjs create --role operator --first', { ...env, NODE_ENV: 'production' });
  expect(await keys.ended).toBe(0);
  const [key] = /sk_live_\S+/.exec(keys.said) ?? [];
  const command = copy.run('start:prod', env);
  const url = `http://127.0.0.1:${port}`;
  await eventually(
    () => statusOf(`${url}/health/live`),
    (status) => status !== 0,
    30_000,
  );
  const end = async () => {
    const code = await command.stop();
    await database.drop();
    return code;
  };
  return { url, key, command, end };
}
