import { expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describeWith, stackPart } from '../../support/environment.js';
import { startAndFail } from '../../support/failed-start.js';

const withUrl = (change: (url: URL) => void) => () => {
  const url = new URL(stackPart('databaseUrl'));
  change(url);
  return { DATABASE_URL: url.href };
};

describeWith(['databaseUrl', 'redisUrl'], 'a start with a mistake in the environment', () => {
  it.each<[string, () => Record<string, string>, RegExp]>([
    [
      'a % in a password',
      () => ({ DATABASE_URL: 'mysql://pay:p%zz@127.0.0.1:3306/pay' }),
      /^DATABASE_URL has a %.* %25$/,
    ],
    ['a wrong password', withUrl((url) => (url.password = 'wrong')), /^DATABASE_URL: the server refuses the user/],
    ['an unknown user', withUrl((url) => (url.username = 'nobody')), /^DATABASE_URL: the server refuses the user/],
    [
      'an unknown database',
      withUrl((url) => (url.pathname = '/pay_nowhere')),
      /^DATABASE_URL: there is no such database/,
    ],
    [
      'another database',
      withUrl((url) => (url.pathname = '/mysql')),
      /^DATABASE_URL: its user may not use this database/,
    ],
    ["another machine's address", () => ({ HOST: '192.0.2.1' }), /^HOST: 192.0.2.1 is no address of this machine$/],
    ['a host that does not exist', () => ({ HOST: 'nowhere.invalid' }), /^HOST: nowhere.invalid is not known here$/],
  ])('%s ends at once, with one line that names the variable', async (_what, env, line) => {
    const { code, lines } = await startAndFail(env());
    expect({ code, lines }).toEqual({ code: 1, lines: [expect.stringMatching(line)] });
  });

  it('what only a sandbox may have ends a start in production, all of it at once', async () => {
    const { code, lines } = await startAndFail({
      NODE_ENV: 'production',
      HOST: '0.0.0.0',
      AUTH: 'optional',
      DATABASE_URL: 'mysql://pay:pay@db.example:3306/pay',
      REDIS_URL: 'redis://redis.example:6379/0',
      BANK_URL: 'http://bank.example',
      BANK_CLIENT_SECRET: 'sandbox-secret',
      DATA_KEYS: '0'.repeat(64),
      BANK_SIMULATOR_URL: 'http://127.0.0.1:4000',
      CLOCK_OFFSET_FILE: '/tmp/offset',
    });
    expect({ code, lines }).toEqual({
      code: 1,
      lines: [
        'BANK_CLIENT_SECRET must be set in production, to the secret that the bank gave you',
        'DATA_KEYS must be set in production, to keys of your own (openssl rand -hex 32)',
        "DATABASE_URL must have a password in production that is not its user's name, unless the server is on this machine",
        'BANK_URL must start with https:// in production, unless the bank is on this machine',
        'REDIS_URL must have a password in production, unless its host is in a private network',
        'AUTH must be required in production, unless HOST is 127.0.0.1: others would do anything without a key',
        'BANK_SIMULATOR_URL is for sandboxes and must not be set in production: no bank is told to lie there',
        'CLOCK_OFFSET_FILE is for tests and must not be set in production',
      ],
    });
  });

  it('so does a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, lines } = await startAndFail({ PORT: String(port) });
    other.close();
    expect({ code, lines }).toEqual({ code: 1, lines: [`PORT: ${port} is taken on 127.0.0.1`] });
  });
});
