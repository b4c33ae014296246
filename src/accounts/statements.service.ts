import { Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { LinkedAccounts } from '../bank/index.js';
import { Account, type EntryPeriod, type EntryPlaces, LEG, Ledger, type StatementEntry } from '../ledger/index.js';
import { type MovementRow, MovementsRepository, MovementTypes } from '../movements/index.js';
import { PartnersService } from '../partners/index.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';
import { pagesFrom, type Turn } from '../platform/http/pages.js';
import { invalidField } from '../platform/http/validation.pipe.js';
import { UsersService } from '../users/index.js';

/** An entry of an account's statement. Amounts are won. */
export interface AccountEntry extends StatementEntry {
  /** As clients know it: a movement's type, or `TOP_UP` for what it took from the linked bank account. */
  readonly type: string;
  readonly paymentId: number | undefined;
  readonly memo: string | undefined;
  /** Who is on the other side: a person, a partner, a bank, or an account of one's own. */
  readonly counterparty: string;
}

export interface EntryPage {
  readonly entries: readonly AccountEntry[];
  /** Place before which the next page begins; null when this is the last one. */
  readonly nextBefore: number | null;
}

/** What is asked for of an account; all of it where there is neither a period nor a type. */
export interface StatementQuery {
  readonly accountId: number;
  readonly period: EntryPeriod | null;
  readonly type: string | undefined;
}

const TOP_UP = 'TOP_UP';
/** How many entries one page looks through for those of a type: a rare one must not make a call slow. */
const LOOKED_AT_MAX = 2_000;
/** More than that is no statement to be sent in one piece. */
export const STATEMENT_LINES_MAX = 20_000;
/** All that is in the memory of a statement on its way. */
const LINES_AT_ONCE = 500;
const ALL_PLACES: EntryPlaces = { first: 1, before: Number.MAX_SAFE_INTEGER };
/** Before the first entry, and after the last. */
export const ALWAYS: EntryPeriod = { since: new Date(0), until: new Date('9999-12-31T00:00:00Z') };

@Injectable()
export class StatementsService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly ledger: Ledger,
    private readonly users: UsersService,
    private readonly partners: PartnersService,
    private readonly linkedAccounts: LinkedAccounts,
    private readonly movementRows: MovementsRepository,
    private readonly movementTypes: MovementTypes,
  ) {}

  /**
   * A page of an account's entries, newest first. With a type a page may have fewer entries than asked for, and still
   * not be the last.
   *
   * @throws Refusal InvalidRequest (a type that no entry has), AccountNotFound
   */
  async listEntries(query: StatementQuery, limit: number, before = ALL_PLACES.before): Promise<EntryPage> {
    this.checkType(query);
    const { accountId, period } = query;
    return this.transactions.read('list-entries', async (reader) => {
      const places = period ? await this.ledger.placesOf(reader, accountId, period, before) : { ...ALL_PLACES, before };
      const page = places && (await this.page(reader, query, places, limit));
      if (page && (page.entries.length > 0 || page.nextBefore !== null)) return page;
      await this.checkAccount(reader, accountId);
      return { entries: [], nextBefore: null };
    });
  }

  /**
   * All entries of a period, newest first, some hundred at a time: the next ones are read when these were taken, and
   * no connection is kept in between. What is refused is refused before the first ones are there. What is booked
   * meanwhile is not among them.
   *
   * @throws Refusal InvalidRequest (a type that no entry has), AccountNotFound, StatementTooLong
   */
  async readAll(query: StatementQuery, turn: Turn): Promise<AsyncIterable<EntryPage>> {
    this.checkType(query);
    const { accountId, period } = query;
    return this.transactions.read('begin-statement', async (reader) => {
      const { before } = ALL_PLACES;
      const places = await this.ledger.placesOf(reader, accountId, period ?? ALWAYS, before, STATEMENT_LINES_MAX + 1);
      if (!places) await this.checkAccount(reader, accountId);
      if (!places) return this.from({ entries: [], nextBefore: null }, query, ALL_PLACES, turn);
      if (places.count > STATEMENT_LINES_MAX) {
        throw new Refusal('StatementTooLong', { linesMax: STATEMENT_LINES_MAX });
      }
      return this.from(await this.page(reader, query, places, LINES_AT_ONCE), query, places, turn);
    });
  }

  private from(first: EntryPage, query: StatementQuery, places: EntryPlaces, turn: Turn): AsyncIterable<EntryPage> {
    const read = (before: number) =>
      this.transactions.read('list-entries', (reader) =>
        this.page(reader, query, { ...places, before }, LINES_AT_ONCE),
      );
    return pagesFrom(
      first,
      ({ nextBefore }) => nextBefore,
      (before) => turn(() => read(before)),
    );
  }

  private async page(
    reader: EntityManager,
    { accountId, period, type }: StatementQuery,
    places: EntryPlaces,
    limit: number,
  ): Promise<EntryPage> {
    const lookAt = type === undefined ? limit + 1 : LOOKED_AT_MAX;
    const looked = await this.ledger.listEntries(reader, accountId, places, period, lookAt);
    const movements = await this.movementRows.findRows(reader, unique(looked.map(({ movementId }) => movementId)));
    const typed = looked.map((entry) => withType(entry, movements.get(entry.movementId) as MovementRow));
    const wanted = typed.filter((entry) => type === undefined || entry.type === type);
    const page = wanted.slice(0, limit);
    const last = wanted.length > limit ? page.at(-1) : looked.length === lookAt ? looked.at(-1) : undefined;
    return { entries: await this.withParties(reader, page), nextBefore: last?.seq ?? null };
  }

  private checkType({ type }: StatementQuery): void {
    const names = [...this.movementTypes.names, TOP_UP];
    if (type !== undefined && !names.includes(type)) {
      throw invalidField('type', `must be one of ${names.join(', ')}, in any case`);
    }
  }

  private async checkAccount(reader: EntityManager, accountId: number): Promise<void> {
    const isUsers = await reader.existsBy(Account, { id: accountId, kind: In(['MAIN', 'SAVINGS']) });
    if (!isUsers) throw new Refusal('AccountNotFound');
  }

  private async withParties(reader: EntityManager, entries: readonly TypedEntry[]): Promise<AccountEntry[]> {
    const page = await throughEscrow(reader, entries);
    const memos = await this.movementRows.memosOf(reader, unique(page.map(({ movementId }) => movementId)));
    const paymentIds = await this.movementTypes.paymentIdsOf(
      reader,
      page.map(({ movement }) => movement),
    );
    const ownersOf = (kind: StatementEntry['otherKind']) =>
      unique(page.filter(({ otherKind }) => otherKind === kind).map(({ otherOwnerId }) => otherOwnerId));
    const userNames = await this.users.namesOf(reader, ownersOf('MAIN'));
    const partnerNames = await this.partners.namesOf(reader, ownersOf('PARTNER_PAYABLE'));
    const bankNames = await this.linkedAccounts.bankNamesOf(reader, unique(page.map(({ movementId }) => movementId)));
    return page.map(({ movement: _, ...entry }) => {
      const { otherKind, otherOwnerId, otherNumber, movementId } = entry;
      const names = {
        MAIN: userNames.get(otherOwnerId),
        PARTNER_PAYABLE: partnerNames.get(otherOwnerId),
        INTEREST_EXPENSE: '이자',
      };
      const name = otherKind === 'BANK_CLEARING' ? bankNames.get(movementId) : names[otherKind as keyof typeof names];
      const paymentId = paymentIds.get(movementId);
      return { ...entry, paymentId, memo: memos.get(movementId), counterparty: name ?? otherNumber };
    });
  }
}

