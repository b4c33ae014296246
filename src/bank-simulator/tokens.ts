import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { BoundedSet } from './bounded-set.js';

const REVOKED_MAX = 10_000;

export const INSTITUTION = 'institution';

/** Which code refuses a token, and for whom it is good. Which code says which is this sandbox's assumption. */
type TokenCheck = { readonly refusedWith: string } | { readonly holder: string };

/** Access tokens that carry their own holder and expiry under a signature: they need no memory and survive restarts. */
export class Tokens {
  private readonly revoked = new BoundedSet<string>(REVOKED_MAX);

  constructor(
    private readonly secret: string,
    readonly lifetimeSeconds: number,
  ) {}

  /** @param holder INSTITUTION, or the fintech_use_num of the user's linked account */
  issue(holder: string): string {
    const expiresAtMs = Date.now() + this.lifetimeSeconds * 1000;
    const content = `${holder}.${expiresAtMs}.${randomBytes(6).toString('hex')}`;
    return `${content}.${this.sign(content)}`;
  }

  check(authorization: string | undefined): TokenCheck {
    const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? '';
    const [holder = '', expiresAtMs = '', nonce = '', signature = ''] = token.split('.');
    if (!isEqual(signature, this.sign(`${holder}.${expiresAtMs}.${nonce}`))) return { refusedWith: 'O0002' };
    if (Number(expiresAtMs) <= Date.now() || this.revoked.has(token)) return { refusedWith: 'O0003' };
    return { holder };
  }

  revoke(authorization: string): void {
    this.revoked.add(authorization.replace(/^Bearer /i, ''));
  }

  private sign(content: string): string {
    return createHmac('sha256', this.secret).update(content).digest('base64url');
  }
}

function isEqual(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
