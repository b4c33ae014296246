import { describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import fastify from 'fastify';
import { type Config, loadConfig } from '../config/config.js';
import { trustOf, warnOfUnknownProxy } from './proxies.js';

function serverOf(config: Config) {
  const server = fastify({ trustProxy: trustOf(config) });
  warnOfUnknownProxy(server, config);
  server.get('/', ({ ip }, reply) => void reply.send(ip));
  return server;
}

/** Whose request it is taken for, that comes from an address with this X-Forwarded-For. */
async function seenAs(trusted: string, remoteAddress: string, forwardedFor: string): Promise<string> {
  const server = serverOf(loadConfig({ TRUSTED_PROXIES: trusted }));
  return (await server.inject({ url: '/', remoteAddress, headers: { 'x-forwarded-for': forwardedFor } })).body;
}

describe('X-Forwarded-For', () => {
  it.each([
    ['10.0.0.0/8', '10.1.2.3', '192.0.2.7', '192.0.2.7'],
    ['10.0.0.0/8', '::ffff:10.1.2.3', '192.0.2.7', '192.0.2.7'],
    ['10.0.0.1, fd00::/8', 'fd00::5', '2001:db8::7', '2001:db8::7'],
    ['10.0.0.0/8', '10.1.2.3', '192.0.2.7, 10.4.5.6', '192.0.2.7'],
    ['10.0.0.0/8', '10.1.2.3', '192.0.2.7:4711, 10.4.5.6:80', '192.0.2.7:4711'],
    ['fd00::/8', 'fd00::5', '[2001:db8::7]:4711, [fd00::6]:443', '[2001:db8::7]:4711'],
  ])('with %s trusted, from %s, of %s is of %s', async (trusted, from, header, client) => {
    expect(await seenAs(trusted, from, header)).toBe(client);
  });

  it('is not believed of others, nor beyond the first one who is not trusted', async () => {
    expect(await seenAs('10.0.0.0/8', '192.0.2.7', '198.51.100.1')).toBe('192.0.2.7');
    expect(await seenAs('10.0.0.0/8', '10.1.2.3', '198.51.100.1, 192.0.2.7:80')).toBe('192.0.2.7:80');
    expect(await seenAs('10.0.0.0/8', '10.1.2.3', '198.51.100.1, unknown')).toBe('unknown');
  });

  it('is warned of once where no proxy is trusted, and of nothing else', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const server = serverOf(loadConfig({}));
    await server.inject('/');
    expect(warn).not.toHaveBeenCalled();
    const headers = { 'x-forwarded-for': '198.51.100.1' };
    for (let i = 0; i < 3; i++) expect((await server.inject({ url: '/', headers })).body).toBe('127.0.0.1');
    expect(warn.mock.calls).toEqual([[expect.stringContaining('TRUSTED_PROXIES')]]);
    await seenAs('10.0.0.0/8', '192.0.2.7', '198.51.100.1');
    expect(warn).toHaveBeenCalledTimes(1);
  });
});
