import { Logger } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { BlockList, isIP } from 'node:net';
import type { Config } from '../config/config.js';

/** What some balancers write behind an address, and around one of IPv6: its port and brackets. */
const WITH_PORT = /^(?:\[([^\]]*)\](?::\d{1,5})?|(\d+\.\d+\.\d+\.\d+):\d{1,5})$/;

/** The address in an entry of X-Forwarded-For: `192.0.2.7`, `192.0.2.7:4711`, `2001:db8::7`, `[2001:db8::7]:4711`. */
export function addressIn(entry: string): string {
  const [, v6, v4] = WITH_PORT.exec(entry) ?? [];
  return v6 ?? v4 ?? entry;
}

/** For Fastify: whether what stands at an address is a proxy of ours, whose X-Forwarded-For is believed. */
export function trustOf({ trustedProxies }: Config): false | ((entry: string) => boolean) {
  if (trustedProxies === undefined) return false;
  const trusted = new BlockList();
  for (const network of trustedProxies.split(',')) {
    const [address = '', bits] = network.trim().split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    if (bits === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(bits), family);
  }
  return (entry) => {
    const address = addressIn(entry);
    const family = isIP(address);
    return family > 0 && trusted.check(address, family === 4 ? 'ipv4' : 'ipv6');
  };
}

/** Says once that there seems to be a proxy that nobody has named: everybody behind it shares its limits. */
export function warnOfUnknownProxy(server: FastifyInstance, { trustedProxies }: Config): void {
  if (trustedProxies !== undefined) return;
  let isSaid = false;
  server.addHook('onRequest', ({ headers }, _reply, done) => {
    if (!isSaid && headers['x-forwarded-for'] !== undefined) {
      isSaid = true;
      new Logger('Http').warn(
        'X-Forwarded-For is sent but not believed: all clients of a proxy share one limit until TRUSTED_PROXIES names it',
      );
    }
    done();
  });
}
