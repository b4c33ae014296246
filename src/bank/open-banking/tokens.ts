import { SingleFlight } from '../../platform/clock/single-flight.js';
import { within } from '../../platform/clock/within.js';
import { type BankConnection, type Deadline } from './bank-connection.js';

const TOKENS_MAX = 10_000;
/** A token is renewed so much earlier than it expires, because it still has to travel. */
const MARGIN_MS = 60_000;

export const INSTITUTION = 'institution';

/** A token, or why there is none: the client is refused, or the bank is silent or broken. */
export type TokenResult =
  | { readonly kind: 'token'; readonly value: string }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'unavailable'; readonly why: string };

interface Held {
  readonly value: string;
  readonly renewAtMs: number;
}

export interface ClientCredentials {
  readonly id: string;
  readonly secret: string;
}

/**
 * Access tokens, of the institution and of users by their linked account's handle. The latest used are kept in
 * memory; however many calls need the same new one, the bank is asked for it once.
 */
export class Tokens {
  private readonly held = new Map<string, Held>();
  private readonly renewals = new SingleFlight<TokenResult>();

  constructor(
    private readonly connection: BankConnection,
    private readonly client: ClientCredentials,
    private readonly sizeMax = TOKENS_MAX,
  ) {}

  get size(): number {
    return this.held.size;
  }

  /** @param holder INSTITUTION or a fintech_use_num */
  async get(holder: string, deadline: Deadline): Promise<TokenResult> {
    const held = this.held.get(holder);
    if (held && held.renewAtMs > performance.now()) {
      this.keep(holder, held);
      return { kind: 'token', value: held.value };
    }
    const renewal = this.renewals.run(holder, () => this.renew(holder, deadline));
    // Another call's renewal may have more time left than the one that waits for it.
    return (await within(renewal, deadline.leftMs)) ?? { kind: 'unavailable', why: 'no token: time is up' };
  }

  /** Forgets a token that the bank has refused, unless it was renewed in the meantime. */
  forget(holder: string, value: string): void {
    if (this.held.get(holder)?.value === value) this.held.delete(holder);
  }

  private async renew(holder: string, deadline: Deadline): Promise<TokenResult> {
    const form = { client_id: this.client.id, client_secret: this.client.secret, ...grantFor(holder) };
    const exchange = await this.connection.postForm('/oauth/2.0/token', form, deadline);
    if (exchange.kind !== 'answered') return { kind: 'unavailable', why: `no token: ${exchange.why}` };
    const { status, body } = exchange;
    const value = body?.['access_token'];
    if (status === 200 && typeof value === 'string' && /^[!-~]{1,4096}$/.test(value)) {
      const lifetimeMs = (Number(body?.['expires_in']) || 0) * 1000;
      this.keep(holder, { value, renewAtMs: performance.now() + lifetimeMs - Math.min(MARGIN_MS, lifetimeMs / 2) });
      return { kind: 'token', value };
    }
    const code = body?.['rsp_code'];
    return typeof code === 'string' && /^O\d{4}$/.test(code)
      ? { kind: 'refused', code }
      : { kind: 'unavailable', why: `no token: HTTP ${status}` };
  }

  /** Maps keep their order: the first entry is the one that was not used for longest. */
  private keep(holder: string, held: Held): void {
    this.held.delete(holder);
    this.held.set(holder, held);
    if (this.held.size <= this.sizeMax) return;
    for (const oldest of this.held.keys()) {
      this.held.delete(oldest);
      return;
    }
  }
}

/** The sandbox gives users' tokens by handle; a real service would keep the refresh token of the user's consent. */
function grantFor(holder: string): Record<string, string> {
  return holder === INSTITUTION
    ? { grant_type: 'client_credentials', scope: 'oob' }
    : { grant_type: 'refresh_token', scope: 'login inquiry transfer', refresh_token: `sandbox-${holder}` };
}
