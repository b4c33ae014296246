import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { BlindIndex } from '../platform/vault/blind-index.js';
import { BANKS } from './banks.js';

/** More than that have never linked one bank account. */
const USERS_MAX = 50;

/** Finds who has linked a bank account, of which nothing but a print is to be read without the keys. */
@Injectable()
export class LinkSearch {
  constructor(private readonly index: BlindIndex) {}

  /**
   * The users who have this account linked now, whichever bank it is with: a print is of a bank and a number, so that
   * there is one to look for of each bank.
   *
   * @param digits its number without hyphens
   */
  async findUsers(reader: EntityManager, digits: string): Promise<number[]> {
    const prints = BANKS.map(({ code }) => [code, this.index.of('bank_accounts.number', `${code} ${digits}`)]);
    const accounts: { id: number }[] = await reader.query(
      'SELECT id FROM bank_accounts WHERE (bank_code, number_print) IN (?)',
      [prints],
    );
    if (accounts.length === 0) return [];
    const users: { id: number }[] = await reader.query(
      'SELECT DISTINCT user_id AS id FROM linked_accounts WHERE bank_account_id IN (?) AND is_live = 1 ORDER BY id LIMIT ?',
      [accounts.map(({ id }) => id), USERS_MAX],
    );
    return users.map(({ id }) => id);
  }
}
