import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { LinkSearch } from '../bank/index.js';
import { Journals } from '../ledger/index.js';
import { type MovementRow, MovementSearch, MovementsRepository, MovementTypes } from '../movements/index.js';
import { PartnerList } from '../partners/index.js';
import { PaymentSearch, PaymentsRepository } from '../payments/index.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { UserProfiles } from '../users/index.js';
import { foundAccount, foundMovement, foundPartner, foundPayment, foundUser } from './found.js';
import { type Found, type MatchedBy, type Wanted, wantedOf } from './search.js';
import { type Places } from './search-cursor.js';

export interface FoundPage {
  readonly items: readonly Found[];
  /** Where the lists go on that have more. */
  readonly next: Places;
}

/** A part of what was found, and the place where it goes on, where it does. */
interface FoundList {
  readonly items: readonly Found[];
  readonly next: number | null;
}

const NOTHING: FoundList = { items: [], next: null };

/**
 * Finds users, payments, movements, accounts and partners by what people are told of them. Each look is one into an
 * index: what a page costs does not grow with how much there is.
 */
@Injectable()
export class SearchService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly users: UserProfiles,
    private readonly links: LinkSearch,
    private readonly journals: Journals,
    private readonly partners: PartnerList,
    private readonly movements: MovementsRepository,
    private readonly movementTypes: MovementTypes,
    private readonly byKey: MovementSearch,
    private readonly payments: PaymentsRepository,
    private readonly byOrder: PaymentSearch,
  ) {}

  /**
   * What a text stands for, whatever of it that may be. The first page (`places` is null) has what is it exactly, and
   * then up to `limit` by key, by order number and by name; the others go on with those of the three that have more.
   */
  search(text: string, places: Places | null, limit: number): Promise<FoundPage> {
    const wanted = wantedOf(text);
    return this.transactions.read('search', async (reader) => {
      const exact = places === null ? await this.exact(reader, wanted) : [];
      const goesOn = (name: keyof Places) => places === null || places[name] !== undefined;
      const key = goesOn('key') ? await this.listByKey(reader, wanted, places?.key ?? null, limit) : NOTHING;
      const order = goesOn('order') ? await this.listByOrder(reader, wanted, places?.order, limit) : NOTHING;
      const name = goesOn('name') ? await this.listByName(reader, wanted, places?.name ?? null, limit) : NOTHING;
      const items = [...exact, ...key.items, ...order.items, ...name.items];
      return { items: once(items), next: placesOf({ key: key.next, order: order.next, name: name.next }) };
    });
  }

  private async exact(reader: EntityManager, wanted: Wanted): Promise<Found[]> {
    const { id, email, accountNumber, bankNumber } = wanted;
    const found: Found[] = [];
    if (id !== null) {
      found.push(...(await this.usersOf(reader, [id], 'ID')));
      found.push(...(await this.movementsOf(reader, [id], 'ID')));
      found.push(...[...(await this.partners.find(reader, [id])).values()].map((it) => foundPartner(it, 'ID')));
    }
    if (email !== null) {
      const userId = await this.users.findIdByEmail(reader, email);
      if (userId !== null) found.push(...(await this.usersOf(reader, [userId], 'EMAIL')));
    }
    if (accountNumber !== null) {
      const account = await this.journals.findByNumber(reader, accountNumber);
      if (account) found.push(foundAccount(account));
    }
    if (bankNumber !== null) {
      const userIds = await this.links.findUsers(reader, bankNumber);
      found.push(...(await this.usersOf(reader, userIds, 'LINKED_ACCOUNT')));
    }
    return found;
  }

  private async listByKey(
    reader: EntityManager,
    { key }: Wanted,
    after: number | null,
    limit: number,
  ): Promise<FoundList> {
    if (key === null) return NOTHING;
    const { rows, hasMore } = await this.byKey.listByKey(reader, key, after, limit);
    const ids = rows.map(({ id }) => id);
    return { items: await this.movementsOf(reader, ids, 'KEY'), next: hasMore ? (ids.at(-1) ?? null) : null };
  }

  private async listByOrder(
    reader: EntityManager,
    { order }: Wanted,
    beforePartner = Number.MAX_SAFE_INTEGER,
    limit: number,
  ): Promise<FoundList> {
    if (order === null) return NOTHING;
    const { rows, hasMore } = await this.byOrder.listByOrder(reader, order, beforePartner, limit);
    const ids = rows.map(({ paymentId }) => paymentId);
    const items = await this.paymentsOf(reader, ids, 'ORDER');
    return { items, next: hasMore ? (rows.at(-1)?.partnerId ?? null) : null };
  }

  private async listByName(
    reader: EntityManager,
    { name }: Wanted,
    after: number | null,
    limit: number,
  ): Promise<FoundList> {
    if (name === null) return NOTHING;
    const partners = await this.partners.listByName(reader, name, after, limit + 1);
    const page = partners.slice(0, limit);
    const next = partners.length > limit ? (page.at(-1)?.id ?? null) : null;
    return { items: page.map((partner) => foundPartner(partner, 'NAME')), next };
  }

  private async usersOf(reader: EntityManager, ids: readonly number[], by: MatchedBy): Promise<Found[]> {
    const users = await this.users.find(reader, ids);
    return ids.flatMap((id) => users.get(id) ?? []).map((user) => foundUser(user, by));
  }

  /** Movements, of which those that are payments are shown as these. */
  private async movementsOf(reader: EntityManager, ids: readonly number[], by: MatchedBy): Promise<Found[]> {
    const rows = await this.movements.findRows(reader, ids);
    const paymentIds = await this.movementTypes.paymentIdsOf(reader, [...rows.values()]);
    const isPayment = ({ id }: MovementRow) => paymentIds.get(id) === id;
    const payments = await this.paymentsOf(
      reader,
      [...rows.values()].filter(isPayment).map(({ id }) => id),
      by,
    );
    const byId = new Map(payments.map((payment) => [payment.id, payment]));
    return ids
      .flatMap((id) => rows.get(id) ?? [])
      .map((row) => byId.get(row.id) ?? foundMovement(row, paymentIds.get(row.id), by));
  }

  private async paymentsOf(reader: EntityManager, ids: readonly number[], by: MatchedBy): Promise<Found[]> {
    const records = new Map((await this.payments.findMany(reader, ids)).map((record) => [record.paymentId, record]));
    return ids.flatMap((id) => records.get(id) ?? []).map((record) => foundPayment(record, by));
  }
}

/** What was found in several ways is shown for the first of them. */
function once(items: readonly Found[]): Found[] {
  const names = items.map(({ kind, id }) => `${kind} ${id}`);
  return items.filter((_, place) => names.indexOf(names[place] as string) === place);
}

function placesOf(next: Record<keyof Places, number | null>): Places {
  return Object.fromEntries(Object.entries(next).filter(([, place]) => place !== null));
}
