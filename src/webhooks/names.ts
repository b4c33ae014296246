import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lookup } from './address-guard.js';

/** A name server that says nothing is asked so often, and waited for so long at first (longer the next time). */
const TRIES = 2;
const FIRST_TRY_MS = 1_000;
/** Once IPv4 addresses are there, those of IPv6 are not waited for longer. */
const GRACE_MS = 250;

/** Names of this machine are not for name servers (RFC 6761). */
const LOCALHOST = /^(.+\.)?localhost\.?$/i;
const LOOPBACK: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/** `lastError` of an attempt says that it was the name, not the receiver: `DNS_ENOTFOUND`, `DNS_ETIMEOUT` … */
class NameNotResolved extends Error {
  override readonly name = 'NameNotResolved';
  readonly code: string;

  constructor(cause: unknown) {
    super('the name leads to no address', { cause });
    this.code = `DNS_${(cause as NodeJS.ErrnoException).code ?? 'ERROR'}`;
  }
}

/**
 * Where the names in partners' URLs lead. Name servers are asked without `dns.lookup`, whose few threads also look up
 * the bank, the database and Redis: a partner's name server that never answers would take them all. `/etc/hosts` and
 * the search list are for the machine's own names, so they are not looked at.
 */
export class Names {
  private readonly resolver = new Resolver({ timeout: FIRST_TRY_MS, tries: TRIES });

  /** `servers`: instead of the system's. */
  constructor(servers?: readonly string[]) {
    if (servers) this.resolver.setServers(servers);
  }

  /** For sockets, in place of `dns.lookup`. */
  readonly lookup: Lookup = (hostname, _options, callback) => {
    this.addressesOf(hostname).then(
      (addresses) => callback(null, addresses),
      (error: unknown) => callback(new NameNotResolved(error), []),
    );
  };

  /** Ends what is being asked. */
  cancel(): void {
    this.resolver.cancel();
  }

  private async addressesOf(hostname: string): Promise<LookupAddress[]> {
    if (LOCALHOST.test(hostname)) return [...LOOPBACK];
    const asked6 = this.resolver.resolve6(hostname).then(
      (addresses) => addresses.map((address) => ({ address, family: 6 })),
      () => [],
    );
    try {
      const addresses = await this.resolver.resolve4(hostname);
      const others = await Promise.race([asked6, sleep(GRACE_MS, [], { ref: false })]);
      return [...addresses.map((address) => ({ address, family: 4 })), ...others];
    } catch (error) {
      const addresses = await asked6;
      if (addresses.length === 0) throw error;
      return addresses;
    }
  }
}
