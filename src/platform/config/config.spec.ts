import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { ConfigError, loadConfig } from './config.js';

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
      redisUrl: 'redis://127.0.0.1:6379/0',
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

  it('never repeats a value, which may be a secret', () => {
    expect(mistakesOf({ DATABASE_URL: 'hunter2', BANK_CLIENT_SECRET: 'hunter 2' }).join()).not.toContain('hunter');
  });

  it.each(['-1', '65536', '1.5', '0x10', 'NaN', ' 1 2 '])('refuses the port %j', (PORT) => {
    expect(mistakesOf({ PORT })).toHaveLength(1);
  });

  it('wants a secret of its own and the real clock in production', () => {
    expect(mistakesOf({ NODE_ENV: 'production', CLOCK_OFFSET_FILE: '/tmp/offset' })).toEqual([
      'BANK_CLIENT_SECRET must be set in production',
      'WEBHOOK_SECRET_KEY must be set in production',
      'CLOCK_OFFSET_FILE is for tests and must not be set in production',
    ]);
    const secrets = { BANK_CLIENT_SECRET: 's3cret', WEBHOOK_SECRET_KEY: 'a'.repeat(64) };
    expect(mistakesOf({ NODE_ENV: 'production', ...secrets })).toEqual([]);
  });

  it('is what .env.example says: every variable, with its default', () => {
    const example = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8');
    const lines = [...example.matchAll(/^# ([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]);
    const asked = new Set<string>();
    loadConfig(new Proxy({}, { get: (_env, name) => void asked.add(String(name)) }));
    expect(
      lines
        .map(([name]) => name)
        .filter((name) => !name?.startsWith('SIMULATOR_'))
        .sort(),
    ).toEqual([...asked].sort());
    expect(loadConfig(Object.fromEntries(lines) as Record<string, string>)).toEqual(loadConfig({}));
  });
});
