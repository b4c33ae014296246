/** What a search can find, and by what of it. */
export const FOUND_KINDS = ['USER', 'PAYMENT', 'MOVEMENT', 'ACCOUNT', 'PARTNER'] as const;
export type FoundKind = (typeof FOUND_KINDS)[number];
export const MATCHES = ['ID', 'EMAIL', 'NUMBER', 'LINKED_ACCOUNT', 'KEY', 'ORDER', 'NAME'] as const;
export type MatchedBy = (typeof MATCHES)[number];

/** Something that was found, for a list of all kinds. Amounts are won. */
export interface Found {
  readonly kind: FoundKind;
  readonly id: number;
  readonly title: string;
  readonly matchedBy: MatchedBy;
  readonly occurredAt: Date;
  readonly email?: string;
  readonly status?: string;
  readonly type?: string;
  readonly amount?: number;
  readonly userId?: number;
  readonly partnerId?: number;
  readonly paymentId?: number;
}

/** As long as the longest thing that is looked for, an `Idempotency-Key`. */
export const QUERY_LENGTH_MAX = 255;
const EMAIL_LENGTH_MAX = 254;
const ORDER_LENGTH_MAX = 100;
const NAME_LENGTH_MAX = 50;
const ACCOUNT_LENGTH_MAX = 20;

const VISIBLE_ASCII = /^[!-~]+$/;
const ID = /^\d{1,16}$/;
const BANK_NUMBER = /^\d[\d-]{3,28}\d$/;
/** Of users' accounts: `3333-12-3456789`, which people also write without hyphens. */
const OWN_NUMBER = /^(33(?:33|55))-?(\d{2})-?(\d{7})$/;

/** What a text may be, by its shape: null for what it can't be. What may be several things is looked for as each. */
export interface Wanted {
  readonly id: number | null;
  readonly email: string | null;
  /** Of an account of ours, as it is stored. */
  readonly accountNumber: string | null;
  /** Of an account at a bank: digits only. */
  readonly bankNumber: string | null;
  readonly key: string | null;
  readonly order: string | null;
  /** How a partner's name begins. */
  readonly name: string | null;
}

/** Characters that a text has around it are no part of what is looked for: it was copied from somewhere. */
export function wantedOf(text: string): Wanted {
  const query = text.trim();
  const isAscii = VISIBLE_ASCII.test(query);
  const id = ID.test(query) ? Number(query) : 0;
  const upTo = (max: number) => (isAscii && query.length <= max ? query : null);
  const own = OWN_NUMBER.exec(query);
  return {
    id: Number.isSafeInteger(id) && id > 0 ? id : null,
    email: query.includes('@') ? upTo(EMAIL_LENGTH_MAX) : null,
    accountNumber: own ? own.slice(1).join('-') : upTo(ACCOUNT_LENGTH_MAX),
    bankNumber: BANK_NUMBER.test(query) ? query.replaceAll('-', '') : null,
    key: upTo(QUERY_LENGTH_MAX),
    order: upTo(ORDER_LENGTH_MAX),
    name: [...query].length <= NAME_LENGTH_MAX ? query : null,
  };
}
