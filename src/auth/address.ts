import { isIPv6 } from 'node:net';
import { addressIn } from '../platform/http/proxies.js';

const HEXTETS = 8;
/** An IPv6 network of this many hextets (a /64) is what one subscriber gets. */
const NETWORK_HEXTETS = 4;
const V4_IN_V6 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
/** The same with its IPv4 address in hexadecimal. */
const V4_HEXTETS = '0:0:0:0:0:ffff';

/** Whose requests are counted together: an IPv4 address, or the /64 network of an IPv6 one, however it is written. */
export function networkOf(entry: string): string {
  const address = addressIn(entry);
  if (!address.includes(':')) return address;
  const v4 = V4_IN_V6.exec(address)?.[1];
  if (v4) return v4;
  if (!isIPv6(address)) return address;
  const hextets = hextetsOf(address);
  if (hextets.slice(0, 6).join(':') === V4_HEXTETS) return v4Of(hextets.slice(6));
  return `${hextets.slice(0, NETWORK_HEXTETS).join(':')}::/64`;
}

/** All eight, without leading zeros; of a last part that is written as IPv4 only the place counts. */
function hextetsOf(address: string): string[] {
  const [plain = ''] = address.split('%');
  const [head = '', tail] = plain
    .toLowerCase()
    .replace(/[\d.]+\.\d+$/, '0:0')
    .split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail ? tail.split(':') : [];
  const zeros = new Array<string>(tail === undefined ? 0 : HEXTETS - first.length - last.length).fill('0');
  return [...first, ...zeros, ...last].map((hextet) => hextet.replace(/^0+(?=.)/, ''));
}

function v4Of(hextets: readonly string[]): string {
  return hextets
    .map((hextet) => parseInt(hextet, 16))
    .map((value) => `${value >> 8}.${value & 255}`)
    .join('.');
}
