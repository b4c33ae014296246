import { Injectable } from '@nestjs/common';
import { type OrderRecord, OrderRecords } from '../bank/index.js';
import { type JournalPair, Journals } from '../ledger/index.js';
import { type Acceptance, MovementSearch, MovementsRepository, MovementTypes } from '../movements/index.js';
import { TransactionRunner } from '../platform/database/transaction-runner.js';
import { Refusal } from '../platform/http/answers.js';
import { UserProfiles, UsersService } from '../users/index.js';
import { type MovementItem, MovementItems } from './movement-items.js';
import { type OwnerNames, Owners } from './owners.js';

/** All that there is to say of a movement. Amounts are won. */
export interface MovementPage {
  readonly item: MovementItem;
  readonly userName: string;
  /** The `Idempotency-Key`; null where it came without. */
  readonly key: string | null;
  readonly memo: string | undefined;
  readonly acceptance: Acceptance | undefined;
  readonly journal: readonly JournalPair[];
  readonly nameOf: OwnerNames;
  readonly order: OrderRecord | undefined;
}

interface UserMovements {
  readonly items: readonly MovementItem[];
  /** The movement before which the next page begins; null when this is the last one. */
  readonly nextBefore: number | null;
}

/** Movements for people who look after the service: each with its journal, and a user's in a row. */
@Injectable()
export class MovementPagesService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly items: MovementItems,
    private readonly movements: MovementsRepository,
    private readonly search: MovementSearch,
    private readonly types: MovementTypes,
    private readonly journals: Journals,
    private readonly orders: OrderRecords,
    private readonly owners: Owners,
    private readonly users: UsersService,
    private readonly profiles: UserProfiles,
  ) {}

  /** All of it as it was at one moment. @throws Refusal NotFound */
  get(movementId: number): Promise<MovementPage> {
    return this.transactions.snapshot('movement-page', async (reader) => {
      const [item] = await this.items.find(reader, [movementId]);
      if (!item) throw new Refusal('NotFound');
      const journal = await this.journals.find(reader, movementId);
      return {
        item,
        userName: (await this.users.namesOf(reader, [item.userId])).get(item.userId) ?? '',
        key: await this.search.findKey(reader, movementId),
        memo: (await this.movements.memosOf(reader, [movementId])).get(movementId),
        acceptance: (await this.types.acceptancesOf(reader, [item])).get(movementId),
        journal,
        nameOf: await this.owners.namesOf(
          reader,
          journal.flatMap(({ from, to }) => [from, to]),
        ),
        order: (await this.orders.findOf(reader, [movementId])).get(movementId),
      };
    });
  }

  /** What a user has begun, newest first, whatever became of it. @throws Refusal InvalidUserId */
  listOfUser(userId: number, before: number, limit: number): Promise<UserMovements> {
    return this.transactions.read('user-movements', async (reader) => {
      const ids = await this.search.listOfUser(reader, userId, before, limit + 1);
      const isThere = ids.length > 0 || (await this.profiles.find(reader, [userId])).has(userId);
      if (!isThere) throw new Refusal('InvalidUserId');
      const page = ids.slice(0, limit);
      const nextBefore = ids.length > limit ? (page.at(-1) ?? null) : null;
      return { items: await this.items.find(reader, page), nextBefore };
    });
  }
}
