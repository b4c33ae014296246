import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { databaseImage } from '../../../scripts/stack/containers.mjs';
import { freePort } from '../../../scripts/stack/ports.mjs';
import { adviceFor, findDatabase } from '../../../scripts/stack/programs-here.mjs';
import { Api } from '../../support/api.js';
import { newKey, paymentBody, signUpBody } from '../../support/builders.js';
import { describeIf } from '../../support/describe-if.js';
import { describeWith, stackPart } from '../../support/environment.js';
import { anEmptyDatabase, type OwnDatabase } from '../../support/own-database.js';
import { type Command, ProjectCopy } from '../../support/project-copy.js';

const READY = 'Pay Practice is ready.';

let copy: ProjectCopy;
let command: Command | undefined;
beforeEach(() => {
  copy = new ProjectCopy({ packages: 'all', compiled: true });
});
afterEach(async () => {
  await command?.stop();
  command = undefined;
  copy.remove();
});

const start = (env: Record<string, string>) => (command = copy.run('node scripts/start.mjs', env));
const lastLine = ({ said }: Command) => said.trim().split('\n').at(-1);
const stores = () => ({ REDIS_URL: stackPart('redisUrl'), BANK_URL: stackPart('simulatorUrl') });

describeWith(['serviceLog', 'databaseUrl', 'redisUrl', 'simulatorUrl'], 'npm start', () => {
  let databases: OwnDatabase[];
  beforeEach(async () => {
    databases = [await anEmptyDatabase(), await anEmptyDatabase()];
  });
  afterEach(() => Promise.all(databases.map((database) => database.drop())).then(() => undefined));

  const url = (index: number) => (databases[index] as OwnDatabase).url;

  it('makes the first key itself where keys are needed, and shows it once', async () => {
    const port = await freePort();
    const env = { ...stores(), DATABASE_URL: url(0), AUTH: 'required', PORT: String(port) };
    await start(env).says('Ctrl-C stops everything');
    expect((command as Command).said).toContain(`  Console    http://localhost:${port}/console`);
    const [key] = /sk_test_\S+/.exec((command as Command).said) ?? [];
    const ask = (headers: Record<string, string>) => fetch(`http://127.0.0.1:${port}/partners/100`, { headers });
    expect((await ask({})).status).toBe(401);
    expect((await ask({ authorization: `Bearer ${key}` })).status).toBe(200);
    await command?.stop();
    await start(env).says('Ctrl-C stops everything');
    expect((command as Command).said).not.toContain('sk_test_');
  });

  it('keeps the record of the bank with the database that it belongs to', async () => {
    const withdrawn: number[] = [];
    for (const index of [0, 1, 0]) {
      const port = await freePort();
      await start({ REDIS_URL: stores().REDIS_URL, DATABASE_URL: url(index), PORT: String(port) }).says(READY);
      const [bank] = /http:\/\/\S+(?= \(a simulator\))/.exec((command as Command).said) ?? [];
      const record = (await (await fetch(`${bank}/simulator/withdrawals`)).json()) as { items: unknown[] };
      withdrawn.push(record.items.length);
      const through = new Api(`http://127.0.0.1:${port}`);
      const { userId } = (await through.signUp(signUpBody())).detail;
      expect((await through.pay(paymentBody(userId), newKey())).status).toBe(201);
      await command?.stop();
    }
    expect(withdrawn).toEqual([0, 0, 1]);
  });

  it('ends what a start that was killed has left before it looks for its port', async () => {
    const port = String(await freePort());
    const left = spawn(process.execPath, ['-e', `require('net').createServer().listen(${port}, '127.0.0.1', () => console.log('on'))`]); // prettier-ignore
    await once(left.stdout, 'data');
    const commandLine = readFileSync(`/proc/${left.pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    mkdirSync(join(copy.folder, '.data/service'), { recursive: true });
    const leftover = { pid: left.pid, command: commandLine, stopWithinMs: 1000 };
    writeFileSync(join(copy.folder, '.data/service/program.json'), JSON.stringify(leftover));
    await start({ ...stores(), DATABASE_URL: url(0), PORT: port }).says(READY);
    expect(left.exitCode ?? left.signalCode).not.toBeNull();
  });

  it.each([
    ['an address of another machine', { HOST: '192.0.2.1' }, 'HOST: 192.0.2.1 is no address of this machine'],
    ['a name that nobody knows', { HOST: 'nowhere.invalid' }, 'HOST: nowhere.invalid is no address of this machine'],
  ])('says that HOST is %s', async (_what, env, words) => {
    start({ ...stores(), DATABASE_URL: url(0), PORT: String(await freePort()), ...env });
    expect(await command?.ended).toBe(1);
    expect(lastLine(command as Command)).toContain(words);
  });
});

describeIf(
  findDatabase() !== undefined,
  'a database program',
  'npm start beside the database of an earlier start',
  () => {
    const dockerHome = `docker-${databaseImage.replace(':', '-')}`;
    const homes = () => readdirSync(join(copy.folder, '.data')).filter((name) => /^(mysql|mariadb)/.test(name));
    const keepData = (home: string) => {
      mkdirSync(join(copy.folder, '.data', home, 'data'), { recursive: true });
      writeFileSync(join(copy.folder, '.data', home, 'data/ibdata1'), '');
    };
    const refused = async () => {
      start({ REDIS_URL: 'redis://127.0.0.1:1', PORT: String(await freePort()) });
      expect(await command?.ended).toBe(1);
      return lastLine(command as Command);
    };

    it.each([
      ['does not answer', 'exit 1', 'no Docker engine answers'],
      ['can not start it', '[ "$1" = version ] && echo 28.0.0', `${databaseImage} does not start there`],
    ])('opens no other one when the Docker engine that had it %s', async (_how, docker, reason) => {
      keepData(dockerHome);
      copy.program('docker', docker);
      expect(await refused()).toMatch(
        new RegExp(`^The database of earlier starts is in .*${dockerHome}, and .*${reason}.* move the folder away`),
      );
      expect(homes()).toEqual([]);
    });

    it('opens no other one when the server that made it is gone', async () => {
      keepData('mariadb-5.5');
      expect(await refused()).toMatch(/^The database of earlier starts is in .*mariadb-5\.5, and this machine has /);
      expect(homes()).toEqual(['mariadb-5.5']);
    });

    it('says that it fetches an image while it does', async () => {
      keepData(dockerHome);
      copy.program('docker', 'case "$1" in version) echo 28.0.0;; image) exit 1;; esac');
      await refused();
      expect((command as Command).said).toContain(`Fetching ${databaseImage} ...`);
    });
  },
);

describe('what is said where servers are missing', () => {
  it.each([
    [['database', 'redis'], 'apt-get', /sudo apt-get install -y --no-install-recommends mariadb-server redis-server\n/],
    [['redis'], 'apt-get', /^Missing here: Redis 7\+ or Valkey\. [^]* redis-server\n[^]*set REDIS_URL\.$/],
    [['database'], 'brew', /brew install mysql\n/],
    [['database', 'redis'], 'none', /on the PATH, start a Docker engine, or set DATABASE_URL and REDIS_URL\.$/],
  ] as const)('%j with %s: all of it, and the line to type', (missing, manager, words) => {
    expect(adviceFor(missing, manager)).toMatch(words);
  });
});
