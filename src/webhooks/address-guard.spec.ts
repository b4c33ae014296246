import type { LookupAddress } from 'node:dns';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Agent, request } from 'undici';
import { isLoopback } from '../platform/config/hosts.js';
import { guardedConnector, isPublic, literalAddress } from './address-guard.js';

describe('an address', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '172.15.255.255',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700:4700::1111',
    '2a00:1450::1',
  ])('%s is public', (address) => expect(isPublic(address)).toBe(true));

  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.254',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::1',
    'fd00:ec2::254',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    'localhost',
    '',
  ])('%j is not public', (address) => expect(isPublic(address)).toBe(false));

  it('is found in every spelling of a URL', () => {
    const spellings = [
      'http://127.1',
      'http://0x7f.0.0.1',
      'http://2130706433',
      'http://0177.0.0.1/',
      'http://127.0.0.1.',
    ];
    expect(spellings.map((url) => literalAddress(new URL(url).hostname))).toEqual(spellings.map(() => '127.0.0.1'));
    expect(literalAddress(new URL('http://[::1]:80').hostname)).toBe('::1');
    expect(literalAddress('example.com')).toBeNull();
  });
});

describe('connecting', () => {
  let server: Server;
  let port: number;
  let asked = 0;

  beforeAll(async () => {
    server = createServer((_request, response) => {
      asked += 1;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  /** What requests become, one behind the other, when DNS answers so, one answer after the other. */
  async function requestsTo(
    hostname: string,
    answers: string[][],
    count: number,
    isAllowed: (address: string) => boolean,
  ): Promise<(number | string)[]> {
    const agent = new Agent({
      connect: guardedConnector(isAllowed, 1000, (_name, _options, callback) => {
        const addresses: LookupAddress[] = (answers.shift() ?? []).map((address) => ({
          address,
          family: address.includes(':') ? 6 : 4,
        }));
        callback(null, addresses);
      }),
    });
    const became: (number | string)[] = [];
    for (let nth = 0; nth < count; nth++) {
      try {
        // Each on a connection of its own.
        const answer = await request(`http://${hostname}:${port}/`, { dispatcher: agent, reset: true });
        await answer.body.dump();
        became.push(answer.statusCode);
      } catch (error) {
        became.push((error as NodeJS.ErrnoException).code ?? String(error));
      }
    }
    await agent.destroy();
    return became;
  }
  const requestTo = async (hostname: string, answers: string[][], isAllowed = isPublic) =>
    (await requestsTo(hostname, answers, 1, isAllowed))[0];

  it.each([
    ['a private address', 'evil.test', [['10.0.0.1']]],
    ['the machine itself', 'evil.test', [['127.0.0.1']]],
    ['the machine itself, in IPv6', 'evil.test', [['::1', '::ffff:127.0.0.1']]],
    ['a literal address', '127.0.0.1', []],
    ['a literal address in IPv6', '[::1]', []],
    ['a literal address inside IPv6', '[::ffff:127.0.0.1]', []],
    ['no address at all', 'evil.test', [[]]],
  ])('is refused for %s', async (_name, hostname, answers) => {
    const before = asked;
    expect(await requestTo(hostname, answers)).toBe('ADDRESS_NOT_ALLOWED');
    expect(asked).toBe(before);
  });

  it('is refused when the name led to an allowed address a moment ago', async () => {
    const answers = [['127.0.0.1'], ['127.0.0.2'], ['127.0.0.1']];
    const isAllowed = (address: string) => address === '127.0.0.1';
    expect(await requestsTo('rebound.test', answers, 3, isAllowed)).toEqual([200, 'ADDRESS_NOT_ALLOWED', 200]);
    expect(answers).toEqual([]);
  });

  it('goes to the allowed one of several addresses only', async () => {
    expect(await requestTo('mixed.test', [['10.0.0.1', '127.0.0.1', '192.168.0.1']], isLoopback)).toBe(200);
    expect(await requestTo('127.0.0.1', [], isLoopback)).toBe(200);
  });
});
