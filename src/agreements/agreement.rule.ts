/** The latest agreement of a user with a partner, as it was read under the user's lock. Amounts are won. */
export interface AgreementTerms {
  readonly id: number;
  readonly limitPerPayment: number;
  readonly limitPerDay: number;
  readonly state: 'ACTIVE' | 'ENDED' | 'EXPIRED';
  /** The day in Asia/Seoul for which a payment counts now, and what is counted for it by now. */
  readonly day: string;
  readonly usedOnDay: number;
}

/** All that a group's payments are held against. */
export interface AgreementsRead {
  /** Whether a payment needs one; else only who has ever agreed to something is held to it. */
  readonly isRequired: boolean;
  /** By `agreementKey`. */
  readonly terms: ReadonlyMap<string, AgreementTerms>;
}

/** Why a payment is not agreed to. */
type NotAgreed = 'NONE' | 'ENDED' | 'EXPIRED' | 'LIMIT_PER_PAYMENT' | 'LIMIT_PER_DAY';

/** For what a payment counts: null where nobody has agreed to anything, and nobody has to. */
export type Counted = Pick<AgreementTerms, 'id' | 'day'> | null;

export function agreementKey(userId: number, partnerId: number): string {
  return `${userId} ${partnerId}`;
}

/**
 * Whether a payment of `amount` won is agreed to, after `usedInGroup` won that payments before it in the same group
 * take. Returns for what it counts, or why it is not.
 */
export function holdAgainst(
  { isRequired, terms }: AgreementsRead,
  key: string,
  amount: number,
  usedInGroup: number,
): Counted | NotAgreed {
  const agreed = terms.get(key);
  if (!agreed) return isRequired ? 'NONE' : null;
  const { id, state, limitPerPayment, limitPerDay, day, usedOnDay } = agreed;
  if (state !== 'ACTIVE') return state;
  if (amount > limitPerPayment) return 'LIMIT_PER_PAYMENT';
  if (usedOnDay + usedInGroup + amount > limitPerDay) return 'LIMIT_PER_DAY';
  return { id, day };
}
