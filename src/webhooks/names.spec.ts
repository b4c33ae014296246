import { createHook } from 'node:async_hooks';
import { type LookupAddress, lookup } from 'node:dns';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NameServer } from '../../test/support/name-server.js';
import { Names } from './names.js';

/** Far more than there are threads for `dns.lookup`. */
const MANY = 64;

describe('a name', () => {
  let server: NameServer;
  let names: Names;

  beforeEach(async () => {
    server = await NameServer.start({
      'partner.test': ['192.0.2.1', '192.0.2.2'],
      'no-address.test': [],
      'silent.test': 'silence',
    });
    names = new Names([server.address]);
  });
  afterEach(async () => {
    names.cancel();
    await server.stop();
  });

  const resolve = (hostname: string) =>
    new Promise<LookupAddress[]>((done, fail) =>
      names.lookup(hostname, { all: true }, (error, addresses) => (error ? fail(error) : done(addresses))),
    );

  it('leads where its name server says', async () => {
    expect(await resolve('partner.test')).toEqual([
      { address: '192.0.2.1', family: 4 },
      { address: '192.0.2.2', family: 4 },
    ]);
  });

  it('of this machine is asked of nobody', async () => {
    const loopback = [
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ];
    for (const name of ['localhost', 'LOCALHOST.', 'shop.localhost']) expect(await resolve(name)).toEqual(loopback);
    expect(server.asked).toEqual([]);
  });

  it('that nobody knows, or that has no address, says that it was the name', async () => {
    await expect(resolve('no-such-partner.test')).rejects.toMatchObject({ code: 'DNS_ENOTFOUND' });
    await expect(resolve('no-address.test')).rejects.toMatchObject({ code: 'DNS_ENODATA' });
  });

  it('whose name server never answers ends, and keeps no other name of this process waiting', async () => {
    const order: string[] = [];
    const silent = Array.from({ length: MANY }, () =>
      resolve('silent.test').catch(({ code }: NodeJS.ErrnoException) => order.push(String(code))),
    );
    await new Promise<void>((done) => lookup('localhost', () => done(void order.push('the name of another'))));
    await Promise.all(silent);
    expect(order).toEqual(['the name of another', ...Array.from({ length: MANY }, () => 'DNS_ETIMEOUT')]);
  });

  it('takes none of the threads that look names up', async () => {
    let lookups = 0;
    const hook = createHook({ init: (_id, type) => void (lookups += type === 'GETADDRINFOREQWRAP' ? 1 : 0) }).enable();
    await resolve('partner.test');
    await resolve('localhost');
    hook.disable();
    expect(lookups).toBe(0);
  });
});
