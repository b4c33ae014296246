import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { ConfigError, loadConfig } from './config.js';

/** What production has no default for. */
const SECRETS = { BANK_CLIENT_SECRET: 's3cret', DATA_KEYS: 'a'.repeat(64) };

function mistakesOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}

describe('the environment', () => {
  it('needs nothing for development', () => {
    expect(loadConfig({})).toMatchObject({ port: 3000, environment: 'development', bankTimeoutMs: 3000 });
  });

  it('counts a blank variable as absent', () => {
    expect(loadConfig({ PORT: ' ', REDIS_URL: '' })).toMatchObject({
      port: 3000,
      redis: { form: 'server', url: 'redis://127.0.0.1:6379/0' },
    });
  });

  it('reports every mistake at once, a line each', () => {
    const mistakes = mistakesOf({
      PORT: '3e3',
      DATABASE_URL: 'postgres://x',
      LOG_LEVEL: 'loud',
      BANK_INSTITUTION_CODE: 'm1',
    });
    expect(mistakes).toEqual([
      'PORT must be an integer from 0 to 65535',
      'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent',
      'DATABASE_URL must be a URL that starts with mysql:// or mariadb://',
      'BANK_INSTITUTION_CODE must be ten characters of A-Z and 0-9',
    ]);
  });

  it.each<[what: string, env: Record<string, string>, mistake: RegExp]>([
    ['a % in a password', { DATABASE_URL: 'mysql://pay:p%zz@127.0.0.1:3306/pay' }, /^DATABASE_URL has a %.* %25$/],
    ['a database without a host', { DATABASE_URL: 'mysql:///pay' }, /^DATABASE_URL must name a host/],
    ['a database with nothing', { DATABASE_URL: 'mysql://' }, /^DATABASE_URL must /],
    ['a server without a database', { DATABASE_URL: 'mysql://pay:pay@127.0.0.1:3306' }, /^DATABASE_URL must end/],
    ['a Redis without a host', { REDIS_URL: 'redis:/' }, /^REDIS_URL must name a host/],
    ['a Redis with a name', { REDIS_URL: 'redis://127.0.0.1:6379/pay' }, /^REDIS_URL must end/],
    ['a % in the password of Redis', { REDIS_URL: 'redis://:p%zz@127.0.0.1' }, /^REDIS_URL has a %/],
    ['two forms of Redis', { REDIS_URL: 'redis://r', REDIS_CLUSTER: 'redis1' }, /^REDIS_URL and REDIS_CLUSTER exclude/],
    ['Sentinels alone', { REDIS_SENTINELS: 'sentinel1' }, /^REDIS_SENTINEL_NAME must be set/],
    ['a pool of one', { DATABASE_POOL_SIZE: '1' }, /^DATABASE_POOL_SIZE must be an integer from 2 /],
  ])('names the variable of %s, in one line', (_what, env, mistake) => {
    expect(mistakesOf(env)).toEqual([expect.stringMatching(mistake)]);
  });

  it('never repeats a value, which may be a secret', () => {
    expect(mistakesOf({ DATABASE_URL: 'hunter2', BANK_CLIENT_SECRET: 'hunter 2' }).join()).not.toContain('hunter');
  });

  it.each(['-1', '65536', '1.5', '0x10', 'NaN', ' 1 2 '])('refuses the port %j', (PORT) => {
    expect(mistakesOf({ PORT })).toHaveLength(1);
  });

  it.each(['development', 'production'])('lets nobody from elsewhere in unless told to, in %s', (NODE_ENV) => {
    expect(loadConfig({ ...SECRETS, NODE_ENV }).host).toBe('127.0.0.1');
    expect(loadConfig({ ...SECRETS, NODE_ENV, HOST: '0.0.0.0' }).host).toBe('0.0.0.0');
  });

  describe('in production', () => {
    const mistakesWith = (env: Record<string, string>) => mistakesOf({ NODE_ENV: 'production', ...SECRETS, ...env });

    it('needs two secrets of its own and nothing else', () => {
      expect(mistakesWith({})).toEqual([]);
      expect(mistakesOf({ NODE_ENV: 'production' })).toEqual([
        expect.stringMatching(/^BANK_CLIENT_SECRET must be set in production/),
        expect.stringMatching(/^DATA_KEYS must be set in production/),
      ]);
    });

    it.each([
      ["the sandbox's secret of the bank", 'BANK_CLIENT_SECRET', 'sandbox-secret'],
      ['a data key of zeros', 'DATA_KEYS', '0'.repeat(64)],
      ['a data key of zeros as the first', 'DATA_KEYS', `${'0'.repeat(64)},${'a'.repeat(64)}`],
      ['pay:pay elsewhere', 'DATABASE_URL', 'mysql://pay:pay@db.example:3306/pay'],
      ['a password that is the user', 'DATABASE_URL', 'mysql://wallet:wallet@10.0.0.5/pay'],
      ['no password', 'DATABASE_URL', 'mysql://wallet@mysql/pay'],
      ['a bank without TLS', 'BANK_URL', 'http://bank.example'],
      ['a Redis of everybody without a password', 'REDIS_URL', 'redis://redis.example:6379/0'],
      ["a Redis at a public address, even with a user's name", 'REDIS_URL', 'rediss://pay@203.0.113.7'],
      ['a bank that lies', 'BANK_SIMULATOR_URL', 'http://127.0.0.1:4000'],
      ['sessions that everybody can make', 'CONSOLE_SESSION_KEYS', '0'.repeat(64)],
      ["a test's clock", 'CLOCK_OFFSET_FILE', '/tmp/offset'],
    ])('refuses %s', (_what, name, value) => {
      expect(mistakesWith({ [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name} `))]);
    });

    it('refuses callers without keys from elsewhere', () => {
      expect(mistakesWith({ AUTH: 'optional' })).toEqual([]);
      for (const HOST of ['0.0.0.0', '::', '10.0.0.7', 'pay.example']) {
        expect(mistakesWith({ AUTH: 'optional', HOST })).toEqual([expect.stringMatching(/^AUTH /)]);
        expect(mistakesWith({ HOST })).toEqual([]);
      }
    });

    it.each([
      ['DATABASE_URL', 'mysql://pay:pay@localhost:3306/pay'],
      ['DATABASE_URL', 'mysql://pay:s3cret@db.example:3306/pay'],
      ['BANK_URL', 'http://[::1]:4000'],
      ['BANK_URL', 'https://bank.example'],
      ['REDIS_URL', 'redis://192.168.0.9:6379/0'],
      ['REDIS_URL', 'redis://[fd00::9]:6379/0'],
      ['REDIS_URL', 'redis://redis:6379/0'],
      ['REDIS_URL', 'redis://:s3cret@redis.example:6379/0'],
      ['DATA_KEYS', `${'a'.repeat(64)},${'0'.repeat(64)}`],
      ['WEBHOOK_SECRET_KEY', '0'.repeat(64)],
    ])('takes %s=%s', (name, value) => expect(mistakesWith({ [name]: value })).toEqual([]));

    it('takes data keys under their former name alone, and then looks at those', () => {
      const mistakesWithFormer = (WEBHOOK_SECRET_KEY: string) => mistakesWith({ DATA_KEYS: '', WEBHOOK_SECRET_KEY });
      expect(mistakesWithFormer('a'.repeat(64))).toEqual([]);
      expect(mistakesWithFormer('0'.repeat(64))).toEqual([expect.stringMatching(/^DATA_KEYS must be set/)]);
      expect(mistakesWithFormer('short')).toEqual([expect.stringMatching(/^WEBHOOK_SECRET_KEY must be 64/)]);
    });
  });

  it('has one data key, or several, the newest first; those under their former name stand behind them', () => {
    const [newer, older] = ['b'.repeat(64), 'a'.repeat(64)];
    const keysOf = (DATA_KEYS: string, WEBHOOK_SECRET_KEY = '') =>
      loadConfig({ DATA_KEYS, WEBHOOK_SECRET_KEY }).dataKeys;
    expect(keysOf(older.toUpperCase())).toEqual([older]);
    expect(keysOf(`${newer}, ${older}`)).toEqual([newer, older]);
    expect(keysOf('', `${newer},${older}`)).toEqual([newer, older]);
    expect(keysOf(newer, `${older},${newer}`)).toEqual([newer, older]);
    for (const wrong of [`${newer},`, `${newer},short`, `${newer} ${older}`, 'x'.repeat(64)]) {
      expect(mistakesOf({ DATA_KEYS: wrong })).toHaveLength(1);
      expect(mistakesOf({ WEBHOOK_SECRET_KEY: wrong })).toHaveLength(1);
    }
  });

  it('has a console everywhere but in production, where somebody has to want one', () => {
    const [newer, older] = ['b'.repeat(64), 'a'.repeat(64)];
    expect(loadConfig({})).toMatchObject({ hasConsole: true, consoleSessionKeys: [] });
    expect(loadConfig({ ...SECRETS, NODE_ENV: 'production' }).hasConsole).toBe(false);
    for (const NODE_ENV of ['development', 'production']) {
      const config = loadConfig({ ...SECRETS, NODE_ENV, CONSOLE_SESSION_KEYS: `${newer},${older}` });
      expect(config).toMatchObject({ hasConsole: true, consoleSessionKeys: [newer, older] });
    }
    for (const short of ['short', 'a'.repeat(63), `${newer},`]) {
      expect(mistakesOf({ CONSOLE_SESSION_KEYS: short })).toEqual([
        expect.stringMatching(/^CONSOLE_SESSION_KEYS must be 64/),
      ]);
    }
  });

  it('names one host of the database, or several, each with its port', () => {
    const urlsOf = (value: string) => loadConfig({ DATABASE_URL: value, DATABASE_TLS: 'off' }).databaseUrls;
    expect(urlsOf('mysql://u:p,q@a:3306,b,[::1]:3307/pay')).toEqual([
      'mysql://u:p,q@a:3306/pay',
      'mysql://u:p,q@b/pay',
      'mysql://u:p,q@[::1]:3307/pay',
    ]);
    for (const wrong of ['a,', ',a', 'a,a', 'a:3306,b:x']) {
      expect(mistakesOf({ DATABASE_URL: `mysql://u:p@${wrong}/pay`, DATABASE_TLS: 'off' })).toHaveLength(1);
    }
  });

  it.each(['?ssl-mode=REQUIRED', '?ssl={}', '?', '#x'])(
    'lets nobody believe that %s behind the database does anything',
    (rest) => {
      expect(mistakesOf({ DATABASE_URL: `mysql://u:p@a/pay${rest}` })).toEqual([
        'DATABASE_URL must end with the name of a database: mysql://user:password@host:3306/name ' +
          '(TLS is set with DATABASE_TLS)',
      ]);
    },
  );

  it('encrypts the way to a database on another machine, and looks who it is where that can be known', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pay-ca-'));
    const [ca, other] = [join(folder, 'ca.pem'), join(folder, 'other.pem')];
    writeFileSync(ca, rootCertificates[0] as string);
    writeFileSync(other, 'nothing');
    const tlsOf = (DATABASE_URL: string, env = {}) => loadConfig({ DATABASE_URL, ...env }).databaseTls;
    expect(tlsOf('mysql://127.0.0.1,localhost,[::1]/pay')).toBe('off');
    expect(tlsOf('mysql://127.0.0.1,db.example/pay')).toBe('required');
    expect(tlsOf('mysql://db.example/pay', { DATABASE_TLS_CA: ca })).toBe('verify');
    expect(tlsOf('mysql://db.example/pay', { DATABASE_TLS: 'off' })).toBe('off');
    for (const env of [
      { DATABASE_TLS_CA: other },
      { DATABASE_TLS_CA: join(folder, 'nowhere') },
      { DATABASE_TLS_CA: ca, DATABASE_TLS: 'required' },
      { DATABASE_TLS: 'verify-ca' },
      { DATABASE_TLS: 'verify', DATABASE_URL: 'mysql://10.0.0.1/pay' },
      { DATABASE_TLS: 'yes' },
    ]) {
      expect(mistakesOf({ DATABASE_URL: 'mysql://db.example/pay', ...env })).toHaveLength(1);
    }
    rmSync(folder, { recursive: true });
  });

  it('names name servers for webhooks by their addresses', () => {
    const serversOf = (value: string) => loadConfig({ WEBHOOK_DNS_SERVERS: value }).webhookDnsServers;
    expect(serversOf('')).toBeUndefined();
    expect(serversOf('10.0.0.2, 10.0.0.3:5353,[fd00::2]:53,fd00::3')).toEqual([
      '10.0.0.2',
      '10.0.0.3:5353',
      '[fd00::2]:53',
      'fd00::3',
    ]);
    for (const wrong of ['dns.example', '10.0.0.2,', '10.0.0.2:65536', '[10.0.0.2]:53', '10.0.0.2:x']) {
      expect(mistakesOf({ WEBHOOK_DNS_SERVERS: wrong })).toHaveLength(1);
    }
  });

  it('is what .env.example says: every variable, with its default', () => {
    const example = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8');
    const lines = [...example.matchAll(/^# ([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]);
    const asked = new Set<string>();
    loadConfig(new Proxy({}, { get: (_env, name) => void asked.add(String(name)) }));
    expect(
      lines
        .map(([name]) => name)
        .filter((name) => !/^(SIMULATOR|OTEL)_/.test(name ?? '')) // read by others
        .sort(),
    ).toEqual([...asked].sort());
    expect(loadConfig(Object.fromEntries(lines) as Record<string, string>)).toEqual(loadConfig({}));
  });
});
