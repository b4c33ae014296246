import { Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { Account, type AccountKind } from './account.entity.js';

/** An account, so far as it says who is meant. */
export type NamedAccount = Pick<Account, 'id' | 'kind' | 'ownerId' | 'number'>;

/** One side of money's way from one account to another. */
export interface JournalSide extends NamedAccount {
  /** won on the account right after it; null on accounts that carry no balance */
  readonly balanceAfter: number | null;
}

/** Money's way from one account to another: a pair of entries. */
export interface JournalPair {
  /** won */
  readonly amount: number;
  readonly postedAt: Date;
  readonly from: JournalSide;
  readonly to: JournalSide;
}

interface Row {
  readonly movementId: number;
  readonly leg: number;
  readonly amount: number;
  readonly balanceAfter: number | null;
  readonly postedAt: Date;
  readonly accountId: number;
  readonly kind: AccountKind;
  readonly ownerId: number;
  readonly number: string;
}

/** Journals and accounts for a person to look at. */
@Injectable()
export class Journals {
  /** The journal of a movement, in its order; empty where nothing was posted. */
  async find(reader: EntityManager, movementId: number): Promise<JournalPair[]> {
    return (await this.findMany(reader, [movementId])).get(movementId) ?? [];
  }

  /** The journals of those of these movements that were posted, each in its order. */
  async findMany(reader: EntityManager, movementIds: readonly number[]): Promise<Map<number, JournalPair[]>> {
    if (movementIds.length === 0) return new Map();
    const rows: Row[] = await reader.query(
      `SELECT e.movement_id AS movementId, e.leg, e.amount, e.balance_after AS balanceAfter, e.posted_at AS postedAt,
         a.id AS accountId, a.kind, a.owner_id AS ownerId, a.number
       FROM entries e JOIN accounts a ON a.id = e.account_id WHERE e.movement_id IN (?) ORDER BY e.movement_id, e.leg`,
      [movementIds],
    );
    const journals = Map.groupBy(rows, ({ movementId }) => movementId);
    return new Map([...journals].map(([movementId, entries]) => [movementId, pairsOf(entries)]));
  }

  /** The account with this number, whosever it is. */
  findByNumber(reader: EntityManager, number: string): Promise<Account | null> {
    return reader.findOneBy(Account, { number });
  }

  /** These accounts, by id. */
  async findAccounts(reader: EntityManager, ids: readonly number[]): Promise<Map<number, Account>> {
    if (ids.length === 0) return new Map();
    const accounts = await reader.findBy(Account, { id: In([...new Set(ids)]) });
    return new Map(accounts.map((account) => [account.id, account]));
  }

  /** A user's accounts, the main account first. */
  listOfUser(reader: EntityManager, userId: number): Promise<Account[]> {
    const kinds: AccountKind[] = ['MAIN', 'SAVINGS'];
    return reader.find(Account, { where: { kind: In(kinds), ownerId: userId }, order: { id: 'ASC' } });
  }
}

/** Of each pair the even place pays and the odd one receives. */
function pairsOf(rows: readonly Row[]): JournalPair[] {
  return rows.flatMap((row, place) => {
    const to = rows[place + 1];
    if (row.leg % 2 === 1 || to === undefined) return [];
    return [{ amount: to.amount, postedAt: row.postedAt, from: sideOf(row), to: sideOf(to) }];
  });
}

function sideOf({ accountId, kind, ownerId, number, balanceAfter }: Row): JournalSide {
  return { id: accountId, kind, ownerId, number, balanceAfter };
}
