import { randomInt } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LENGTH = 9;

/**
 * A new bank_tran_id: the institution's code, `U`, and 9 characters drawn at random (one of 10^14). It comes from
 * nothing that is in the database, so one that was restored from a backup does not issue an id again that the bank
 * already knows. The unique index decides between two of ours.
 *
 * @param institutionCode 10 characters
 */
export function newBankTranId(institutionCode: string): string {
  return `${institutionCode}U${Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')}`;
}
