import { describe, expect, it } from '@jest/globals';
import { rootCertificates } from 'node:tls';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvironmentReader } from './environment-reader.js';
import { readRedisAddress } from './redis-address.js';

function reading(env: Record<string, string>) {
  const reader = new EnvironmentReader(env);
  return { address: readRedisAddress(reader), mistakes: reader.mistakes };
}

const SENTINELS = { REDIS_SENTINELS: 's1,s2:26380', REDIS_SENTINEL_NAME: 'pay' };

describe('the address of Redis', () => {
  it('is a server of this machine when nothing is set', () => {
    const address = { form: 'server', url: 'redis://127.0.0.1:6379/0', tls: undefined };
    expect(reading({})).toEqual({ address, mistakes: [] });
  });

  it('is a URL, which holds the password, and TLS when it is rediss://', () => {
    const url = 'rediss://pay:secret@redis.example:6380/2';
    expect(reading({ REDIS_URL: url })).toEqual({ address: { form: 'server', url, tls: {} }, mistakes: [] });
  });

  it('is Sentinels with the name of their master, and a password for each of the two', () => {
    const access = { REDIS_USERNAME: 'pay', REDIS_PASSWORD: 'one', REDIS_SENTINEL_PASSWORD: 'two' };
    expect(reading({ ...SENTINELS, ...access })).toEqual({
      address: {
        form: 'sentinel',
        sentinels: [
          { host: 's1', port: 26379 },
          { host: 's2', port: 26380 },
        ],
        name: 'pay',
        sentinelAccess: { username: undefined, password: 'two' },
        username: 'pay',
        password: 'one',
        tls: undefined,
      },
      mistakes: [],
    });
  });

  it('is some nodes of a cluster', () => {
    expect(reading({ REDIS_CLUSTER: 'c1, 10.0.0.2:7000 ,[fd00::3]:7001', REDIS_TLS: 'on' })).toEqual({
      address: {
        form: 'cluster',
        nodes: [
          { host: 'c1', port: 6379 },
          { host: '10.0.0.2', port: 7000 },
          { host: 'fd00::3', port: 7001 },
        ],
        username: undefined,
        password: undefined,
        tls: {},
      },
      mistakes: [],
    });
  });

  it('trusts the certificates of a file alone', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pay-ca-'));
    const file = join(folder, 'ca.pem');
    const ca = rootCertificates[0] as string;
    writeFileSync(file, ca);
    for (const env of [{ REDIS_URL: 'rediss://r' }, { ...SENTINELS, REDIS_TLS: 'on' }]) {
      expect(reading({ ...env, REDIS_TLS_CA: file })).toMatchObject({ address: { tls: { ca } }, mistakes: [] });
    }
    writeFileSync(file, 'no certificate');
    const complaint = 'REDIS_TLS_CA must be a readable file with certificates (PEM)';
    for (const path of [file, folder, join(folder, 'nothing')]) {
      expect(reading({ REDIS_URL: 'rediss://r', REDIS_TLS_CA: path }).mistakes).toEqual([complaint]);
    }
    rmSync(folder, { recursive: true });
  });

  it.each<[Record<string, string>, string]>([
    [
      { REDIS_URL: 'redis://r', REDIS_CLUSTER: 'c1' },
      'REDIS_URL and REDIS_CLUSTER exclude each other: set one of them',
    ],
    [{ ...SENTINELS, REDIS_CLUSTER: 'c1' }, 'REDIS_SENTINELS and REDIS_CLUSTER exclude each other: set one of them'],
    [{ REDIS_SENTINELS: 's1' }, 'REDIS_SENTINEL_NAME must be set with REDIS_SENTINELS: what they call the master'],
    [{ REDIS_SENTINEL_NAME: 'pay' }, 'REDIS_SENTINEL_NAME goes with REDIS_SENTINELS'],
    [{ REDIS_CLUSTER: 'c1', REDIS_SENTINEL_PASSWORD: 'p' }, 'REDIS_SENTINEL_PASSWORD goes with REDIS_SENTINELS'],
    [
      { REDIS_URL: 'redis://r', REDIS_PASSWORD: 'p' },
      'REDIS_PASSWORD goes with REDIS_SENTINELS or REDIS_CLUSTER: REDIS_URL has a place for it',
    ],
    [{ REDIS_CLUSTER: 'c1', REDIS_USERNAME: 'pay' }, 'REDIS_USERNAME needs REDIS_PASSWORD'],
    [{ ...SENTINELS, REDIS_SENTINEL_USERNAME: 'pay' }, 'REDIS_SENTINEL_USERNAME needs REDIS_SENTINEL_PASSWORD'],
    [{ REDIS_CLUSTER: 'c1', REDIS_TLS: 'yes' }, 'REDIS_TLS must be one of off, on'],
    ...['c1,', 'c1:0', 'c1:65536', 'c1:x', 'redis://c1:6379', '[c1]:6379', 'c1 c2', 'u:p@c1'].map(
      (list): [Record<string, string>, string] => [
        { REDIS_CLUSTER: list },
        'REDIS_CLUSTER must be hosts like redis1:6379, separated by commas',
      ],
    ),
  ])('%j is refused', (env, mistake) => {
    expect(reading(env).mistakes).toEqual([mistake]);
  });

  it('is refused with certificates but without TLS', () => {
    const { mistakes } = reading({ REDIS_URL: 'redis://r', REDIS_TLS_CA: '/nowhere' });
    expect(mistakes).toContain('REDIS_TLS_CA needs TLS: rediss:// in REDIS_URL, or REDIS_TLS=on');
  });
});
