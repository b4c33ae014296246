import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Journals, type NamedAccount } from '../ledger/index.js';
import { type MovementRow, MovementsRepository, MovementTypes } from '../movements/index.js';
import { Owners } from './owners.js';

/** An account, with what its owner is called; undefined where it is ours. */
export type OwnedAccount = NamedAccount & { readonly ownerName: string | undefined };

/** A movement with what a person wants to know of it at a glance. Amounts are won. */
export interface MovementItem extends MovementRow {
  /** The payment that it is, or is a part of. */
  readonly paymentId: number | undefined;
  /** The account at the other end; null where there is none. */
  readonly counter: OwnedAccount | null;
}

@Injectable()
export class MovementItems {
  constructor(
    private readonly movements: MovementsRepository,
    private readonly types: MovementTypes,
    private readonly journals: Journals,
    private readonly owners: Owners,
  ) {}

  /** Those of these movements that there are, in the order of the ids. */
  async find(reader: EntityManager, movementIds: readonly number[]): Promise<MovementItem[]> {
    const found = await this.movements.findRows(reader, movementIds);
    const rows = movementIds.flatMap((id) => found.get(id) ?? []);
    const paymentIds = await this.types.paymentIdsOf(reader, rows);
    const counters = await this.journals.findAccounts(
      reader,
      rows.flatMap(({ counterAccountId }) => counterAccountId ?? []),
    );
    const nameOf = await this.owners.namesOf(reader, [...counters.values()]);
    return rows.map((row) => {
      const account = row.counterAccountId === null ? undefined : counters.get(row.counterAccountId);
      const counter = account ? { ...account, ownerName: nameOf(account) } : null;
      return { ...row, paymentId: paymentIds.get(row.id), counter };
    });
  }
}
