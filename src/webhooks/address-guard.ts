import type { LookupAddress, LookupOptions } from 'node:dns';
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { buildConnector } from 'undici';

/**
 * Everything of IPv4 that is not the public internet (IANA's special-purpose registry), and a cloud's metadata there.
 */
const NOT_PUBLIC_V4: readonly [network: string, prefix: number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // carriers, and a cloud's metadata at 100.100.100.200
  ['127.0.0.0', 8],
  ['168.63.129.16', 32], // a cloud's metadata at a public address
  ['169.254.0.0', 16], // link-local, and most clouds' metadata at 169.254.169.254
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
/** Of IPv6 only 2000::/3 is public at all; these parts of it lead to IPv4 addresses or nowhere. */
const PUBLIC_V6: [network: string, prefix: number] = ['2000::', 3];
const NOT_PUBLIC_V6: readonly [network: string, prefix: number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const notPublicV4 = new BlockList();
for (const [network, prefix] of NOT_PUBLIC_V4) notPublicV4.addSubnet(network, prefix, 'ipv4');
const publicV6 = new BlockList();
publicV6.addSubnet(...PUBLIC_V6, 'ipv6');
const notPublicV6 = new BlockList();
for (const [network, prefix] of NOT_PUBLIC_V6) notPublicV6.addSubnet(network, prefix, 'ipv6');

/** True for an address (v4 or v6, as text) of the public internet. */
export function isPublic(address: string): boolean {
  if (isIPv4(address)) return !notPublicV4.check(address, 'ipv4');
  return isIPv6(address) && publicV6.check(address, 'ipv6') && !notPublicV6.check(address, 'ipv6');
}

/** The address in a URL's host, without the brackets of IPv6; null for a name. */
export function literalAddress(hostname: string): string | null {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIPv4(bare) || isIPv6(bare) ? bare : null;
}

class AddressNotAllowed extends Error {
  override readonly name = 'AddressNotAllowed';
  readonly code = 'ADDRESS_NOT_ALLOWED';
}

/** As `dns.lookup` with `all`. */
export type Lookup = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Connects to allowed addresses only. The very answer of DNS that is connected to is checked, so a name that leads
 * somewhere else a moment later (DNS rebinding) gains nothing.
 */
export function guardedConnector(
  isAllowed: (address: string) => boolean,
  timeoutMs: number,
  lookup: Lookup,
): buildConnector.connector {
  const connect = buildConnector({
    timeout: timeoutMs,
    allowH2: false,
    lookup: (hostname, options, callback) =>
      lookup(hostname, { ...options, all: true }, (error, addresses) => {
        const [first, ...others] = addresses?.filter(({ address }) => isAllowed(address)) ?? [];
        if (error) callback(error, []);
        else if (!first) callback(new AddressNotAllowed(), []);
        else if (options.all) callback(null, [first, ...others]);
        else callback(null, first.address, first.family);
      }),
  });
  return (options, callback) => {
    // Nobody looks an address up, so it would pass the check above.
    const literal = literalAddress(options.hostname);
    if (literal !== null && !isAllowed(literal)) callback(new AddressNotAllowed(), null);
    else connect(options, callback);
  };
}
