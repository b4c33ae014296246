import { describe, expect, it } from '@jest/globals';
import { isLoopback, isPrivate } from './hosts.js';

describe('a host', () => {
  it.each(['127.0.0.1', '127.9.9.9', '::1', '[::1]', 'localhost', 'LOCALHOST'])('%s is this machine', (host) => {
    expect([isLoopback(host), isPrivate(host)]).toEqual([true, true]);
  });

  it.each(['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fd00::1', '[fd00::1]', 'redis', 'pay_redis'])(
    '%s is in a private network',
    (host) => expect([isLoopback(host), isPrivate(host)]).toEqual([false, true]),
  );

  it.each([
    '128.0.0.1',
    '172.32.0.1',
    '11.0.0.1',
    '0.0.0.0',
    '::',
    '::2',
    'fe80::1',
    'redis.example',
    '2130706433',
    '',
  ])('%j may be anywhere', (host) => expect([isLoopback(host), isPrivate(host)]).toEqual([false, false]));
});
