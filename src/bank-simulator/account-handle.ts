const HANDLE = /^(\d{3})([0-9A-Z]{21})$/;
const BODY_LENGTH = 21;

export interface AccountAddress {
  readonly bankCode: string;
  /** digits only */
  readonly number: string;
}

/**
 * The sandbox's fintech_use_num: the bank's three digits, then `1` and the account's digits as one number in base 36,
 * padded with zeros to 21 characters. It can be read back, so the simulator needs no register of linked accounts.
 */
export function handleOf({ bankCode, number }: AccountAddress): string {
  return bankCode + BigInt(`1${number}`).toString(36).toUpperCase().padStart(BODY_LENGTH, '0');
}

/** Null for what no account number leads to. */
export function findAddress(handle: string): AccountAddress | null {
  const [, bankCode, body] = HANDLE.exec(handle) ?? [];
  if (bankCode === undefined || body === undefined) return null;
  let value = 0n;
  for (const digit of body) value = value * 36n + BigInt(Number.parseInt(digit, 36));
  const digits = value.toString();
  return digits.startsWith('1') && digits.length > 1 ? { bankCode, number: digits.slice(1) } : null;
}
