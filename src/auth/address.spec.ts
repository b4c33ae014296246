import { describe, expect, it } from '@jest/globals';
import { networkOf } from './address.js';

describe('who is counted together', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['192.0.2.7:4711', '192.0.2.7'],
    ['[2001:db8:1:2:3:4:5:6]:4711', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::9]', '2001:db8:1:2::/64'],
    ['[::ffff:192.0.2.7]:4711', '192.0.2.7'],
    ['::ffff:c000:0207', '192.0.2.7'],
    ['2001:0db8:0001:0002:0000::9', '2001:db8:1:2::/64'],
    ['a:b::c:d:e:192.0.2.7', 'a:b:0:c::/64'],
    ['not an address', 'not an address'],
    ['not an address:1', 'not an address:1'],
  ])('%s is one of %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
