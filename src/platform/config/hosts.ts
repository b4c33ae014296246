import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const privateNetworks = new BlockList();
privateNetworks.addSubnet('10.0.0.0', 8, 'ipv4');
privateNetworks.addSubnet('172.16.0.0', 12, 'ipv4');
privateNetworks.addSubnet('192.168.0.0', 16, 'ipv4');
privateNetworks.addSubnet('fc00::', 7, 'ipv6');

/** `redis`, as in a compose file. Digits alone would be an address. */
const SINGLE_LABEL = /^[a-z][\w-]*$/i;

/** Whether a host (a name, or an address with or without the brackets of a URL) is this machine. */
export function isLoopback(host: string): boolean {
  return host.toLowerCase() === 'localhost' || isIn(loopback, host);
}

/** Whether nobody outside of a private network can reach a host, as far as its name tells. */
export function isPrivate(host: string): boolean {
  return isLoopback(host) || isIn(privateNetworks, host) || SINGLE_LABEL.test(host);
}

function isIn(networks: BlockList, host: string): boolean {
  const address = host.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(address);
  return family > 0 && networks.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
