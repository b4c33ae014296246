import { randomInt } from 'node:crypto';

const PREFIXES = { MAIN: '3333', SAVINGS: '3355' } as const;

/**
 * A new account number, `3333-12-3456789`. It is drawn before the transaction that opens the account, so that after a
 * lost COMMIT the same number tells whether the account is there.
 */
export function newAccountNumber(kind: keyof typeof PREFIXES): string {
  const digits = (length: number) => String(randomInt(10 ** length)).padStart(length, '0');
  return `${PREFIXES[kind]}-${digits(2)}-${digits(7)}`;
}
