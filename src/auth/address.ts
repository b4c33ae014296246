import { isIPv6 } from 'node:net';

const HEXTETS = 8;
/** An IPv6 network of this many hextets (a /64) is what one subscriber gets. */
const NETWORK_HEXTETS = 4;

/** Whose requests are counted together: an IPv4 address, or the /64 network of an IPv6 one. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const v4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (v4) return v4;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = (address.split('%')[0] as string).toLowerCase().split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : HEXTETS - first.length - last.length;
  const hextets = [...first, ...new Array<string>(Math.max(0, zeros)).fill('0'), ...last];
  return `${hextets.slice(0, NETWORK_HEXTETS).join(':')}::/64`;
}