/** With what clients call it, and the other account of its movement. */
type TypedEntry = StatementEntry & Pick<AccountEntry, 'type'> & { readonly movement: MovementRow };

function withType(entry: StatementEntry, movement: MovementRow): TypedEntry {
  const { type } = movement;
  const isTopUp = entry.leg === LEG.topUpTo && type !== 'CHARGE';
  return { ...entry, movement, type: isTopUp ? TOP_UP : type };
}

/** What is held for a transfer stands for the other user: the one whose account is the movement's counter account. */
async function throughEscrow(reader: EntityManager, entries: readonly TypedEntry[]): Promise<readonly TypedEntry[]> {
  const counterOf = ({ otherKind, movement }: TypedEntry) =>
    otherKind === 'TRANSFER_ESCROW' ? movement.counterAccountId : null;
  const ids = unique(entries.map(counterOf).filter((id) => id !== null));
  if (ids.length === 0) return entries;
  const accounts = new Map((await reader.findBy(Account, { id: In(ids) })).map((account) => [account.id, account]));
  return entries.map((entry) => {
    const other = accounts.get(counterOf(entry) ?? 0);
    return other ? { ...entry, otherKind: other.kind, otherOwnerId: other.ownerId, otherNumber: other.number } : entry;
  });
}

function unique(ids: readonly number[]): number[] {
  return [...new Set(ids)];
}
